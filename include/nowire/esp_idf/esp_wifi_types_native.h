#pragma once

#if __has_include(<sdkconfig.h>)
#include <sdkconfig.h>
#endif

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the receiver knows of a frame. Each family of chips has its own order of members, and CONFIG_IDF_TARGET_... says
 * which one a program finds under the name of wifi_pkt_rx_ctrl_t, before the frame in promiscuous mode and before that
 * of a message's callback. Members that nobody here knows are 0. */

/* ESP32: 28 bytes. */
typedef struct {
    signed rssi : 8;   /* dBm */
    unsigned rate : 5; /* wifi_phy_rate_t of a frame that is not HT */
    unsigned : 1;
    unsigned sig_mode : 2; /* 0: not HT; 1: HT */
    unsigned : 16;
    unsigned mcs : 7; /* of an HT frame */
    unsigned cwb : 1; /* 0: 20 MHz */
    unsigned : 16;
    unsigned smoothing : 1;
    unsigned not_sounding : 1;
    unsigned : 1;
    unsigned aggregation : 1; /* 0: no AMPDU */
    unsigned stbc : 2;
    unsigned fec_coding : 1;
    unsigned sgi : 1;       /* short guard interval of an HT frame */
    signed noise_floor : 8; /* dBm */
    unsigned ampdu_cnt : 8;
    unsigned channel : 4;
    unsigned secondary_channel : 4; /* 0: none */
    unsigned : 8;
    unsigned timestamp : 32; /* microseconds of the air's time since the chip began */
    unsigned : 32;
    unsigned : 31;
    unsigned ant : 1;
    unsigned sig_len : 12; /* bytes, the FCS included */
    unsigned : 12;
    unsigned rx_state : 8; /* 0: no error */
} nowire_rx_ctrl_esp32_t;

/* ESP32-S2: 36 bytes. */
typedef struct {
    signed rssi : 8;   /* dBm */
    unsigned rate : 5; /* wifi_phy_rate_t of a frame that is not HT */
    unsigned : 1;
    unsigned sig_mode : 2; /* 0: not HT; 1: HT */
    unsigned : 16;
    unsigned mcs : 7; /* of an HT frame */
    unsigned cwb : 1; /* 0: 20 MHz */
    unsigned : 16;
    unsigned smoothing : 1;
    unsigned not_sounding : 1;
    unsigned : 1;
    unsigned aggregation : 1; /* 0: no AMPDU */
    unsigned stbc : 2;
    unsigned fec_coding : 1;
    unsigned sgi : 1; /* short guard interval of an HT frame */
    unsigned : 8;
    unsigned ampdu_cnt : 8;
    unsigned channel : 4;
    unsigned secondary_channel : 4; /* 0: none */
    unsigned : 8;
    unsigned timestamp : 32; /* microseconds of the air's time since the chip began */
    unsigned : 32;
    unsigned : 32;
    unsigned : 31;
    unsigned ant : 1;
    signed noise_floor : 8; /* dBm */
    unsigned : 24;
    unsigned sig_len : 12; /* bytes, the FCS included */
    unsigned : 12;
    unsigned rx_state : 8; /* 0: no error */
} nowire_rx_ctrl_esp32s2_t;

/* ESP32-S3, -C3 and -C2: 48 bytes. */
typedef struct {
    signed rssi : 8;   /* dBm */
    unsigned rate : 5; /* wifi_phy_rate_t of a frame that is not HT */
    unsigned : 1;
    unsigned sig_mode : 2; /* 0: not HT; 1: HT */
    unsigned : 16;
    unsigned mcs : 7; /* of an HT frame */
    unsigned cwb : 1; /* 0: 20 MHz */
    unsigned : 16;
    unsigned smoothing : 1;
    unsigned not_sounding : 1;
    unsigned : 1;
    unsigned aggregation : 1; /* 0: no AMPDU */
    unsigned stbc : 2;
    unsigned fec_coding : 1;
    unsigned sgi : 1; /* short guard interval of an HT frame */
    unsigned : 8;
    unsigned ampdu_cnt : 8;
    unsigned channel : 4;
    unsigned secondary_channel : 4; /* 0: none */
    unsigned : 8;
    unsigned timestamp : 32; /* microseconds of the air's time since the chip began */
    unsigned : 32;
    signed noise_floor : 8; /* dBm */
    unsigned : 24;
    unsigned : 32;
    unsigned : 31;
    unsigned ant : 1;
    unsigned : 32;
    unsigned : 32;
    unsigned : 32;
    unsigned sig_len : 12; /* bytes, the FCS included */
    unsigned : 12;
    unsigned rx_state : 8; /* 0: no error */
} nowire_rx_ctrl_esp32s3_t;

/* ESP32-C6, and -C5 and -C61, whose newer headers may have another: 92 bytes. */
typedef struct {
    signed rssi : 8;   /* dBm */
    unsigned rate : 5; /* of DSSS and CCK wifi_phy_rate_t, else the rate in L-SIG, which has the same numbers */
    unsigned : 15;
    unsigned rxmatch0 : 1;
    unsigned rxmatch1 : 1;
    unsigned rxmatch2 : 1;
    unsigned rxmatch3 : 1;
    uint32_t he_siga1; /* of an HT frame HT-SIG1: the MCS in bits 0 to 6, the length from bit 8 on */
    unsigned rxend_state : 8;
    uint16_t he_siga2;
    unsigned : 7;
    unsigned is_group : 1;   /* A1 is a group */
    unsigned timestamp : 32; /* microseconds of the air's time since the chip began */
    unsigned : 32;
    signed noise_floor : 8; /* dBm */
    unsigned channel : 4;
    unsigned second : 4; /* 0: none */
    unsigned : 16;
    unsigned : 32;
    unsigned : 32;
    unsigned : 8;
    unsigned rx_channel_estimate_len : 10;
    unsigned rx_channel_estimate_info_vld : 1;
    unsigned : 13;
    unsigned : 24;
    unsigned cur_bb_format : 4; /* RX_BB_FORMAT_... */
    unsigned cur_single_mpdu : 1;
    unsigned : 3;
    uint32_t unused[8];
    unsigned : 8;
    unsigned he_sigb_len : 6;
    unsigned : 18;
    unsigned : 32;
    unsigned : 32;
    unsigned sig_len : 14; /* bytes, the FCS included */
    unsigned : 2;
    unsigned dump_len : 14; /* without it */
    unsigned : 2;
    unsigned rx_state : 8; /* 0: no error */
    unsigned : 24;
} __attribute__((packed)) nowire_rx_ctrl_esp32c6_t;

/* How a frame was modulated. */
typedef enum {
    RX_BB_FORMAT_11B = 0,
    RX_BB_FORMAT_11G = 1,
    RX_BB_FORMAT_HT = 2,
    RX_BB_FORMAT_VHT = 3,
    RX_BB_FORMAT_HE_SU = 4,
    RX_BB_FORMAT_HE_MU = 5,
    RX_BB_FORMAT_HE_ERSU = 6,
    RX_BB_FORMAT_HE_TB = 7
} wifi_rx_bb_format_t;

#define NOWIRE_RX_CTRL_ESP32 0
#define NOWIRE_RX_CTRL_ESP32S2 1
#define NOWIRE_RX_CTRL_ESP32S3 2
#define NOWIRE_RX_CTRL_ESP32C6 3

#if defined(CONFIG_IDF_TARGET_ESP32S2)
typedef nowire_rx_ctrl_esp32s2_t wifi_pkt_rx_ctrl_t;
#define NOWIRE_RX_CTRL NOWIRE_RX_CTRL_ESP32S2
#elif defined(CONFIG_IDF_TARGET_ESP32S3) || defined(CONFIG_IDF_TARGET_ESP32C3) || defined(CONFIG_IDF_TARGET_ESP32C2)
typedef nowire_rx_ctrl_esp32s3_t wifi_pkt_rx_ctrl_t;
#define NOWIRE_RX_CTRL NOWIRE_RX_CTRL_ESP32S3
#elif defined(CONFIG_IDF_TARGET_ESP32C6) || defined(CONFIG_IDF_TARGET_ESP32C5) || defined(CONFIG_IDF_TARGET_ESP32C61)
typedef nowire_rx_ctrl_esp32c6_t esp_wifi_rxctrl_t;
typedef esp_wifi_rxctrl_t wifi_pkt_rx_ctrl_t;
#define NOWIRE_RX_CTRL NOWIRE_RX_CTRL_ESP32C6
/* By which programs choose between the names of the members; ESP-IDF has it in sdkconfig.h. */
#ifndef CONFIG_SOC_WIFI_HE_SUPPORT
#define CONFIG_SOC_WIFI_HE_SUPPORT 1
#endif
#else
typedef nowire_rx_ctrl_esp32_t wifi_pkt_rx_ctrl_t;
#define NOWIRE_RX_CTRL NOWIRE_RX_CTRL_ESP32
#endif

/* How the library, which was compiled before the program, learns of the program's choice: as it learns the
 * configuration of FreeRTOS (freertos/FreeRTOSConfig.h). */
#ifdef NOWIRE_IDF_LIBRARY
extern const int nowire_rx_ctrl_layout;
#else
extern const int nowire_rx_ctrl_layout __attribute__((weak));
const int nowire_rx_ctrl_layout = NOWIRE_RX_CTRL;
#endif

#ifdef __cplusplus
}
#endif
