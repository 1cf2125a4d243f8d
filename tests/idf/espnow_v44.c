/* Written for ESP-IDF 4.4: callbacks with addresses alone, and tricks with the memory around the data. */
#define NOWIRE_IDF_VERSION ((4 << 16) | (4 << 8))

#include "espnow_v44.h"

#include "esp_now.h"
#include "esp_wifi.h"

#include <string.h>

static v44_received_t* where;

static void on_receive(const uint8_t* mac_addr, const uint8_t* data, int data_len) {
    const uint8_t* mpdu = data - 39;
    const wifi_pkt_rx_ctrl_t* ctrl = (const wifi_pkt_rx_ctrl_t*)(const void*)(mpdu - sizeof(wifi_pkt_rx_ctrl_t));
    ++where->count;
    where->rssi = ctrl->rssi;
    where->channel = ctrl->channel;
    where->sig_len = ctrl->sig_len;
    where->size = data_len;
    memcpy(where->source, mac_addr, 6);
    memcpy(where->around, mpdu, 39);
    memcpy(where->data, data, (size_t)data_len);
}

static void on_sent(const uint8_t* mac_addr, esp_now_send_status_t status) {
    memcpy(where->sent_to, mac_addr, 6);
    where->sent_status = status;
    ++where->sent;
}

int v44_register(v44_received_t* to) {
    where = to;
    if (esp_now_register_send_cb(on_sent) != ESP_OK) return 1;
    return esp_now_register_recv_cb(on_receive);
}

int v44_init(void) {
    return esp_now_init();
}

int v44_send(const uint8_t* to, const uint8_t* data, size_t size) {
    return esp_now_send(to, data, size);
}

unsigned v44_version(void) {
    uint32_t version = 0;
    esp_now_get_version(&version);
    return version;
}

int v44_interface(void) {
    return ESP_IF_WIFI_AP;
}
