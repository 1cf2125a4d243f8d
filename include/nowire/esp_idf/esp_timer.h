#pragma once

#include "esp_err.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Timers on the air's clock, in microseconds since the program began. Their callbacks run one after another in a task
 * of their own, "esp_timer" of priority 22, in the order of their times; of the same time, in the order in which they
 * were started. An alarm that has been set keeps the program alive, though its tasks have ended.
 *
 * All functions are thread-safe. A callback may call any of them. */

/* A number, not an address. One of a timer that was deleted answers ESP_ERR_INVALID_ARG, as NULL does. */
typedef struct esp_timer* esp_timer_handle_t;

typedef void (*esp_timer_cb_t)(void* arg);

/* Who calls the callback. There are no interrupts here, so there is no ESP_TIMER_ISR; ESP-IDF has it only where
 * CONFIG_ESP_TIMER_SUPPORTS_ISR_DISPATCH_METHOD is set. */
typedef enum {
    ESP_TIMER_TASK, /* the task "esp_timer" */
    ESP_TIMER_MAX
} esp_timer_dispatch_t;

typedef struct {
    esp_timer_cb_t callback;
    void* arg; /* for the callback */
    esp_timer_dispatch_t dispatch_method;
    const char* name;           /* for esp_timer_dump(); copied; may be NULL */
    bool skip_unhandled_events; /* a periodic timer that is late by two periods or more calls once and goes on from then
                                 */
} esp_timer_create_args_t;

/* ESP_ERR_INVALID_ARG: a pointer is NULL, the callback too, or there is no such method. ESP_ERR_NO_MEM: the system has
 * no thread for the task. */
esp_err_t esp_timer_create(const esp_timer_create_args_t* create_args, esp_timer_handle_t* out_handle);
/* ESP_ERR_INVALID_STATE: it is running. */
esp_err_t esp_timer_delete(esp_timer_handle_t timer);

/* Calls back once, `timeout_us` from now on. ESP_ERR_INVALID_STATE: it is running. */
esp_err_t esp_timer_start_once(esp_timer_handle_t timer, uint64_t timeout_us);
/* Calls back every `period` from now on, at the exact multiples, late callbacks or not. A period below 50 is 50, as on
 * the ESP32. ESP_ERR_INVALID_STATE: it is running. */
esp_err_t esp_timer_start_periodic(esp_timer_handle_t timer, uint64_t period);
/* Sets the alarm of a running timer anew: `timeout_us` from now on, and, of a periodic one, every `timeout_us` then.
 * ESP_ERR_INVALID_STATE: it is not running. */
esp_err_t esp_timer_restart(esp_timer_handle_t timer, uint64_t timeout_us);
/* A callback that has begun goes on. ESP_ERR_INVALID_STATE: it is not running. */
esp_err_t esp_timer_stop(esp_timer_handle_t timer);

/* Whether its alarm is set; false for a timer that was deleted, and for NULL. */
bool esp_timer_is_active(esp_timer_handle_t timer);
/* The period of a running periodic timer, else 0. */
esp_err_t esp_timer_get_period(esp_timer_handle_t timer, uint64_t* period);
/* When a timer that was started once calls back, since the program began; 0 where it is not running.
 * ESP_ERR_NOT_SUPPORTED: it is a periodic one, and running. */
esp_err_t esp_timer_get_expiry_time(esp_timer_handle_t timer, uint64_t* expiry);

/* Since the program began. */
int64_t esp_timer_get_time(void);
/* When the next alarm is, since the program began; INT64_MAX where none is set. */
int64_t esp_timer_get_next_alarm(void);
/* The same without the timers that skip events. */
int64_t esp_timer_get_next_alarm_for_wake_up(void);

/* A line for each timer: name, or handle; period, or 0; next alarm, or 0; how often it was started; how often it called
 * back. ESP_ERR_INVALID_ARG: no stream. */
esp_err_t esp_timer_dump(FILE* stream);

#ifdef __cplusplus
}
#endif
