#pragma once

#include "esp_err.h"
#include "esp_event.h"
#include "esp_interface.h"
#include "esp_wifi_types.h"

#include <stdbool.h>
#include <stdint.h>

/* Wi-Fi, as far as ESP-NOW needs it: two interfaces on one channel. There are no access points on the air, so what
 * connects or scans is not declared here. Every function may be called from every task and callback. */

#ifdef __cplusplus
extern "C" {
#endif

#define ESP_ERR_WIFI_NOT_INIT (ESP_ERR_WIFI_BASE + 1)
#define ESP_ERR_WIFI_NOT_STARTED (ESP_ERR_WIFI_BASE + 2)
#define ESP_ERR_WIFI_NOT_STOPPED (ESP_ERR_WIFI_BASE + 3)
#define ESP_ERR_WIFI_IF (ESP_ERR_WIFI_BASE + 4)
#define ESP_ERR_WIFI_MODE (ESP_ERR_WIFI_BASE + 5)
#define ESP_ERR_WIFI_STATE (ESP_ERR_WIFI_BASE + 6)
#define ESP_ERR_WIFI_CONN (ESP_ERR_WIFI_BASE + 7)
#define ESP_ERR_WIFI_NVS (ESP_ERR_WIFI_BASE + 8)
#define ESP_ERR_WIFI_MAC (ESP_ERR_WIFI_BASE + 9)
#define ESP_ERR_WIFI_SSID (ESP_ERR_WIFI_BASE + 10)
#define ESP_ERR_WIFI_PASSWORD (ESP_ERR_WIFI_BASE + 11)
#define ESP_ERR_WIFI_TIMEOUT (ESP_ERR_WIFI_BASE + 12)
#define ESP_ERR_WIFI_WAKE_FAIL (ESP_ERR_WIFI_BASE + 13)
#define ESP_ERR_WIFI_WOULD_BLOCK (ESP_ERR_WIFI_BASE + 14)
#define ESP_ERR_WIFI_NOT_CONNECT (ESP_ERR_WIFI_BASE + 15)
#define ESP_ERR_WIFI_POST (ESP_ERR_WIFI_BASE + 18)
#define ESP_ERR_WIFI_INIT_STATE (ESP_ERR_WIFI_BASE + 19)
#define ESP_ERR_WIFI_STOP_STATE (ESP_ERR_WIFI_BASE + 20)
#define ESP_ERR_WIFI_NOT_ASSOC (ESP_ERR_WIFI_BASE + 21)
#define ESP_ERR_WIFI_TX_DISALLOW (ESP_ERR_WIFI_BASE + 22)

/* How Wi-Fi is initialised. Of ESP-IDF's members, those that mean something here. */
typedef struct {
    int dynamic_tx_buf_num;     /* sends of ESP-NOW at once, 1 to 128 */
    int espnow_max_encrypt_num; /* peers with keys, 0 to 17 */
    int nvs_enable;             /* kept in flash or not; the modes are given at each start here */
    int magic;                  /* WIFI_INIT_CONFIG_MAGIC */
} wifi_init_config_t;

#define WIFI_INIT_CONFIG_MAGIC 0x1F2F3F4F
#ifndef CONFIG_ESP_WIFI_DYNAMIC_TX_BUFFER_NUM
#define CONFIG_ESP_WIFI_DYNAMIC_TX_BUFFER_NUM 32
#endif
#define WIFI_INIT_CONFIG_DEFAULT()                                                         \
    {                                                                                      \
        .dynamic_tx_buf_num = CONFIG_ESP_WIFI_DYNAMIC_TX_BUFFER_NUM,                       \
        .espnow_max_encrypt_num = CONFIG_ESP_WIFI_ESPNOW_MAX_ENCRYPT_NUM, .nvs_enable = 1, \
        .magic = WIFI_INIT_CONFIG_MAGIC                                                    \
    }

/* Where a function lists NOT_INIT it answers ESP_ERR_WIFI_NOT_INIT before esp_wifi_init(), and likewise for the other
 * names; ARG is ESP_ERR_INVALID_ARG. */

/* A second time it changes nothing. OK; ARG: NULL, no magic, numbers out of their range. */
esp_err_t esp_wifi_init(const wifi_init_config_t* config);
/* Ends ESP-NOW too. OK; NOT_INIT; NOT_STOPPED. */
esp_err_t esp_wifi_deinit(void);
/* Which interfaces there are; while started it takes effect at once. OK; NOT_INIT; ARG: a mode that is none, or NAN;
 * ESP_FAIL as esp_wifi_start(). */
esp_err_t esp_wifi_set_mode(wifi_mode_t mode);
/* OK; NOT_INIT; ARG: NULL. */
esp_err_t esp_wifi_get_mode(wifi_mode_t* mode);
/* The interfaces of the mode go up, and WIFI_EVENT_STA_START and AP_START are posted. OK; NOT_INIT;
 * ESP_FAIL: another radio of the air has one of the addresses. */
esp_err_t esp_wifi_start(void);
/* They go down; ESP-NOW stays, and its sends answer IF. OK; NOT_INIT. */
esp_err_t esp_wifi_stop(void);
/* Mode, channel, protocol and the rest as after esp_wifi_init(). OK; NOT_INIT. */
esp_err_t esp_wifi_restore(void);

/* Kept, and nothing else: what is set does not survive the process. OK; NOT_INIT; ARG. */
esp_err_t esp_wifi_set_storage(wifi_storage_t storage);
/* 1 to 14, or a channel of 5 GHz where the radio has it. A second channel is kept, and frames are sent on 20 MHz alone.
 * OK; NOT_INIT; NOT_STARTED; ARG: no such channel, or not in the country. */
esp_err_t esp_wifi_set_channel(uint8_t primary, wifi_second_chan_t second);
/* OK; NOT_INIT; ARG: NULL. */
esp_err_t esp_wifi_get_channel(uint8_t* primary, wifi_second_chan_t* second);
/* OK; NOT_INIT; ARG: NULL, or no channel from 1 to 14 left. */
esp_err_t esp_wifi_set_country(const wifi_country_t* country);
esp_err_t esp_wifi_get_country(wifi_country_t* country);
/* WIFI_PROTOCOL_...; kept, and LR rates may be used where LR is among them. OK; NOT_INIT; ESP_ERR_WIFI_IF; ARG: none of
 * them, or other bits. */
esp_err_t esp_wifi_set_protocol(wifi_interface_t ifx, uint8_t protocol_bitmap);
esp_err_t esp_wifi_get_protocol(wifi_interface_t ifx, uint8_t* protocol_bitmap);
/* 20 MHz: OK. 40 MHz: ESP_ERR_NOT_SUPPORTED. Else NOT_INIT; ESP_ERR_WIFI_IF; ARG. */
esp_err_t esp_wifi_set_bandwidth(wifi_interface_t ifx, wifi_bandwidth_t bw);
esp_err_t esp_wifi_get_bandwidth(wifi_interface_t ifx, wifi_bandwidth_t* bw);
/* WIFI_PS_NONE: it listens always. The others: between its wake windows it sleeps (esp_now_set_wake_window); without
 * windows there is nothing to sleep for. OK; NOT_INIT; ARG. */
esp_err_t esp_wifi_set_ps(wifi_ps_type_t type);
esp_err_t esp_wifi_get_ps(wifi_ps_type_t* type);
/* In quarters of a dBm, 8 to 84. OK; NOT_INIT; NOT_STARTED; ARG: another number. */
esp_err_t esp_wifi_set_max_tx_power(int8_t power);
esp_err_t esp_wifi_get_max_tx_power(int8_t* power);
/* The address of an interface that is not up. OK; NOT_INIT; ESP_ERR_WIFI_IF; ESP_ERR_WIFI_MODE: the interface is up;
 * ESP_ERR_WIFI_MAC: a group, zero, or the other interface's, or an encrypted peer is reached by this one. Whether
 * another radio of the air has it shows when the interface goes up. */
esp_err_t esp_wifi_set_mac(wifi_interface_t ifx, const uint8_t mac[6]);
/* OK; NOT_INIT; ESP_ERR_WIFI_IF; ARG: NULL. */
esp_err_t esp_wifi_get_mac(wifi_interface_t ifx, uint8_t mac[6]);

/* Called in the Wi-Fi task for each frame of the channel; `buf` is a wifi_promiscuous_pkt_t, valid during the call. */
typedef void (*wifi_promiscuous_cb_t)(void* buf, wifi_promiscuous_pkt_type_t type);
/* OK; NOT_INIT. */
esp_err_t esp_wifi_set_promiscuous_rx_cb(wifi_promiscuous_cb_t cb);
/* OK; NOT_INIT; ARG: NULL. */
esp_err_t esp_wifi_set_promiscuous(bool en);
esp_err_t esp_wifi_get_promiscuous(bool* en);
esp_err_t esp_wifi_set_promiscuous_filter(const wifi_promiscuous_filter_t* filter);
esp_err_t esp_wifi_get_promiscuous_filter(wifi_promiscuous_filter_t* filter);

/* Control frames, which are ACKs here, must pass both filters; at the beginning none passes. */
esp_err_t esp_wifi_set_promiscuous_ctrl_filter(const wifi_promiscuous_filter_t* filter);
esp_err_t esp_wifi_get_promiscuous_ctrl_filter(wifi_promiscuous_filter_t* filter);

#define ESP_WIFI_CONNECTIONLESS_INTERVAL_DEFAULT_MODE 0
/* The wake interval in milliseconds, of which esp_now_set_wake_window() says for how long it listens; 0: it listens
 * always, as at the beginning. OK; NOT_INIT. */
esp_err_t esp_wifi_connectionless_module_set_wake_interval(uint16_t wake_interval);

#ifdef __cplusplus
}
#endif
