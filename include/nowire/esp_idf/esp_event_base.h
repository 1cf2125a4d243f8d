#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a part of a program calls its events: compared as a pointer, not as a text. */
typedef const char* esp_event_base_t;
/* Numbers, not addresses. One of what was deleted answers with an error. */
typedef void* esp_event_loop_handle_t;
typedef void* esp_event_handler_instance_t;

/* `event_data` is the copy that was made when the event was posted, NULL where it has no data; valid during the call.
 */
typedef void (*esp_event_handler_t)(void* event_handler_arg, esp_event_base_t event_base, int32_t event_id,
                                    void* event_data);

#ifdef __cplusplus
}
#endif

#define ESP_EVENT_DECLARE_BASE(id) extern esp_event_base_t const id
#define ESP_EVENT_DEFINE_BASE(id) esp_event_base_t const id = #id

/* For handlers: all bases, with ESP_EVENT_ANY_ID alone, and all events of a base. */
#define ESP_EVENT_ANY_BASE NULL
#define ESP_EVENT_ANY_ID -1
