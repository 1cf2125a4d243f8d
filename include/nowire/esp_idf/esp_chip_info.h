#pragma once

#include "esp_idf_version.h"

#include <sdkconfig.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    CHIP_ESP32 = 1,
    CHIP_ESP32S2 = 2,
    CHIP_ESP32C3 = 5,
    CHIP_ESP32S3 = 9,
    CHIP_ESP32C2 = 12,
    CHIP_ESP32C6 = 13,
    CHIP_ESP32H2 = 16,
    CHIP_ESP32P4 = 18,
    CHIP_ESP32C61 = 20,
    CHIP_ESP32C5 = 23,
    CHIP_POSIX_LINUX = 999
} esp_chip_model_t;

#define CHIP_FEATURE_EMB_FLASH (1UL << 0)
#define CHIP_FEATURE_WIFI_BGN (1UL << 1)
#define CHIP_FEATURE_BLE (1UL << 4)
#define CHIP_FEATURE_BT (1UL << 5)
#define CHIP_FEATURE_IEEE802154 (1UL << 6)
#define CHIP_FEATURE_EMB_PSRAM (1UL << 7)

#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 0, 0)
typedef struct {
    esp_chip_model_t model;
    uint32_t features; /* bits of CHIP_FEATURE_ */
    uint16_t revision; /* 100 times the major revision plus the minor one */
    uint8_t cores;
} esp_chip_info_t;
#else
typedef struct {
    esp_chip_model_t model;
    uint32_t features;
    uint8_t cores;
    uint8_t revision;
} esp_chip_info_t;
#endif

/* What this chip is: the model that CONFIG_IDF_TARGET_... chooses, Wi-Fi as its only radio, one core (tasks run one at
 * a time), revision 3.0. */
static inline void esp_chip_info(esp_chip_info_t* out_info) {
#if defined(CONFIG_IDF_TARGET_ESP32S2)
    out_info->model = CHIP_ESP32S2;
#elif defined(CONFIG_IDF_TARGET_ESP32C3)
    out_info->model = CHIP_ESP32C3;
#elif defined(CONFIG_IDF_TARGET_ESP32S3)
    out_info->model = CHIP_ESP32S3;
#elif defined(CONFIG_IDF_TARGET_ESP32C2)
    out_info->model = CHIP_ESP32C2;
#elif defined(CONFIG_IDF_TARGET_ESP32C6)
    out_info->model = CHIP_ESP32C6;
#elif defined(CONFIG_IDF_TARGET_ESP32C5)
    out_info->model = CHIP_ESP32C5;
#else
    out_info->model = CHIP_ESP32;
#endif
    out_info->features = CHIP_FEATURE_WIFI_BGN;
#if ESP_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 0, 0)
    out_info->revision = 300;
#else
    out_info->revision = 3;
#endif
    out_info->cores = 1;
}

#ifdef __cplusplus
}
#endif
