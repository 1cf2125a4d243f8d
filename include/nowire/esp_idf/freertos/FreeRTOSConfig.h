#pragma once

/* What a program's sdkconfig.h says of FreeRTOS, under the kernel's own names. */

#include <stdint.h>

#if __has_include(<sdkconfig.h>)
#include <sdkconfig.h>
#endif

#ifndef CONFIG_FREERTOS_HZ
#define CONFIG_FREERTOS_HZ 100
#endif
#ifndef CONFIG_FREERTOS_MAX_TASK_NAME_LEN
#define CONFIG_FREERTOS_MAX_TASK_NAME_LEN 16
#endif
#ifndef CONFIG_FREERTOS_TASK_NOTIFICATION_ARRAY_ENTRIES
#define CONFIG_FREERTOS_TASK_NOTIFICATION_ARRAY_ENTRIES 1
#endif
#ifndef CONFIG_FREERTOS_THREAD_LOCAL_STORAGE_POINTERS
#define CONFIG_FREERTOS_THREAD_LOCAL_STORAGE_POINTERS 1
#endif
#ifndef CONFIG_FREERTOS_TIMER_TASK_PRIORITY
#define CONFIG_FREERTOS_TIMER_TASK_PRIORITY 1
#endif
#ifndef CONFIG_FREERTOS_TIMER_TASK_STACK_DEPTH
#define CONFIG_FREERTOS_TIMER_TASK_STACK_DEPTH 2048
#endif
#ifndef CONFIG_FREERTOS_TIMER_QUEUE_LENGTH
#define CONFIG_FREERTOS_TIMER_QUEUE_LENGTH 10
#endif
#ifndef CONFIG_FREERTOS_QUEUE_REGISTRY_SIZE
#define CONFIG_FREERTOS_QUEUE_REGISTRY_SIZE 0
#endif

#if defined(CONFIG_FREERTOS_GENERATE_RUN_TIME_STATS) && CONFIG_FREERTOS_GENERATE_RUN_TIME_STATS
#define configGENERATE_RUN_TIME_STATS 1
#else
#define configGENERATE_RUN_TIME_STATS 0
#endif
#if defined(CONFIG_FREERTOS_USE_STATS_FORMATTING_FUNCTIONS) && CONFIG_FREERTOS_USE_STATS_FORMATTING_FUNCTIONS
#define configUSE_STATS_FORMATTING_FUNCTIONS 1
#else
#define configUSE_STATS_FORMATTING_FUNCTIONS 0
#endif
#define configRUN_TIME_COUNTER_TYPE uint32_t

#define configTICK_RATE_HZ CONFIG_FREERTOS_HZ
#define configMAX_PRIORITIES 25
#define configMINIMAL_STACK_SIZE 1536
#define configMAX_TASK_NAME_LEN CONFIG_FREERTOS_MAX_TASK_NAME_LEN
#define configTASK_NOTIFICATION_ARRAY_ENTRIES CONFIG_FREERTOS_TASK_NOTIFICATION_ARRAY_ENTRIES
#define configNUM_THREAD_LOCAL_STORAGE_POINTERS CONFIG_FREERTOS_THREAD_LOCAL_STORAGE_POINTERS
#define configTIMER_TASK_PRIORITY CONFIG_FREERTOS_TIMER_TASK_PRIORITY
#define configTIMER_QUEUE_LENGTH CONFIG_FREERTOS_TIMER_QUEUE_LENGTH
#define configTIMER_TASK_STACK_DEPTH CONFIG_FREERTOS_TIMER_TASK_STACK_DEPTH
#define configTIMER_SERVICE_TASK_NAME "Tmr Svc"
#define configQUEUE_REGISTRY_SIZE CONFIG_FREERTOS_QUEUE_REGISTRY_SIZE
#define configSTACK_DEPTH_TYPE uint32_t

#define configUSE_PREEMPTION 1
#define configUSE_TIME_SLICING 1
#define configUSE_16_BIT_TICKS 0
#define configUSE_MUTEXES 1
#define configUSE_RECURSIVE_MUTEXES 1
#define configUSE_COUNTING_SEMAPHORES 1
#define configUSE_QUEUE_SETS 1
#define configUSE_TASK_NOTIFICATIONS 1
#define configUSE_TIMERS 1
#define configUSE_TRACE_FACILITY 1
#define configSUPPORT_DYNAMIC_ALLOCATION 1
#define configSUPPORT_STATIC_ALLOCATION 1
#define configTHREAD_LOCAL_STORAGE_DELETE_CALLBACKS 1
/* A program's code is compiled as for the chip with two cores, so that it may name either; its tasks have one in turn.
 */
#ifdef CONFIG_FREERTOS_UNICORE
#define configNUM_CORES 1
#else
#define configNUM_CORES 2
#endif
#define configNUMBER_OF_CORES configNUM_CORES

#define INCLUDE_vTaskDelay 1
#define INCLUDE_xTaskDelayUntil 1
#define INCLUDE_vTaskDelayUntil 1
#define INCLUDE_vTaskDelete 1
#define INCLUDE_vTaskPrioritySet 1
#define INCLUDE_uxTaskPriorityGet 1
#define INCLUDE_vTaskSuspend 1
#define INCLUDE_xResumeFromISR 1
#define INCLUDE_xTaskAbortDelay 1
#define INCLUDE_eTaskGetState 1
#define INCLUDE_xTaskGetCurrentTaskHandle 1
#define INCLUDE_xTaskGetHandle 1
#define INCLUDE_xTaskGetSchedulerState 1
#define INCLUDE_uxTaskGetStackHighWaterMark 1
#define INCLUDE_uxTaskGetStackHighWaterMark2 1
#define INCLUDE_xSemaphoreGetMutexHolder 1
#define INCLUDE_xTimerPendFunctionCall 1

#ifdef __cplusplus
extern "C" {
#endif

/* How the library, which was compiled before the program, learns the program's configuration: the first definition that
 * the linker meets is the one that counts, and the program's objects come before the library. */
struct nowire_freertos_config {
    uint32_t tick_rate_hz;
    uint32_t max_task_name_len;
    uint32_t notification_entries;
    uint32_t local_storage_pointers;
    uint32_t timer_task_priority;
    uint32_t timer_queue_length;
    uint32_t run_time_stats;
};
#ifdef NOWIRE_IDF_LIBRARY
extern const struct nowire_freertos_config nowire_freertos_config;
#else
extern const struct nowire_freertos_config nowire_freertos_config __attribute__((weak));
const struct nowire_freertos_config nowire_freertos_config = {
    configTICK_RATE_HZ,
    configMAX_TASK_NAME_LEN,
    configTASK_NOTIFICATION_ARRAY_ENTRIES,
    configNUM_THREAD_LOCAL_STORAGE_POINTERS,
    configTIMER_TASK_PRIORITY,
    configTIMER_QUEUE_LENGTH,
    configGENERATE_RUN_TIME_STATS,
};
#endif

#ifdef __cplusplus
}
#endif
