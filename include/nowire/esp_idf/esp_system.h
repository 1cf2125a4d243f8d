#pragma once

#include "esp_attr.h"
#include "esp_bit_defs.h"
#include "esp_err.h"
#include "esp_idf_version.h"

#include <sdkconfig.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if ESP_IDF_VERSION < ESP_IDF_VERSION_VAL(5, 0, 0)
/* What 5.0 took out of this header. */
#include "esp_chip_info.h"
#include "esp_mac.h"
#include "esp_random.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    ESP_RST_UNKNOWN = 0,
    ESP_RST_POWERON = 1, /* the process was started */
    ESP_RST_EXT = 2,
    ESP_RST_SW = 3, /* esp_restart() */
    ESP_RST_PANIC = 4,
    ESP_RST_INT_WDT = 5,
    ESP_RST_TASK_WDT = 6,
    ESP_RST_WDT = 7,
    ESP_RST_DEEPSLEEP = 8, /* out of deep sleep: esp_sleep.h */
    ESP_RST_BROWNOUT = 9,
    ESP_RST_SDIO = 10,
    ESP_RST_USB = 11,
    ESP_RST_JTAG = 12,
    ESP_RST_EFUSE = 13,
    ESP_RST_PWR_GLITCH = 14,
    ESP_RST_CPU_LOCKUP = 15
} esp_reset_reason_t;

typedef void (*shutdown_handler_t)(void);

/* Calls the shutdown handlers, the last registered first, and starts the program anew in the same process, with the
 * same arguments and environment: what is in RTC_NOINIT_ATTR and __NOINIT_ATTR variables is kept (esp_attr.h),
 * everything else begins again. Does not return. Where the system refuses, it says so on stderr and aborts. */
void esp_restart(void) __attribute__((noreturn));

/* `handle` is called by esp_restart(), in the task that calls that. ESP_ERR_INVALID_STATE: it is registered already;
 * ESP_ERR_NO_MEM: five are; ESP_ERR_INVALID_ARG: NULL. Thread-safe. */
esp_err_t esp_register_shutdown_handler(shutdown_handler_t handle);
/* ESP_ERR_INVALID_STATE: it is not registered. */
esp_err_t esp_unregister_shutdown_handler(shutdown_handler_t handle);

/* Why the program began: ESP_RST_POWERON, ESP_RST_SW or ESP_RST_DEEPSLEEP. Thread-safe. */
esp_reset_reason_t esp_reset_reason(void);

/* Bytes of a heap of 300 KiB less what the program has taken since it began; at least 0. A computer's heap has no such
 * end: malloc() does not fail where this says 0. Thread-safe. */
uint32_t esp_get_free_heap_size(void);
uint32_t esp_get_free_internal_heap_size(void);
/* The lowest of what these functions and those of esp_heap_caps.h found so far. */
uint32_t esp_get_minimum_free_heap_size(void);

/* Tells `details` on stdout and aborts. */
void esp_system_abort(const char* details) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif
