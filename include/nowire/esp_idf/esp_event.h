#pragma once

#include "esp_err.h"
#include "esp_event_base.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"
#include "freertos/semphr.h"
#include "freertos/task.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Events: who posts one needs not know who handles it. A loop hands each to the handlers registered for it, one after
 * another in the order of their registration, whatever they are registered for, in the loop's task and with nothing
 * locked: a handler may call anything. Handlers that are registered while an event is handed on get the next one.
 * Events that wait for a loop with a task keep the program alive.
 *
 * All functions are thread-safe. A loop that is NULL or was deleted: ESP_ERR_INVALID_ARG, where the chip aborts. No
 * default loop: ESP_ERR_INVALID_STATE. */

typedef struct {
    int32_t queue_size;        /* events that wait at most */
    const char* task_name;     /* copied; NULL: no task, esp_event_loop_run() hands the events on */
    UBaseType_t task_priority; /* of the task, as xTaskCreate() takes it */
    uint32_t task_stack_size;  /* has no effect, as xTaskCreate()'s */
    BaseType_t task_core_id;   /* has no effect, as xTaskCreatePinnedToCore()'s */
} esp_event_loop_args_t;

/* ESP_ERR_INVALID_ARG: a pointer is NULL, or a queue of no events. ESP_FAIL: the system has no thread for the task. */
esp_err_t esp_event_loop_create(const esp_event_loop_args_t* event_loop_args, esp_event_loop_handle_t* event_loop);
/* Events that wait are dropped. Returns when the handler that is running, if any, has returned; called by a handler of
 * the loop itself it returns at once, and the loop ends after that handler. Who waits to post gets
 * ESP_ERR_INVALID_STATE. */
esp_err_t esp_event_loop_delete(esp_event_loop_handle_t event_loop);

/* The loop that gets the events of Wi-Fi, with a queue of CONFIG_ESP_SYSTEM_EVENT_QUEUE_SIZE and the task "sys_evt" of
 * priority 20. ESP_ERR_INVALID_STATE: there is one. */
esp_err_t esp_event_loop_create_default(void);
esp_err_t esp_event_loop_delete_default(void);

/* Hands the events of a loop on, in the calling task, for `ticks_to_run`; when an event is handed on as that ends, it
 * returns after its last handler. Of several tasks that run a loop one hands on at a time; a handler may run its own
 * loop. ESP_ERR_INVALID_STATE: the loop was deleted meanwhile. */
esp_err_t esp_event_loop_run(esp_event_loop_handle_t event_loop, TickType_t ticks_to_run);

/* Registers a handler for an event, for all of a base (ESP_EVENT_ANY_ID), or for all (ESP_EVENT_ANY_BASE too). If it is
 * registered for the same in this way already, it has the new argument from now on and keeps its place.
 * ESP_ERR_INVALID_ARG: no handler, or an id of any base. */
esp_err_t esp_event_handler_register(esp_event_base_t event_base, int32_t event_id, esp_event_handler_t event_handler,
                                     void* event_handler_arg);
esp_err_t esp_event_handler_register_with(esp_event_loop_handle_t event_loop, esp_event_base_t event_base,
                                          int32_t event_id, esp_event_handler_t event_handler, void* event_handler_arg);
/* The same each time anew, however often; `instance`, which may be NULL, is what unregisters it. */
esp_err_t esp_event_handler_instance_register(esp_event_base_t event_base, int32_t event_id,
                                              esp_event_handler_t event_handler, void* event_handler_arg,
                                              esp_event_handler_instance_t* instance);
esp_err_t esp_event_handler_instance_register_with(esp_event_loop_handle_t event_loop, esp_event_base_t event_base,
                                                   int32_t event_id, esp_event_handler_t event_handler,
                                                   void* event_handler_arg, esp_event_handler_instance_t* instance);

/* The handler is not called any more. Where another task is in it, this returns after it. ESP_ERR_NOT_FOUND: it is not
 * registered for this; ESP_ERR_INVALID_ARG: an id of any base, no handler or no instance. */
esp_err_t esp_event_handler_unregister(esp_event_base_t event_base, int32_t event_id,
                                       esp_event_handler_t event_handler);
esp_err_t esp_event_handler_unregister_with(esp_event_loop_handle_t event_loop, esp_event_base_t event_base,
                                            int32_t event_id, esp_event_handler_t event_handler);
esp_err_t esp_event_handler_instance_unregister(esp_event_base_t event_base, int32_t event_id,
                                                esp_event_handler_instance_t instance);
esp_err_t esp_event_handler_instance_unregister_with(esp_event_loop_handle_t event_loop, esp_event_base_t event_base,
                                                     int32_t event_id, esp_event_handler_instance_t instance);

/* Posts an event with a copy of its data, and waits for a place in the queue for at most so long; a handler of the loop
 * does not wait, since nobody else would make room. ESP_ERR_TIMEOUT: there was none. ESP_ERR_INVALID_ARG: any base, or
 * any id. ESP_ERR_INVALID_STATE: the loop was deleted meanwhile. */
esp_err_t esp_event_post(esp_event_base_t event_base, int32_t event_id, const void* event_data, size_t event_data_size,
                         TickType_t ticks_to_wait);
esp_err_t esp_event_post_to(esp_event_loop_handle_t event_loop, esp_event_base_t event_base, int32_t event_id,
                            const void* event_data, size_t event_data_size, TickType_t ticks_to_wait);
/* For interrupts, which there are none of here; any task may call it too. Never waits; `task_unblocked`, which may be
 * NULL, is set to pdTRUE where it made a more urgent task ready. ESP_FAIL: no place. ESP_ERR_INVALID_ARG: more than 4
 * bytes. */
esp_err_t esp_event_isr_post(esp_event_base_t event_base, int32_t event_id, const void* event_data,
                             size_t event_data_size, BaseType_t* task_unblocked);
esp_err_t esp_event_isr_post_to(esp_event_loop_handle_t event_loop, esp_event_base_t event_base, int32_t event_id,
                                const void* event_data, size_t event_data_size, BaseType_t* task_unblocked);

/* A line for each loop, with the events that it got and those that found no place, and under it one for each handler,
 * with how often it was called and for how many microseconds in sum. ESP_ERR_INVALID_ARG: no stream. */
esp_err_t esp_event_dump(FILE* file);

#ifndef CONFIG_ESP_SYSTEM_EVENT_QUEUE_SIZE
#define CONFIG_ESP_SYSTEM_EVENT_QUEUE_SIZE 32
#endif
/* How the library, which was compiled before the program, learns the program's configuration: the linker takes the
 * first of these, and the program's objects come before the library. */
struct nowire_event_config {
    uint32_t queue_size;
};
extern const struct nowire_event_config nowire_event_config __attribute__((weak));
const struct nowire_event_config nowire_event_config = {CONFIG_ESP_SYSTEM_EVENT_QUEUE_SIZE};

#ifdef __cplusplus
}
#endif
