#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Random numbers from the operating system. Where NOWIRE_IDF_SEED is set to a number they follow from it and from the
 * chip's address, the same in each run: for tests, never for keys. Thread-safe. */
uint32_t esp_random(void);
void esp_fill_random(void* buf, size_t len);

#ifdef __cplusplus
}
#endif
