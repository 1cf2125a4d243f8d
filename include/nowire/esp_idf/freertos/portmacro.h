#pragma once

#include "freertos/FreeRTOSConfig.h"

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define portCHAR int8_t
#define portFLOAT float
#define portDOUBLE double
#define portLONG int32_t
#define portSHORT int16_t
#define portSTACK_TYPE uint8_t
#define portBASE_TYPE int

typedef portSTACK_TYPE StackType_t;
typedef portBASE_TYPE BaseType_t;
typedef unsigned portBASE_TYPE UBaseType_t;
typedef uint32_t TickType_t;

/* Waits for ever. */
#define portMAX_DELAY ((TickType_t)0xffffffffUL)
#define portTICK_PERIOD_MS ((TickType_t)(1000 / configTICK_RATE_HZ))
#define portTICK_TYPE_IS_ATOMIC 1
#define portBYTE_ALIGNMENT 16
#define portSTACK_GROWTH (-1)
#define portNUM_PROCESSORS configNUM_CORES
#define portPRIVILEGE_BIT ((UBaseType_t)0x00000000)
#define portNOP() ((void)0)

/* Critical sections. While a task is in one no other task runs, unless that is in a long computation or in a call of
 * the system, in which case it stops at its next call into the chip. They nest. A task in one must not wait: a call
 * that would have to says so and aborts. The lock itself says only who is inside; to share one among sections makes no
 * difference. */
#define portMUX_FREE_VAL 0xB33FFFFFU
#define portMUX_NO_TIMEOUT (-1)
#define portMUX_TRY_LOCK 0
#define SPINLOCK_FREE portMUX_FREE_VAL
#define SPINLOCK_WAIT_FOREVER portMUX_NO_TIMEOUT
#define SPINLOCK_NO_WAIT portMUX_TRY_LOCK
typedef struct {
    uint32_t owner; /* portMUX_FREE_VAL, or the task's number */
    uint32_t count; /* how often the section was entered and not left */
} spinlock_t;
typedef spinlock_t portMUX_TYPE;
/* clang-format off */
#define portMUX_INITIALIZER_UNLOCKED { portMUX_FREE_VAL, 0 }
#define SPINLOCK_INITIALIZER portMUX_INITIALIZER_UNLOCKED
/* clang-format on */
static inline void spinlock_initialize(spinlock_t* lock) {
    lock->owner = portMUX_FREE_VAL;
    lock->count = 0;
}
#define portMUX_INITIALIZE(mux) spinlock_initialize(mux)

void vPortEnterCritical(portMUX_TYPE* mux);
void vPortExitCritical(portMUX_TYPE* mux);
/* Enters at once, since nobody else can be inside: always pdPASS. */
BaseType_t xPortEnterCriticalTimeout(portMUX_TYPE* mux, BaseType_t timeout);
/* The same without a lock, as interrupts that are off. */
UBaseType_t uxPortSetInterruptMask(void);
void vPortClearInterruptMask(UBaseType_t before);

#define portENTER_CRITICAL(mux) vPortEnterCritical(mux)
#define portEXIT_CRITICAL(mux) vPortExitCritical(mux)
#define portTRY_ENTER_CRITICAL(mux, timeout) xPortEnterCriticalTimeout(mux, timeout)
#define portENTER_CRITICAL_ISR(mux) vPortEnterCritical(mux)
#define portEXIT_CRITICAL_ISR(mux) vPortExitCritical(mux)
#define portTRY_ENTER_CRITICAL_ISR(mux, timeout) xPortEnterCriticalTimeout(mux, timeout)
#define portENTER_CRITICAL_SAFE(mux) vPortEnterCritical(mux)
#define portEXIT_CRITICAL_SAFE(mux) vPortExitCritical(mux)
#define portTRY_ENTER_CRITICAL_SAFE(mux, timeout) xPortEnterCriticalTimeout(mux, timeout)
#define vPortEnterCriticalSafe(mux) vPortEnterCritical(mux)
#define vPortExitCriticalSafe(mux) vPortExitCritical(mux)
#define portSET_INTERRUPT_MASK_FROM_ISR() uxPortSetInterruptMask()
#define portCLEAR_INTERRUPT_MASK_FROM_ISR(before) vPortClearInterruptMask(before)

/* The core that the task was pinned to; 0 for one that was not. */
BaseType_t xPortGetCoreID(void);
/* Whether this is a callback that the chip runs as an interrupt. */
BaseType_t xPortInIsrContext(void);
/* Whether a call here may wait: no interrupt, no critical section. */
bool xPortCanYield(void);
uint32_t xPortGetTickRateHz(void);

void vPortYield(void);
void vPortYieldFromISR(void);
#define portYIELD() vPortYield()
#define portYIELD_WITHIN_API() vPortYield()
/* Without an argument, or with the value that the ...FromISR functions set. */
#define portYIELD_FROM_ISR(...)                                        \
    do {                                                               \
        if (1 __VA_OPT__(&&((__VA_ARGS__) != 0))) vPortYieldFromISR(); \
    } while (0)
#define portEND_SWITCHING_ISR(wanted) portYIELD_FROM_ISR(wanted)

#ifdef __cplusplus
}
#endif
