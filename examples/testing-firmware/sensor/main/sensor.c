/* A sensor that looks for a gateway, remembers it in flash, and sends it encrypted readings. Where these are not
 * acknowledged it looks for the gateway on the next channel. The gateway may say "interval N" and "sleep N". */

#include "esp_attr.h"
#include "esp_event.h"
#include "esp_log.h"
#include "esp_mac.h"
#include "esp_netif.h"
#include "esp_now.h"
#include "esp_sleep.h"
#include "esp_wifi.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"
#include "freertos/task.h"
#include "nvs.h"
#include "nvs_flash.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE 3 /* readings that may be lost before it looks elsewhere */

static const char* TAG = "sensor";
static const uint8_t everybody[ESP_NOW_ETH_ALEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
static const uint8_t channels[] = {1, 6, 11};

typedef struct {
    enum { EVENT_RECEIVED, EVENT_SENT } kind;
    uint8_t mac[ESP_NOW_ETH_ALEN];
    bool acknowledged;
    char text[64];
} event_t;

static QueueHandle_t events;
static RTC_DATA_ATTR uint32_t readings;
static uint8_t gateway[ESP_NOW_ETH_ALEN];
static bool is_paired;
static unsigned place; /* of its channel in `channels` */
static unsigned lost;  /* readings in a row */
static uint32_t interval_s = CONFIG_SENSOR_INTERVAL_S;

static void on_sent(const esp_now_send_info_t* info, esp_now_send_status_t status) {
    event_t event = {.kind = EVENT_SENT, .acknowledged = status == ESP_NOW_SEND_SUCCESS};
    memcpy(event.mac, info->des_addr, ESP_NOW_ETH_ALEN);
    xQueueSend(events, &event, 0);
}

static void on_received(const esp_now_recv_info_t* info, const uint8_t* data, int size) {
    event_t event = {.kind = EVENT_RECEIVED};
    memcpy(event.mac, info->src_addr, ESP_NOW_ETH_ALEN);
    if (size >= (int)sizeof event.text) return;
    memcpy(event.text, data, (size_t)size);
    xQueueSend(events, &event, 0);
}

static void tune(void) {
    ESP_ERROR_CHECK(esp_wifi_set_channel(channels[place], WIFI_SECOND_CHAN_NONE));
}

static void start_espnow(void) {
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT();
    ESP_ERROR_CHECK(esp_wifi_init(&config));
    ESP_ERROR_CHECK(esp_wifi_set_storage(WIFI_STORAGE_RAM));
    ESP_ERROR_CHECK(esp_wifi_set_mode(WIFI_MODE_STA));
    ESP_ERROR_CHECK(esp_wifi_start());
    tune();
    ESP_ERROR_CHECK(esp_now_init());
    ESP_ERROR_CHECK(esp_now_register_send_cb(on_sent));
    ESP_ERROR_CHECK(esp_now_register_recv_cb(on_received));
    esp_now_peer_info_t peer = {.ifidx = WIFI_IF_STA};
    memcpy(peer.peer_addr, everybody, ESP_NOW_ETH_ALEN);
    ESP_ERROR_CHECK(esp_now_add_peer(&peer));
}

static void pair(const uint8_t* mac) {
    memcpy(gateway, mac, ESP_NOW_ETH_ALEN);
    esp_now_peer_info_t peer = {.ifidx = WIFI_IF_STA, .encrypt = true};
    memcpy(peer.peer_addr, gateway, ESP_NOW_ETH_ALEN);
    memcpy(peer.lmk, CONFIG_SENSOR_LMK, ESP_NOW_KEY_LEN);
    ESP_ERROR_CHECK(esp_now_add_peer(&peer));
    is_paired = true;
    ESP_LOGI(TAG, "paired with " MACSTR, MAC2STR(gateway));
}

static void remember_gateway(void) {
    nvs_handle_t flash;
    ESP_ERROR_CHECK(nvs_open("sensor", NVS_READWRITE, &flash));
    ESP_ERROR_CHECK(nvs_set_blob(flash, "gateway", gateway, sizeof gateway));
    ESP_ERROR_CHECK(nvs_commit(flash));
    nvs_close(flash);
}

static void recall_gateway(void) {
    nvs_handle_t flash;
    uint8_t mac[ESP_NOW_ETH_ALEN];
    size_t size = sizeof mac;
    if (nvs_open("sensor", NVS_READONLY, &flash) != ESP_OK) return;
    if (nvs_get_blob(flash, "gateway", mac, &size) == ESP_OK) pair(mac);
    nvs_close(flash);
}

static void send_text(const uint8_t* to, const char* text) {
    const esp_err_t status = esp_now_send(to, (const uint8_t*)text, strlen(text));
    if (status != ESP_OK) ESP_LOGW(TAG, "cannot send: %s", esp_err_to_name(status));
}

static void send_reading(void) {
    char text[32];
    snprintf(text, sizeof text, "reading %" PRIu32, ++readings);
    send_text(gateway, text);
}

static void note_sent(const event_t* event) {
    if (memcmp(event->mac, gateway, ESP_NOW_ETH_ALEN) != 0) return;
    lost = event->acknowledged ? 0 : lost + 1;
    if (!event->acknowledged) ESP_LOGW(TAG, "reading %" PRIu32 " is lost", readings);
    if (lost < PATIENCE) return;
    lost = 0;
    place = (place + 1) % (sizeof channels / sizeof channels[0]);
    tune();
    ESP_LOGW(TAG, "looking for the gateway on channel %d", channels[place]);
}

static void obey(const event_t* event) {
    if (!is_paired) {
        if (strcmp(event->text, "welcome") != 0) return;
        pair(event->mac);
        remember_gateway();
        return;
    }
    if (memcmp(event->mac, gateway, ESP_NOW_ETH_ALEN) != 0) return;
    unsigned number;
    if (sscanf(event->text, "interval %u", &number) == 1 && number > 0) {
        interval_s = number;
        send_text(gateway, "ok");
    } else if (sscanf(event->text, "sleep %u", &number) == 1) {
        ESP_LOGI(TAG, "sleeping for %u s", number);
        esp_deep_sleep(number * UINT64_C(1000000));
    } else {
        ESP_LOGW(TAG, "does not understand \"%s\"", event->text);
    }
}

void app_main(void) {
    ESP_ERROR_CHECK(nvs_flash_init());
    events = xQueueCreate(16, sizeof(event_t));
    start_espnow();
    recall_gateway();
    TickType_t next = xTaskGetTickCount();
    for (;;) {
        const TickType_t now = xTaskGetTickCount();
        if ((int32_t)(now - next) >= 0) {
            if (is_paired)
                send_reading();
            else
                send_text(everybody, "hello");
            next = now + pdMS_TO_TICKS((is_paired ? interval_s : 1) * 1000);
        }
        event_t event;
        if (xQueueReceive(events, &event, next - xTaskGetTickCount()) != pdTRUE) continue;
        if (event.kind == EVENT_SENT)
            note_sent(&event);
        else
            obey(&event);
    }
}
