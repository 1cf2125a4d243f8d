#pragma once

#include "esp_attr.h"
#include "esp_err.h"
#include "esp_idf_version.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ESP_ERR_NVS_BASE 0x1100
#define ESP_ERR_NVS_NOT_INITIALIZED (ESP_ERR_NVS_BASE + 0x01)
#define ESP_ERR_NVS_NOT_FOUND (ESP_ERR_NVS_BASE + 0x02)
#define ESP_ERR_NVS_TYPE_MISMATCH (ESP_ERR_NVS_BASE + 0x03)
#define ESP_ERR_NVS_READ_ONLY (ESP_ERR_NVS_BASE + 0x04)
#define ESP_ERR_NVS_NOT_ENOUGH_SPACE (ESP_ERR_NVS_BASE + 0x05)
#define ESP_ERR_NVS_INVALID_NAME (ESP_ERR_NVS_BASE + 0x06)
#define ESP_ERR_NVS_INVALID_HANDLE (ESP_ERR_NVS_BASE + 0x07)
#define ESP_ERR_NVS_REMOVE_FAILED (ESP_ERR_NVS_BASE + 0x08)
#define ESP_ERR_NVS_KEY_TOO_LONG (ESP_ERR_NVS_BASE + 0x09)
#define ESP_ERR_NVS_PAGE_FULL (ESP_ERR_NVS_BASE + 0x0a)
#define ESP_ERR_NVS_INVALID_STATE (ESP_ERR_NVS_BASE + 0x0b)
#define ESP_ERR_NVS_INVALID_LENGTH (ESP_ERR_NVS_BASE + 0x0c)
#define ESP_ERR_NVS_NO_FREE_PAGES (ESP_ERR_NVS_BASE + 0x0d)
#define ESP_ERR_NVS_VALUE_TOO_LONG (ESP_ERR_NVS_BASE + 0x0e)
#define ESP_ERR_NVS_PART_NOT_FOUND (ESP_ERR_NVS_BASE + 0x0f)
#define ESP_ERR_NVS_NEW_VERSION_FOUND (ESP_ERR_NVS_BASE + 0x10)
#define ESP_ERR_NVS_XTS_ENCR_FAILED (ESP_ERR_NVS_BASE + 0x11)
#define ESP_ERR_NVS_XTS_DECR_FAILED (ESP_ERR_NVS_BASE + 0x12)
#define ESP_ERR_NVS_XTS_CFG_FAILED (ESP_ERR_NVS_BASE + 0x13)
#define ESP_ERR_NVS_XTS_CFG_NOT_FOUND (ESP_ERR_NVS_BASE + 0x14)
#define ESP_ERR_NVS_ENCR_NOT_SUPPORTED (ESP_ERR_NVS_BASE + 0x15)
#define ESP_ERR_NVS_KEYS_NOT_INITIALIZED (ESP_ERR_NVS_BASE + 0x16)
#define ESP_ERR_NVS_CORRUPT_KEY_PART (ESP_ERR_NVS_BASE + 0x17)
#define ESP_ERR_NVS_CONTENT_DIFFERS (ESP_ERR_NVS_BASE + 0x18)
#define ESP_ERR_NVS_WRONG_ENCRYPTION (ESP_ERR_NVS_BASE + 0x19)

#define NVS_DEFAULT_PART_NAME "nvs"
#define NVS_PART_NAME_MAX_SIZE 16 /* with the zero byte, as the next two */
#define NVS_KEY_NAME_MAX_SIZE 16
#define NVS_NS_NAME_MAX_SIZE NVS_KEY_NAME_MAX_SIZE

typedef uint32_t nvs_handle_t;
typedef nvs_handle_t nvs_handle;

typedef enum { NVS_READONLY, NVS_READWRITE } nvs_open_mode_t;
typedef nvs_open_mode_t nvs_open_mode;

typedef enum {
    NVS_TYPE_U8 = 0x01,
    NVS_TYPE_I8 = 0x11,
    NVS_TYPE_U16 = 0x02,
    NVS_TYPE_I16 = 0x12,
    NVS_TYPE_U32 = 0x04,
    NVS_TYPE_I32 = 0x14,
    NVS_TYPE_U64 = 0x08,
    NVS_TYPE_I64 = 0x18,
    NVS_TYPE_STR = 0x21,
    NVS_TYPE_BLOB = 0x42,
    NVS_TYPE_ANY = 0xff
} nvs_type_t;

typedef struct {
    char namespace_name[NVS_NS_NAME_MAX_SIZE];
    char key[NVS_KEY_NAME_MAX_SIZE];
    nvs_type_t type;
} nvs_entry_info_t;

/* A number, not an address; a released one is answered with ESP_ERR_INVALID_ARG. */
typedef struct nvs_opaque_iterator_t* nvs_iterator_t;

/* A key-value store with the size of the chip's usual partition: 6 pages of 126 entries, one of them kept free. A
 * number takes an entry, a string one and one for each 32 bytes, a blob one more for each 4000 bytes. A namespace takes
 * one.
 *
 * What is set can be read at once and is in the file after nvs_commit(); what was not committed is lost when the
 * process ends, and a restart ends it too. (The chip usually writes at once, but does not promise it.) nvs_flash.h says
 * where the file is.
 *
 * All functions are thread-safe. Errors that several have: ESP_ERR_NVS_INVALID_HANDLE: closed, or never opened;
 * ESP_ERR_INVALID_ARG: a pointer is NULL that must not be; ESP_ERR_NO_MEM. Keys and names: 1 to 15 bytes. */

/* ESP_ERR_NVS_NOT_INITIALIZED: no partition is; ESP_ERR_NVS_PART_NOT_FOUND: this one is not; ESP_ERR_NVS_INVALID_NAME;
 * ESP_ERR_NVS_NOT_FOUND: no such namespace, and it is opened to be read; ESP_ERR_NVS_NOT_ENOUGH_SPACE: no room for a
 * new one, or there are 254. */
esp_err_t nvs_open(const char* namespace_name, nvs_open_mode_t open_mode, nvs_handle_t* out_handle);
esp_err_t nvs_open_from_partition(const char* part_name, const char* namespace_name, nvs_open_mode_t open_mode,
                                  nvs_handle_t* out_handle);
void nvs_close(nvs_handle_t handle);

/* Set a value, whatever type it had before. ESP_ERR_NVS_READ_ONLY; ESP_ERR_NVS_INVALID_NAME: an empty key;
 * ESP_ERR_NVS_KEY_TOO_LONG; ESP_ERR_NVS_NOT_ENOUGH_SPACE; ESP_ERR_NVS_VALUE_TOO_LONG: a string of more than 4000 bytes
 * with its zero byte, a blob of more than 20000. A set that fails changes nothing. */
esp_err_t nvs_set_i8(nvs_handle_t handle, const char* key, int8_t value);
esp_err_t nvs_set_u8(nvs_handle_t handle, const char* key, uint8_t value);
esp_err_t nvs_set_i16(nvs_handle_t handle, const char* key, int16_t value);
esp_err_t nvs_set_u16(nvs_handle_t handle, const char* key, uint16_t value);
esp_err_t nvs_set_i32(nvs_handle_t handle, const char* key, int32_t value);
esp_err_t nvs_set_u32(nvs_handle_t handle, const char* key, uint32_t value);
esp_err_t nvs_set_i64(nvs_handle_t handle, const char* key, int64_t value);
esp_err_t nvs_set_u64(nvs_handle_t handle, const char* key, uint64_t value);
esp_err_t nvs_set_str(nvs_handle_t handle, const char* key, const char* value);
esp_err_t nvs_set_blob(nvs_handle_t handle, const char* key, const void* value, size_t length);

/* Get a value; after an error `out_value` is as before. ESP_ERR_NVS_NOT_FOUND; ESP_ERR_NVS_TYPE_MISMATCH: it has
 * another type; ESP_ERR_NVS_INVALID_NAME and ESP_ERR_NVS_KEY_TOO_LONG as above. */
esp_err_t nvs_get_i8(nvs_handle_t handle, const char* key, int8_t* out_value);
esp_err_t nvs_get_u8(nvs_handle_t handle, const char* key, uint8_t* out_value);
esp_err_t nvs_get_i16(nvs_handle_t handle, const char* key, int16_t* out_value);
esp_err_t nvs_get_u16(nvs_handle_t handle, const char* key, uint16_t* out_value);
esp_err_t nvs_get_i32(nvs_handle_t handle, const char* key, int32_t* out_value);
esp_err_t nvs_get_u32(nvs_handle_t handle, const char* key, uint32_t* out_value);
esp_err_t nvs_get_i64(nvs_handle_t handle, const char* key, int64_t* out_value);
esp_err_t nvs_get_u64(nvs_handle_t handle, const char* key, uint64_t* out_value);
/* `length` is the room in `out_value`, and afterwards the length of the value; a string's counts the zero byte. Where
 * `out_value` is NULL, only the length is told. ESP_ERR_NVS_INVALID_LENGTH: `length` is NULL, or there is too little
 * room (`length` then says how much is needed). */
esp_err_t nvs_get_str(nvs_handle_t handle, const char* key, char* out_value, size_t* length);
esp_err_t nvs_get_blob(nvs_handle_t handle, const char* key, void* out_value, size_t* length);

/* ESP_ERR_NVS_NOT_FOUND. */
esp_err_t nvs_find_key(nvs_handle_t handle, const char* key, nvs_type_t* out_type);
/* ESP_ERR_NVS_NOT_FOUND; ESP_ERR_NVS_READ_ONLY. */
esp_err_t nvs_erase_key(nvs_handle_t handle, const char* key);
/* Erases all keys of the handle's namespace. ESP_ERR_NVS_READ_ONLY. */
esp_err_t nvs_erase_all(nvs_handle_t handle);

/* Writes what was set in the partition into its file, which is replaced as a whole and synced: after a crash it is the
 * old or the new one. ESP_FAIL: the file cannot be written (stderr says why). */
esp_err_t nvs_commit(nvs_handle_t handle);

#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 1, 0)
typedef struct {
    size_t used_entries;
    size_t free_entries;      /* with those of the page that is kept free */
    size_t available_entries; /* without them */
    size_t total_entries;
    size_t namespace_count;
} nvs_stats_t;
/* What the partition holds. `part_name` may be NULL. ESP_ERR_NVS_NOT_INITIALIZED; ESP_ERR_NVS_PART_NOT_FOUND: all is 0
 * then. */
esp_err_t nvs_get_stats(const char* part_name, nvs_stats_t* nvs_stats);
#else
typedef struct {
    size_t used_entries;
    size_t free_entries;
    size_t total_entries;
    size_t namespace_count;
} nvs_stats_t;
esp_err_t nvs_get_stats(const char* part_name, nvs_stats_t* nvs_stats) __asm__("nowire_idf_v4_nvs_get_stats");
#endif
/* Entries of the handle's namespace, without its own one; 0 after an error. */
esp_err_t nvs_get_used_entry_count(nvs_handle_t handle, size_t* used_entries);

/* Iterators go through the keys of a partition in the order in which they were last written, those of one namespace
 * where that is not NULL, and those of one type where that is not NVS_TYPE_ANY. Keys may be set and erased meanwhile.
 */
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 0, 0)
/* ESP_ERR_NVS_NOT_FOUND: there is none, and `output_iterator` is NULL; nothing need be released. */
esp_err_t nvs_entry_find(const char* part_name, const char* namespace_name, nvs_type_t type,
                         nvs_iterator_t* output_iterator);
esp_err_t nvs_entry_find_in_handle(nvs_handle_t handle, nvs_type_t type, nvs_iterator_t* output_iterator);
/* ESP_ERR_NVS_NOT_FOUND: that was the last one; `iterator` was released and is NULL. */
esp_err_t nvs_entry_next(nvs_iterator_t* iterator);
esp_err_t nvs_entry_info(const nvs_iterator_t iterator, nvs_entry_info_t* out_info);
#else
/* NULL: there is none. */
nvs_iterator_t nvs_entry_find(const char* part_name, const char* namespace_name,
                              nvs_type_t type) __asm__("nowire_idf_v4_nvs_entry_find");
/* NULL: that was the last one, and it was released. */
nvs_iterator_t nvs_entry_next(nvs_iterator_t iterator) __asm__("nowire_idf_v4_nvs_entry_next");
void nvs_entry_info(nvs_iterator_t iterator, nvs_entry_info_t* out_info) __asm__("nowire_idf_v4_nvs_entry_info");
#endif
void nvs_release_iterator(nvs_iterator_t iterator);

#ifdef __cplusplus
}
#endif
