/* A program that asks for what needs an IP stack: it must not compile. */
#include <esp_netif.h>

esp_err_t address_of(esp_netif_t* netif, esp_netif_ip_info_t* info) {
    return esp_netif_get_ip_info(netif, info);
}
