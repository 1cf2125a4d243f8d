#pragma once

#include "esp_bit_defs.h"
#include "esp_err.h"
#include "esp_event_base.h"
#include "esp_idf_version.h"
#include "esp_interface.h"
#include "esp_wifi_types_native.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    WIFI_MODE_NULL = 0, /* neither interface */
    WIFI_MODE_STA,      /* station */
    WIFI_MODE_AP,       /* SoftAP */
    WIFI_MODE_APSTA,    /* both */
    WIFI_MODE_NAN,      /* not there: refused */
    WIFI_MODE_MAX
} wifi_mode_t;

typedef enum {
    WIFI_IF_STA = 0, /* station */
    WIFI_IF_AP,      /* SoftAP */
    WIFI_IF_MAX
} wifi_interface_t;

typedef enum { WIFI_COUNTRY_POLICY_AUTO, WIFI_COUNTRY_POLICY_MANUAL } wifi_country_policy_t;

/* Which channels may be used. */
typedef struct {
    char cc[3];                   /* two letters and a third character */
    uint8_t schan;                /* the first channel */
    uint8_t nchan;                /* how many */
    int8_t max_tx_power;          /* read alone: in quarters of a dBm */
    wifi_country_policy_t policy; /* kept */
} wifi_country_t;

typedef enum { WIFI_SECOND_CHAN_NONE = 0, WIFI_SECOND_CHAN_ABOVE, WIFI_SECOND_CHAN_BELOW } wifi_second_chan_t;

typedef enum {
    WIFI_PS_NONE,      /* always listens */
    WIFI_PS_MIN_MODEM, /* sleeps between its wake windows, if it has some */
    WIFI_PS_MAX_MODEM
} wifi_ps_type_t;

typedef enum { WIFI_STORAGE_FLASH, WIFI_STORAGE_RAM } wifi_storage_t;

#define WIFI_PROTOCOL_11B 0x1
#define WIFI_PROTOCOL_11G 0x2
#define WIFI_PROTOCOL_11N 0x4
#define WIFI_PROTOCOL_LR 0x8
#define WIFI_PROTOCOL_11A 0x10
#define WIFI_PROTOCOL_11AC 0x20
#define WIFI_PROTOCOL_11AX 0x40

typedef enum {
    WIFI_BW_HT20 = 1, /* 20 MHz */
    WIFI_BW20 = WIFI_BW_HT20,
    WIFI_BW_HT40 = 2, /* 40 MHz: refused */
    WIFI_BW40 = WIFI_BW_HT40
} wifi_bandwidth_t;

typedef enum {
    WIFI_PHY_MODE_LR,   /* Long Range */
    WIFI_PHY_MODE_11B,  /* DSSS, CCK */
    WIFI_PHY_MODE_11G,  /* OFDM */
    WIFI_PHY_MODE_11A,  /* OFDM at 5 GHz */
    WIFI_PHY_MODE_HT20, /* HT, 20 MHz */
    WIFI_PHY_MODE_HT40, /* refused, as all below */
    WIFI_PHY_MODE_HE20,
    WIFI_PHY_MODE_VHT20
} wifi_phy_mode_t;

/* L: long preamble; S: short preamble; LGI and SGI: guard intervals of 800 and 400 ns. */
typedef enum {
    WIFI_PHY_RATE_1M_L = 0x00,
    WIFI_PHY_RATE_2M_L = 0x01,
    WIFI_PHY_RATE_5M_L = 0x02,
    WIFI_PHY_RATE_11M_L = 0x03,
    WIFI_PHY_RATE_2M_S = 0x05,
    WIFI_PHY_RATE_5M_S = 0x06,
    WIFI_PHY_RATE_11M_S = 0x07,
    WIFI_PHY_RATE_48M = 0x08,
    WIFI_PHY_RATE_24M = 0x09,
    WIFI_PHY_RATE_12M = 0x0A,
    WIFI_PHY_RATE_6M = 0x0B,
    WIFI_PHY_RATE_54M = 0x0C,
    WIFI_PHY_RATE_36M = 0x0D,
    WIFI_PHY_RATE_18M = 0x0E,
    WIFI_PHY_RATE_9M = 0x0F,
    WIFI_PHY_RATE_MCS0_LGI = 0x10,
    WIFI_PHY_RATE_MCS1_LGI = 0x11,
    WIFI_PHY_RATE_MCS2_LGI = 0x12,
    WIFI_PHY_RATE_MCS3_LGI = 0x13,
    WIFI_PHY_RATE_MCS4_LGI = 0x14,
    WIFI_PHY_RATE_MCS5_LGI = 0x15,
    WIFI_PHY_RATE_MCS6_LGI = 0x16,
    WIFI_PHY_RATE_MCS7_LGI = 0x17,
    WIFI_PHY_RATE_MCS0_SGI = 0x18,
    WIFI_PHY_RATE_MCS1_SGI = 0x19,
    WIFI_PHY_RATE_MCS2_SGI = 0x1A,
    WIFI_PHY_RATE_MCS3_SGI = 0x1B,
    WIFI_PHY_RATE_MCS4_SGI = 0x1C,
    WIFI_PHY_RATE_MCS5_SGI = 0x1D,
    WIFI_PHY_RATE_MCS6_SGI = 0x1E,
    WIFI_PHY_RATE_MCS7_SGI = 0x1F,
    WIFI_PHY_RATE_LORA_250K = 0x29,
    WIFI_PHY_RATE_LORA_500K = 0x2A,
    WIFI_PHY_RATE_MAX
} wifi_phy_rate_t;

/* At which rate to send. */
typedef struct {
    wifi_phy_mode_t phymode; /* must be the family of `rate` */
    wifi_phy_rate_t rate;
    bool ersu; /* HE alone: refused if set */
    bool dcm;  /* HE alone: refused if set */
} wifi_tx_rate_config_t;

typedef enum { WIFI_SEND_SUCCESS = 0, WIFI_SEND_FAIL } wifi_tx_status_t;

/* What a sent frame was. */
typedef struct {
    uint8_t* des_addr;      /* A1 */
    uint8_t* src_addr;      /* A2 */
    wifi_interface_t ifidx; /* the own interface */
    uint8_t* data;          /* the frame, from its MAC header on, as it was before encryption */
    uint8_t data_len; /* length of the frame's body modulo 256: no use above 240 bytes of payload, on the chip too */
    wifi_phy_rate_t rate;
    wifi_tx_status_t tx_status;
} wifi_tx_info_t;
typedef wifi_tx_info_t esp_80211_tx_info_t;

/* What the promiscuous callback is given. */
typedef struct {
    wifi_pkt_rx_ctrl_t rx_ctrl;
    uint8_t payload[0]; /* rx_ctrl.sig_len bytes, from the MAC header to the FCS */
} wifi_promiscuous_pkt_t;

typedef enum {
    WIFI_PKT_MGMT, /* management */
    WIFI_PKT_CTRL, /* control: ACKs */
    WIFI_PKT_DATA,
    WIFI_PKT_MISC
} wifi_promiscuous_pkt_type_t;

#define WIFI_PROMIS_FILTER_MASK_ALL (0xFFFFFFFF)
#define WIFI_PROMIS_FILTER_MASK_MGMT (1)
#define WIFI_PROMIS_FILTER_MASK_CTRL (1 << 1)
#define WIFI_PROMIS_FILTER_MASK_DATA (1 << 2)
#define WIFI_PROMIS_FILTER_MASK_MISC (1 << 3)
#define WIFI_PROMIS_FILTER_MASK_DATA_MPDU (1 << 4)
#define WIFI_PROMIS_FILTER_MASK_DATA_AMPDU (1 << 5)
#define WIFI_PROMIS_FILTER_MASK_FCSFAIL (1 << 6)

#define WIFI_PROMIS_CTRL_FILTER_MASK_ALL (0xFF800000)
#define WIFI_PROMIS_CTRL_FILTER_MASK_ACK (1 << 29)

/* Which types of frames the promiscuous callback is given. */
typedef struct {
    uint32_t filter_mask; /* WIFI_PROMIS_FILTER_MASK_... */
} wifi_promiscuous_filter_t;

#if NOWIRE_IDF_VERSION < ESP_IDF_VERSION_VAL(5, 1, 0)
#define WIFI_OFFCHAN_TX_REQ 1
#define WIFI_OFFCHAN_TX_CANCEL 0
#define WIFI_ROC_REQ 1
#define WIFI_ROC_CANCEL 0
#else
typedef enum { WIFI_OFFCHAN_TX_CANCEL, WIFI_OFFCHAN_TX_REQ } wifi_action_tx_t;
typedef enum { WIFI_ROC_CANCEL = 0, WIFI_ROC_REQ } wifi_roc_t;
#endif

/* Events of Wi-Fi. Those that nowire posts: STA_START, STA_STOP, AP_START, AP_STOP, HOME_CHANNEL_CHANGE,
 * ACTION_TX_STATUS, ROC_DONE and CONNECTIONLESS_MODULE_WAKE_INTERVAL_START. The others have their names, so that
 * handlers for them compile; nothing on an air of ESP-NOW brings them about. */
typedef enum {
    WIFI_EVENT_WIFI_READY = 0,
    WIFI_EVENT_SCAN_DONE,
    WIFI_EVENT_STA_START,
    WIFI_EVENT_STA_STOP,
    WIFI_EVENT_STA_CONNECTED,
    WIFI_EVENT_STA_DISCONNECTED,
    WIFI_EVENT_STA_AUTHMODE_CHANGE,
    WIFI_EVENT_STA_WPS_ER_SUCCESS,
    WIFI_EVENT_STA_WPS_ER_FAILED,
    WIFI_EVENT_STA_WPS_ER_TIMEOUT,
    WIFI_EVENT_STA_WPS_ER_PIN,
    WIFI_EVENT_STA_WPS_ER_PBC_OVERLAP,
    WIFI_EVENT_AP_START,
    WIFI_EVENT_AP_STOP,
    WIFI_EVENT_AP_STACONNECTED,
    WIFI_EVENT_AP_STADISCONNECTED,
    WIFI_EVENT_AP_PROBEREQRECVED,
    WIFI_EVENT_FTM_REPORT,
    WIFI_EVENT_STA_BSS_RSSI_LOW,
    WIFI_EVENT_ACTION_TX_STATUS,
    WIFI_EVENT_ROC_DONE,
    WIFI_EVENT_STA_BEACON_TIMEOUT,
    WIFI_EVENT_CONNECTIONLESS_MODULE_WAKE_INTERVAL_START,
    WIFI_EVENT_AP_WPS_RG_SUCCESS,
    WIFI_EVENT_AP_WPS_RG_FAILED,
    WIFI_EVENT_AP_WPS_RG_TIMEOUT,
    WIFI_EVENT_AP_WPS_RG_PIN,
    WIFI_EVENT_AP_WPS_RG_PBC_OVERLAP,
    WIFI_EVENT_ITWT_SETUP,
    WIFI_EVENT_ITWT_TEARDOWN,
    WIFI_EVENT_ITWT_PROBE,
    WIFI_EVENT_ITWT_SUSPEND,
    WIFI_EVENT_TWT_WAKEUP,
    WIFI_EVENT_BTWT_SETUP,
    WIFI_EVENT_BTWT_TEARDOWN,
    WIFI_EVENT_NAN_STARTED,
    WIFI_EVENT_NAN_STOPPED,
    WIFI_EVENT_NAN_SVC_MATCH,
    WIFI_EVENT_NAN_REPLIED,
    WIFI_EVENT_NAN_RECEIVE,
    WIFI_EVENT_NDP_INDICATION,
    WIFI_EVENT_NDP_CONFIRM,
    WIFI_EVENT_NDP_TERMINATED,
    WIFI_EVENT_HOME_CHANNEL_CHANGE,
    WIFI_EVENT_STA_NEIGHBOR_REP,
    WIFI_EVENT_MAX
} wifi_event_t;

ESP_EVENT_DECLARE_BASE(WIFI_EVENT);

/* The data of WIFI_EVENT_HOME_CHANNEL_CHANGE. */
typedef struct {
    uint8_t old_chan;
    wifi_second_chan_t old_snd;
    uint8_t new_chan;
    wifi_second_chan_t new_snd;
} wifi_event_home_channel_change_t;

/* What became of a frame that was sent on another channel. */
typedef enum {
    WIFI_ACTION_TX_DONE = 0,           /* acknowledged, or sent where nobody acknowledges */
    WIFI_ACTION_TX_FAILED,             /* not acknowledged */
    WIFI_ACTION_TX_DURATION_COMPLETED, /* back on the home channel after the time that was asked for */
    WIFI_ACTION_TX_OP_CANCELLED        /* back before that */
} wifi_action_tx_status_type_t;

/* The data of WIFI_EVENT_ACTION_TX_STATUS. */
typedef struct {
    wifi_interface_t ifx;
    uint32_t context;
    wifi_action_tx_status_type_t status;
    uint8_t op_id;
    uint8_t channel;
} wifi_event_action_tx_status_t;

typedef enum {
    WIFI_ROC_DONE = 0, /* the time is over */
    WIFI_ROC_FAIL      /* it was cancelled */
} wifi_roc_done_status_t;

/* The data of WIFI_EVENT_ROC_DONE. */
typedef struct {
    uint32_t context;
    wifi_roc_done_status_t status;
    uint8_t op_id;
    uint8_t channel;
} wifi_event_roc_done_t;

#ifdef __cplusplus
}
#endif
