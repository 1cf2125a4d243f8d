#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The types of addresses, for programs that name them; there is no IP stack here (esp_netif.h). */

/* In network byte order. */
typedef struct esp_ip4_addr {
    uint32_t addr;
} esp_ip4_addr_t;

typedef struct esp_ip6_addr {
    uint32_t addr[4];
    uint8_t zone;
} esp_ip6_addr_t;

#define ESP_IPADDR_TYPE_V4 0U
#define ESP_IPADDR_TYPE_V6 6U
#define ESP_IPADDR_TYPE_ANY 46U

typedef struct _ip_addr {
    union {
        esp_ip6_addr_t ip6;
        esp_ip4_addr_t ip4;
    } u_addr;
    uint8_t type; /* ESP_IPADDR_TYPE_... */
} esp_ip_addr_t;

/* For printf(): "%d.%d.%d.%d" and the octets of an esp_ip4_addr_t* for it. */
#define IPSTR "%d.%d.%d.%d"
#define esp_ip4_addr_get_byte(ipaddr, idx) (((const uint8_t*)(&(ipaddr)->addr))[idx])
#define IP2STR(ipaddr)                                                                                    \
    esp_ip4_addr_get_byte(ipaddr, 0), esp_ip4_addr_get_byte(ipaddr, 1), esp_ip4_addr_get_byte(ipaddr, 2), \
        esp_ip4_addr_get_byte(ipaddr, 3)

#ifdef __cplusplus
}
#endif
