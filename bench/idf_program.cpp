// Programs for ESP-IDF, chosen by NOWIRE_BENCH_TASK: "send", how long it takes from esp_now_send() to the callback of
// that; "wait", how long a second of vTaskDelay() takes of real time.
#include "latency.hpp"

#include <esp_event.h>
#include <esp_netif.h>
#include <esp_now.h>
#include <esp_wifi.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <nvs_flash.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string_view>

namespace {

// Real time, of which the program's own clock_gettime() knows nothing.
using clock = std::chrono::steady_clock;

TaskHandle_t sender;
clock::time_point called_back;

void on_sent(const esp_now_send_info_t*, esp_now_send_status_t status) {
    called_back = clock::now();
    if (status != ESP_NOW_SEND_SUCCESS) std::abort();
    xTaskNotifyGive(sender);
}

void serve_sends(int count) {
    sender = xTaskGetCurrentTaskHandle();
    ESP_ERROR_CHECK(nvs_flash_init());
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    const wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT();
    ESP_ERROR_CHECK(esp_wifi_init(&config));
    ESP_ERROR_CHECK(esp_wifi_set_mode(WIFI_MODE_STA));
    ESP_ERROR_CHECK(esp_wifi_start());
    ESP_ERROR_CHECK(esp_now_init());
    ESP_ERROR_CHECK(esp_now_register_send_cb(on_sent));
    esp_now_peer_info_t peer = {};
    peer.ifidx = WIFI_IF_STA;
    const std::array<std::uint8_t, ESP_NOW_ETH_ALEN> listener = {2, 0, 0, 0, 0, 1};
    std::ranges::copy(listener, std::begin(peer.peer_addr));
    ESP_ERROR_CHECK(esp_now_add_peer(&peer));

    const std::array<std::uint8_t, ESP_NOW_MAX_DATA_LEN> message{};
    nowire::bench::serve_rounds(
        [&] {
            const auto began = clock::now();
            ESP_ERROR_CHECK(esp_now_send(listener.data(), message.data(), message.size()));
            ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
            return called_back - began;
        },
        count);
}

void serve_waits(int count) {
    nowire::bench::serve_rounds(
        [] {
            const auto began = clock::now();
            vTaskDelay(pdMS_TO_TICKS(1000));
            return clock::now() - began;
        },
        count);
}

const char* variable(const char* name) {
    const char* value = std::getenv(name);
    if (value != nullptr) return value;
    std::fprintf(stderr, "%s is not set: bench_idf starts this program\n", name);
    std::exit(2);
}

}  // namespace

extern "C" void app_main() {
    const int count = std::atoi(variable("NOWIRE_BENCH_COUNT"));
    const bool waits = std::string_view(variable("NOWIRE_BENCH_TASK")) == "wait";
    waits ? serve_waits(count) : serve_sends(count);
}
