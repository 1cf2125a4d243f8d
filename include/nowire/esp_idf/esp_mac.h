#pragma once

#include "esp_err.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MACSTR "%02x:%02x:%02x:%02x:%02x:%02x"
#define MAC2STR(a) (a)[0], (a)[1], (a)[2], (a)[3], (a)[4], (a)[5]

/* Whose address. The four interfaces follow the base address in its last octet. */
typedef enum {
    ESP_MAC_WIFI_STA = 0,
    ESP_MAC_WIFI_SOFTAP = 1,
    ESP_MAC_BT = 2,
    ESP_MAC_ETH = 3,
    ESP_MAC_IEEE802154 = 4, /* this chip has none */
    ESP_MAC_BASE = 5,
    ESP_MAC_EFUSE_FACTORY = 6, /* the base address of a chip that nobody set one for */
    ESP_MAC_EFUSE_CUSTOM = 7,  /* this chip has none */
    ESP_MAC_EFUSE_EXT = 8      /* this chip has none */
} esp_mac_type_t;

/* The chip's factory address, which is its radio's: `mac` of the URL in NOWIRE_RADIO, else one made of the radio's
 * name, the same for the same name.
 *
 * All functions here are thread-safe and answer ESP_ERR_INVALID_ARG where a pointer is NULL. */
esp_err_t esp_efuse_mac_get_default(uint8_t* mac);
/* ESP_ERR_INVALID_MAC: no custom address was burnt. */
esp_err_t esp_efuse_mac_get_custom(uint8_t* mac);

/* Sets the base address, before Wi-Fi is initialised. ESP_ERR_INVALID_MAC: a group address. */
esp_err_t esp_base_mac_addr_set(const uint8_t* mac);
/* The base address that was set. ESP_ERR_INVALID_MAC: none was. */
esp_err_t esp_base_mac_addr_get(uint8_t* mac);

/* The address of an interface. ESP_ERR_INVALID_ARG: no such type; ESP_ERR_NOT_SUPPORTED: an interface that this chip
 * has not; ESP_ERR_INVALID_MAC: no custom address. */
esp_err_t esp_read_mac(uint8_t* mac, esp_mac_type_t type);
/* Gives one interface an address of its own, or all of them with ESP_MAC_BASE. ESP_ERR_INVALID_ARG: no such type, or an
 * address that is burnt into the chip; ESP_ERR_INVALID_MAC: a group address; ESP_ERR_NOT_SUPPORTED as above. */
esp_err_t esp_iface_mac_addr_set(const uint8_t* mac, esp_mac_type_t type);
/* Octets of an address of this type: 6; 0 where there is no such type or the chip has not such an address. */
size_t esp_mac_addr_len_get(esp_mac_type_t type);

/* A locally administered address made of another: the U/L bit is set; where it was already, the next bit but one of the
 * first octet is flipped, so that the two differ. */
esp_err_t esp_derive_local_mac(uint8_t* local_mac, const uint8_t* universal_mac);

#ifdef __cplusplus
}
#endif
