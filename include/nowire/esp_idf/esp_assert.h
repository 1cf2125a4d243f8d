#pragma once

#include <assert.h>

/* Fails to compile where the condition does not hold. */
#ifdef __cplusplus
#define ESP_STATIC_ASSERT(condition, ...) static_assert(condition __VA_OPT__(, ) __VA_ARGS__)
#else
#define ESP_STATIC_ASSERT(condition, message) _Static_assert(condition, message)
#endif

/* The same where the condition is constant; nothing where it is not. */
#define TRY_STATIC_ASSERT(condition, message)                                                         \
    do {                                                                                              \
        enum { nowire_static_assert = 1 / (int)(!__builtin_constant_p(condition) || !!(condition)) }; \
        (void)sizeof(char[nowire_static_assert]);                                                     \
    } while (0)
