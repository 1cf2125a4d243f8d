#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Nanoseconds since the chip began, from the air itself. */
int64_t air_time(void);

/* "what: took N ns" for the time since `began`. */
void say_took(const char* what, int64_t began);

/* A task of priority 2. */
void start_task(void (*body)(void));

/* What C++ programs sleep with. */
void sleep_in_cxx(void);

#ifdef __cplusplus
}
#endif
