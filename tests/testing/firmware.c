/* Firmware under test. The variable DO says what it is to do. */
#include <esp_attr.h>
#include <esp_err.h>
#include <esp_event.h>
#include <esp_log.h>
#include <esp_netif.h>
#include <esp_now.h>
#include <esp_random.h>
#include <esp_sleep.h>
#include <esp_system.h>
#include <esp_wifi.h>
#include <freertos/FreeRTOS.h>
#include <freertos/queue.h>
#include <freertos/task.h>
#include <inttypes.h>
#include <nvs.h>
#include <nvs_flash.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const uint8_t everybody[ESP_NOW_ETH_ALEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
static RTC_DATA_ATTR int wakes;

typedef struct {
    uint8_t from[ESP_NOW_ETH_ALEN];
    char text[64];
} heard_t;
static QueueHandle_t heard;

static void on_received(const esp_now_recv_info_t* info, const uint8_t* data, int size) {
    heard_t h = {0};
    memcpy(h.from, info->src_addr, sizeof h.from);
    memcpy(h.text, data, (size_t)size < sizeof h.text ? (size_t)size : sizeof h.text - 1);
    xQueueSend(heard, &h, 0);
}

static void add_peer(const uint8_t* mac) {
    if (esp_now_is_peer_exist(mac)) return;
    esp_now_peer_info_t peer = {.ifidx = WIFI_IF_STA};
    memcpy(peer.peer_addr, mac, sizeof peer.peer_addr);
    ESP_ERROR_CHECK(esp_now_add_peer(&peer));
}

static void start_espnow(void) {
    heard = xQueueCreate(16, sizeof(heard_t));
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT();
    ESP_ERROR_CHECK(esp_wifi_init(&config));
    ESP_ERROR_CHECK(esp_wifi_set_mode(WIFI_MODE_STA));
    ESP_ERROR_CHECK(esp_wifi_start());
    ESP_ERROR_CHECK(esp_now_init());
    ESP_ERROR_CHECK(esp_now_register_recv_cb(on_received));
    add_peer(everybody);
}

static void send_text(const uint8_t* to, const char* text) {
    ESP_ERROR_CHECK(esp_now_send(to, (const uint8_t*)text, strlen(text)));
}

static void second(void) {
    vTaskDelay(pdMS_TO_TICKS(1000));
}

/* Broadcasts a random number each second and prints what it hears. */
static void chatter(void) {
    start_espnow();
    for (;;) {
        char text[32];
        snprintf(text, sizeof text, "%" PRIx32, esp_random());
        send_text(everybody, text);
        const TickType_t until = xTaskGetTickCount() + pdMS_TO_TICKS(1000);
        heard_t h;
        while (xQueueReceive(heard, &h, until - xTaskGetTickCount()) == pdTRUE)
            printf("heard %s from %02x\n", h.text, h.from[5]);
    }
}

/* Answers whoever says something, and prints a line before and after. @param slow  computes meanwhile */
static void echo(bool slow) {
    start_espnow();
    for (;;) {
        heard_t h;
        xQueueReceive(heard, &h, portMAX_DELAY);
        printf("got %s\n", h.text);
        if (slow)
            for (volatile unsigned i = 0; i < 5000000; ++i) {
            }
        add_peer(h.from);
        send_text(h.from, h.text);
        printf("answered\n");
    }
}

/* Counts its starts in flash. */
static int count_start(void) {
    nvs_handle_t flash;
    int32_t starts = 0;
    ESP_ERROR_CHECK(nvs_open("test", NVS_READWRITE, &flash));
    nvs_get_i32(flash, "starts", &starts);
    ESP_ERROR_CHECK(nvs_set_i32(flash, "starts", ++starts));
    ESP_ERROR_CHECK(nvs_commit(flash));
    nvs_close(flash);
    return (int)starts;
}

void app_main(void) {
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    esp_log_level_set("*", ESP_LOG_NONE);
    ESP_ERROR_CHECK(nvs_flash_init());
    const char* what = getenv("DO");
    if (what == NULL) abort();
    if (strcmp(what, "chatter") == 0) chatter();
    if (strcmp(what, "echo") == 0) echo(false);
    if (strcmp(what, "echo slowly") == 0) echo(true);
    if (strcmp(what, "process") == 0) {
        printf("process %d\n", (int)getpid());
        vTaskDelay(portMAX_DELAY);
    }
    if (strcmp(what, "starts") == 0) {
        printf("start %d, wake %d, reason %d\n", count_start(), ++wakes, (int)esp_reset_reason());
        vTaskDelay(portMAX_DELAY);
    }
    if (strcmp(what, "restart") == 0) {
        const int starts = count_start();
        printf("start %d, reason %d\n", starts, (int)esp_reset_reason());
        second();
        if (starts < 3) esp_restart();
    }
    if (strcmp(what, "sleep") == 0) {
        printf("wake %d, reason %d\n", ++wakes, (int)esp_reset_reason());
        second();
        esp_deep_sleep(UINT64_C(3600) * 1000000);
    }
    if (strcmp(what, "sleep for ever") == 0) {
        printf("wake %d\n", ++wakes);
        esp_deep_sleep_start();
    }
    if (strcmp(what, "flood") == 0) {
        for (int i = 0; i < 20000; ++i)
            printf("line %d of a program that prints more than any pipe holds\n", i);
        printf("done\n");
        vTaskDelay(portMAX_DELAY);
    }
    if (strcmp(what, "garbage") == 0) {
        for (int i = 0; i < 256; ++i)
            if (i != '\n') putchar(i);
        printf("\nlast, without an end");
        fflush(stdout);
        second();
    }
    second();
    if (strcmp(what, "compute") == 0)
        for (volatile unsigned i = 0;; ++i) {
        }
    if (strcmp(what, "crash") == 0) {
        printf("about to crash\n");
        abort();
    }
    if (strcmp(what, "fail") == 0) exit(3);
}
