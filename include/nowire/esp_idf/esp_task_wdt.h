#pragma once

#include "esp_err.h"
#include "esp_idf_version.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The watchdog of tasks: who subscribes must reset it in time, on the air's clock, all subscribers at least once in
 * each period. When one did not, a message on the log names it, and with trigger_panic the program aborts. It watches
 * from the program's start, with 5 s and without panic, as ESP-IDF's default configuration has it, but not the idle
 * tasks, of which there are none. A task that has ended is not waited for.
 *
 * On an air whose time stands while tasks compute, it sees tasks that wait too long, but none that compute too long.
 *
 * All functions are thread-safe. ESP_ERR_INVALID_STATE: after esp_task_wdt_deinit(). */

typedef struct {
    uint32_t timeout_ms;
    uint32_t idle_core_mask; /* has no effect: there are no idle tasks */
    bool trigger_panic;
} esp_task_wdt_config_t;

typedef struct esp_task_wdt_user_handle_s* esp_task_wdt_user_handle_t;

/* Another timeout, from now on. ESP_ERR_INVALID_ARG: NULL, or no timeout. */
esp_err_t esp_task_wdt_reconfigure(const esp_task_wdt_config_t* config);
/* Before ESP-IDF 5: in seconds, and again as often as one likes. */
#if NOWIRE_IDF_VERSION < ESP_IDF_VERSION_VAL(5, 0, 0)
static inline esp_err_t esp_task_wdt_init(uint32_t timeout, bool panic) {
    const esp_task_wdt_config_t config = {timeout * 1000, 0, panic};
    return esp_task_wdt_reconfigure(&config);
}
#else
/* ESP_ERR_INVALID_STATE: it runs, as it does from the program's start. ESP_ERR_INVALID_ARG: NULL, or no timeout. */
esp_err_t esp_task_wdt_init(const esp_task_wdt_config_t* config);
#endif
/* ESP_ERR_INVALID_STATE: it does not run, or somebody is subscribed. */
esp_err_t esp_task_wdt_deinit(void);

/* Subscribes a task, NULL for the caller. ESP_ERR_INVALID_ARG: it is subscribed, or there is no such task.
 * ESP_ERR_NO_MEM: the system has no thread for the watchdog. */
esp_err_t esp_task_wdt_add(TaskHandle_t task_handle);
/* For the calling task. ESP_ERR_NOT_FOUND: it is not subscribed. */
esp_err_t esp_task_wdt_reset(void);
/* ESP_ERR_NOT_FOUND: it is not subscribed. ESP_ERR_INVALID_ARG: there is no such task. */
esp_err_t esp_task_wdt_delete(TaskHandle_t task_handle);
esp_err_t esp_task_wdt_status(TaskHandle_t task_handle);

/* The same for a part of the program that is no task; the name is copied. ESP_ERR_INVALID_ARG: a pointer is NULL;
 * ESP_ERR_NOT_FOUND: no such user. */
esp_err_t esp_task_wdt_add_user(const char* user_name, esp_task_wdt_user_handle_t* user_handle_ret);
esp_err_t esp_task_wdt_reset_user(esp_task_wdt_user_handle_t user_handle);
esp_err_t esp_task_wdt_delete_user(esp_task_wdt_user_handle_t user_handle);

/* Called when the watchdog is not reset in time: a program may define it. The library's own does nothing. */
void esp_task_wdt_isr_user_handler(void);

#ifdef __cplusplus
}
#endif
