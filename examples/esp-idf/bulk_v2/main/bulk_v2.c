/* A file by ESP-NOW version 2: messages of 1470 bytes as fast as the buffers take them. The receiver puts its pieces in
 * their places and compares the CRC. */

#include "esp_crc.h"
#include "esp_event.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "esp_now.h"
#include "esp_timer.h"
#include "esp_wifi.h"
#include "freertos/FreeRTOS.h"
#include "freertos/event_groups.h"
#include "freertos/queue.h"
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "nvs_flash.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define TOTAL (CONFIG_BULK_KIB * 1024)

static const char* TAG = "bulk";
static const uint8_t everybody[ESP_NOW_ETH_ALEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

typedef struct {
    uint32_t offset;
    uint32_t crc; /* of the whole file */
    uint8_t bytes[ESP_NOW_MAX_DATA_LEN_V2 - 8];
} piece_t;

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
    esp_now_peer_info_t peer = {.ifidx = WIFI_IF_STA};
    memcpy(peer.peer_addr, mac, ESP_NOW_ETH_ALEN);
    ESP_ERROR_CHECK(esp_now_add_peer(&peer));
}

#if CONFIG_BULK_IS_RECEIVER

static uint8_t file[TOTAL];
static uint32_t received;
static uint32_t announced;
static TaskHandle_t waiting;

static void on_piece(const esp_now_recv_info_t* info, const uint8_t* data, int size) {
    (void)info;
    piece_t piece;
    if (size <= 8 || size > (int)sizeof piece) return;
    memcpy(&piece, data, (size_t)size);
    const uint32_t length = (uint32_t)size - 8;
    if (piece.offset > TOTAL || length > TOTAL - piece.offset) return;
    memcpy(file + piece.offset, piece.bytes, length);
    announced = piece.crc;
    received += length;
    if (received >= TOTAL) xTaskNotifyGive(waiting);
}

/* Says that it is here, so that the sender learns its address. */
void app_main(void) {
    waiting = xTaskGetCurrentTaskHandle();
    start_espnow();
    ESP_ERROR_CHECK(esp_now_register_recv_cb(on_piece));
    add_peer(everybody);
    do {
        ESP_ERROR_CHECK(esp_now_send(everybody, (const uint8_t*)"here", 4));
    } while (received == 0 && ulTaskNotifyTake(pdTRUE, pdMS_TO_TICKS(200)) == 0);
    if (received < TOTAL) ulTaskNotifyTake(pdTRUE, pdMS_TO_TICKS(60000));
    const bool right = esp_crc32_le(0, file, TOTAL) == announced;
    ESP_LOGI(TAG, "received %" PRIu32 " of %d bytes, CRC %s", received, TOTAL, right ? "right" : "wrong");
    esp_now_deinit();
}

#else

static QueueHandle_t receivers;
static SemaphoreHandle_t buffers; /* given by each callback */
static volatile uint32_t told;
static volatile uint32_t failed;

static void on_received(const esp_now_recv_info_t* info, const uint8_t* data, int size) {
    if (size == 4 && memcmp(data, "here", 4) == 0) xQueueSend(receivers, info->src_addr, 0);
}

static void on_sent(const esp_now_send_info_t* info, esp_now_send_status_t status) {
    (void)info;
    ++told;
    if (status != ESP_NOW_SEND_SUCCESS) ++failed;
    xSemaphoreGive(buffers);
}

void app_main(void) {
    receivers = xQueueCreate(1, ESP_NOW_ETH_ALEN);
    buffers = xSemaphoreCreateCounting(1000, 0);
    start_espnow();
    ESP_ERROR_CHECK(esp_now_register_recv_cb(on_received));
    ESP_ERROR_CHECK(esp_now_register_send_cb(on_sent));
    uint8_t to[ESP_NOW_ETH_ALEN];
    if (xQueueReceive(receivers, to, pdMS_TO_TICKS(20000)) != pdTRUE) {
        ESP_LOGE(TAG, "nobody is there");
        return;
    }
    add_peer(to);
    esp_now_rate_config_t rate = {.phymode = WIFI_PHY_MODE_11G, .rate = WIFI_PHY_RATE_24M};
    ESP_ERROR_CHECK(esp_now_set_peer_rate_config(to, &rate));

    uint8_t* file = malloc(TOTAL);
    for (int i = 0; i < TOTAL; ++i)
        file[i] = (uint8_t)(i * i >> 3);
    const uint32_t crc = esp_crc32_le(0, file, TOTAL);
    const int64_t began = esp_timer_get_time();
    uint32_t full = 0;
    uint32_t pieces = 0;
    for (uint32_t offset = 0; offset < TOTAL;) {
        piece_t piece = {.offset = offset, .crc = crc};
        const size_t length = TOTAL - offset < sizeof piece.bytes ? TOTAL - offset : sizeof piece.bytes;
        memcpy(piece.bytes, file + offset, length);
        const esp_err_t result = esp_now_send(to, (const uint8_t*)&piece, 8 + length);
        if (result == ESP_ERR_ESPNOW_NO_MEM) {
            ++full;
            xSemaphoreTake(buffers, portMAX_DELAY); /* a callback has made room */
            continue;
        }
        ESP_ERROR_CHECK(result);
        offset += length;
        ++pieces;
    }
    while (told < pieces)
        vTaskDelay(1);
    ESP_LOGI(TAG, "sent %d bytes in %" PRId64 " ms, %" PRIu32 " lost, buffers full %s", TOTAL,
             (esp_timer_get_time() - began) / 1000, failed, full > 0 ? "sometimes" : "never");
    free(file);
    esp_now_deinit();
}

#endif
