#ifndef __ESP_NOW_H__
#define __ESP_NOW_H__

#include "esp_err.h"
#include "esp_idf_version.h"
#include "esp_wifi_types.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ESP-NOW, as ESP-IDF NOWIRE_IDF_VERSION has it. Every function may be called from every task and from the callbacks;
 * docs/esp-idf.md has what differs from the chip. Where a function lists NOT_INIT, it answers ESP_ERR_ESPNOW_NOT_INIT
 * before esp_now_init() and after esp_now_deinit(), and likewise for the other names. */

#ifdef __cplusplus
extern "C" {
#endif

#define ESP_ERR_ESPNOW_BASE (ESP_ERR_WIFI_BASE + 100)
#define ESP_ERR_ESPNOW_NOT_INIT (ESP_ERR_ESPNOW_BASE + 1)
#define ESP_ERR_ESPNOW_ARG (ESP_ERR_ESPNOW_BASE + 2)
#define ESP_ERR_ESPNOW_NO_MEM (ESP_ERR_ESPNOW_BASE + 3)
#define ESP_ERR_ESPNOW_FULL (ESP_ERR_ESPNOW_BASE + 4)
#define ESP_ERR_ESPNOW_NOT_FOUND (ESP_ERR_ESPNOW_BASE + 5)
#define ESP_ERR_ESPNOW_INTERNAL (ESP_ERR_ESPNOW_BASE + 6)
#define ESP_ERR_ESPNOW_EXIST (ESP_ERR_ESPNOW_BASE + 7)
#define ESP_ERR_ESPNOW_IF (ESP_ERR_ESPNOW_BASE + 8)
#if NOWIRE_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 2, 0)
#define ESP_ERR_ESPNOW_CHAN (ESP_ERR_ESPNOW_BASE + 9)
#endif

#define ESP_NOW_ETH_ALEN 6
#define ESP_NOW_KEY_LEN 16
#define ESP_NOW_MAX_TOTAL_PEER_NUM 20
/* As in ESP-IDF: the limit itself is CONFIG_ESP_WIFI_ESPNOW_MAX_ENCRYPT_NUM, 7 unless configured. */
#define ESP_NOW_MAX_ENCRYPT_PEER_NUM 6
#define ESP_NOW_MAX_IE_DATA_LEN 250
#define ESP_NOW_MAX_DATA_LEN ESP_NOW_MAX_IE_DATA_LEN
#if NOWIRE_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 4, 2)
#define ESP_NOW_MAX_DATA_LEN_V2 1470
#elif NOWIRE_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 4, 0)
#define ESP_NOW_MAX_DATA_LEN_V2 1490
#endif

/* Whether a frame was acknowledged; group frames always succeed once they were sent. */
typedef enum {
    ESP_NOW_SEND_SUCCESS = 0, /* WIFI_SEND_SUCCESS */
    ESP_NOW_SEND_FAIL,        /* WIFI_SEND_FAIL */
} esp_now_send_status_t;

/* A peer. All of it must be set: ifidx of a local variable that nobody has set is a usual mistake. */
typedef struct esp_now_peer_info {
    uint8_t peer_addr[ESP_NOW_ETH_ALEN]; /* its address, or a group */
    uint8_t lmk[ESP_NOW_KEY_LEN];        /* its key, used where `encrypt` is set */
    uint8_t channel;                     /* 0: the current one; else it must be that whenever something is sent to it */
    wifi_interface_t ifidx;              /* the own interface that sends to it */
    bool encrypt;                        /* frames to it and unicasts from it are encrypted with `lmk` */
    void* priv;                          /* the program's own */
} esp_now_peer_info_t;

/* How many peers there are. */
typedef struct esp_now_peer_num {
    int total_num;   /* all, groups included */
    int encrypt_num; /* those with a key */
} esp_now_peer_num_t;

#if NOWIRE_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 0, 1)
/* What a received message came with; valid during the callback. */
typedef struct esp_now_recv_info {
    uint8_t* src_addr;           /* A2 */
    uint8_t* des_addr;           /* A1: the own address, or a group */
    wifi_pkt_rx_ctrl_t* rx_ctrl; /* RSSI, rate, channel and time */
} esp_now_recv_info_t;

/* Called for each message, in the Wi-Fi task, one after the other: it must not wait for long. `data` are `data_len`
 * bytes, valid during the call; before them lie, without a gap, the frame's 24 bytes of MAC header, 8 of action and 7
 * of element, and before those rx_ctrl. */
typedef void (*esp_now_recv_cb_t)(const esp_now_recv_info_t* esp_now_info, const uint8_t* data, int data_len);
#else
/* As that of later releases, with the sender's address alone. */
typedef void (*esp_now_recv_cb_t)(const uint8_t* mac_addr, const uint8_t* data, int data_len);
#endif

#if NOWIRE_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 5, 0)
typedef wifi_tx_info_t esp_now_send_info_t;
/* Called exactly once for each frame that esp_now_send() took, in the Wi-Fi task. */
typedef void (*esp_now_send_cb_t)(const esp_now_send_info_t* tx_info, esp_now_send_status_t status);
#else
/* Called exactly once for each frame that esp_now_send() took, in the Wi-Fi task. */
typedef void (*esp_now_send_cb_t)(const uint8_t* mac_addr, esp_now_send_status_t status);
#endif

esp_err_t nowire_esp_now_init(unsigned version);
esp_err_t nowire_esp_now_send(unsigned version, const uint8_t* peer_addr, const uint8_t* data, size_t len);
esp_err_t nowire_esp_now_get_version(unsigned idf_version, uint32_t* version);
esp_err_t nowire_esp_now_set_peer_rate(const uint8_t* peer_addr, int phymode, int rate, bool he);

/* Starts ESP-NOW; a second time it changes nothing. OK; INTERNAL: Wi-Fi is not initialised. */
static inline esp_err_t esp_now_init(void) {
    return nowire_esp_now_init(NOWIRE_IDF_VERSION);
}
/* Ends it, and deletes all peers. No callback is running or comes any more when it returns, unless it was called from
 * one. Always OK. */
esp_err_t esp_now_deinit(void);
/* 1 before ESP-IDF 5.4 and 2 from then on, initialised or not. OK; ARG: NULL. */
static inline esp_err_t esp_now_get_version(uint32_t* version) {
    return nowire_esp_now_get_version(NOWIRE_IDF_VERSION, version);
}

/* The last one registered is called; messages that come while there is none are lost. When unregister returns, it is
 * not running and will not be called any more, unless that was called from it. OK, NOT_INIT. */
#if NOWIRE_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 0, 1)
esp_err_t nowire_esp_now_register_recv_cb_info(esp_now_recv_cb_t cb);
static inline esp_err_t esp_now_register_recv_cb(esp_now_recv_cb_t cb) {
    return nowire_esp_now_register_recv_cb_info(cb);
}
#else
esp_err_t nowire_esp_now_register_recv_cb_mac(esp_now_recv_cb_t cb);
static inline esp_err_t esp_now_register_recv_cb(esp_now_recv_cb_t cb) {
    return nowire_esp_now_register_recv_cb_mac(cb);
}
#endif
esp_err_t esp_now_unregister_recv_cb(void);
/* The same for what became of what was sent. OK, NOT_INIT. */
#if NOWIRE_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 5, 0)
esp_err_t nowire_esp_now_register_send_cb_info(esp_now_send_cb_t cb);
static inline esp_err_t esp_now_register_send_cb(esp_now_send_cb_t cb) {
    return nowire_esp_now_register_send_cb_info(cb);
}
#else
esp_err_t nowire_esp_now_register_send_cb_mac(esp_now_send_cb_t cb);
static inline esp_err_t esp_now_register_send_cb(esp_now_send_cb_t cb) {
    return nowire_esp_now_register_send_cb_mac(cb);
}
#endif
esp_err_t esp_now_unregister_send_cb(void);

/* Sends `len` bytes (1 to 250, from ESP-IDF 5.4 on to 1470) to a peer, or, where `peer_addr` is NULL, to each unicast
 * peer. `data` may be used again at once. Checks in this order: NOT_INIT; ARG: no data, or a wrong length; NOT_FOUND:
 * no such peer, or none at all; IF: its interface is not up; CHAN (ARG before ESP-IDF 5.2): it has another channel than
 * the current one; NO_MEM: all transmit buffers are in use (CONFIG_ESP_WIFI_DYNAMIC_TX_BUFFER_NUM, 32): wait for a
 * callback; INTERNAL: encryption failed. After an error no callback comes. */
static inline esp_err_t esp_now_send(const uint8_t* peer_addr, const uint8_t* data, size_t len) {
    return nowire_esp_now_send(NOWIRE_IDF_VERSION, peer_addr, data, len);
}

/* OK; NOT_INIT; ARG: NULL, a channel or interface that is none, a group with a key; FULL: 20 peers, or as many with
 * keys as there may be; EXIST. */
esp_err_t esp_now_add_peer(const esp_now_peer_info_t* peer);
/* What is in flight to it is still told of. OK; NOT_INIT; ARG: NULL; NOT_FOUND. */
esp_err_t esp_now_del_peer(const uint8_t* peer_addr);
/* Replaces all that is known of a peer. OK; NOT_INIT; ARG as esp_now_add_peer(); FULL: of peers with keys; NOT_FOUND.
 */
esp_err_t esp_now_mod_peer(const esp_now_peer_info_t* peer);
/* OK; NOT_INIT; ARG: NULL; NOT_FOUND. */
esp_err_t esp_now_get_peer(const uint8_t* peer_addr, esp_now_peer_info_t* peer);
/* The next unicast peer, in the order of adding; the first one where `from_head` is set. Peers may be added and deleted
 * between the calls. OK; NOT_INIT; ARG: NULL; NOT_FOUND: there is no other. */
esp_err_t esp_now_fetch_peer(bool from_head, esp_now_peer_info_t* peer);
/* False also before esp_now_init(). */
bool esp_now_is_peer_exist(const uint8_t* peer_addr);
/* OK; NOT_INIT; ARG: NULL. */
esp_err_t esp_now_get_peer_num(esp_now_peer_num_t* num);

/* The primary master key, 16 bytes, for peers added from now on. OK; NOT_INIT; ARG: NULL. */
esp_err_t esp_now_set_pmk(const uint8_t* pmk);
/* For how many milliseconds of each wake interval it listens; 65535: always. See
 * esp_wifi_connectionless_module_set_wake_interval(). OK, NOT_INIT. */
esp_err_t esp_now_set_wake_window(uint16_t window);

#if NOWIRE_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 1, 0)
#if NOWIRE_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 4, 1) ||                                                        \
    (NOWIRE_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 3, 3) && NOWIRE_IDF_VERSION < ESP_IDF_VERSION_VAL(5, 4, 0)) || \
    (NOWIRE_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 2, 4) && NOWIRE_IDF_VERSION < ESP_IDF_VERSION_VAL(5, 3, 0)) || \
    (NOWIRE_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 1, 6) && NOWIRE_IDF_VERSION < ESP_IDF_VERSION_VAL(5, 2, 0))
typedef wifi_tx_rate_config_t esp_now_rate_config_t;
#define NOWIRE_RATE_IS_HE(config) ((config)->ersu || (config)->dcm)
#elif NOWIRE_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 2, 0)
typedef struct esp_now_rate_config {
    wifi_phy_mode_t phymode;
    wifi_phy_rate_t rate;
    bool ersu;
    bool dcm;
} esp_now_rate_config_t;
#define NOWIRE_RATE_IS_HE(config) ((config)->ersu || (config)->dcm)
#else
typedef struct esp_now_rate_config {
    wifi_phy_mode_t phymode;
    wifi_phy_rate_t rate;
    bool ersu;
} esp_now_rate_config_t;
#define NOWIRE_RATE_IS_HE(config) ((config)->ersu)
#endif
/* At which rate to send to a peer. OK; NOT_INIT; ARG: NULL, a rate that is none or not of its mode, HE; NOT_FOUND. */
static inline esp_err_t esp_now_set_peer_rate_config(const uint8_t* peer_addr, esp_now_rate_config_t* config) {
    if (config == NULL) return nowire_esp_now_set_peer_rate(peer_addr, -1, -1, false);
    return nowire_esp_now_set_peer_rate(peer_addr, (int)config->phymode, (int)config->rate, NOWIRE_RATE_IS_HE(config));
}
#endif

#if NOWIRE_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 5, 0)
/* The three bytes of the OUI in the elements that it sends and takes; NULL: Espressif's, 18:fe:34. OK. */
esp_err_t esp_now_set_user_oui(uint8_t* oui);
/* OK; ARG: NULL. */
esp_err_t esp_now_get_user_oui(uint8_t* oui);
#endif

#if NOWIRE_IDF_VERSION >= ESP_IDF_VERSION_VAL(5, 5, 2)
/* One message on another channel. */
typedef struct {
    wifi_action_tx_t type;              /* WIFI_OFFCHAN_TX_REQ or _CANCEL */
    uint8_t channel;                    /* where to send */
    wifi_second_chan_t sec_channel;     /* frames are sent on 20 MHz alone */
    uint32_t wait_time_ms;              /* how long to stay there */
    uint8_t op_id;                      /* names the operation: given by the driver, and wanted by a cancel */
    uint8_t dest_mac[ESP_NOW_ETH_ALEN]; /* a peer */
    uint16_t data_len;
    __extension__ uint8_t data[0]; /* data_len bytes */
} esp_now_switch_channel_t;

/* Listening on another channel. */
typedef struct {
    wifi_roc_t type;                /* WIFI_ROC_REQ or _CANCEL */
    uint8_t channel;                /* where to listen */
    wifi_second_chan_t sec_channel; /* frames are heard on 20 MHz alone */
    uint32_t wait_time_ms;          /* how long to stay there */
    uint8_t op_id;                  /* names the operation: given by the driver, and wanted by a cancel */
} esp_now_remain_on_channel_t;

/* Goes to a channel, sends one message to a peer, whose own channel is not looked at, and comes back after the time.
 * WIFI_EVENT_ACTION_TX_STATUS tells of the message (DONE or FAILED) and of the return (DURATION_COMPLETED, or
 * OP_CANCELLED after a cancel); the send callback is called as well. OK; NOT_INIT; ESP_ERR_INVALID_ARG: NULL, no such
 * type or channel, a wrong length; ESP_ERR_NO_MEM: as esp_now_send(); ESP_FAIL: Wi-Fi is not started, no such peer,
 * another such operation is going on, or the one to be cancelled is not. */
esp_err_t esp_now_switch_channel_tx(esp_now_switch_channel_t* config);
/* The same without a message; WIFI_EVENT_ROC_DONE tells of the return. */
esp_err_t esp_now_remain_on_channel(esp_now_remain_on_channel_t* config);
#endif

#if NOWIRE_IDF_VERSION < ESP_IDF_VERSION_VAL(6, 0, 0)
/* At which rate to send to peers without a rate of their own. OK; ESP_ERR_WIFI_NOT_STARTED; ESP_ERR_WIFI_IF;
 * ESP_ERR_INVALID_ARG: a rate that is none. */
esp_err_t esp_wifi_config_espnow_rate(wifi_interface_t ifx, wifi_phy_rate_t rate);
#endif

#ifdef __cplusplus
}
#endif

#endif
