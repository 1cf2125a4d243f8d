#pragma once

#include "esp_idf_version.h"

#if NOWIRE_IDF_VERSION < ESP_IDF_VERSION_VAL(6, 0, 0)
#ifdef __cplusplus
extern "C" {
#endif

/* The interfaces' names of before ESP-IDF 5; the numbers are those of wifi_interface_t. */
typedef enum {
    ESP_IF_WIFI_STA = 0, /* station */
    ESP_IF_WIFI_AP,      /* SoftAP */
    ESP_IF_WIFI_NAN,     /* not there */
    ESP_IF_ETH,          /* not there */
    ESP_IF_MAX
} esp_interface_t;

#ifdef __cplusplus
}
#endif
#endif
