#include "idf/nvs_partition.hpp"

#include <nvs.h>

#include <algorithm>

namespace nowire::idf {

namespace {

/// Programs get a number instead of an address.
nvs_iterator_t handle_of(std::uintptr_t number) {
    return reinterpret_cast<nvs_iterator_t>(number);  // NOLINT(performance-no-int-to-ptr): nobody follows it
}

std::uintptr_t number_of(nvs_iterator_t handle) {
    return reinterpret_cast<std::uintptr_t>(handle);
}

/// Moves to the next item that was written after the one where it is. False where there is none.
bool advance(nvs_store& store, nvs_position& position) {
    const auto wanted = [&](const nvs_item& item) {
        return item.written > position.at.written && (!position.space || item.space == *position.space) &&
               (position.type == NVS_TYPE_ANY || item.value.type == position.type);
    };
    const auto& items = store.find(position.label)->contents.items();
    const auto next = std::ranges::find_if(items, wanted);
    if (next == items.end()) return false;
    position.at = *next;
    return true;
}

/// Makes an iterator at the first item.
esp_err_t begin(nvs_store& store, nvs_position position, nvs_iterator_t& out) {
    if (store.find(position.label) == nullptr || !advance(store, position)) return ESP_ERR_NVS_NOT_FOUND;
    store.iterators.emplace(++store.last_iterator, std::move(position));
    out = handle_of(store.last_iterator);
    return ESP_OK;
}

}  // namespace

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

esp_err_t nvs_entry_find(const char* part_name, const char* namespace_name, nvs_type_t type,
                         nvs_iterator_t* output_iterator) {
    if (part_name == nullptr || output_iterator == nullptr) return ESP_ERR_INVALID_ARG;
    *output_iterator = nullptr;
    return with_nvs([&](nvs_store& store) -> esp_err_t {
        std::optional<std::string> space;
        if (namespace_name != nullptr) space = namespace_name;
        return begin(store, {.label = part_name, .space = std::move(space), .type = type, .at = {}}, *output_iterator);
    });
}

esp_err_t nvs_entry_find_in_handle(nvs_handle_t handle, nvs_type_t type, nvs_iterator_t* output_iterator) {
    if (output_iterator == nullptr) return ESP_ERR_INVALID_ARG;
    *output_iterator = nullptr;
    return with_nvs([&](nvs_store& store) -> esp_err_t {
        const auto found = store.handles.find(handle);
        if (found == store.handles.end()) return ESP_ERR_NVS_INVALID_HANDLE;
        const auto& opened = found->second;
        return begin(store, {.label = opened.label, .space = opened.space, .type = type, .at = {}}, *output_iterator);
    });
}

esp_err_t nvs_entry_next(nvs_iterator_t* iterator) {
    if (iterator == nullptr) return ESP_ERR_INVALID_ARG;
    return with_nvs([&](nvs_store& store) -> esp_err_t {
        const auto found = store.iterators.find(number_of(*iterator));
        if (found == store.iterators.end()) return ESP_ERR_INVALID_ARG;
        if (advance(store, found->second)) return ESP_OK;
        store.iterators.erase(found);
        *iterator = nullptr;
        return ESP_ERR_NVS_NOT_FOUND;
    });
}

esp_err_t nvs_entry_info(nvs_iterator_t iterator, nvs_entry_info_t* out_info) {
    if (out_info == nullptr) return ESP_ERR_INVALID_ARG;
    return with_nvs([&](nvs_store& store) -> esp_err_t {
        const auto found = store.iterators.find(number_of(iterator));
        if (found == store.iterators.end()) return ESP_ERR_INVALID_ARG;
        const auto& item = found->second.at;
        *out_info = {};
        // Names are shorter than the arrays, which nvs_contents sees to.
        std::ranges::copy(item.space, out_info->namespace_name);
        std::ranges::copy(item.key, out_info->key);
        out_info->type = item.value.type;
        return ESP_OK;
    });
}

void nvs_release_iterator(nvs_iterator_t iterator) {
    with_nvs([&](nvs_store& store) -> esp_err_t {
        store.iterators.erase(number_of(iterator));
        return ESP_OK;
    });
}

// The same for a translation unit of a release before 5.0.

nvs_iterator_t nowire_idf_v4_nvs_entry_find(const char* part_name, const char* namespace_name, nvs_type_t type) {
    nvs_iterator_t iterator = nullptr;
    nvs_entry_find(part_name, namespace_name, type, &iterator);
    return iterator;
}

nvs_iterator_t nowire_idf_v4_nvs_entry_next(nvs_iterator_t iterator) {
    return nvs_entry_next(&iterator) == ESP_OK ? iterator : nullptr;
}

void nowire_idf_v4_nvs_entry_info(nvs_iterator_t iterator, nvs_entry_info_t* out_info) {
    nvs_entry_info(iterator, out_info);
}
}
