#pragma once

#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A number, not an address: see TaskHandle_t. */
typedef struct tmrTimerControl* TimerHandle_t;
typedef void (*TimerCallbackFunction_t)(TimerHandle_t xTimer);
typedef void (*PendedFunction_t)(void* first, uint32_t second);

/* Callbacks run in the task "Tmr Svc", which is made with the first timer. The functions that change a timer send it a
 * command and return before it is obeyed, unless that task is the more urgent one. A program whose tasks have all ended
 * goes on while a timer runs. */

/* NULL: a period of 0, or no callback. */
TimerHandle_t xTimerCreate(const char* pcTimerName, TickType_t xTimerPeriodInTicks, BaseType_t xAutoReload,
                           void* pvTimerID, TimerCallbackFunction_t pxCallbackFunction);
/* The memory given is not used. NULL also: none was given. */
TimerHandle_t xTimerCreateStatic(const char* pcTimerName, TickType_t xTimerPeriodInTicks, BaseType_t xAutoReload,
                                 void* pvTimerID, TimerCallbackFunction_t pxCallbackFunction,
                                 StaticTimer_t* pxTimerBuffer);

/* pdFAIL: the timer was deleted, or there was no room in the queue of commands for that many ticks. */
BaseType_t xTimerStart(TimerHandle_t xTimer, TickType_t xTicksToWait);
BaseType_t xTimerStop(TimerHandle_t xTimer, TickType_t xTicksToWait);
BaseType_t xTimerReset(TimerHandle_t xTimer, TickType_t xTicksToWait);
BaseType_t xTimerChangePeriod(TimerHandle_t xTimer, TickType_t xNewPeriod, TickType_t xTicksToWait);
BaseType_t xTimerDelete(TimerHandle_t xTimer, TickType_t xTicksToWait);
BaseType_t xTimerStartFromISR(TimerHandle_t xTimer, BaseType_t* pxHigherPriorityTaskWoken);
BaseType_t xTimerStopFromISR(TimerHandle_t xTimer, BaseType_t* pxHigherPriorityTaskWoken);
BaseType_t xTimerResetFromISR(TimerHandle_t xTimer, BaseType_t* pxHigherPriorityTaskWoken);
BaseType_t xTimerChangePeriodFromISR(TimerHandle_t xTimer, TickType_t xNewPeriod,
                                     BaseType_t* pxHigherPriorityTaskWoken);

BaseType_t xTimerIsTimerActive(TimerHandle_t xTimer);
void* pvTimerGetTimerID(TimerHandle_t xTimer);
void vTimerSetTimerID(TimerHandle_t xTimer, void* pvNewID);
/* NULL where the timer was deleted. */
const char* pcTimerGetName(TimerHandle_t xTimer);
#define pcTimerGetTimerName(timer) pcTimerGetName(timer)
TickType_t xTimerGetPeriod(TimerHandle_t xTimer);
/* Undefined for one that does not run. */
TickType_t xTimerGetExpiryTime(TimerHandle_t xTimer);
void vTimerSetReloadMode(TimerHandle_t xTimer, BaseType_t xAutoReload);
UBaseType_t uxTimerGetReloadMode(TimerHandle_t xTimer);
BaseType_t xTimerGetReloadMode(TimerHandle_t xTimer);
TaskHandle_t xTimerGetTimerDaemonTaskHandle(void);

/* The timer task calls the function. */
BaseType_t xTimerPendFunctionCall(PendedFunction_t xFunctionToPend, void* pvParameter1, uint32_t ulParameter2,
                                  TickType_t xTicksToWait);
BaseType_t xTimerPendFunctionCallFromISR(PendedFunction_t xFunctionToPend, void* pvParameter1, uint32_t ulParameter2,
                                         BaseType_t* pxHigherPriorityTaskWoken);

#ifdef __cplusplus
}
#endif
