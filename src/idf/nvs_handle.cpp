/// nvs_handle.hpp: the functions of nvs.h as members.

#include <nvs_handle.hpp>

#include <cstring>
#include <new>

namespace nvs {

namespace {

template <class Number>
esp_err_t set_number(esp_err_t (*set)(nvs_handle_t, const char*, Number), nvs_handle_t handle, const char* key,
                     const void* data) {
    Number value{};
    std::memcpy(&value, data, sizeof value);
    return set(handle, key, value);
}

template <class Number>
esp_err_t get_number(esp_err_t (*get)(nvs_handle_t, const char*, Number*), nvs_handle_t handle, const char* key,
                     void* data) {
    Number value{};
    const auto answer = get(handle, key, &value);
    if (answer == ESP_OK) std::memcpy(data, &value, sizeof value);
    return answer;
}

/// 0: a type whose values have no fixed size.
std::size_t size_of(ItemType type) {
    const auto number = static_cast<unsigned>(type);
    return (number & ~0x1fU) == 0 ? number & 0xfU : 0;
}

class open_namespace final : public NVSHandle {
  public:
    explicit open_namespace(nvs_handle_t handle) : handle_(handle) {}
    ~open_namespace() override { nvs_close(handle_); }
    open_namespace(const open_namespace&) = delete;
    open_namespace& operator=(const open_namespace&) = delete;

    esp_err_t set_string(const char* key, const char* value) override { return nvs_set_str(handle_, key, value); }
    esp_err_t set_blob(const char* key, const void* blob, std::size_t size) override {
        return nvs_set_blob(handle_, key, blob, size);
    }
    esp_err_t get_string(const char* key, char* text, std::size_t room) override {
        return text == nullptr ? ESP_ERR_INVALID_ARG : nvs_get_str(handle_, key, text, &room);
    }
    esp_err_t get_blob(const char* key, void* blob, std::size_t room) override {
        return blob == nullptr ? ESP_ERR_INVALID_ARG : nvs_get_blob(handle_, key, blob, &room);
    }

    esp_err_t get_item_size(ItemType wanted, const char* key, std::size_t& size) override;
    esp_err_t find_key(const char* key, nvs_type_t& type) override { return nvs_find_key(handle_, key, &type); }
    esp_err_t erase_item(const char* key) override { return nvs_erase_key(handle_, key); }
    esp_err_t erase_all() override { return nvs_erase_all(handle_); }
    esp_err_t commit() override { return nvs_commit(handle_); }
    esp_err_t get_used_entry_count(std::size_t& used) override { return nvs_get_used_entry_count(handle_, &used); }

  private:
    esp_err_t set_typed_item(ItemType type, const char* key, const void* data, std::size_t size) override;
    esp_err_t get_typed_item(ItemType type, const char* key, void* data, std::size_t size) override;

    nvs_handle_t handle_;
};

esp_err_t open_namespace::get_item_size(ItemType wanted, const char* key, std::size_t& size) {
    nvs_type_t found{};
    if (const auto answer = nvs_find_key(handle_, key, &found); answer != ESP_OK) return answer;
    const bool is_blob = found == NVS_TYPE_BLOB && (wanted == ItemType::BLOB || wanted == ItemType::BLOB_IDX);
    if (wanted != ItemType::ANY && wanted != static_cast<ItemType>(found) && !is_blob) return ESP_ERR_NVS_NOT_FOUND;
    if (found == NVS_TYPE_STR) return nvs_get_str(handle_, key, nullptr, &size);
    if (found == NVS_TYPE_BLOB) return nvs_get_blob(handle_, key, nullptr, &size);
    size = size_of(static_cast<ItemType>(found));
    return ESP_OK;
}

esp_err_t open_namespace::set_typed_item(ItemType type, const char* key, const void* data, std::size_t size) {
    if (data == nullptr || size == 0 || size != size_of(type)) return ESP_ERR_INVALID_ARG;
    switch (type) {
        case ItemType::U8:
            return set_number(nvs_set_u8, handle_, key, data);
        case ItemType::I8:
            return set_number(nvs_set_i8, handle_, key, data);
        case ItemType::U16:
            return set_number(nvs_set_u16, handle_, key, data);
        case ItemType::I16:
            return set_number(nvs_set_i16, handle_, key, data);
        case ItemType::U32:
            return set_number(nvs_set_u32, handle_, key, data);
        case ItemType::I32:
            return set_number(nvs_set_i32, handle_, key, data);
        case ItemType::U64:
            return set_number(nvs_set_u64, handle_, key, data);
        case ItemType::I64:
            return set_number(nvs_set_i64, handle_, key, data);
        default:
            return ESP_ERR_INVALID_ARG;
    }
}

esp_err_t open_namespace::get_typed_item(ItemType type, const char* key, void* data, std::size_t size) {
    if (data == nullptr || size == 0 || size != size_of(type)) return ESP_ERR_INVALID_ARG;
    switch (type) {
        case ItemType::U8:
            return get_number(nvs_get_u8, handle_, key, data);
        case ItemType::I8:
            return get_number(nvs_get_i8, handle_, key, data);
        case ItemType::U16:
            return get_number(nvs_get_u16, handle_, key, data);
        case ItemType::I16:
            return get_number(nvs_get_i16, handle_, key, data);
        case ItemType::U32:
            return get_number(nvs_get_u32, handle_, key, data);
        case ItemType::I32:
            return get_number(nvs_get_i32, handle_, key, data);
        case ItemType::U64:
            return get_number(nvs_get_u64, handle_, key, data);
        case ItemType::I64:
            return get_number(nvs_get_i64, handle_, key, data);
        default:
            return ESP_ERR_INVALID_ARG;
    }
}

}  // namespace

std::unique_ptr<NVSHandle> open_nvs_handle_from_partition(const char* part_name, const char* namespace_name,
                                                          nvs_open_mode_t open_mode, esp_err_t* err) {
    nvs_handle_t handle = 0;
    auto answer = nvs_open_from_partition(part_name, namespace_name, open_mode, &handle);
    std::unique_ptr<NVSHandle> opened;
    if (answer == ESP_OK) {
        opened.reset(new (std::nothrow) open_namespace(handle));
        if (opened == nullptr) {
            nvs_close(handle);
            answer = ESP_ERR_NO_MEM;
        }
    }
    if (err != nullptr) *err = answer;
    return opened;
}

std::unique_ptr<NVSHandle> open_nvs_handle(const char* namespace_name, nvs_open_mode_t open_mode, esp_err_t* err) {
    return open_nvs_handle_from_partition(NVS_DEFAULT_PART_NAME, namespace_name, open_mode, err);
}

}  // namespace nvs
