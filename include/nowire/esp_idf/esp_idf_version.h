#pragma once

/* NOWIRE_IDF_VERSION is the release of ESP-IDF that a translation unit is written for: a number as ESP_IDF_VERSION_VAL
 * makes it, set with -DNOWIRE_IDF_VERSION=..., from 4.4 to 6.0. Units of different releases can be in one program. */

#define ESP_IDF_VERSION_VAL(major, minor, patch) (((major) << 16) | ((minor) << 8) | (patch))

#ifndef NOWIRE_IDF_VERSION
#define NOWIRE_IDF_VERSION ESP_IDF_VERSION_VAL(5, 5, 0)
#endif

#define ESP_IDF_VERSION NOWIRE_IDF_VERSION
#define ESP_IDF_VERSION_MAJOR ((NOWIRE_IDF_VERSION) >> 16)
#define ESP_IDF_VERSION_MINOR (((NOWIRE_IDF_VERSION) >> 8) & 0xff)
#define ESP_IDF_VERSION_PATCH ((NOWIRE_IDF_VERSION)&0xff)

#ifdef __cplusplus
extern "C" {
#endif

/* The text of a version: "v5.5", or "v5.5.2" where the patch is not 0. It stays valid. Thread-safe. */
const char* nowire_idf_version_text(unsigned version);

/* The release that this translation unit is written for. */
static inline const char* esp_get_idf_version(void) {
    return nowire_idf_version_text(NOWIRE_IDF_VERSION);
}

#ifdef __cplusplus
}
#endif
