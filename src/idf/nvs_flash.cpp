#include "idf/console.hpp"
#include "idf/nvs_partition.hpp"

#include <nvs_flash.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace nowire::idf {

namespace {

/// Closes a partition with its handles. False where it is not initialised.
bool close(nvs_store& store, std::string_view label) {
    const auto found = store.partitions.find(label);
    if (found == store.partitions.end()) return false;
    std::erase_if(store.handles, [&](const auto& handle) { return handle.second.label == label; });
    std::erase_if(store.iterators, [&](const auto& iterator) { return iterator.second.label == label; });
    store.partitions.erase(found);
    return true;
}

}  // namespace

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

esp_err_t nvs_flash_init_partition(const char* partition_label) {
    if (partition_label == nullptr) return ESP_ERR_INVALID_ARG;
    return with_nvs([&](nvs_store& store) -> esp_err_t {
        if (store.find(partition_label) != nullptr) return ESP_OK;
        const auto file = nvs_file_of(partition_label);
        if (!file) return file.error();
        auto partition = read_nvs_partition(*file);
        if (!partition) return partition.error();
        store.partitions.emplace(partition_label, std::move(*partition));
        return ESP_OK;
    });
}

esp_err_t nvs_flash_deinit_partition(const char* partition_label) {
    if (partition_label == nullptr) return ESP_ERR_INVALID_ARG;
    return with_nvs([&](nvs_store& store) -> esp_err_t {
        return close(store, partition_label) ? ESP_OK : ESP_ERR_NVS_NOT_INITIALIZED;
    });
}

esp_err_t nvs_flash_erase_partition(const char* part_name) {
    if (part_name == nullptr) return ESP_ERR_INVALID_ARG;
    return with_nvs([&](nvs_store& store) -> esp_err_t {
        const auto file = nvs_file_of(part_name);
        if (!file) return file.error();
        close(store, part_name);
        if (::unlink(file->c_str()) == 0 || errno == ENOENT) return ESP_OK;
        complain(std::strerror(errno), file->string());
        return ESP_FAIL;
    });
}

esp_err_t nvs_flash_init() {
    return nvs_flash_init_partition(NVS_DEFAULT_PART_NAME);
}

esp_err_t nvs_flash_deinit() {
    return nvs_flash_deinit_partition(NVS_DEFAULT_PART_NAME);
}

esp_err_t nvs_flash_erase() {
    return nvs_flash_erase_partition(NVS_DEFAULT_PART_NAME);
}
}
