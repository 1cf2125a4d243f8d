#pragma once

#include "esp_netif.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The interface of the station and that of the SoftAP. Each abort, as on the chip, says why: before esp_netif_init(),
 * before esp_event_loop_create_default(), and where there is one already. Thread-safe. */
esp_netif_t* esp_netif_create_default_wifi_sta(void);
esp_netif_t* esp_netif_create_default_wifi_ap(void);

/* Removes one of them; nothing for NULL. Thread-safe. */
void esp_netif_destroy_default_wifi(void* esp_netif);

#ifdef __cplusplus
}
#endif
