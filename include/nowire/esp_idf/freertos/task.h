#pragma once

#include "freertos/FreeRTOS.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A number, not an address. It stays the task's own when that has been deleted: functions that are given it then say so
 * in the log, do nothing, and return what is failure for them. NULL is the calling task where a task is asked for. */
typedef struct tskTaskControlBlock* TaskHandle_t;

typedef enum {
    eRunning = 0, /* it has the core, or is in a long computation or a call of the system */
    eReady,
    eBlocked,
    eSuspended,
    eDeleted,
    eInvalid
} eTaskState;

typedef enum { eNoAction = 0, eSetBits, eIncrement, eSetValueWithOverwrite, eSetValueWithoutOverwrite } eNotifyAction;

typedef struct xTASK_STATUS {
    TaskHandle_t xHandle;
    const char* pcTaskName; /* while the task lives */
    UBaseType_t xTaskNumber;
    eTaskState eCurrentState;
    UBaseType_t uxCurrentPriority;
    UBaseType_t uxBasePriority;
    configRUN_TIME_COUNTER_TYPE ulRunTimeCounter; /* ulTaskGetRunTimeCounter(); 0 without run time statistics */
    StackType_t* pxStackBase;                     /* always NULL */
    uint32_t usStackHighWaterMark;
    BaseType_t xCoreID;
} TaskStatus_t;

typedef struct xTIME_OUT {
    BaseType_t xOverflowCount;
    TickType_t xTimeOnEntering;
} TimeOut_t;

typedef void (*TlsDeleteCallbackFunction_t)(int index, void* pointer);

#define tskIDLE_PRIORITY ((UBaseType_t)0U)
#define tskNO_AFFINITY ((BaseType_t)0x7FFFFFFF)
#define taskSCHEDULER_SUSPENDED ((BaseType_t)0)
#define taskSCHEDULER_NOT_STARTED ((BaseType_t)1)
#define taskSCHEDULER_RUNNING ((BaseType_t)2)

#define taskYIELD() portYIELD()
#define taskENTER_CRITICAL(mux) portENTER_CRITICAL(mux)
#define taskEXIT_CRITICAL(mux) portEXIT_CRITICAL(mux)
#define taskENTER_CRITICAL_ISR(mux) portENTER_CRITICAL_ISR(mux)
#define taskEXIT_CRITICAL_ISR(mux) portEXIT_CRITICAL_ISR(mux)
#define taskENTER_CRITICAL_FROM_ISR() portSET_INTERRUPT_MASK_FROM_ISR()
#define taskEXIT_CRITICAL_FROM_ISR(before) portCLEAR_INTERRUPT_MASK_FROM_ISR(before)

/* usStackDepth is in bytes, and has no effect: a task has a megabyte, because a Linux C library needs more than the
 * chip's. A priority of configMAX_PRIORITIES or more becomes the highest. A task is not bound to a core: all have one
 * in turn, and xCoreID says no more than what xPortGetCoreID() answers. pdPASS, or
 * errCOULD_NOT_ALLOCATE_REQUIRED_MEMORY: the system has no more threads, or pvTaskCode is NULL. */
BaseType_t xTaskCreatePinnedToCore(TaskFunction_t pvTaskCode, const char* pcName, uint32_t usStackDepth,
                                   void* pvParameters, UBaseType_t uxPriority, TaskHandle_t* pvCreatedTask,
                                   BaseType_t xCoreID);
/* The same; the memory given is not used. NULL: no thread, or a pointer is NULL. */
TaskHandle_t xTaskCreateStaticPinnedToCore(TaskFunction_t pvTaskCode, const char* pcName, uint32_t ulStackDepth,
                                           void* pvParameters, UBaseType_t uxPriority, StackType_t* pxStackBuffer,
                                           StaticTask_t* pxTaskBuffer, BaseType_t xCoreID);
static inline BaseType_t xTaskCreate(TaskFunction_t pvTaskCode, const char* pcName, uint32_t usStackDepth,
                                     void* pvParameters, UBaseType_t uxPriority, TaskHandle_t* pxCreatedTask) {
    return xTaskCreatePinnedToCore(pvTaskCode, pcName, usStackDepth, pvParameters, uxPriority, pxCreatedTask,
                                   tskNO_AFFINITY);
}
static inline TaskHandle_t xTaskCreateStatic(TaskFunction_t pvTaskCode, const char* pcName, uint32_t ulStackDepth,
                                             void* pvParameters, UBaseType_t uxPriority, StackType_t* puxStackBuffer,
                                             StaticTask_t* pxTaskBuffer) {
    return xTaskCreateStaticPinnedToCore(pvTaskCode, pcName, ulStackDepth, pvParameters, uxPriority, puxStackBuffer,
                                         pxTaskBuffer, tskNO_AFFINITY);
}

/* The calling task ends at once and the call does not return; C++ objects on its stack are destroyed. Another task ends
 * at its next call into the chip, or at once where it waits in one. */
void vTaskDelete(TaskHandle_t xTaskToDelete);

/* Until that many ticks have come; 0 lets tasks of the same priority run. A task that was suspended and resumed
 * meanwhile goes on at once, as on the chip. */
void vTaskDelay(TickType_t xTicksToDelay);
/* Until *pxPreviousWakeTime + xTimeIncrement, which becomes *pxPreviousWakeTime. pdFALSE: that was past already. */
BaseType_t xTaskDelayUntil(TickType_t* pxPreviousWakeTime, TickType_t xTimeIncrement);
#define vTaskDelayUntil(pxPreviousWakeTime, xTimeIncrement)        \
    do {                                                           \
        (void)xTaskDelayUntil(pxPreviousWakeTime, xTimeIncrement); \
    } while (0)
/* Ends another task's wait as if its time had come. pdFAIL: it does not wait. */
BaseType_t xTaskAbortDelay(TaskHandle_t xTask);

UBaseType_t uxTaskPriorityGet(TaskHandle_t xTask);
UBaseType_t uxTaskPriorityGetFromISR(TaskHandle_t xTask);
void vTaskPrioritySet(TaskHandle_t xTask, UBaseType_t uxNewPriority);

/* Another task stops at its next call into the chip, or where it waits in one. */
void vTaskSuspend(TaskHandle_t xTaskToSuspend);
void vTaskResume(TaskHandle_t xTaskToResume);
/* pdTRUE: the task is more urgent than the one that was interrupted. */
BaseType_t xTaskResumeFromISR(TaskHandle_t xTaskToResume);

/* As a critical section without a lock, except that waiting functions refuse any time to wait, even where they need
 * none. Counted. */
void vTaskSuspendAll(void);
/* pdTRUE: somebody more urgent has had the core before it returned. */
BaseType_t xTaskResumeAll(void);
BaseType_t xTaskGetSchedulerState(void);

/* Ticks since the chip began, on the air's clock. */
TickType_t xTaskGetTickCount(void);
TickType_t xTaskGetTickCountFromISR(void);

TaskHandle_t xTaskGetCurrentTaskHandle(void);
#define xTaskGetCurrentTaskHandleForCPU(cpu) xTaskGetCurrentTaskHandleForCore(cpu)
/* NULL for the second core, which never runs anything. */
TaskHandle_t xTaskGetCurrentTaskHandleForCore(BaseType_t xCoreID);
TaskHandle_t xTaskGetHandle(const char* pcNameToQuery);
/* NULL where the task was deleted; else valid while it lives. */
char* pcTaskGetName(TaskHandle_t xTaskToQuery);
#define pcTaskGetTaskName(xTask) pcTaskGetName(xTask)
eTaskState eTaskGetState(TaskHandle_t xTask);
/* The library's own tasks among them, once they exist; threads that the program made by itself are not. */
UBaseType_t uxTaskGetNumberOfTasks(void);
/* The stack size, in bytes, that was given when the task was made: how much of it the chip's code would leave free
 * cannot be known here. 0: the task was made by nobody's xTaskCreate. */
UBaseType_t uxTaskGetStackHighWaterMark(TaskHandle_t xTask);
uint32_t uxTaskGetStackHighWaterMark2(TaskHandle_t xTask);
/* The core that the task is pinned to, or tskNO_AFFINITY. */
BaseType_t xTaskGetCoreID(TaskHandle_t xTask);
#define xTaskGetAffinity(xTask) xTaskGetCoreID(xTask)
void vTaskGetInfo(TaskHandle_t xTask, TaskStatus_t* pxTaskStatus, BaseType_t xGetFreeStackSpace, eTaskState eState);
/* 0: there are more than uxArraySize. *pulTotalRunTime: microseconds since the chip began, 0 without run time
 * statistics. */
UBaseType_t uxTaskGetSystemState(TaskStatus_t* pxTaskStatusArray, UBaseType_t uxArraySize,
                                 configRUN_TIME_COUNTER_TYPE* pulTotalRunTime);
/* A line a task: name, state, priority, stack, number. 40 bytes a task are enough. */
void vTaskList(char* pcWriteBuffer);

#if !configGENERATE_RUN_TIME_STATS
configRUN_TIME_COUNTER_TYPE ulTaskGetRunTimeCounter(TaskHandle_t xTask)
    __attribute__((error("it needs CONFIG_FREERTOS_GENERATE_RUN_TIME_STATS=y")));
configRUN_TIME_COUNTER_TYPE ulTaskGetIdleRunTimeCounter(void)
    __attribute__((error("it needs CONFIG_FREERTOS_GENERATE_RUN_TIME_STATS=y")));
configRUN_TIME_COUNTER_TYPE ulTaskGetIdleRunTimePercent(void)
    __attribute__((error("it needs CONFIG_FREERTOS_GENERATE_RUN_TIME_STATS=y")));
configRUN_TIME_COUNTER_TYPE ulTaskGetIdleRunTimeCounterForCore(BaseType_t xCoreID)
    __attribute__((error("it needs CONFIG_FREERTOS_GENERATE_RUN_TIME_STATS=y")));
configRUN_TIME_COUNTER_TYPE ulTaskGetIdleRunTimePercentForCore(BaseType_t xCoreID)
    __attribute__((error("it needs CONFIG_FREERTOS_GENERATE_RUN_TIME_STATS=y")));
#else
/* Run time statistics, with CONFIG_FREERTOS_GENERATE_RUN_TIME_STATS: for how many microseconds of the air's clock, that
 * of esp_timer, a task has run. That is the computer's own time on an air that keeps to it. On one that goes from event
 * to event a computation takes none, and a task only that for which it polls; there the values are the same each time.
 * They wrap after 71 minutes, as on the chip. 0: there is no such task. */
configRUN_TIME_COUNTER_TYPE ulTaskGetRunTimeCounter(TaskHandle_t xTask);
/* For how long no task ran, though there are no idle tasks. */
configRUN_TIME_COUNTER_TYPE ulTaskGetIdleRunTimeCounter(void);
/* The same of the time since the chip began, in percent, rounded down. */
configRUN_TIME_COUNTER_TYPE ulTaskGetIdleRunTimePercent(void);
/* The second core never runs anything: it is idle all the time. */
configRUN_TIME_COUNTER_TYPE ulTaskGetIdleRunTimeCounterForCore(BaseType_t xCoreID);
configRUN_TIME_COUNTER_TYPE ulTaskGetIdleRunTimePercentForCore(BaseType_t xCoreID);
#endif
#if !configGENERATE_RUN_TIME_STATS || !configUSE_STATS_FORMATTING_FUNCTIONS
void vTaskGetRunTimeStats(char* pcWriteBuffer)
    __attribute__((error("it needs CONFIG_FREERTOS_GENERATE_RUN_TIME_STATS=y, CONFIG_FREERTOS_USE_TRACE_FACILITY=y and "
                         "CONFIG_FREERTOS_USE_STATS_FORMATTING_FUNCTIONS=y")));
#else
/* A line a task: name, microseconds, percent. 40 bytes a task are enough. */
void vTaskGetRunTimeStats(char* pcWriteBuffer);
#endif

void vTaskSetTimeOutState(TimeOut_t* pxTimeOut);
BaseType_t xTaskCheckForTimeOut(TimeOut_t* pxTimeOut, TickType_t* pxTicksToWait);

/* Indices from 0 to configNUM_THREAD_LOCAL_STORAGE_POINTERS - 1; with others nothing happens, and NULL is read. */
void vTaskSetThreadLocalStoragePointer(TaskHandle_t xTaskToSet, BaseType_t xIndex, void* pvValue);
/* The callback runs in the timer task after the task has ended. */
void vTaskSetThreadLocalStoragePointerAndDelCallback(TaskHandle_t xTaskToSet, BaseType_t xIndex, void* pvValue,
                                                     TlsDeleteCallbackFunction_t pvDelCallback);
void* pvTaskGetThreadLocalStoragePointer(TaskHandle_t xTaskToQuery, BaseType_t xIndex);

/* Notifications. An index of configTASK_NOTIFICATION_ARRAY_ENTRIES or more aborts, as on the chip. */
#define tskDEFAULT_INDEX_TO_NOTIFY 0
BaseType_t xTaskGenericNotify(TaskHandle_t xTaskToNotify, UBaseType_t uxIndexToNotify, uint32_t ulValue,
                              eNotifyAction eAction, uint32_t* pulPreviousNotificationValue);
BaseType_t xTaskGenericNotifyFromISR(TaskHandle_t xTaskToNotify, UBaseType_t uxIndexToNotify, uint32_t ulValue,
                                     eNotifyAction eAction, uint32_t* pulPreviousNotificationValue,
                                     BaseType_t* pxHigherPriorityTaskWoken);
BaseType_t xTaskGenericNotifyWait(UBaseType_t uxIndexToWaitOn, uint32_t ulBitsToClearOnEntry,
                                  uint32_t ulBitsToClearOnExit, uint32_t* pulNotificationValue,
                                  TickType_t xTicksToWait);
void vTaskGenericNotifyGiveFromISR(TaskHandle_t xTaskToNotify, UBaseType_t uxIndexToNotify,
                                   BaseType_t* pxHigherPriorityTaskWoken);
uint32_t ulTaskGenericNotifyTake(UBaseType_t uxIndexToWaitOn, BaseType_t xClearCountOnExit, TickType_t xTicksToWait);
BaseType_t xTaskGenericNotifyStateClear(TaskHandle_t xTask, UBaseType_t uxIndexToClear);
uint32_t ulTaskGenericNotifyValueClear(TaskHandle_t xTask, UBaseType_t uxIndexToClear, uint32_t ulBitsToClear);

#define xTaskNotify(task, value, action) xTaskGenericNotify(task, tskDEFAULT_INDEX_TO_NOTIFY, value, action, NULL)
#define xTaskNotifyIndexed(task, index, value, action) xTaskGenericNotify(task, index, value, action, NULL)
#define xTaskNotifyAndQuery(task, value, action, previous) \
    xTaskGenericNotify(task, tskDEFAULT_INDEX_TO_NOTIFY, value, action, previous)
#define xTaskNotifyAndQueryIndexed(task, index, value, action, previous) \
    xTaskGenericNotify(task, index, value, action, previous)
#define xTaskNotifyFromISR(task, value, action, woken) \
    xTaskGenericNotifyFromISR(task, tskDEFAULT_INDEX_TO_NOTIFY, value, action, NULL, woken)
#define xTaskNotifyIndexedFromISR(task, index, value, action, woken) \
    xTaskGenericNotifyFromISR(task, index, value, action, NULL, woken)
#define xTaskNotifyAndQueryFromISR(task, value, action, previous, woken) \
    xTaskGenericNotifyFromISR(task, tskDEFAULT_INDEX_TO_NOTIFY, value, action, previous, woken)
#define xTaskNotifyAndQueryIndexedFromISR(task, index, value, action, previous, woken) \
    xTaskGenericNotifyFromISR(task, index, value, action, previous, woken)
#define xTaskNotifyWait(clear_on_entry, clear_on_exit, value, ticks) \
    xTaskGenericNotifyWait(tskDEFAULT_INDEX_TO_NOTIFY, clear_on_entry, clear_on_exit, value, ticks)
#define xTaskNotifyWaitIndexed(index, clear_on_entry, clear_on_exit, value, ticks) \
    xTaskGenericNotifyWait(index, clear_on_entry, clear_on_exit, value, ticks)
#define xTaskNotifyGive(task) xTaskGenericNotify(task, tskDEFAULT_INDEX_TO_NOTIFY, 0, eIncrement, NULL)
#define xTaskNotifyGiveIndexed(task, index) xTaskGenericNotify(task, index, 0, eIncrement, NULL)
#define vTaskNotifyGiveFromISR(task, woken) vTaskGenericNotifyGiveFromISR(task, tskDEFAULT_INDEX_TO_NOTIFY, woken)
#define vTaskNotifyGiveIndexedFromISR(task, index, woken) vTaskGenericNotifyGiveFromISR(task, index, woken)
#define ulTaskNotifyTake(clear, ticks) ulTaskGenericNotifyTake(tskDEFAULT_INDEX_TO_NOTIFY, clear, ticks)
#define ulTaskNotifyTakeIndexed(index, clear, ticks) ulTaskGenericNotifyTake(index, clear, ticks)
#define xTaskNotifyStateClear(task) xTaskGenericNotifyStateClear(task, tskDEFAULT_INDEX_TO_NOTIFY)
#define xTaskNotifyStateClearIndexed(task, index) xTaskGenericNotifyStateClear(task, index)
#define ulTaskNotifyValueClear(task, bits) ulTaskGenericNotifyValueClear(task, tskDEFAULT_INDEX_TO_NOTIFY, bits)
#define ulTaskNotifyValueClearIndexed(task, index, bits) ulTaskGenericNotifyValueClear(task, index, bits)

#ifdef __cplusplus
}
#endif
