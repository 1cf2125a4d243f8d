/* A sensor that sleeps: wakes by its timer, broadcasts one measurement, and sleeps again. What it counts survives in
 * RTC memory. */

#include "esp_attr.h"
#include "esp_event.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "esp_now.h"
#include "esp_sleep.h"
#include "esp_wifi.h"
#include "freertos/FreeRTOS.h"
#include "freertos/semphr.h"
#include "nvs_flash.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char* TAG = "sensor";
static const uint8_t everybody[ESP_NOW_ETH_ALEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static RTC_DATA_ATTR uint32_t measurements;
static SemaphoreHandle_t sent;

static void on_sent(const esp_now_send_info_t* info, esp_now_send_status_t status) {
    (void)info;
    if (status != ESP_NOW_SEND_SUCCESS) ESP_LOGW(TAG, "not sent");
    xSemaphoreGive(sent);
}

static void start_espnow(void) {
    ESP_ERROR_CHECK(nvs_flash_init());
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT();
    ESP_ERROR_CHECK(esp_wifi_init(&config));
    ESP_ERROR_CHECK(esp_wifi_set_storage(WIFI_STORAGE_RAM));
    ESP_ERROR_CHECK(esp_wifi_set_mode(WIFI_MODE_STA));
    ESP_ERROR_CHECK(esp_wifi_start());
    ESP_ERROR_CHECK(esp_wifi_set_channel(CONFIG_SENSOR_CHANNEL, WIFI_SECOND_CHAN_NONE));
    ESP_ERROR_CHECK(esp_now_init());
    ESP_ERROR_CHECK(esp_now_register_send_cb(on_sent));
    esp_now_peer_info_t peer = {.ifidx = WIFI_IF_STA};
    memcpy(peer.peer_addr, everybody, ESP_NOW_ETH_ALEN);
    ESP_ERROR_CHECK(esp_now_add_peer(&peer));
}

void app_main(void) {
    const bool woken = esp_sleep_get_wakeup_cause() == ESP_SLEEP_WAKEUP_TIMER;
    ++measurements;
    ESP_LOGI(TAG, "%s, measurement %" PRIu32, woken ? "woken by the timer" : "switched on", measurements);

    sent = xSemaphoreCreateBinary();
    start_espnow();
    char text[32];
    const int size = snprintf(text, sizeof text, "measurement %" PRIu32, measurements);
    ESP_ERROR_CHECK(esp_now_send(everybody, (const uint8_t*)text, (size_t)size));
    xSemaphoreTake(sent, portMAX_DELAY);

    esp_now_deinit();
    esp_wifi_stop();
    if (CONFIG_SENSOR_MEASUREMENTS != 0 && measurements >= CONFIG_SENSOR_MEASUREMENTS) {
        ESP_LOGI(TAG, "done");
        return;
    }
    ESP_ERROR_CHECK(esp_sleep_enable_timer_wakeup(CONFIG_SENSOR_SLEEP_S * UINT64_C(1000000)));
    esp_deep_sleep_start();
}
