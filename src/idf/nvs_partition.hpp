#pragma once

#include "idf/nvs_contents.hpp"

#include <cstdint>
#include <exception>
#include <expected>
#include <filesystem>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <string_view>

namespace nowire::idf {

/// A partition that was initialised, with its file.
struct nvs_partition {
    std::filesystem::path file;
    nvs_contents contents;

    /// Errors: ESP_FAIL: the file cannot be written; stderr says why.
    esp_err_t commit() const;
};

/// What a program's handle stands for.
struct nvs_opened {
    std::string label;  ///< of a partition that is initialised
    std::string space;
    bool read_only = false;
};

/// Where an iterator is.
struct nvs_position {
    std::string label;
    std::optional<std::string> space;  ///< or else all
    nvs_type_t type = NVS_TYPE_ANY;
    nvs_item at;
};

/// The store of this chip. All members but the lock are read and changed under it.
struct nvs_store {
    std::mutex lock;
    std::map<std::string, nvs_partition, std::less<>> partitions;
    std::map<nvs_handle_t, nvs_opened> handles;
    std::map<std::uintptr_t, nvs_position> iterators;
    nvs_handle_t last_handle = 0;
    std::uintptr_t last_iterator = 0;

    /// The partition of this label; nothing where it is not initialised.
    nvs_partition* find(std::string_view label);
};
nvs_store& nvs();

/// The file of a partition; the first call finds and locks the place of them all for this process. Errors:
/// ESP_ERR_NOT_FOUND: no label as nvs_flash.h has them; ESP_FAIL: there is no such place, or another process has it;
/// stderr says which.
std::expected<std::filesystem::path, esp_err_t> nvs_file_of(std::string_view label);

/// Reads a partition; an empty one where its file is missing. Errors as nvs_contents_in(), and ESP_FAIL: the file
/// cannot be read; stderr says what.
std::expected<nvs_partition, esp_err_t> read_nvs_partition(const std::filesystem::path& file);

/// What `call()` answers, under the store's lock; nothing that is thrown comes out of it.
template <class Call>
esp_err_t with_nvs(Call call) noexcept {
    try {
        auto& store = nvs();
        const std::lock_guard guard(store.lock);
        return call(store);
    } catch (const std::bad_alloc&) {
        return ESP_ERR_NO_MEM;
    } catch (const std::exception&) {
        return ESP_FAIL;
    }
}

}  // namespace nowire::idf
