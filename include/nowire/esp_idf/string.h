#pragma once

/* The chip's C library has strlcpy() and strlcat(), glibc has them since 2.38. */
#include_next <string.h>

#if defined(__GLIBC__) && !__GLIBC_PREREQ(2, 38)
#ifdef __cplusplus
extern "C" {
#endif

/* Copies `source`, cut to `size` bytes with the zero byte. Answers the length of `source`. */
static inline size_t strlcpy(char* destination, const char* source, size_t size) {
    const size_t length = strlen(source);
    if (size > 0) {
        const size_t copied = length < size ? length : size - 1;
        memcpy(destination, source, copied);
        destination[copied] = '\0';
    }
    return length;
}

/* Appends `source`, so that both together are cut to `size` bytes. Answers the length that they would have. */
static inline size_t strlcat(char* destination, const char* source, size_t size) {
    /* Without strnlen(), which -std=c11 hides. */
    const void* end = memchr(destination, '\0', size);
    const size_t before = end != NULL ? (size_t)((const char*)end - destination) : size;
    return before + strlcpy(destination + before, source, size - before);
}

#ifdef __cplusplus
}
#endif
#endif
