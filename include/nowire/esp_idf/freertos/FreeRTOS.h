#pragma once

#include "freertos/FreeRTOSConfig.h"
#include "freertos/portmacro.h"
#include "freertos/projdefs.h"

#include <stddef.h>
#include <stdint.h>

/* As <assert.h> has it: prints what does not hold, and aborts. */
#ifndef configASSERT
#define configASSERT(x) assert(x)
#endif

#define tskKERNEL_VERSION_NUMBER "V10.5.1"
#define tskKERNEL_VERSION_MAJOR 10
#define tskKERNEL_VERSION_MINOR 5
#define tskKERNEL_VERSION_BUILD 1

/* What the ...CreateStatic functions are given. They are not used: handles are numbers, and what they name is the
 * library's own. So a program may free them early, or reuse them, without being punished for it. */
typedef struct {
    void* unused[16];
} StaticTask_t;
typedef struct {
    void* unused[16];
} StaticQueue_t;
typedef StaticQueue_t StaticSemaphore_t;
typedef struct {
    void* unused[6];
} StaticEventGroup_t;
typedef struct {
    void* unused[8];
} StaticTimer_t;
typedef struct {
    void* unused[10];
} StaticStreamBuffer_t;
typedef StaticStreamBuffer_t StaticMessageBuffer_t;
