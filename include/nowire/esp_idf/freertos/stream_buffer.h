#pragma once

#include "freertos/FreeRTOS.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A number, not an address: see TaskHandle_t. */
typedef struct StreamBufferDef_t* StreamBufferHandle_t;

/* Bytes from one task to one other. NULL: a size of 0 or of more than 16 MiB, a trigger level above the size, or, of
 * those made in a program's memory, which is not used, that none was given. */
StreamBufferHandle_t xStreamBufferGenericCreate(size_t xBufferSizeBytes, size_t xTriggerLevelBytes,
                                                BaseType_t xIsMessageBuffer);
StreamBufferHandle_t xStreamBufferGenericCreateStatic(size_t xBufferSizeBytes, size_t xTriggerLevelBytes,
                                                      BaseType_t xIsMessageBuffer, uint8_t* pucStreamBufferStorageArea,
                                                      StaticStreamBuffer_t* pxStaticStreamBuffer);
#define xStreamBufferCreate(size, trigger_level) xStreamBufferGenericCreate(size, trigger_level, pdFALSE)
/* As on the chip, one of the size's bytes stays free. */
#define xStreamBufferCreateStatic(size, trigger_level, storage, buffer) \
    xStreamBufferGenericCreateStatic(size, trigger_level, pdFALSE, storage, buffer)
void vStreamBufferDelete(StreamBufferHandle_t xStreamBuffer);

/* How many bytes were written: after the wait as many as fit. */
size_t xStreamBufferSend(StreamBufferHandle_t xStreamBuffer, const void* pvTxData, size_t xDataLengthBytes,
                         TickType_t xTicksToWait);
size_t xStreamBufferSendFromISR(StreamBufferHandle_t xStreamBuffer, const void* pvTxData, size_t xDataLengthBytes,
                                BaseType_t* pxHigherPriorityTaskWoken);
/* How many bytes were read. An empty buffer is waited for until the trigger level is reached or the time is over. */
size_t xStreamBufferReceive(StreamBufferHandle_t xStreamBuffer, void* pvRxData, size_t xBufferLengthBytes,
                            TickType_t xTicksToWait);
size_t xStreamBufferReceiveFromISR(StreamBufferHandle_t xStreamBuffer, void* pvRxData, size_t xBufferLengthBytes,
                                   BaseType_t* pxHigherPriorityTaskWoken);

BaseType_t xStreamBufferIsFull(StreamBufferHandle_t xStreamBuffer);
BaseType_t xStreamBufferIsEmpty(StreamBufferHandle_t xStreamBuffer);
/* pdFAIL: a task waits on it. */
BaseType_t xStreamBufferReset(StreamBufferHandle_t xStreamBuffer);
size_t xStreamBufferSpacesAvailable(StreamBufferHandle_t xStreamBuffer);
size_t xStreamBufferBytesAvailable(StreamBufferHandle_t xStreamBuffer);
/* pdFALSE: more than its size. */
BaseType_t xStreamBufferSetTriggerLevel(StreamBufferHandle_t xStreamBuffer, size_t xTriggerLevel);
size_t xStreamBufferNextMessageLengthBytes(StreamBufferHandle_t xStreamBuffer);

#ifdef __cplusplus
}
#endif
