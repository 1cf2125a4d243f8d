#include <esp_heap_caps.h>
#include <esp_system.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace nowire::idf {

namespace {

/// What an ESP32 with Wi-Fi has left for its program, about.
constexpr std::size_t heap_size = 300 * 1024;

std::size_t taken() {
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

const std::size_t taken_at_start = taken();
std::atomic<std::size_t> lowest_free = heap_size;

std::size_t free_bytes() {
    const auto now = taken();
    const auto used = now > taken_at_start ? now - taken_at_start : 0;
    const auto free = used < heap_size ? heap_size - used : 0;
    for (auto lowest = lowest_free.load(); free < lowest && !lowest_free.compare_exchange_weak(lowest, free);) {
    }
    return free;
}

bool has_memory_with(std::uint32_t caps) {
    return (caps & (MALLOC_CAP_SPIRAM | MALLOC_CAP_EXEC | MALLOC_CAP_INVALID)) == 0;
}

/// The first set of caps among `count` that there is memory with; MALLOC_CAP_INVALID for none.
std::uint32_t preferred(std::size_t count, va_list& caps) {
    std::uint32_t chosen = MALLOC_CAP_INVALID;
    for (std::size_t i = 0; i < count; ++i) {
        const auto next = va_arg(caps, std::uint32_t);
        if (!has_memory_with(chosen)) chosen = next;
    }
    return chosen;
}

}  // namespace

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

void* heap_caps_malloc(std::size_t size, std::uint32_t caps) {
    return size == 0 || !has_memory_with(caps) ? nullptr : std::malloc(size);
}

void* heap_caps_calloc(std::size_t n, std::size_t size, std::uint32_t caps) {
    return n == 0 || size == 0 || !has_memory_with(caps) ? nullptr : std::calloc(n, size);
}

void* heap_caps_realloc(void* ptr, std::size_t size, std::uint32_t caps) {
    if (size == 0) {
        std::free(ptr);
        return nullptr;
    }
    return has_memory_with(caps) ? std::realloc(ptr, size) : nullptr;
}

void* heap_caps_aligned_alloc(std::size_t alignment, std::size_t size, std::uint32_t caps) {
    if (size == 0 || !has_memory_with(caps) || !std::has_single_bit(alignment)) return nullptr;
    void* memory = nullptr;
    // posix_memalign() wants at least the alignment of a pointer.
    return ::posix_memalign(&memory, std::max(alignment, sizeof(void*)), size) == 0 ? memory : nullptr;
}

void* heap_caps_aligned_calloc(std::size_t alignment, std::size_t n, std::size_t size, std::uint32_t caps) {
    std::size_t whole = 0;
    if (__builtin_mul_overflow(n, size, &whole)) return nullptr;
    void* memory = heap_caps_aligned_alloc(alignment, whole, caps);
    return memory == nullptr ? nullptr : std::memset(memory, 0, whole);
}

void heap_caps_free(void* ptr) {
    std::free(ptr);
}

void heap_caps_aligned_free(void* ptr) {
    std::free(ptr);
}

void* heap_caps_malloc_prefer(std::size_t size, std::size_t num, ...) {
    va_list caps;
    va_start(caps, num);
    const auto chosen = preferred(num, caps);
    va_end(caps);
    return heap_caps_malloc(size, chosen);
}

void* heap_caps_calloc_prefer(std::size_t n, std::size_t size, std::size_t num, ...) {
    va_list caps;
    va_start(caps, num);
    const auto chosen = preferred(num, caps);
    va_end(caps);
    return heap_caps_calloc(n, size, chosen);
}

void* heap_caps_realloc_prefer(void* ptr, std::size_t size, std::size_t num, ...) {
    va_list caps;
    va_start(caps, num);
    const auto chosen = preferred(num, caps);
    va_end(caps);
    return heap_caps_realloc(ptr, size, chosen);
}

std::size_t heap_caps_get_allocated_size(void* ptr) {
    return ::malloc_usable_size(ptr);
}

std::size_t heap_caps_get_total_size(std::uint32_t caps) {
    return has_memory_with(caps) ? heap_size : 0;
}

std::size_t heap_caps_get_free_size(std::uint32_t caps) {
    return has_memory_with(caps) ? free_bytes() : 0;
}

std::size_t heap_caps_get_minimum_free_size(std::uint32_t caps) {
    return has_memory_with(caps) ? (free_bytes(), lowest_free.load()) : 0;
}

std::size_t heap_caps_get_largest_free_block(std::uint32_t caps) {
    return heap_caps_get_free_size(caps);
}

std::uint32_t esp_get_free_heap_size() {
    return static_cast<std::uint32_t>(free_bytes());
}

std::uint32_t esp_get_free_internal_heap_size() {
    return static_cast<std::uint32_t>(free_bytes());
}

std::uint32_t esp_get_minimum_free_heap_size() {
    return static_cast<std::uint32_t>(heap_caps_get_minimum_free_size(MALLOC_CAP_DEFAULT));
}
}
