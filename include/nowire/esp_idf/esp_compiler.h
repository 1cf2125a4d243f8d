#pragma once

/* Both pass their argument's truth on, and say what it usually is. */
#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#endif
#ifndef unlikely
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif

/* For designated initialisers, which C++ wants in the order of the declaration. */
#define ESP_COMPILER_DESIGNATED_INIT_AGGREGATE_TYPE_EMPTY(member) .member = {},
#define ESP_COMPILER_DESIGNATED_INIT_AGGREGATE_TYPE_STR(member, text) .member = text,
