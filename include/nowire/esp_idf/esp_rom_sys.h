#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* As printf(), and out at once. Answers the number of bytes. Thread-safe. */
int esp_rom_printf(const char* format, ...) __attribute__((format(printf, 1, 2)));

#ifdef __cplusplus
}
#endif
