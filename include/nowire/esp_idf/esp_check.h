#pragma once

#include "esp_compiler.h"
#include "esp_err.h"
#include "esp_log.h"

/* Each logs `format` at error level, with function and line before it, where an answer is not ESP_OK or a condition is
 * false, and leaves the function: RETURN with a value, GOTO with the value in the caller's variable `ret`. */
#define ESP_RETURN_ON_ERROR(x, log_tag, format, ...)                                             \
    do {                                                                                         \
        const esp_err_t nowire_rc = (x);                                                         \
        if (unlikely(nowire_rc != ESP_OK)) {                                                     \
            ESP_LOGE(log_tag, "%s(%d): " format, __func__, __LINE__ __VA_OPT__(, ) __VA_ARGS__); \
            return nowire_rc;                                                                    \
        }                                                                                        \
    } while (0)

#define ESP_GOTO_ON_ERROR(x, goto_tag, log_tag, format, ...)                                     \
    do {                                                                                         \
        const esp_err_t nowire_rc = (x);                                                         \
        if (unlikely(nowire_rc != ESP_OK)) {                                                     \
            ESP_LOGE(log_tag, "%s(%d): " format, __func__, __LINE__ __VA_OPT__(, ) __VA_ARGS__); \
            ret = nowire_rc;                                                                     \
            goto goto_tag;                                                                       \
        }                                                                                        \
    } while (0)

#define ESP_RETURN_ON_FALSE(condition, err_code, log_tag, format, ...)                           \
    do {                                                                                         \
        if (unlikely(!(condition))) {                                                            \
            ESP_LOGE(log_tag, "%s(%d): " format, __func__, __LINE__ __VA_OPT__(, ) __VA_ARGS__); \
            return err_code;                                                                     \
        }                                                                                        \
    } while (0)

#define ESP_GOTO_ON_FALSE(condition, err_code, goto_tag, log_tag, format, ...)                   \
    do {                                                                                         \
        if (unlikely(!(condition))) {                                                            \
            ESP_LOGE(log_tag, "%s(%d): " format, __func__, __LINE__ __VA_OPT__(, ) __VA_ARGS__); \
            ret = err_code;                                                                      \
            goto goto_tag;                                                                       \
        }                                                                                        \
    } while (0)

/* For functions without a value. */
#define ESP_RETURN_VOID_ON_ERROR(x, log_tag, format, ...)                                        \
    do {                                                                                         \
        if (unlikely((x) != ESP_OK)) {                                                           \
            ESP_LOGE(log_tag, "%s(%d): " format, __func__, __LINE__ __VA_OPT__(, ) __VA_ARGS__); \
            return;                                                                              \
        }                                                                                        \
    } while (0)

#define ESP_RETURN_VOID_ON_FALSE(condition, log_tag, format, ...)                                \
    do {                                                                                         \
        if (unlikely(!(condition))) {                                                            \
            ESP_LOGE(log_tag, "%s(%d): " format, __func__, __LINE__ __VA_OPT__(, ) __VA_ARGS__); \
            return;                                                                              \
        }                                                                                        \
    } while (0)

/* No interrupts here: what an interrupt handler may call is what a task may. */
#define ESP_RETURN_ON_ERROR_ISR ESP_RETURN_ON_ERROR
#define ESP_GOTO_ON_ERROR_ISR ESP_GOTO_ON_ERROR
#define ESP_RETURN_ON_FALSE_ISR ESP_RETURN_ON_FALSE
#define ESP_GOTO_ON_FALSE_ISR ESP_GOTO_ON_FALSE
