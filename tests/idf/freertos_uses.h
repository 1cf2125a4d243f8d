/* Every macro and function of the FreeRTOS headers, as a program uses it. freertos_uses_c.c is this as C11 and
 * freertos_uses_cpp.cpp as C++: both call all of it once, in a task. */

#include "freertos/FreeRTOS.h"
#include "freertos/FreeRTOSConfig.h"
#include "freertos/event_groups.h"
#include "freertos/idf_additions.h"
#include "freertos/message_buffer.h"
#include "freertos/portmacro.h"
#include "freertos/projdefs.h"
#include "freertos/queue.h"
#include "freertos/ringbuf.h"
#include "freertos/semphr.h"
#include "freertos/stream_buffer.h"
#include "freertos/task.h"
#include "freertos/timers.h"

#include <stdio.h>
#include <string.h>

/* Fails by its line. */
#define MUST(condition)                    \
    do {                                   \
        if (!(condition)) return __LINE__; \
    } while (0)

static portMUX_TYPE use_mux = portMUX_INITIALIZER_UNLOCKED;
static spinlock_t use_spinlock = SPINLOCK_INITIALIZER;
static TaskHandle_t use_main;
static uint32_t use_calls;

static void use_end(void* arg) {
    (void)arg;
    vTaskDelete(NULL);
}
static void use_sleep(void* arg) {
    (void)arg;
    for (;;)
        vTaskDelay(portMAX_DELAY);
}
static void use_timer(TimerHandle_t timer) {
    (void)timer;
    ++use_calls;
}
static void use_pended(void* first, uint32_t second) {
    (void)first;
    use_calls += second;
}
static void use_deleted(int index, void* pointer) {
    (void)index;
    (void)pointer;
    ++use_calls;
}

static int use_tasks(void) {
    static StackType_t stack[2048];
    static StaticTask_t memory;
    TaskHandle_t task = NULL;
    TaskStatus_t status;
    TaskStatus_t all[8];
    char list[400];
    uint32_t run_time = 1;
    TickType_t last = xTaskGetTickCount();
    TickType_t ticks = pdMS_TO_TICKS(20);
    TimeOut_t since;
    BaseType_t woken = pdFALSE;
    const TaskFunction_t end = use_end;

    MUST(xTaskCreate(end, "end", configMINIMAL_STACK_SIZE, NULL, tskIDLE_PRIORITY + 2, NULL) == pdPASS);
    MUST(xTaskCreatePinnedToCore(use_end, "end", 2048, NULL, configMAX_PRIORITIES - 1, NULL, tskNO_AFFINITY) == pdPASS);
    MUST(xTaskCreateStatic(use_end, "end", sizeof stack, NULL, 2, stack, &memory) != NULL);
    MUST(xTaskCreateStaticPinnedToCore(use_end, "end", sizeof stack, NULL, 2, stack, &memory, 1) != NULL);
    MUST(xTaskCreateWithCaps(use_end, "end", 2048, NULL, 2, NULL, 0) == pdPASS);
    MUST(xTaskCreatePinnedToCoreWithCaps(use_sleep, "sleep", 2048, NULL, 2, &task, 0, 0) == pdPASS);
    MUST(eTaskGetState(task) == eBlocked);
    MUST(xTaskGetHandle("sleep") == task && strcmp(pcTaskGetName(task), "sleep") == 0);
    MUST(strcmp(pcTaskGetTaskName(task), "sleep") == 0);
    MUST(xTaskGetCoreID(task) == 0 && xTaskGetAffinity(NULL) == tskNO_AFFINITY);
    MUST(uxTaskPriorityGet(task) == 2 && uxTaskPriorityGetFromISR(NULL) == uxTaskPriorityGet(NULL));
    vTaskPrioritySet(task, 3);
    vTaskGetInfo(task, &status, pdTRUE, eInvalid);
    MUST(status.xHandle == task && status.uxCurrentPriority == 3 && status.uxBasePriority == 3);
    MUST(uxTaskGetSystemState(all, 8, &run_time) == uxTaskGetNumberOfTasks() && run_time == 0);
    vTaskList(list);
    MUST(strstr(list, "sleep") != NULL);
    MUST(uxTaskGetStackHighWaterMark(task) == 2048 && uxTaskGetStackHighWaterMark2(task) == 2048);
    vTaskSuspend(task);
    MUST(eTaskGetState(task) == eSuspended && xTaskResumeFromISR(task) == pdTRUE);
    vTaskSuspend(task);
    vTaskResume(task);
    MUST(xTaskAbortDelay(task) == pdPASS);
    vTaskSetThreadLocalStoragePointer(task, 0, list);
    MUST(pvTaskGetThreadLocalStoragePointer(task, 0) == list);
    vTaskSetThreadLocalStoragePointerAndDelCallback(task, 0, list, use_deleted);
    vTaskDeleteWithCaps(task);
    MUST(eTaskGetState(task) == eDeleted);

    vTaskSetTimeOutState(&since);
    vTaskDelay(1);
    vTaskDelayUntil(&last, 5);
    MUST(xTaskDelayUntil(&last, 1) == pdTRUE && xTaskGetTickCountFromISR() == last);
    MUST(xTaskCheckForTimeOut(&since, &ticks) == pdTRUE || ticks < pdMS_TO_TICKS(20));
    MUST(use_calls == 1);
    taskYIELD();
    portYIELD();
    portYIELD_WITHIN_API();
    portYIELD_FROM_ISR();
    portYIELD_FROM_ISR(woken);
    portEND_SWITCHING_ISR(woken);
    vTaskSuspendAll();
    MUST(xTaskGetSchedulerState() == taskSCHEDULER_SUSPENDED);
    xTaskResumeAll();
    MUST(xTaskGetSchedulerState() == taskSCHEDULER_RUNNING && taskSCHEDULER_NOT_STARTED == 1);
    MUST(xTaskGetCurrentTaskHandleForCPU(0) == use_main && xTaskGetCurrentTaskHandleForCore(1) == NULL);
    return 0;
}

static int use_port(void) {
    UBaseType_t before;

    taskENTER_CRITICAL(&use_mux);
    MUST(use_mux.count == 1 && !xPortCanYield());
    taskENTER_CRITICAL_ISR(&use_mux);
    taskEXIT_CRITICAL_ISR(&use_mux);
    taskEXIT_CRITICAL(&use_mux);
    portENTER_CRITICAL(&use_spinlock);
    portEXIT_CRITICAL(&use_spinlock);
    portENTER_CRITICAL_ISR(&use_mux);
    portEXIT_CRITICAL_ISR(&use_mux);
    portENTER_CRITICAL_SAFE(&use_mux);
    portEXIT_CRITICAL_SAFE(&use_mux);
    vPortEnterCriticalSafe(&use_mux);
    vPortExitCriticalSafe(&use_mux);
    MUST(portTRY_ENTER_CRITICAL(&use_mux, portMUX_NO_TIMEOUT) == pdPASS);
    MUST(portTRY_ENTER_CRITICAL_ISR(&use_mux, portMUX_TRY_LOCK) == pdPASS);
    MUST(portTRY_ENTER_CRITICAL_SAFE(&use_mux, SPINLOCK_WAIT_FOREVER) == pdPASS && SPINLOCK_NO_WAIT == 0);
    portEXIT_CRITICAL(&use_mux);
    portEXIT_CRITICAL(&use_mux);
    portEXIT_CRITICAL(&use_mux);
    before = portSET_INTERRUPT_MASK_FROM_ISR();
    portCLEAR_INTERRUPT_MASK_FROM_ISR(before);
    before = taskENTER_CRITICAL_FROM_ISR();
    taskEXIT_CRITICAL_FROM_ISR(before);
    portMUX_INITIALIZE(&use_mux);
    MUST(use_mux.owner == SPINLOCK_FREE);
    MUST(xPortGetCoreID() == 0 && xPortInIsrContext() == pdFALSE && xPortCanYield());
    MUST(xPortGetTickRateHz() == configTICK_RATE_HZ && portNUM_PROCESSORS >= 1);
    MUST(pdTICKS_TO_MS(pdMS_TO_TICKS(1000)) == 1000 && portTICK_PERIOD_MS == 1000 / configTICK_RATE_HZ);
    MUST(pdPASS == pdTRUE && pdFAIL == pdFALSE && errQUEUE_EMPTY == errQUEUE_FULL);
    MUST(errCOULD_NOT_ALLOCATE_REQUIRED_MEMORY == -1 && errQUEUE_BLOCKED != errQUEUE_YIELD);
    MUST(configMAX_TASK_NAME_LEN > 8 && INCLUDE_vTaskDelay && configUSE_TIMERS && !configUSE_16_BIT_TICKS);
    configASSERT(use_mux.count == 0);
    portNOP();
    return 0;
}

static int use_notifications(void) {
    uint32_t value = 0;
    BaseType_t woken = pdFALSE;

    MUST(xTaskNotify(use_main, 1, eSetBits) == pdPASS);
    MUST(xTaskNotifyIndexed(use_main, 0, 2, eSetBits) == pdPASS);
    MUST(xTaskNotifyAndQuery(use_main, 0, eNoAction, &value) == pdPASS && value == 3);
    MUST(xTaskNotifyAndQueryIndexed(use_main, 0, 0, eIncrement, &value) == pdPASS && value == 3);
    MUST(xTaskNotifyFromISR(use_main, 9, eSetValueWithoutOverwrite, &woken) == pdFAIL);
    MUST(xTaskNotifyIndexedFromISR(use_main, 0, 9, eSetValueWithOverwrite, &woken) == pdPASS);
    MUST(xTaskNotifyAndQueryFromISR(use_main, 0, eNoAction, &value, &woken) == pdPASS && value == 9);
    MUST(xTaskNotifyAndQueryIndexedFromISR(use_main, 0, 0, eNoAction, &value, NULL) == pdPASS && value == 9);
    MUST(xTaskNotifyWait(0, 0, &value, 0) == pdTRUE && value == 9);
    MUST(xTaskNotifyWaitIndexed(0, 0xff, 0, &value, 1) == pdFALSE && value == 0);
    MUST(xTaskNotifyGive(use_main) == pdPASS && xTaskNotifyGiveIndexed(use_main, 0) == pdPASS);
    vTaskNotifyGiveFromISR(use_main, &woken);
    vTaskNotifyGiveIndexedFromISR(use_main, 0, &woken);
    MUST(ulTaskNotifyTake(pdFALSE, portMAX_DELAY) == 4 && ulTaskNotifyTakeIndexed(0, pdTRUE, 0) == 3);
    xTaskNotifyGive(use_main);
    MUST(xTaskNotifyStateClear(NULL) == pdTRUE && xTaskNotifyStateClearIndexed(NULL, 0) == pdFALSE);
    MUST(ulTaskNotifyValueClear(NULL, 1) == 1 && ulTaskNotifyValueClearIndexed(NULL, 0, 1) == 0);
    return 0;
}

static int use_queues(void) {
    static StaticQueue_t memory;
    static uint8_t storage[4 * sizeof(int)];
    const QueueHandle_t queue = xQueueCreate(4, sizeof(int));
    const QueueHandle_t fixed = xQueueCreateStatic(1, sizeof(int), storage, &memory);
    const QueueHandle_t caps = xQueueCreateWithCaps(1, 1, 0);
    const QueueSetHandle_t set = xQueueCreateSet(4);
    QueueSetMemberHandle_t member;
    BaseType_t woken = pdFALSE;
    int value = 5;

    MUST(queue != NULL && fixed != NULL && caps != NULL && set != NULL);
    MUST(xQueueSend(queue, &value, 0) == pdTRUE && xQueueSendToBack(queue, &value, portMAX_DELAY) == pdTRUE);
    MUST(xQueueSendToFront(queue, &value, 0) == pdTRUE && xQueueOverwrite(fixed, &value) == pdPASS);
    MUST(xQueueSendFromISR(queue, &value, &woken) == pdTRUE && xQueueIsQueueFullFromISR(queue));
    MUST(uxQueueMessagesWaiting(queue) == 4 && uxQueueMessagesWaitingFromISR(queue) == 4);
    MUST(uxQueueSpacesAvailable(queue) == 0 && xQueueReset(queue) == pdPASS && xQueueIsQueueEmptyFromISR(queue));
    MUST(xQueueSendToBackFromISR(queue, &value, NULL) && xQueueSendToFrontFromISR(queue, &value, &woken));
    MUST(xQueueOverwriteFromISR(fixed, &value, &woken) == pdPASS);
    MUST(xQueuePeek(queue, &value, 0) && xQueuePeekFromISR(queue, &value) && xQueueReceive(queue, &value, 0));
    MUST(xQueueReceiveFromISR(queue, &value, &woken) == pdTRUE && value == 5);
    vQueueAddToRegistry(queue, "name");
    MUST(strcmp(pcQueueGetName(queue), "name") == 0);
    vQueueUnregisterQueue(queue);
    MUST(xQueueAddToSet(queue, set) == pdPASS);
    xQueueSend(queue, &value, 0);
    member = xQueueSelectFromSet(set, 1);
    MUST(member == queue && xQueueSelectFromSetFromISR(set) == NULL && xQueueReceive(member, &value, 0));
    MUST(xQueueRemoveFromSet(queue, set) == pdPASS);
    vQueueDeleteWithCaps(caps);
    vQueueDelete(queue);
    return 0;
}

static int use_semaphores(void) {
    static StaticSemaphore_t memory;
    BaseType_t woken = pdFALSE;
    SemaphoreHandle_t all[12];
    SemaphoreHandle_t old = NULL;

    all[0] = xSemaphoreCreateBinary();
    all[1] = xSemaphoreCreateBinaryStatic(&memory);
    all[2] = xSemaphoreCreateBinaryWithCaps(0);
    all[3] = xSemaphoreCreateCounting(5, 5);
    all[4] = xSemaphoreCreateCountingStatic(5, 5, &memory);
    all[5] = xSemaphoreCreateCountingWithCaps(5, 5, 0);
    all[6] = xSemaphoreCreateMutex();
    all[7] = xSemaphoreCreateMutexStatic(&memory);
    all[8] = xSemaphoreCreateMutexWithCaps(0);
    all[9] = xSemaphoreCreateRecursiveMutex();
    all[10] = xSemaphoreCreateRecursiveMutexStatic(&memory);
    all[11] = xSemaphoreCreateRecursiveMutexWithCaps(0);
    for (int i = 0; i < 3; ++i)
        MUST(xSemaphoreGive(all[i]) == pdTRUE && xSemaphoreTakeFromISR(all[i], &woken) == pdTRUE);
    for (int i = 3; i < 6; ++i)
        MUST(xSemaphoreTake(all[i], 0) && uxSemaphoreGetCount(all[i]) == 4 && xSemaphoreGiveFromISR(all[i], &woken) &&
             uxSemaphoreGetCountFromISR(all[i]) == 5);
    for (int i = 6; i < 9; ++i)
        MUST(xSemaphoreTake(all[i], 0) && xSemaphoreGetMutexHolder(all[i]) == use_main && xSemaphoreGive(all[i]) &&
             xSemaphoreGetMutexHolderFromISR(all[i]) == NULL);
    for (int i = 9; i < 12; ++i)
        MUST(xSemaphoreTakeRecursive(all[i], 0) && xSemaphoreTakeRecursive(all[i], portMAX_DELAY) &&
             xSemaphoreGiveRecursive(all[i]) && xSemaphoreGiveRecursive(all[i]));
    for (int i = 0; i < 12; i += 2)
        vSemaphoreDelete(all[i]);
    for (int i = 1; i < 12; i += 2)
        vSemaphoreDeleteWithCaps(all[i]);
    vSemaphoreCreateBinary(old);
    MUST(xSemaphoreTake(old, 0) == pdTRUE);
    return 0;
}

static int use_event_groups(void) {
    static StaticEventGroup_t memory;
    const EventGroupHandle_t group = xEventGroupCreate();
    const EventGroupHandle_t fixed = xEventGroupCreateStatic(&memory);
    const EventGroupHandle_t caps = xEventGroupCreateWithCaps(0);
    BaseType_t woken = pdFALSE;

    MUST(group != NULL && fixed != NULL && caps != NULL);
    MUST(xEventGroupSetBits(group, 0x3) == 0x3 && xEventGroupGetBits(group) == 0x3);
    MUST(xEventGroupWaitBits(group, 0x1, pdTRUE, pdTRUE, 0) == 0x3 && xEventGroupClearBits(group, 0x2) == 0x2);
    MUST(xEventGroupSync(group, 0x1, 0x3, 1) == 0x1);
    MUST(xEventGroupSetBitsFromISR(group, 0x4, &woken) == pdPASS && xEventGroupClearBitsFromISR(group, 0x1) == pdPASS);
    vTaskDelay(1);
    MUST(xEventGroupGetBitsFromISR(group) == 0x4);
    vEventGroupDeleteWithCaps(caps);
    vEventGroupDelete(group);
    return 0;
}

static int use_timers(void) {
    static StaticTimer_t memory;
    const TimerHandle_t timer = xTimerCreate("timer", pdMS_TO_TICKS(50), pdFALSE, &memory, use_timer);
    const TimerHandle_t fixed = xTimerCreateStatic("fixed", 1, pdTRUE, NULL, use_timer, &memory);
    BaseType_t woken = pdFALSE;

    MUST(timer != NULL && fixed != NULL && pvTimerGetTimerID(timer) == &memory);
    vTimerSetTimerID(timer, NULL);
    MUST(strcmp(pcTimerGetName(timer), "timer") == 0 && strcmp(pcTimerGetTimerName(fixed), "fixed") == 0);
    use_calls = 0;
    MUST(xTimerStart(timer, 0) && xTimerReset(timer, 0) && xTimerStop(timer, 0) && xTimerChangePeriod(timer, 2, 0));
    vTaskDelay(1);
    MUST(xTimerIsTimerActive(timer) && xTimerGetPeriod(timer) == 2 && xTimerGetExpiryTime(timer) > 0);
    MUST(xTimerStartFromISR(timer, &woken) && xTimerResetFromISR(timer, &woken) && xTimerStopFromISR(timer, NULL) &&
         xTimerChangePeriodFromISR(timer, 3, &woken));
    MUST(xTimerPendFunctionCall(use_pended, NULL, 10, 0) &&
         xTimerPendFunctionCallFromISR(use_pended, NULL, 20, &woken));
    vTaskDelay(10);
    MUST(use_calls == 31);
    vTimerSetReloadMode(fixed, pdFALSE);
    MUST(uxTimerGetReloadMode(fixed) == pdFALSE && xTimerGetReloadMode(fixed) == pdFALSE);
    MUST(strcmp(pcTaskGetName(xTimerGetTimerDaemonTaskHandle()), configTIMER_SERVICE_TASK_NAME) == 0);
    MUST(xTimerDelete(timer, portMAX_DELAY) == pdPASS);
    return 0;
}

static int use_streams(void) {
    static StaticStreamBuffer_t memory;
    static StaticMessageBuffer_t message_memory;
    static uint8_t storage[32];
    StreamBufferHandle_t streams[3];
    MessageBufferHandle_t messages[3];
    BaseType_t woken = pdFALSE;
    char data[8];

    streams[0] = xStreamBufferCreate(31, 1);
    streams[1] = xStreamBufferCreateStatic(sizeof storage, 1, storage, &memory);
    streams[2] = xStreamBufferCreateWithCaps(31, 1, 0);
    for (int i = 0; i < 3; ++i) {
        MUST(xStreamBufferSend(streams[i], "abc", 3, 0) == 3 &&
             xStreamBufferSendFromISR(streams[i], "d", 1, &woken) == 1);
        MUST(xStreamBufferSpacesAvailable(streams[i]) == 27 && xStreamBufferBytesAvailable(streams[i]) == 4);
        MUST(xStreamBufferReceive(streams[i], data, 2, 0) == 2 &&
             xStreamBufferReceiveFromISR(streams[i], data, 8, &woken) == 2 && data[1] == 'd');
        MUST(xStreamBufferIsEmpty(streams[i]) && !xStreamBufferIsFull(streams[i]) && xStreamBufferReset(streams[i]));
        MUST(xStreamBufferSetTriggerLevel(streams[i], 5) && xStreamBufferNextMessageLengthBytes(streams[i]) == 0);
    }
    vStreamBufferDelete(streams[0]);
    vStreamBufferDeleteWithCaps(streams[2]);
    messages[0] = xMessageBufferCreate(31);
    messages[1] = xMessageBufferCreateStatic(sizeof storage, storage, &message_memory);
    messages[2] = xMessageBufferCreateWithCaps(31, 0);
    for (int i = 0; i < 3; ++i) {
        MUST(xMessageBufferSend(messages[i], "abc", 3, 0) == 3 &&
             xMessageBufferSendFromISR(messages[i], "d", 1, NULL) == 1);
        MUST(xMessageBufferSpaceAvailable(messages[i]) == 19 && xMessageBufferSpacesAvailable(messages[i]) == 19);
        MUST(xMessageBufferNextLengthBytes(messages[i]) == 3 && xMessageBufferReceive(messages[i], data, 8, 0) == 3);
        MUST(xMessageBufferReceiveFromISR(messages[i], data, 8, &woken) == 1 && !xMessageBufferIsFull(messages[i]));
        MUST(xMessageBufferIsEmpty(messages[i]) && xMessageBufferReset(messages[i]));
    }
    vMessageBufferDelete(messages[0]);
    vMessageBufferDeleteWithCaps(messages[2]);
    return 0;
}

static int use_rings(void) {
    static StaticRingbuffer_t memory;
    static uint8_t storage[64];
    const RingbufHandle_t ring = xRingbufferCreate(64, RINGBUF_TYPE_NOSPLIT);
    const RingbufHandle_t items = xRingbufferCreateNoSplit(8, 4);
    const RingbufHandle_t fixed = xRingbufferCreateStatic(64, RINGBUF_TYPE_ALLOWSPLIT, storage, &memory);
    const RingbufHandle_t bytes = xRingbufferCreateWithCaps(64, RINGBUF_TYPE_BYTEBUF, 0);
    const QueueSetHandle_t set = xQueueCreateSet(4);
    BaseType_t woken = pdFALSE;
    UBaseType_t waiting = 0;
    size_t length = 0;
    size_t rest = 0;
    void* item = NULL;
    void* tail = NULL;

    MUST(ring != NULL && items != NULL && fixed != NULL && bytes != NULL);
    MUST(xRingbufferGetMaxItemSize(ring) == 24 && xRingbufferGetCurFreeSize(ring) == 24);
    MUST(xRingbufferAddToQueueSetRead(ring, set) == pdTRUE);
    MUST(xRingbufferSend(ring, "abc", 3, 0) == pdTRUE && xRingbufferSendFromISR(ring, "d", 1, &woken) == pdTRUE);
    MUST(xRingbufferCanRead(ring, xQueueSelectFromSet(set, 0)) == pdTRUE);
    vRingbufferGetInfo(ring, NULL, NULL, NULL, NULL, &waiting);
    MUST(waiting == 2);
    xRingbufferPrintInfo(ring);
    item = xRingbufferReceive(ring, &length, 0);
    MUST(item != NULL && length == 3 && memcmp(item, "abc", 3) == 0);
    vRingbufferReturnItem(ring, item);
    item = xRingbufferReceiveFromISR(ring, &length);
    MUST(item != NULL && length == 1);
    vRingbufferReturnItemFromISR(ring, item, &woken);
    MUST(xRingbufferRemoveFromQueueSetRead(ring, set) == pdTRUE);
    MUST(xRingbufferSendAcquire(items, &item, 8, 0) == pdTRUE && xRingbufferSendComplete(items, item) == pdTRUE);
    for (int i = 0; i < 2; ++i) {
        MUST(xRingbufferSend(fixed, "abc", 3, 0) == pdTRUE);
        MUST((i == 0 ? xRingbufferReceiveSplit(fixed, &item, &tail, &length, &rest, 0)
                     : xRingbufferReceiveSplitFromISR(fixed, &item, &tail, &length, &rest)) == pdTRUE);
        MUST(length == 3 && tail == NULL);
        vRingbufferReturnItem(fixed, item);
        MUST(xRingbufferSend(bytes, "abcd", 4, 0) == pdTRUE);
        item = i == 0 ? xRingbufferReceiveUpTo(bytes, &length, 0, 4) : xRingbufferReceiveUpToFromISR(bytes, &length, 4);
        MUST(length == 4);
        vRingbufferReturnItem(bytes, item);
    }
    vRingbufferDelete(ring);
    vRingbufferDeleteWithCaps(bytes);
    return 0;
}

/* 0, or the line that failed. */
static int use_everything(void) {
    int (*const uses[])(void) = {use_tasks,        use_port,   use_notifications, use_queues, use_semaphores,
                                 use_event_groups, use_timers, use_streams,       use_rings};
    use_main = xTaskGetCurrentTaskHandle();
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; ++i) {
        const int failed = uses[i]();
        if (failed != 0) return failed;
    }
    return 0;
}
