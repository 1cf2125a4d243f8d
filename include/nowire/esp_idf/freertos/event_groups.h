#pragma once

#include "freertos/FreeRTOS.h"
#include "freertos/timers.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A number, not an address: see TaskHandle_t. */
typedef struct EventGroupDef_t* EventGroupHandle_t;
/* 24 bits. The upper eight must not be used: to set or await them aborts, as on the chip. */
typedef TickType_t EventBits_t;

EventGroupHandle_t xEventGroupCreate(void);
/* The memory given is not used. NULL: none was given. */
EventGroupHandle_t xEventGroupCreateStatic(StaticEventGroup_t* pxEventGroupBuffer);
/* Those that wait go on with 0. */
void vEventGroupDelete(EventGroupHandle_t xEventGroup);

/* The bits when the wait ended, before any were cleared; at a timeout, the bits then. */
EventBits_t xEventGroupWaitBits(EventGroupHandle_t xEventGroup, EventBits_t uxBitsToWaitFor, BaseType_t xClearOnExit,
                                BaseType_t xWaitForAllBits, TickType_t xTicksToWait);
EventBits_t xEventGroupSetBits(EventGroupHandle_t xEventGroup, EventBits_t uxBitsToSet);
/* The bits before. */
EventBits_t xEventGroupClearBits(EventGroupHandle_t xEventGroup, EventBits_t uxBitsToClear);
EventBits_t xEventGroupSync(EventGroupHandle_t xEventGroup, EventBits_t uxBitsToSet, EventBits_t uxBitsToWaitFor,
                            TickType_t xTicksToWait);
EventBits_t xEventGroupGetBitsFromISR(EventGroupHandle_t xEventGroup);
#define xEventGroupGetBits(group) xEventGroupClearBits(group, 0)

/* These two are done by the timer task. pdFAIL: its queue is full. */
BaseType_t xEventGroupSetBitsFromISR(EventGroupHandle_t xEventGroup, EventBits_t uxBitsToSet,
                                     BaseType_t* pxHigherPriorityTaskWoken);
BaseType_t xEventGroupClearBitsFromISR(EventGroupHandle_t xEventGroup, EventBits_t uxBitsToClear);

#ifdef __cplusplus
}
#endif
