#pragma once

#include "esp_compiler.h"

#include <assert.h>
#include <sdkconfig.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a function of ESP-IDF answers: ESP_OK or an error. Wi-Fi's are in esp_wifi.h, ESP-NOW's in esp_now.h, those of
 * the key-value store in nvs.h. */
typedef int esp_err_t;

#define ESP_OK 0
#define ESP_FAIL -1

#define ESP_ERR_NO_MEM 0x101
#define ESP_ERR_INVALID_ARG 0x102
#define ESP_ERR_INVALID_STATE 0x103
#define ESP_ERR_INVALID_SIZE 0x104
#define ESP_ERR_NOT_FOUND 0x105
#define ESP_ERR_NOT_SUPPORTED 0x106
#define ESP_ERR_TIMEOUT 0x107
#define ESP_ERR_INVALID_RESPONSE 0x108
#define ESP_ERR_INVALID_CRC 0x109
#define ESP_ERR_INVALID_VERSION 0x10A
#define ESP_ERR_INVALID_MAC 0x10B
#define ESP_ERR_NOT_FINISHED 0x10C
#define ESP_ERR_NOT_ALLOWED 0x10D

#define ESP_ERR_WIFI_BASE 0x3000
#define ESP_ERR_MESH_BASE 0x4000
#define ESP_ERR_FLASH_BASE 0x6000
#define ESP_ERR_HW_CRYPTO_BASE 0xc000
#define ESP_ERR_MEMPROT_BASE 0xd000

/* The name of a code of any part of ESP-IDF, "ESP_ERR_NO_MEM" for example; "ERROR" for an unknown one. It stays valid.
 * Thread-safe. */
const char* esp_err_to_name(esp_err_t code);

/* The same written to `buf`, which has room for `buflen` bytes, and cut where it does not fit. An unknown code gives
 * the system's text where it is an errno, else "ERROR 0x1234(4660)". Answers `buf`. Thread-safe. */
const char* esp_err_to_name_r(esp_err_t code, char* buf, size_t buflen);

/* What ESP_ERROR_CHECK calls: tells on stdout what failed where, and aborts. */
void _esp_error_check_failed(esp_err_t rc, const char* file, int line, const char* function, const char* expression)
    __attribute__((noreturn));
/* The same without the end. */
void _esp_error_check_failed_without_abort(esp_err_t rc, const char* file, int line, const char* function,
                                           const char* expression);

#ifdef __cplusplus
}
#endif

/* Ends the program where `x` is not ESP_OK. `x` is evaluated once, whatever the configuration. Unlike in ESP-IDF,
 * NDEBUG does not silence it, because CMake's Release sets that; CONFIG_COMPILER_OPTIMIZATION_ASSERTIONS_DISABLE does.
 */
#if defined(CONFIG_COMPILER_OPTIMIZATION_ASSERTIONS_DISABLE)
#define ESP_ERROR_CHECK(x) ((void)(x))
#define ESP_ERROR_CHECK_WITHOUT_ABORT(x) (x)
#else
#define ESP_ERROR_CHECK(x)                                                                                       \
    do {                                                                                                         \
        const esp_err_t nowire_rc = (x);                                                                         \
        if (unlikely(nowire_rc != ESP_OK)) _esp_error_check_failed(nowire_rc, __FILE__, __LINE__, __func__, #x); \
    } while (0)

/* Tells of an error and goes on; its value is that of `x`. */
#define ESP_ERROR_CHECK_WITHOUT_ABORT(x)                                                        \
    __extension__({                                                                             \
        const esp_err_t nowire_rc = (x);                                                        \
        if (unlikely(nowire_rc != ESP_OK))                                                      \
            _esp_error_check_failed_without_abort(nowire_rc, __FILE__, __LINE__, __func__, #x); \
        nowire_rc;                                                                              \
    })
#endif
