/* Two boards find each other and go on encrypted.
 *
 * Each broadcasts a hello with a number that it has drawn. Whoever hears one adds its sender as an encrypted peer; the
 * board with the larger number then sends numbered messages with a CRC, the other one counts them. */

#include "esp_crc.h"
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

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#if CONFIG_PAIR_SOFT_AP
#define PAIR_MODE WIFI_MODE_AP
#define PAIR_IF WIFI_IF_AP
#else
#define PAIR_MODE WIFI_MODE_STA
#define PAIR_IF WIFI_IF_STA
#endif

#define HELLO_EVERY pdMS_TO_TICKS(250)
#define PATIENCE pdMS_TO_TICKS(5000)

static const char* TAG = "pair";
static const uint8_t everybody[ESP_NOW_ETH_ALEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

typedef enum { KIND_HELLO = 1, KIND_DATA } kind_t;

typedef struct {
    uint8_t kind;
    uint8_t knows_you; /* of a hello: its sender has heard a hello too */
    uint16_t crc;      /* over all of the message, with 0 here */
    uint32_t number;   /* of a hello: the sender's draw; else: which message */
} __attribute__((packed)) message_t;

typedef struct {
    enum { EVENT_RECEIVED, EVENT_SENT } kind;
    uint8_t mac[ESP_NOW_ETH_ALEN];
    esp_now_send_status_t status;
    uint8_t* data;
    int size;
} event_t;

static QueueHandle_t events;
static uint32_t draw;

static void on_sent(const esp_now_send_info_t* info, esp_now_send_status_t status) {
    event_t event = {.kind = EVENT_SENT, .status = status};
    memcpy(event.mac, info->des_addr, ESP_NOW_ETH_ALEN);
    if (xQueueSend(events, &event, 0) != pdTRUE) ESP_LOGW(TAG, "the queue is full");
}

static void on_received(const esp_now_recv_info_t* info, const uint8_t* data, int size) {
    event_t event = {.kind = EVENT_RECEIVED, .size = size, .data = malloc((size_t)size)};
    if (event.data == NULL) return;
    memcpy(event.mac, info->src_addr, ESP_NOW_ETH_ALEN);
    memcpy(event.data, data, (size_t)size);
    if (xQueueSend(events, &event, 0) != pdTRUE) {
        ESP_LOGW(TAG, "the queue is full");
        free(event.data);
    }
}

static void start_wifi(void) {
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT();
    ESP_ERROR_CHECK(esp_wifi_init(&config));
    ESP_ERROR_CHECK(esp_wifi_set_storage(WIFI_STORAGE_RAM));
    ESP_ERROR_CHECK(esp_wifi_set_mode(PAIR_MODE));
    ESP_ERROR_CHECK(esp_wifi_start());
    ESP_ERROR_CHECK(esp_wifi_set_channel(CONFIG_PAIR_CHANNEL, WIFI_SECOND_CHAN_NONE));
}

static void add_peer(const uint8_t* mac, bool encrypt) {
    esp_now_peer_info_t peer = {.channel = CONFIG_PAIR_CHANNEL, .ifidx = PAIR_IF, .encrypt = encrypt};
    memcpy(peer.peer_addr, mac, ESP_NOW_ETH_ALEN);
    memcpy(peer.lmk, CONFIG_PAIR_LMK, ESP_NOW_KEY_LEN);
    ESP_ERROR_CHECK(esp_now_add_peer(&peer));
}

/* Fills in the CRC and sends. */
static esp_err_t send_message(const uint8_t* to, message_t* message, size_t size) {
    message->crc = 0;
    message->crc = esp_crc16_le(UINT16_MAX, (const uint8_t*)message, size);
    return esp_now_send(to, (const uint8_t*)message, size);
}

static void send_hello(bool knows_you) {
    message_t hello = {.kind = KIND_HELLO, .knows_you = knows_you, .number = draw};
    ESP_ERROR_CHECK(send_message(everybody, &hello, sizeof hello));
}

static bool is_whole(const uint8_t* data, int size) {
    message_t head;
    if (size < (int)sizeof head) return false;
    memcpy(&head, data, sizeof head);
    const uint16_t crc = head.crc;
    head.crc = 0;
    const uint16_t of_head = esp_crc16_le(UINT16_MAX, (const uint8_t*)&head, sizeof head);
    return esp_crc16_le(of_head, data + sizeof head, (uint32_t)size - sizeof head) == crc;
}

/* Sends all messages, each when the one before has been told of. */
static void send_all(const uint8_t* to) {
    static uint8_t buffer[CONFIG_PAIR_LENGTH];
    message_t* message = (message_t*)buffer;
    int acked = 0;
    for (uint32_t i = 0; i < CONFIG_PAIR_MESSAGES; ++i) {
        message->kind = KIND_DATA;
        message->number = i;
        esp_fill_random(buffer + sizeof(message_t), sizeof buffer - sizeof(message_t));
        ESP_ERROR_CHECK(send_message(to, message, sizeof buffer));
        event_t event;
        do {
            if (xQueueReceive(events, &event, PATIENCE) != pdTRUE) abort();
            if (event.kind == EVENT_RECEIVED) free(event.data);
        } while (event.kind != EVENT_SENT || memcmp(event.mac, to, ESP_NOW_ETH_ALEN) != 0);
        if (event.status == ESP_NOW_SEND_SUCCESS) ++acked;
        vTaskDelay(pdMS_TO_TICKS(CONFIG_PAIR_INTERVAL_MS));
    }
    ESP_LOGI(TAG, "sent %d messages, %d acknowledged", CONFIG_PAIR_MESSAGES, acked);
}

static void pair_task(void* unused) {
    (void)unused;
    uint8_t other[ESP_NOW_ETH_ALEN] = {0};
    bool paired = false;
    bool sender = false;
    uint32_t received = 0;
    TickType_t heard = xTaskGetTickCount();
    send_hello(false);
    while (!sender && received < CONFIG_PAIR_MESSAGES && xTaskGetTickCount() - heard < PATIENCE) {
        event_t event;
        if (xQueueReceive(events, &event, HELLO_EVERY) != pdTRUE) {
            if (received == 0) send_hello(paired);
            continue;
        }
        if (event.kind != EVENT_RECEIVED) continue;
        message_t* message = (message_t*)event.data;
        const bool whole = is_whole(event.data, event.size);
        if (whole && message->kind == KIND_HELLO && !paired) {
            paired = true;
            memcpy(other, event.mac, ESP_NOW_ETH_ALEN);
            add_peer(other, true);
            ESP_LOGI(TAG, "paired with " MACSTR, MAC2STR(other));
            send_hello(true);
            heard = xTaskGetTickCount();
        }
        if (whole && memcmp(event.mac, other, ESP_NOW_ETH_ALEN) == 0) {
            if (message->kind == KIND_HELLO && message->knows_you) sender = draw > message->number;
            if (message->kind == KIND_DATA) {
                if (message->number != received) ESP_LOGW(TAG, "missed %" PRIu32, message->number - received);
                received = message->number + 1;
            }
            heard = xTaskGetTickCount();
        }
        free(event.data);
    }
    if (sender) {
        vTaskDelay(HELLO_EVERY);
        send_all(other);
    } else {
        ESP_LOGI(TAG, "received %" PRIu32 " of %d", received, CONFIG_PAIR_MESSAGES);
        /* The last message may have to be acknowledged once more. */
        vTaskDelay(HELLO_EVERY);
    }
    esp_now_deinit();
    vTaskDelete(NULL);
}

void app_main(void) {
    ESP_ERROR_CHECK(nvs_flash_init());
    start_wifi();
    events = xQueueCreate(16, sizeof(event_t));
    draw = esp_random();
    ESP_ERROR_CHECK(esp_now_init());
    ESP_ERROR_CHECK(esp_now_register_send_cb(on_sent));
    ESP_ERROR_CHECK(esp_now_register_recv_cb(on_received));
    ESP_ERROR_CHECK(esp_now_set_pmk((const uint8_t*)CONFIG_PAIR_PMK));
    add_peer(everybody, false);
    xTaskCreate(pair_task, "pair", 4096, NULL, 4, NULL);
}
