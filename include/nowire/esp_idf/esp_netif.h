#pragma once

#include "esp_err.h"
#include "esp_netif_ip_addr.h"
#include "esp_netif_types.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Network interfaces, as far as ESP-NOW programs prepare them before Wi-Fi. There is no IP stack here and no access
 * point: ESP-NOW needs neither. Calls of what needs one do not compile; they are the last ones below.
 *
 * All functions are thread-safe. An interface that is NULL or was destroyed: ESP_ERR_ESP_NETIF_IF_NOT_READY. */

/* To be called before interfaces are created; again it is ESP_OK too. */
esp_err_t esp_netif_init(void);
/* As on the chip it cannot be undone: ESP_ERR_NOT_SUPPORTED, or ESP_ERR_INVALID_STATE before esp_netif_init(). */
esp_err_t esp_netif_deinit(void);

/* Removes an interface; nothing for one that is not there. */
void esp_netif_destroy(esp_netif_t* esp_netif);

/* The address of the Wi-Fi interface, which on the chip is there only after Wi-Fi's start.
 * ESP_ERR_ESP_NETIF_INVALID_PARAMS: no `mac`. */
esp_err_t esp_netif_get_mac(esp_netif_t* esp_netif, uint8_t mac[]);

/* The interface of this key, "WIFI_STA_DEF" or "WIFI_AP_DEF"; NULL: there is none. */
esp_netif_t* esp_netif_get_handle_from_ifkey(const char* if_key);
/* Its key, and what it is: "sta" or "ap". They stay valid. NULL: there is no such interface. */
const char* esp_netif_get_ifkey(esp_netif_t* esp_netif);
const char* esp_netif_get_desc(esp_netif_t* esp_netif);
size_t esp_netif_get_nr_of_ifs(void);

typedef struct esp_netif_config esp_netif_config_t;
esp_netif_t* esp_netif_new(const esp_netif_config_t* esp_netif_config)
    __attribute__((error("nowire has no IP stack: it carries ESP-NOW alone")));
bool esp_netif_is_netif_up(esp_netif_t* esp_netif)
    __attribute__((error("nowire has no IP stack: it carries ESP-NOW alone")));
esp_err_t esp_netif_set_hostname(esp_netif_t* esp_netif, const char* hostname)
    __attribute__((error("nowire has no IP stack: it carries ESP-NOW alone")));
esp_err_t esp_netif_get_hostname(esp_netif_t* esp_netif, const char** hostname)
    __attribute__((error("nowire has no IP stack: it carries ESP-NOW alone")));
esp_err_t esp_netif_get_ip_info(esp_netif_t* esp_netif, esp_netif_ip_info_t* ip_info)
    __attribute__((error("nowire has no IP stack: it carries ESP-NOW alone")));
esp_err_t esp_netif_set_ip_info(esp_netif_t* esp_netif, const esp_netif_ip_info_t* ip_info)
    __attribute__((error("nowire has no IP stack: it carries ESP-NOW alone")));
esp_err_t esp_netif_dhcps_start(esp_netif_t* esp_netif)
    __attribute__((error("nowire has no IP stack: it carries ESP-NOW alone")));
esp_err_t esp_netif_dhcps_stop(esp_netif_t* esp_netif)
    __attribute__((error("nowire has no IP stack: it carries ESP-NOW alone")));
esp_err_t esp_netif_dhcpc_start(esp_netif_t* esp_netif)
    __attribute__((error("nowire has no IP stack: it carries ESP-NOW alone")));
esp_err_t esp_netif_dhcpc_stop(esp_netif_t* esp_netif)
    __attribute__((error("nowire has no IP stack: it carries ESP-NOW alone")));
esp_err_t esp_netif_set_default_netif(esp_netif_t* esp_netif)
    __attribute__((error("nowire has no IP stack: it carries ESP-NOW alone")));
esp_netif_t* esp_netif_get_default_netif(void)
    __attribute__((error("nowire has no IP stack: it carries ESP-NOW alone")));

#ifdef __cplusplus
}
#endif
