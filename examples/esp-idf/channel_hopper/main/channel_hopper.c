/* A board that does not know its base's channel: it asks on each, until one acknowledges and answers. */

#include "esp_event.h"
#include "esp_log.h"
#include "esp_mac.h"
#include "esp_netif.h"
#include "esp_now.h"
#include "esp_wifi.h"
#include "freertos/FreeRTOS.h"
#include "freertos/event_groups.h"
#include "freertos/task.h"
#include "nvs.h"
#include "nvs_flash.h"

#include <inttypes.h>
#include <string.h>

#define FIRST_CHANNEL 1
#define LAST_CHANNEL 13

static const char* TAG = "hopper";
static const uint8_t everybody[ESP_NOW_ETH_ALEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static void start_espnow(void) {
    ESP_ERROR_CHECK(nvs_flash_init());
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT();
    ESP_ERROR_CHECK(esp_wifi_init(&config));
    ESP_ERROR_CHECK(esp_wifi_set_storage(WIFI_STORAGE_RAM));
    ESP_ERROR_CHECK(esp_wifi_set_mode(WIFI_MODE_STA));
    ESP_ERROR_CHECK(esp_wifi_start());
    ESP_ERROR_CHECK(esp_now_init());
}

static void add_peer(const uint8_t* mac) {
    if (esp_now_is_peer_exist(mac)) return;
    esp_now_peer_info_t peer = {.ifidx = WIFI_IF_STA}; /* channel 0: whichever is the current one */
    memcpy(peer.peer_addr, mac, ESP_NOW_ETH_ALEN);
    ESP_ERROR_CHECK(esp_now_add_peer(&peer));
}

#if CONFIG_HOPPER_IS_BASE

static uint32_t answered;

static void on_question(const esp_now_recv_info_t* info, const uint8_t* data, int size) {
    if (size != 5 || memcmp(data, "base?", 5) != 0) return;
    add_peer(info->src_addr);
    if (esp_now_send(info->src_addr, (const uint8_t*)"here", 4) == ESP_OK) ++answered;
}

void app_main(void) {
    start_espnow();
    ESP_ERROR_CHECK(esp_wifi_set_channel(CONFIG_HOPPER_BASE_CHANNEL, WIFI_SECOND_CHAN_NONE));
    ESP_ERROR_CHECK(esp_now_register_recv_cb(on_question));
    vTaskDelay(pdMS_TO_TICKS(CONFIG_HOPPER_BASE_LIVES_S * 1000));
    esp_now_deinit();
    ESP_LOGI(TAG, "answered %" PRIu32 " times", answered);
}

#else

#define FOUND BIT0

static EventGroupHandle_t happened;

static void on_answer(const esp_now_recv_info_t* info, const uint8_t* data, int size) {
    if (size != 4 || memcmp(data, "here", 4) != 0) return;
    ESP_LOGI(TAG, "base " MACSTR " on channel %d, %s", MAC2STR(info->src_addr), (int)info->rx_ctrl->channel,
             info->rx_ctrl->rssi < 0 ? "heard" : "?");
    xEventGroupSetBits(happened, FOUND);
}

/* The channel that worked the last time comes first. */
static uint8_t remembered_channel(void) {
    nvs_handle_t store;
    uint8_t channel = FIRST_CHANNEL;
    if (nvs_open("hopper", NVS_READONLY, &store) != ESP_OK) return channel;
    nvs_get_u8(store, "channel", &channel);
    nvs_close(store);
    return channel;
}

static void remember_channel(uint8_t channel) {
    nvs_handle_t store;
    ESP_ERROR_CHECK(nvs_open("hopper", NVS_READWRITE, &store));
    ESP_ERROR_CHECK(nvs_set_u8(store, "channel", channel));
    ESP_ERROR_CHECK(nvs_commit(store));
    nvs_close(store);
}

void app_main(void) {
    happened = xEventGroupCreate();
    start_espnow();
    ESP_ERROR_CHECK(esp_now_register_recv_cb(on_answer));
    add_peer(everybody);
    uint8_t channel = remembered_channel();
    int asked = 0;
    bool found = false;
    for (; asked < 5 * LAST_CHANNEL && !found; ++asked) {
        ESP_ERROR_CHECK(esp_wifi_set_channel(channel, WIFI_SECOND_CHAN_NONE));
        ESP_ERROR_CHECK(esp_now_send(everybody, (const uint8_t*)"base?", 5));
        found = (xEventGroupWaitBits(happened, FOUND, pdTRUE, pdTRUE, pdMS_TO_TICKS(50)) & FOUND) != 0;
        if (!found) channel = channel == LAST_CHANNEL ? FIRST_CHANNEL : channel + 1;
    }
    if (found) remember_channel(channel);
    ESP_LOGI(TAG, "%s after %d questions", found ? "found" : "not found", asked);
    esp_now_deinit();
}

#endif
