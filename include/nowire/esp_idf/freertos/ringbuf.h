#pragma once

#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A number, not an address: see TaskHandle_t. The pointers that the receiving functions return lead into the buffer:
 * they are valid until they are returned, or the buffer is deleted. */
typedef void* RingbufHandle_t;

typedef enum {
    RINGBUF_TYPE_NOSPLIT = 0, /* each item lies in one piece */
    RINGBUF_TYPE_ALLOWSPLIT,  /* an item may lie in two: before the buffer's end, and after its beginning */
    RINGBUF_TYPE_BYTEBUF,     /* bytes without borders */
    RINGBUF_TYPE_MAX
} RingbufferType_t;

typedef struct {
    void* unused[24];
} StaticRingbuffer_t;

/* As on the chip an item takes eight bytes more than it has, and its length is rounded up to four; so is the buffer's
 * size but for byte buffers. NULL: a size of 0 or of more than 16 MiB, or, of one made in a program's memory, which is
 * not used, that none was given or that its size is no multiple of four. */
RingbufHandle_t xRingbufferCreate(size_t xBufferSize, RingbufferType_t xBufferType);
/* Room for that many items of that size, not split. */
RingbufHandle_t xRingbufferCreateNoSplit(size_t xItemSize, size_t xItemNum);
RingbufHandle_t xRingbufferCreateStatic(size_t xBufferSize, RingbufferType_t xBufferType, uint8_t* pucRingbufferStorage,
                                        StaticRingbuffer_t* pxStaticRingbuffer);
RingbufHandle_t xRingbufferCreateWithCaps(size_t xBufferSize, RingbufferType_t xBufferType, UBaseType_t uxMemoryCaps);
void vRingbufferDelete(RingbufHandle_t xRingbuffer);
void vRingbufferDeleteWithCaps(RingbufHandle_t xRingbuffer);

/* pdFALSE: no room until the time was over, or larger than the largest item, see xRingbufferGetMaxItemSize(). */
BaseType_t xRingbufferSend(RingbufHandle_t xRingbuffer, const void* pvItem, size_t xItemSize, TickType_t xTicksToWait);
BaseType_t xRingbufferSendFromISR(RingbufHandle_t xRingbuffer, const void* pvItem, size_t xItemSize,
                                  BaseType_t* pxHigherPriorityTaskWoken);
/* Room to write an item into, of a buffer that does not split; it can be received when it is complete. */
BaseType_t xRingbufferSendAcquire(RingbufHandle_t xRingbuffer, void** ppvItem, size_t xItemSize,
                                  TickType_t xTicksToWait);
BaseType_t xRingbufferSendComplete(RingbufHandle_t xRingbuffer, void* pvItem);

/* NULL: nothing came. A byte buffer gives what lies in one piece, and nothing more until that is returned. */
void* xRingbufferReceive(RingbufHandle_t xRingbuffer, size_t* pxItemSize, TickType_t xTicksToWait);
void* xRingbufferReceiveFromISR(RingbufHandle_t xRingbuffer, size_t* pxItemSize);
/* An item's two parts; *ppvTailItem is NULL where it lies in one. */
BaseType_t xRingbufferReceiveSplit(RingbufHandle_t xRingbuffer, void** ppvHeadItem, void** ppvTailItem,
                                   size_t* pxHeadItemSize, size_t* pxTailItemSize, TickType_t xTicksToWait);
BaseType_t xRingbufferReceiveSplitFromISR(RingbufHandle_t xRingbuffer, void** ppvHeadItem, void** ppvTailItem,
                                          size_t* pxHeadItemSize, size_t* pxTailItemSize);
/* At most so many bytes of a byte buffer. */
void* xRingbufferReceiveUpTo(RingbufHandle_t xRingbuffer, size_t* pxItemSize, TickType_t xTicksToWait, size_t xMaxSize);
void* xRingbufferReceiveUpToFromISR(RingbufHandle_t xRingbuffer, size_t* pxItemSize, size_t xMaxSize);
/* Of an item in two parts both are returned, one by one. */
void vRingbufferReturnItem(RingbufHandle_t xRingbuffer, void* pvItem);
void vRingbufferReturnItemFromISR(RingbufHandle_t xRingbuffer, void* pvItem, BaseType_t* pxHigherPriorityTaskWoken);

size_t xRingbufferGetMaxItemSize(RingbufHandle_t xRingbuffer);
/* The largest item that could be sent now. */
size_t xRingbufferGetCurFreeSize(RingbufHandle_t xRingbuffer);

/* In a queue set it is a member that can be read; what the set answers is recognised by xRingbufferCanRead(). */
BaseType_t xRingbufferAddToQueueSetRead(RingbufHandle_t xRingbuffer, QueueSetHandle_t xQueueSet);
BaseType_t xRingbufferRemoveFromQueueSetRead(RingbufHandle_t xRingbuffer, QueueSetHandle_t xQueueSet);
BaseType_t xRingbufferCanRead(RingbufHandle_t xRingbuffer, QueueSetMemberHandle_t xMember);

/* Where the buffer's pointers are, as distances from its beginning, and how many items wait to be received; NULL for
 * what is not wanted. */
void vRingbufferGetInfo(RingbufHandle_t xRingbuffer, UBaseType_t* uxFree, UBaseType_t* uxRead, UBaseType_t* uxWrite,
                        UBaseType_t* uxAcquire, UBaseType_t* uxItemsWaiting);
void xRingbufferPrintInfo(RingbufHandle_t xRingbuffer);

#ifdef __cplusplus
}
#endif
