#pragma once

/* The configuration of a program whose build provides none. A program's own sdkconfig.h is found before this one and
 * may end in `#include_next <sdkconfig.h>`, so that it has the values here for what it does not name. So nowire's own
 * headers name it in angle brackets: with quotes they would find this one first, beside themselves. */

#ifndef CONFIG_IDF_TARGET
#define CONFIG_IDF_TARGET "esp32"
#define CONFIG_IDF_TARGET_ESP32 1
#endif
#ifndef CONFIG_FREERTOS_HZ
#define CONFIG_FREERTOS_HZ 100
#endif
#ifndef CONFIG_ESP_WIFI_ESPNOW_MAX_ENCRYPT_NUM
#define CONFIG_ESP_WIFI_ESPNOW_MAX_ENCRYPT_NUM 7
#endif

/* 0 none, 1 error, 2 warning, 3 info, 4 debug, 5 verbose. */
#ifndef CONFIG_LOG_DEFAULT_LEVEL
#define CONFIG_LOG_DEFAULT_LEVEL 3
#endif
/* What is above is not compiled. */
#ifndef CONFIG_LOG_MAXIMUM_LEVEL
#define CONFIG_LOG_MAXIMUM_LEVEL CONFIG_LOG_DEFAULT_LEVEL
#endif
