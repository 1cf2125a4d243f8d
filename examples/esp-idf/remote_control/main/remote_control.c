/* A remote and its lamps. Everything happens in callbacks: a lamp adds whoever speaks to it as a peer and answers from
 * inside its receive callback; the remote presses again from inside its own. */

#include "esp_event.h"
#include "esp_log.h"
#include "esp_mac.h"
#include "esp_netif.h"
#include "esp_now.h"
#include "esp_wifi.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "freertos/timers.h"
#include "nvs_flash.h"

#include <inttypes.h>
#include <string.h>

static const char* TAG = "remote";
static const uint8_t everybody[ESP_NOW_ETH_ALEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

typedef struct {
    char what; /* 'T': toggle, 'S': state */
    uint8_t on;
    uint16_t number;
} command_t;

static void add_if_new(const uint8_t* mac) {
    if (esp_now_is_peer_exist(mac)) return;
    esp_now_peer_info_t peer = {.ifidx = WIFI_IF_STA};
    memcpy(peer.peer_addr, mac, ESP_NOW_ETH_ALEN);
    ESP_ERROR_CHECK(esp_now_add_peer(&peer));
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
    ESP_ERROR_CHECK(esp_now_init());
    add_if_new(everybody);
}

#if CONFIG_REMOTE_IS_LAMP

static bool is_on;
static uint32_t toggled;

static void on_command(const esp_now_recv_info_t* info, const uint8_t* data, int size) {
    command_t command;
    if (size != sizeof command || data[0] != 'T') return;
    memcpy(&command, data, sizeof command);
    is_on = !is_on;
    ++toggled;
    add_if_new(info->src_addr);
    const command_t answer = {.what = 'S', .on = is_on, .number = command.number};
    ESP_ERROR_CHECK(esp_now_send(info->src_addr, (const uint8_t*)&answer, sizeof answer));
}

void app_main(void) {
    start_espnow();
    ESP_ERROR_CHECK(esp_now_register_recv_cb(on_command));
    vTaskDelay(pdMS_TO_TICKS(CONFIG_REMOTE_LAMP_LIVES_S * 1000));
    esp_now_deinit();
    ESP_LOGI(TAG, "toggled %" PRIu32 " times, now %s", toggled, is_on ? "on" : "off");
}

#else

static TaskHandle_t waiting;
static volatile uint16_t pressed;
static uint8_t lamp[ESP_NOW_ETH_ALEN];

static void press(const uint8_t* to) {
    const command_t command = {.what = 'T', .number = pressed};
    ESP_ERROR_CHECK(esp_now_send(to, (const uint8_t*)&command, sizeof command));
}

/* Nobody has answered for a while: the button is pressed again, for everybody. */
static void on_silence(TimerHandle_t timer) {
    (void)timer;
    press(everybody);
}

static TimerHandle_t silence;

static void on_state(const esp_now_recv_info_t* info, const uint8_t* data, int size) {
    command_t state;
    if (size != sizeof state || data[0] != 'S') return;
    memcpy(&state, data, sizeof state);
    if (state.number != pressed) return; /* an answer to an earlier press */
    add_if_new(info->src_addr);
    memcpy(lamp, info->src_addr, ESP_NOW_ETH_ALEN);
    if (++pressed == CONFIG_REMOTE_PRESSES) {
        xTimerStop(silence, 0);
        xTaskNotifyGive(waiting);
        return;
    }
    press(lamp);
    xTimerReset(silence, 0);
}

void app_main(void) {
    waiting = xTaskGetCurrentTaskHandle();
    silence = xTimerCreate("silence", pdMS_TO_TICKS(500), pdTRUE, NULL, on_silence);
    start_espnow();
    ESP_ERROR_CHECK(esp_now_register_recv_cb(on_state));
    press(everybody);
    xTimerStart(silence, 0);
    const bool done = ulTaskNotifyTake(pdTRUE, pdMS_TO_TICKS(20000)) > 0;
    xTimerDelete(silence, portMAX_DELAY);
    esp_now_deinit();
    ESP_LOGI(TAG, "pressed %d times%s, by " MACSTR, (int)pressed, done ? "" : " (given up)", MAC2STR(lamp));
}

#endif
