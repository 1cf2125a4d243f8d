#include "idf/nvs_partition.hpp"

#include <nvs.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace nowire::idf {

namespace {

/// What `call(partition, opened)` answers for the namespace of a handle.
template <class Call>
esp_err_t with_handle(nvs_handle_t handle, Call call) noexcept {
    return with_nvs([&](nvs_store& store) -> esp_err_t {
        const auto found = store.handles.find(handle);
        if (found == store.handles.end()) return ESP_ERR_NVS_INVALID_HANDLE;
        return call(*store.find(found->second.label), found->second);
    });
}

esp_err_t set(nvs_handle_t handle, const char* key, nvs_type_t type, const void* bytes, std::size_t size) {
    if (key == nullptr || (bytes == nullptr && size > 0)) return ESP_ERR_INVALID_ARG;
    return with_handle(handle, [&](nvs_partition& partition, const nvs_opened& opened) -> esp_err_t {
        if (opened.read_only) return ESP_ERR_NVS_READ_ONLY;
        // Before so many bytes are copied.
        if (size > nvs_contents::blob_limit) return ESP_ERR_NVS_VALUE_TOO_LONG;
        const auto* first = static_cast<const std::uint8_t*>(bytes);
        return partition.contents.set(opened.space, key, {type, std::vector(first, first + size)});
    });
}

/// What `use(value)` answers for the value of this key and type.
template <class Use>
esp_err_t get(nvs_handle_t handle, const char* key, nvs_type_t type, Use use) {
    if (key == nullptr) return ESP_ERR_INVALID_ARG;
    return with_handle(handle, [&](const nvs_partition& partition, const nvs_opened& opened) -> esp_err_t {
        if (const auto bad = nvs_contents::check_key(key); bad != ESP_OK) return bad;
        const auto* item = partition.contents.find(opened.space, key);
        if (item == nullptr) return ESP_ERR_NVS_NOT_FOUND;
        if (item->value.type != type) return ESP_ERR_NVS_TYPE_MISMATCH;
        return use(item->value.bytes);
    });
}

template <std::integral Number>
constexpr auto type_of = static_cast<nvs_type_t>(sizeof(Number) | (std::is_signed_v<Number> ? 0x10 : 0));

template <std::integral Number>
esp_err_t set_number(nvs_handle_t handle, const char* key, Number value) {
    std::array<std::uint8_t, sizeof value> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
    return set(handle, key, type_of<Number>, bytes.data(), bytes.size());
}

template <std::integral Number>
esp_err_t get_number(nvs_handle_t handle, const char* key, Number* out) {
    if (out == nullptr) return ESP_ERR_INVALID_ARG;
    return get(handle, key, type_of<Number>, [&](const std::vector<std::uint8_t>& bytes) -> esp_err_t {
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            number |= std::uint64_t{bytes[i]} << (8 * i);
        *out = static_cast<Number>(number);
        return ESP_OK;
    });
}

esp_err_t get_bytes(nvs_handle_t handle, const char* key, nvs_type_t type, void* out, std::size_t* length) {
    return get(handle, key, type, [&](const std::vector<std::uint8_t>& bytes) -> esp_err_t {
        if (length == nullptr) return ESP_ERR_NVS_INVALID_LENGTH;
        const auto room = std::exchange(*length, bytes.size());
        if (out == nullptr) return ESP_OK;
        if (room < bytes.size()) return ESP_ERR_NVS_INVALID_LENGTH;
        std::ranges::copy(bytes, static_cast<std::uint8_t*>(out));
        return ESP_OK;
    });
}

/// What a partition holds; zeros after an error.
esp_err_t count(const char* label, nvs_stats_t& stats) {
    stats = {};
    return with_nvs([&](nvs_store& store) -> esp_err_t {
        if (store.partitions.empty()) return ESP_ERR_NVS_NOT_INITIALIZED;
        const auto* partition = store.find(label != nullptr ? label : NVS_DEFAULT_PART_NAME);
        if (partition == nullptr) return ESP_ERR_NVS_PART_NOT_FOUND;
        const auto used = partition->contents.used_entries();
        stats = {.used_entries = used,
                 .free_entries = nvs_contents::total_entries - used,
                 .available_entries = nvs_contents::available_entries - used,
                 .total_entries = nvs_contents::total_entries,
                 .namespace_count = partition->contents.namespaces().size()};
        return ESP_OK;
    });
}

/// nvs_stats_t before 5.1.
struct stats_before_5_1 {
    std::size_t used_entries;
    std::size_t free_entries;
    std::size_t total_entries;
    std::size_t namespace_count;
};

}  // namespace

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

esp_err_t nvs_open_from_partition(const char* part_name, const char* namespace_name, nvs_open_mode_t open_mode,
                                  nvs_handle_t* out_handle) {
    if (part_name == nullptr || namespace_name == nullptr || out_handle == nullptr) return ESP_ERR_INVALID_ARG;
    return with_nvs([&](nvs_store& store) -> esp_err_t {
        if (store.partitions.empty()) return ESP_ERR_NVS_NOT_INITIALIZED;
        auto* partition = store.find(part_name);
        if (partition == nullptr) return ESP_ERR_NVS_PART_NOT_FOUND;
        const std::string_view space(namespace_name);
        if (space.empty() || space.size() > nvs_contents::name_limit) return ESP_ERR_NVS_INVALID_NAME;
        const bool read_only = open_mode == NVS_READONLY;
        if (read_only && !partition->contents.has_namespace(space)) return ESP_ERR_NVS_NOT_FOUND;
        if (const auto full = partition->contents.add_namespace(space); full != ESP_OK) return full;
        store.handles.emplace(++store.last_handle, nvs_opened{part_name, namespace_name, read_only});
        *out_handle = store.last_handle;
        return ESP_OK;
    });
}

esp_err_t nvs_open(const char* namespace_name, nvs_open_mode_t open_mode, nvs_handle_t* out_handle) {
    return nvs_open_from_partition(NVS_DEFAULT_PART_NAME, namespace_name, open_mode, out_handle);
}

void nvs_close(nvs_handle_t handle) {
    with_nvs([&](nvs_store& store) -> esp_err_t {
        store.handles.erase(handle);
        return ESP_OK;
    });
}

esp_err_t nvs_set_i8(nvs_handle_t handle, const char* key, std::int8_t value) {
    return set_number(handle, key, value);
}
esp_err_t nvs_set_u8(nvs_handle_t handle, const char* key, std::uint8_t value) {
    return set_number(handle, key, value);
}
esp_err_t nvs_set_i16(nvs_handle_t handle, const char* key, std::int16_t value) {
    return set_number(handle, key, value);
}
esp_err_t nvs_set_u16(nvs_handle_t handle, const char* key, std::uint16_t value) {
    return set_number(handle, key, value);
}
esp_err_t nvs_set_i32(nvs_handle_t handle, const char* key, std::int32_t value) {
    return set_number(handle, key, value);
}
esp_err_t nvs_set_u32(nvs_handle_t handle, const char* key, std::uint32_t value) {
    return set_number(handle, key, value);
}
esp_err_t nvs_set_i64(nvs_handle_t handle, const char* key, std::int64_t value) {
    return set_number(handle, key, value);
}
esp_err_t nvs_set_u64(nvs_handle_t handle, const char* key, std::uint64_t value) {
    return set_number(handle, key, value);
}
esp_err_t nvs_set_str(nvs_handle_t handle, const char* key, const char* value) {
    if (value == nullptr) return ESP_ERR_INVALID_ARG;
    return set(handle, key, NVS_TYPE_STR, value, std::strlen(value) + 1);
}
esp_err_t nvs_set_blob(nvs_handle_t handle, const char* key, const void* value, std::size_t length) {
    return set(handle, key, NVS_TYPE_BLOB, value, length);
}

esp_err_t nvs_get_i8(nvs_handle_t handle, const char* key, std::int8_t* out_value) {
    return get_number(handle, key, out_value);
}
esp_err_t nvs_get_u8(nvs_handle_t handle, const char* key, std::uint8_t* out_value) {
    return get_number(handle, key, out_value);
}
esp_err_t nvs_get_i16(nvs_handle_t handle, const char* key, std::int16_t* out_value) {
    return get_number(handle, key, out_value);
}
esp_err_t nvs_get_u16(nvs_handle_t handle, const char* key, std::uint16_t* out_value) {
    return get_number(handle, key, out_value);
}
esp_err_t nvs_get_i32(nvs_handle_t handle, const char* key, std::int32_t* out_value) {
    return get_number(handle, key, out_value);
}
esp_err_t nvs_get_u32(nvs_handle_t handle, const char* key, std::uint32_t* out_value) {
    return get_number(handle, key, out_value);
}
esp_err_t nvs_get_i64(nvs_handle_t handle, const char* key, std::int64_t* out_value) {
    return get_number(handle, key, out_value);
}
esp_err_t nvs_get_u64(nvs_handle_t handle, const char* key, std::uint64_t* out_value) {
    return get_number(handle, key, out_value);
}
esp_err_t nvs_get_str(nvs_handle_t handle, const char* key, char* out_value, std::size_t* length) {
    return get_bytes(handle, key, NVS_TYPE_STR, out_value, length);
}
esp_err_t nvs_get_blob(nvs_handle_t handle, const char* key, void* out_value, std::size_t* length) {
    return get_bytes(handle, key, NVS_TYPE_BLOB, out_value, length);
}

esp_err_t nvs_find_key(nvs_handle_t handle, const char* key, nvs_type_t* out_type) {
    if (key == nullptr) return ESP_ERR_INVALID_ARG;
    return with_handle(handle, [&](const nvs_partition& partition, const nvs_opened& opened) -> esp_err_t {
        if (const auto bad = nvs_contents::check_key(key); bad != ESP_OK) return bad;
        const auto* item = partition.contents.find(opened.space, key);
        if (item == nullptr) return ESP_ERR_NVS_NOT_FOUND;
        if (out_type != nullptr) *out_type = item->value.type;
        return ESP_OK;
    });
}

esp_err_t nvs_erase_key(nvs_handle_t handle, const char* key) {
    if (key == nullptr) return ESP_ERR_INVALID_ARG;
    return with_handle(handle, [&](nvs_partition& partition, const nvs_opened& opened) -> esp_err_t {
        if (opened.read_only) return ESP_ERR_NVS_READ_ONLY;
        if (const auto bad = nvs_contents::check_key(key); bad != ESP_OK) return bad;
        return partition.contents.erase(opened.space, key) ? ESP_OK : ESP_ERR_NVS_NOT_FOUND;
    });
}

esp_err_t nvs_erase_all(nvs_handle_t handle) {
    return with_handle(handle, [&](nvs_partition& partition, const nvs_opened& opened) -> esp_err_t {
        if (opened.read_only) return ESP_ERR_NVS_READ_ONLY;
        partition.contents.erase_all(opened.space);
        return ESP_OK;
    });
}

esp_err_t nvs_commit(nvs_handle_t handle) {
    return with_handle(handle, [&](const nvs_partition& partition, const nvs_opened&) { return partition.commit(); });
}

esp_err_t nvs_get_stats(const char* part_name, nvs_stats_t* nvs_stats) {
    return nvs_stats != nullptr ? count(part_name, *nvs_stats) : ESP_ERR_INVALID_ARG;
}

/// What nvs_get_stats() is in a translation unit for a release before 5.1.
esp_err_t nowire_idf_v4_nvs_get_stats(const char* part_name, stats_before_5_1* stats) {
    if (stats == nullptr) return ESP_ERR_INVALID_ARG;
    nvs_stats_t counted{};
    const auto answer = count(part_name, counted);
    *stats = {counted.used_entries, counted.free_entries, counted.total_entries, counted.namespace_count};
    return answer;
}

esp_err_t nvs_get_used_entry_count(nvs_handle_t handle, std::size_t* used_entries) {
    if (used_entries == nullptr) return ESP_ERR_INVALID_ARG;
    *used_entries = 0;
    return with_handle(handle, [&](const nvs_partition& partition, const nvs_opened& opened) -> esp_err_t {
        *used_entries = partition.contents.used_entries(opened.space);
        return ESP_OK;
    });
}
}
