#pragma once

/* What ESP-IDF adds to the kernel. Where memory comes from makes no difference here, so the ...WithCaps functions are
 * those without. */

#include "freertos/event_groups.h"
#include "freertos/message_buffer.h"
#include "freertos/queue.h"
#include "freertos/semphr.h"
#include "freertos/stream_buffer.h"
#include "freertos/task.h"

#define xTaskCreatePinnedToCoreWithCaps(code, name, stack_depth, parameters, priority, created, core, caps) \
    ((void)(caps), xTaskCreatePinnedToCore(code, name, stack_depth, parameters, priority, created, core))
#define xTaskCreateWithCaps(code, name, stack_depth, parameters, priority, created, caps) \
    ((void)(caps), xTaskCreate(code, name, stack_depth, parameters, priority, created))
#define vTaskDeleteWithCaps(task) vTaskDelete(task)
#define xQueueCreateWithCaps(length, item_size, caps) ((void)(caps), xQueueCreate(length, item_size))
#define vQueueDeleteWithCaps(queue) vQueueDelete(queue)
#define xSemaphoreCreateBinaryWithCaps(caps) ((void)(caps), xSemaphoreCreateBinary())
#define xSemaphoreCreateCountingWithCaps(max_count, initial_count, caps) \
    ((void)(caps), xSemaphoreCreateCounting(max_count, initial_count))
#define xSemaphoreCreateMutexWithCaps(caps) ((void)(caps), xSemaphoreCreateMutex())
#define xSemaphoreCreateRecursiveMutexWithCaps(caps) ((void)(caps), xSemaphoreCreateRecursiveMutex())
#define vSemaphoreDeleteWithCaps(semaphore) vSemaphoreDelete(semaphore)
#define xStreamBufferCreateWithCaps(size, trigger_level, caps) ((void)(caps), xStreamBufferCreate(size, trigger_level))
#define vStreamBufferDeleteWithCaps(buffer) vStreamBufferDelete(buffer)
#define xMessageBufferCreateWithCaps(size, caps) ((void)(caps), xMessageBufferCreate(size))
#define vMessageBufferDeleteWithCaps(buffer) vMessageBufferDelete(buffer)
#define xEventGroupCreateWithCaps(caps) ((void)(caps), xEventGroupCreate())
#define vEventGroupDeleteWithCaps(group) vEventGroupDelete(group)
