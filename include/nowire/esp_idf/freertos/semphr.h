#pragma once

#include "freertos/queue.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Semaphores are queues whose messages have no bytes, as in the kernel itself. */
typedef QueueHandle_t SemaphoreHandle_t;

#define semBINARY_SEMAPHORE_QUEUE_LENGTH ((uint8_t)1U)
#define semSEMAPHORE_QUEUE_ITEM_LENGTH ((uint8_t)0U)
#define semGIVE_BLOCK_TIME ((TickType_t)0U)

QueueHandle_t xQueueCreateMutex(uint8_t ucQueueType);
QueueHandle_t xQueueCreateMutexStatic(uint8_t ucQueueType, StaticQueue_t* pxStaticQueue);
QueueHandle_t xQueueCreateCountingSemaphore(UBaseType_t uxMaxCount, UBaseType_t uxInitialCount);
QueueHandle_t xQueueCreateCountingSemaphoreStatic(UBaseType_t uxMaxCount, UBaseType_t uxInitialCount,
                                                  StaticQueue_t* pxStaticQueue);
BaseType_t xQueueSemaphoreTake(QueueHandle_t xQueue, TickType_t xTicksToWait);
BaseType_t xQueueTakeMutexRecursive(QueueHandle_t xMutex, TickType_t xTicksToWait);
BaseType_t xQueueGiveMutexRecursive(QueueHandle_t xMutex);
BaseType_t xQueueGiveFromISR(QueueHandle_t xQueue, BaseType_t* pxHigherPriorityTaskWoken);
TaskHandle_t xQueueGetMutexHolder(QueueHandle_t xSemaphore);
TaskHandle_t xQueueGetMutexHolderFromISR(QueueHandle_t xSemaphore);

/* Made empty: give it before it can be taken. */
#define xSemaphoreCreateBinary() \
    xQueueGenericCreate((UBaseType_t)1, semSEMAPHORE_QUEUE_ITEM_LENGTH, queueQUEUE_TYPE_BINARY_SEMAPHORE)
#define xSemaphoreCreateBinaryStatic(buffer)                                                \
    xQueueGenericCreateStatic((UBaseType_t)1, semSEMAPHORE_QUEUE_ITEM_LENGTH, NULL, buffer, \
                              queueQUEUE_TYPE_BINARY_SEMAPHORE)
/* The old form, made full. */
#define vSemaphoreCreateBinary(semaphore)                         \
    do {                                                          \
        (semaphore) = xSemaphoreCreateBinary();                   \
        if ((semaphore) != NULL) (void)xSemaphoreGive(semaphore); \
    } while (0)
#define xSemaphoreCreateCounting(max_count, initial_count) xQueueCreateCountingSemaphore(max_count, initial_count)
#define xSemaphoreCreateCountingStatic(max_count, initial_count, buffer) \
    xQueueCreateCountingSemaphoreStatic(max_count, initial_count, buffer)
/* With priority inheritance. A mutex belongs to the task that took it: another that gives it aborts, as on the chip. */
#define xSemaphoreCreateMutex() xQueueCreateMutex(queueQUEUE_TYPE_MUTEX)
#define xSemaphoreCreateMutexStatic(buffer) xQueueCreateMutexStatic(queueQUEUE_TYPE_MUTEX, buffer)
#define xSemaphoreCreateRecursiveMutex() xQueueCreateMutex(queueQUEUE_TYPE_RECURSIVE_MUTEX)
#define xSemaphoreCreateRecursiveMutexStatic(buffer) xQueueCreateMutexStatic(queueQUEUE_TYPE_RECURSIVE_MUTEX, buffer)
#define vSemaphoreDelete(semaphore) vQueueDelete(semaphore)

#define xSemaphoreTake(semaphore, ticks) xQueueSemaphoreTake(semaphore, ticks)
#define xSemaphoreGive(semaphore) xQueueGenericSend(semaphore, NULL, semGIVE_BLOCK_TIME, queueSEND_TO_BACK)
#define xSemaphoreTakeRecursive(mutex, ticks) xQueueTakeMutexRecursive(mutex, ticks)
#define xSemaphoreGiveRecursive(mutex) xQueueGiveMutexRecursive(mutex)
#define xSemaphoreTakeFromISR(semaphore, woken) xQueueReceiveFromISR(semaphore, NULL, woken)
#define xSemaphoreGiveFromISR(semaphore, woken) xQueueGiveFromISR(semaphore, woken)
#define xSemaphoreGetMutexHolder(semaphore) xQueueGetMutexHolder(semaphore)
#define xSemaphoreGetMutexHolderFromISR(semaphore) xQueueGetMutexHolderFromISR(semaphore)
#define uxSemaphoreGetCount(semaphore) uxQueueMessagesWaiting(semaphore)
#define uxSemaphoreGetCountFromISR(semaphore) uxQueueMessagesWaitingFromISR(semaphore)

#ifdef __cplusplus
}
#endif
