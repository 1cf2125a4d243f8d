#pragma once

#include "nvs.h"

#include <memory>
#include <string>
#include <type_traits>

/* The key-value store of nvs.h for C++ from C++11 on. What is said there, of sizes, commits and errors, holds here. */
namespace nvs {

enum class ItemType : uint8_t {
    U8 = NVS_TYPE_U8,
    I8 = NVS_TYPE_I8,
    U16 = NVS_TYPE_U16,
    I16 = NVS_TYPE_I16,
    U32 = NVS_TYPE_U32,
    I32 = NVS_TYPE_I32,
    U64 = NVS_TYPE_U64,
    I64 = NVS_TYPE_I64,
    SZ = NVS_TYPE_STR,
    BLOB = 0x41, /* for get_item_size(), as the next two */
    BLOB_DATA = NVS_TYPE_BLOB,
    BLOB_IDX = 0x48,
    ANY = NVS_TYPE_ANY
};

/* An open namespace, which is closed with the object. Members may be called from any task. */
class NVSHandle {
  public:
    virtual ~NVSHandle() = default;

    /* Sets a number: T is an integer type, bool or an enumeration. An enumeration is kept as an unsigned number of its
     * size, as on the chip. Errors: those of nvs_set_u8(). */
    template <typename T>
    esp_err_t set_item(const char* key, T value);
    /* Gets it; after an error `value` is as before. Errors: those of nvs_get_u8(). */
    template <typename T>
    esp_err_t get_item(const char* key, T& value);

    /* Errors: those of nvs_set_str() and nvs_set_blob(). */
    virtual esp_err_t set_string(const char* key, const char* value) = 0;
    virtual esp_err_t set_blob(const char* key, const void* blob, size_t len) = 0;
    /* `len` is the room, with that for the zero byte of a string. Errors: those of nvs_get_str() and nvs_get_blob();
     * ESP_ERR_INVALID_ARG: there is no room at all. */
    virtual esp_err_t get_string(const char* key, char* out_str, size_t len) = 0;
    virtual esp_err_t get_blob(const char* key, void* out_blob, size_t len) = 0;

    /* The bytes of a value, those of a string with its zero byte. ESP_ERR_NVS_NOT_FOUND: there is none of this key and
     * type. */
    virtual esp_err_t get_item_size(ItemType datatype, const char* key, size_t& size) = 0;
    /* Errors: those of nvs_find_key(). */
    virtual esp_err_t find_key(const char* key, nvs_type_t& nvstype) = 0;
    /* Errors: those of nvs_erase_key() and nvs_erase_all(). */
    virtual esp_err_t erase_item(const char* key) = 0;
    virtual esp_err_t erase_all() = 0;
    /* Errors: those of nvs_commit(). */
    virtual esp_err_t commit() = 0;
    /* Errors: those of nvs_get_used_entry_count(). */
    virtual esp_err_t get_used_entry_count(size_t& usedEntries) = 0;

  protected:
    /* `data` are the `dataSize` bytes of a number. */
    virtual esp_err_t set_typed_item(ItemType datatype, const char* key, const void* data, size_t dataSize) = 0;
    virtual esp_err_t get_typed_item(ItemType datatype, const char* key, void* data, size_t dataSize) = 0;
};

/* Opens a namespace; nothing where that fails, with the error of nvs_open_from_partition() in `err` unless it is NULL.
 */
std::unique_ptr<NVSHandle> open_nvs_handle_from_partition(const char* part_name, const char* namespace_name,
                                                          nvs_open_mode_t open_mode, esp_err_t* err = nullptr);
/* The same in the partition "nvs". */
std::unique_ptr<NVSHandle> open_nvs_handle(const char* namespace_name, nvs_open_mode_t open_mode,
                                           esp_err_t* err = nullptr);

/* The type as which a number of type T is kept. */
template <typename T>
constexpr ItemType itemTypeOf() {
    static_assert(std::is_integral<T>::value || std::is_enum<T>::value, "only numbers and enumerations are items");
    return static_cast<ItemType>((std::is_signed<T>::value ? 0x10 : 0x00) | sizeof(T));
}
template <typename T>
constexpr ItemType itemTypeOf(const T& /*value*/) {
    return itemTypeOf<T>();
}

template <typename T>
esp_err_t NVSHandle::set_item(const char* key, T value) {
    return set_typed_item(itemTypeOf<T>(), key, &value, sizeof value);
}

template <typename T>
esp_err_t NVSHandle::get_item(const char* key, T& value) {
    return get_typed_item(itemTypeOf<T>(), key, &value, sizeof value);
}

}  // namespace nvs
