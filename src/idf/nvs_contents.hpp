#pragma once

#include <nvs.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nowire::idf {

/// A value of the key-value store: numbers are little-endian, strings have their zero byte.
struct nvs_value {
    nvs_type_t type = NVS_TYPE_U8;
    std::vector<std::uint8_t> bytes;

    bool operator==(const nvs_value&) const = default;
};

struct nvs_item {
    std::uint64_t written = 0;  ///< rises with each set()
    std::string space;          ///< its namespace
    std::string key;
    nvs_value value;
};

/// What one partition holds, within the limits of the chip's usual one. Not thread-safe.
class nvs_contents {
  public:
    static constexpr std::size_t entries_per_page = 126;
    static constexpr std::size_t total_entries = 6 * entries_per_page;
    static constexpr std::size_t available_entries = total_entries - entries_per_page;  ///< one page is kept free
    static constexpr std::size_t namespace_limit = 254;
    static constexpr std::size_t name_limit = NVS_KEY_NAME_MAX_SIZE - 1;  ///< bytes of a key or namespace
    static constexpr std::size_t string_limit = 4000;                     ///< bytes, the zero byte among them
    static constexpr std::size_t blob_limit = 20000;                      ///< bytes

    /// In the order in which they were made.
    const std::vector<std::string>& namespaces() const { return namespaces_; }
    bool has_namespace(std::string_view name) const;
    /// ESP_ERR_NVS_INVALID_NAME: empty or too long; ESP_ERR_NVS_NOT_ENOUGH_SPACE. ESP_OK where it is there already.
    esp_err_t add_namespace(std::string_view name);

    /// In the order in which they were written last.
    const std::vector<nvs_item>& items() const { return items_; }
    /// Nothing where there is none.
    const nvs_item* find(std::string_view space, std::string_view key) const;
    /// Into a namespace that is there. ESP_ERR_NVS_INVALID_NAME, ESP_ERR_NVS_KEY_TOO_LONG,
    /// ESP_ERR_NVS_VALUE_TOO_LONG, ESP_ERR_NVS_NOT_ENOUGH_SPACE: nothing was changed.
    esp_err_t set(std::string_view space, std::string_view key, nvs_value value);
    /// False where there is none.
    bool erase(std::string_view space, std::string_view key);
    void erase_all(std::string_view space);

    /// The entries that are taken, namespaces among them; those of one namespace's values alone.
    std::size_t used_entries() const;
    std::size_t used_entries(std::string_view space) const;

    /// ESP_ERR_NVS_INVALID_NAME: empty; ESP_ERR_NVS_KEY_TOO_LONG.
    static esp_err_t check_key(std::string_view key);

  private:
    std::vector<std::string> namespaces_;
    std::vector<nvs_item> items_;
    std::uint64_t written_ = 0;
};

}  // namespace nowire::idf
