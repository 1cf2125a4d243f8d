#include "idf/nvs_contents.hpp"

#include <algorithm>

namespace nowire::idf {

namespace {

constexpr std::size_t bytes_per_entry = 32;
/// The rest of a page behind the entry that tells what it is.
constexpr std::size_t bytes_per_chunk = bytes_per_entry * (nvs_contents::entries_per_page - 1);

constexpr std::size_t divided_up(std::size_t value, std::size_t by) {
    return (value + by - 1) / by;
}

std::size_t entries_of(const nvs_value& value) {
    const auto size = value.bytes.size();
    if (value.type == NVS_TYPE_STR) return 1 + divided_up(size, bytes_per_entry);
    if (value.type != NVS_TYPE_BLOB) return 1;
    const auto chunks = std::max<std::size_t>(1, divided_up(size, bytes_per_chunk));
    return 1 + chunks + divided_up(size, bytes_per_entry);
}

bool is_too_long(const nvs_value& value) {
    if (value.type == NVS_TYPE_STR) return value.bytes.size() > nvs_contents::string_limit;
    return value.bytes.size() > nvs_contents::blob_limit;
}

template <class Items>
auto position(Items& items, std::string_view space, std::string_view key) {
    return std::ranges::find_if(items, [&](const nvs_item& i) { return i.space == space && i.key == key; });
}

}  // namespace

esp_err_t nvs_contents::check_key(std::string_view key) {
    if (key.empty()) return ESP_ERR_NVS_INVALID_NAME;
    return key.size() > name_limit ? ESP_ERR_NVS_KEY_TOO_LONG : ESP_OK;
}

bool nvs_contents::has_namespace(std::string_view name) const {
    return std::ranges::find(namespaces_, name) != namespaces_.end();
}

esp_err_t nvs_contents::add_namespace(std::string_view name) {
    if (name.empty() || name.size() > name_limit) return ESP_ERR_NVS_INVALID_NAME;
    if (has_namespace(name)) return ESP_OK;
    if (namespaces_.size() == namespace_limit || used_entries() + 1 > available_entries)
        return ESP_ERR_NVS_NOT_ENOUGH_SPACE;
    namespaces_.emplace_back(name);
    return ESP_OK;
}

const nvs_item* nvs_contents::find(std::string_view space, std::string_view key) const {
    const auto found = position(items_, space, key);
    return found != items_.end() ? &*found : nullptr;
}

esp_err_t nvs_contents::set(std::string_view space, std::string_view key, nvs_value value) {
    if (const auto bad = check_key(key); bad != ESP_OK) return bad;
    if (is_too_long(value)) return ESP_ERR_NVS_VALUE_TOO_LONG;
    const auto before = position(items_, space, key);
    const auto freed = before != items_.end() ? entries_of(before->value) : 0;
    if (used_entries() - freed + entries_of(value) > available_entries) return ESP_ERR_NVS_NOT_ENOUGH_SPACE;
    nvs_item item{
        .written = ++written_, .space = std::string(space), .key = std::string(key), .value = std::move(value)};
    if (before != items_.end()) items_.erase(before);
    items_.push_back(std::move(item));
    return ESP_OK;
}

bool nvs_contents::erase(std::string_view space, std::string_view key) {
    const auto found = position(items_, space, key);
    if (found == items_.end()) return false;
    items_.erase(found);
    return true;
}

void nvs_contents::erase_all(std::string_view space) {
    std::erase_if(items_, [&](const nvs_item& i) { return i.space == space; });
}

std::size_t nvs_contents::used_entries() const {
    auto used = namespaces_.size();
    for (const auto& item : items_)
        used += entries_of(item.value);
    return used;
}

std::size_t nvs_contents::used_entries(std::string_view space) const {
    std::size_t used = 0;
    for (const auto& item : items_)
        if (item.space == space) used += entries_of(item.value);
    return used;
}

}  // namespace nowire::idf
