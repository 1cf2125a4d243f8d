#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MALLOC_CAP_EXEC (1 << 0)
#define MALLOC_CAP_32BIT (1 << 1)
#define MALLOC_CAP_8BIT (1 << 2)
#define MALLOC_CAP_DMA (1 << 3)
#define MALLOC_CAP_SPIRAM (1 << 10)
#define MALLOC_CAP_INTERNAL (1 << 11)
#define MALLOC_CAP_DEFAULT (1 << 12)
#define MALLOC_CAP_IRAM_8BIT (1 << 13)
#define MALLOC_CAP_RETENTION (1 << 14)
#define MALLOC_CAP_RTCRAM (1 << 15)
#define MALLOC_CAP_INVALID (1U << 31)

/* The C library's heap, as a chip without external memory has it: NULL where `caps` asks for MALLOC_CAP_SPIRAM,
 * MALLOC_CAP_EXEC or MALLOC_CAP_INVALID, where the size is 0 and where there is no more. What they give can also be
 * given to free() and realloc(). Thread-safe. */
void* heap_caps_malloc(size_t size, uint32_t caps);
void* heap_caps_calloc(size_t n, size_t size, uint32_t caps);
void* heap_caps_realloc(void* ptr, size_t size, uint32_t caps);
/* `alignment` is a power of two. */
void* heap_caps_aligned_alloc(size_t alignment, size_t size, uint32_t caps);
void* heap_caps_aligned_calloc(size_t alignment, size_t n, size_t size, uint32_t caps);
void heap_caps_free(void* ptr);
void heap_caps_aligned_free(void* ptr);
/* The first of `num` sets of caps that memory is had with. */
void* heap_caps_malloc_prefer(size_t size, size_t num, ...);
void* heap_caps_calloc_prefer(size_t n, size_t size, size_t num, ...);
void* heap_caps_realloc_prefer(void* ptr, size_t size, size_t num, ...);
/* Bytes that an allocated block really has. */
size_t heap_caps_get_allocated_size(void* ptr);

/* As esp_get_free_heap_size() in esp_system.h has it; 0 where the chip has no memory with these caps. */
size_t heap_caps_get_total_size(uint32_t caps);
size_t heap_caps_get_free_size(uint32_t caps);
size_t heap_caps_get_minimum_free_size(uint32_t caps);
/* As much as is free: the heap is never in pieces here. */
size_t heap_caps_get_largest_free_block(uint32_t caps);

#ifdef __cplusplus
}
#endif
