/* As many peers as the driver has room for: the centre waits until twenty others have said hello, some of which want
 * their messages encrypted, adds them all, and sends to each and then to all at once. */

#include "esp_event.h"
#include "esp_log.h"
#include "esp_mac.h"
#include "esp_netif.h"
#include "esp_now.h"
#include "esp_random.h"
#include "esp_wifi.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"
#include "freertos/task.h"
#include "nvs_flash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE pdMS_TO_TICKS(20000)

static const char* TAG = "crowd";
static const uint8_t everybody[ESP_NOW_ETH_ALEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

typedef struct {
    uint8_t from[ESP_NOW_ETH_ALEN];
    char text[8];
} heard_t;

static QueueHandle_t heard;
static uint8_t centre[ESP_NOW_ETH_ALEN]; /* zero: this is the centre, which listens to all */

static void on_received(const esp_now_recv_info_t* info, const uint8_t* data, int size) {
    heard_t message = {0};
    if (centre[0] != 0 && memcmp(info->src_addr, centre, sizeof centre) != 0) return;
    if (size >= (int)sizeof message.text) return;
    memcpy(message.from, info->src_addr, ESP_NOW_ETH_ALEN);
    memcpy(message.text, data, (size_t)size);
    xQueueSend(heard, &message, 0);
}

static void start_espnow(void) {
    ESP_ERROR_CHECK(nvs_flash_init());
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT();
    ESP_ERROR_CHECK(esp_wifi_init(&config));
    ESP_ERROR_CHECK(esp_wifi_set_mode(WIFI_MODE_STA));
    ESP_ERROR_CHECK(esp_wifi_start());
    ESP_ERROR_CHECK(esp_now_init());
    heard = xQueueCreate(64, sizeof(heard_t));
    ESP_ERROR_CHECK(esp_now_register_recv_cb(on_received));
}

static esp_err_t add(const uint8_t* mac, bool encrypt) {
    esp_now_peer_info_t peer = {.ifidx = WIFI_IF_STA, .encrypt = encrypt};
    memcpy(peer.peer_addr, mac, ESP_NOW_ETH_ALEN);
    memcpy(peer.lmk, "the crowd's key.", ESP_NOW_KEY_LEN);
    return esp_now_add_peer(&peer);
}

#if CONFIG_CROWD_MEMBER

void app_main(void) {
    if (sscanf(CONFIG_CROWD_CENTRE, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &centre[0], &centre[1], &centre[2], &centre[3],
               &centre[4], &centre[5]) != ESP_NOW_ETH_ALEN)
        abort();
    start_espnow();
    const char* hello = "plain";
#if CONFIG_CROWD_ENCRYPTED
    ESP_ERROR_CHECK(add(centre, true));
    hello = "key";
#endif
    ESP_ERROR_CHECK(add(everybody, false));
    heard_t message = {0};
    /* Not all at one moment, as boards that are switched on together would. */
    for (int i = 0; i < 40 && xQueueReceive(heard, &message, pdMS_TO_TICKS(esp_random() % 500)) != pdTRUE; ++i)
        ESP_ERROR_CHECK(esp_now_send(everybody, (const uint8_t*)hello, strlen(hello)));
    ESP_LOGI(TAG, "first \"%s\"", message.text);
    if (xQueueReceive(heard, &message, PATIENCE) == pdTRUE) ESP_LOGI(TAG, "then \"%s\"", message.text);
    esp_now_deinit();
}

#else

static const uint8_t nobody[ESP_NOW_ETH_ALEN] = {0x02, 0xee, 0, 0, 0, 0};
static QueueHandle_t sent;

static void on_sent(const esp_now_send_info_t* info, esp_now_send_status_t status) {
    (void)info;
    xQueueSend(sent, &status, 0);
}

/* How many of so many frames were acknowledged. */
static int acknowledged(int frames) {
    int count = 0;
    for (int i = 0; i < frames; ++i) {
        esp_now_send_status_t status;
        if (xQueueReceive(sent, &status, PATIENCE) != pdTRUE) abort();
        if (status == ESP_NOW_SEND_SUCCESS) ++count;
    }
    return count;
}

static bool knows(uint8_t all[][ESP_NOW_ETH_ALEN], int count, const uint8_t* mac) {
    for (int i = 0; i < count; ++i)
        if (memcmp(all[i], mac, ESP_NOW_ETH_ALEN) == 0) return true;
    return false;
}

void app_main(void) {
    sent = xQueueCreate(ESP_NOW_MAX_TOTAL_PEER_NUM, sizeof(esp_now_send_status_t));
    start_espnow();
    ESP_ERROR_CHECK(esp_now_register_send_cb(on_sent));
    uint8_t with_key[ESP_NOW_MAX_TOTAL_PEER_NUM][ESP_NOW_ETH_ALEN];
    uint8_t plain[ESP_NOW_MAX_TOTAL_PEER_NUM][ESP_NOW_ETH_ALEN];
    int keys = 0;
    int plains = 0;
    while (keys + plains < ESP_NOW_MAX_TOTAL_PEER_NUM) {
        heard_t message;
        if (xQueueReceive(heard, &message, PATIENCE) != pdTRUE) break;
        if (knows(with_key, keys, message.from) || knows(plain, plains, message.from)) continue;
        memcpy(strcmp(message.text, "key") == 0 ? with_key[keys++] : plain[plains++], message.from, ESP_NOW_ETH_ALEN);
    }
    ESP_LOGI(TAG, "%d said hello", keys + plains);
    for (int i = 0; i < keys; ++i)
        ESP_ERROR_CHECK(add(with_key[i], true));
    ESP_LOGI(TAG, "one more with a key: %s", esp_err_to_name(add(nobody, true)));
    for (int i = 0; i < plains; ++i)
        ESP_ERROR_CHECK(add(plain[i], false));
    ESP_LOGI(TAG, "one more: %s, everybody: %s, once more: %s", esp_err_to_name(add(nobody, false)),
             esp_err_to_name(add(everybody, false)), esp_err_to_name(add(plain[0], false)));
    esp_now_peer_num_t number;
    ESP_ERROR_CHECK(esp_now_get_peer_num(&number));
    ESP_LOGI(TAG, "%d peers, %d encrypted", number.total_num, number.encrypt_num);

    int count = 0;
    esp_now_peer_info_t peer;
    for (esp_err_t found = esp_now_fetch_peer(true, &peer); found == ESP_OK; found = esp_now_fetch_peer(false, &peer)) {
        ESP_ERROR_CHECK(esp_now_send(peer.peer_addr, (const uint8_t*)"you", 3));
        count += acknowledged(1);
    }
    ESP_LOGI(TAG, "each by itself: %d acknowledged", count);
    ESP_ERROR_CHECK(esp_now_send(NULL, (const uint8_t*)"all", 3));
    ESP_LOGI(TAG, "all at once: %d acknowledged", acknowledged(number.total_num));
    esp_now_deinit();
}

#endif
