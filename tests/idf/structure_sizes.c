/* Programs compute with the sizes of these, and with places in them: where pointers have 32 bits they are the chip's.
 */
#define NOWIRE_IDF_VERSION ((6 << 16) | (0 << 8))

#include "esp_now.h"
#include "esp_wifi.h"

#include <stddef.h>

#define OF_WIDTH(on_32_bits, on_64_bits) (sizeof(void*) == 4 ? (on_32_bits) : (on_64_bits))

_Static_assert(sizeof(wifi_interface_t) == 4 && sizeof(esp_err_t) == 4, "enumerations are ints");

_Static_assert(offsetof(esp_now_peer_info_t, lmk) == 6, "peer");
_Static_assert(offsetof(esp_now_peer_info_t, channel) == 22, "peer");
_Static_assert(offsetof(esp_now_peer_info_t, ifidx) == 24, "peer");
_Static_assert(offsetof(esp_now_peer_info_t, encrypt) == 28, "peer");
_Static_assert(offsetof(esp_now_peer_info_t, priv) == 32, "peer");
_Static_assert(sizeof(esp_now_peer_info_t) == OF_WIDTH(36, 40), "peer");
_Static_assert(sizeof(esp_now_peer_num_t) == 8, "numbers of peers");
_Static_assert(sizeof(esp_now_recv_info_t) == 3 * sizeof(void*), "three pointers");

_Static_assert(sizeof(wifi_tx_info_t) == OF_WIDTH(28, 48), "sent frame");
_Static_assert(offsetof(wifi_tx_info_t, ifidx) == 2 * sizeof(void*), "sent frame");

_Static_assert(offsetof(esp_now_switch_channel_t, data) == 26, "what is sent on another channel");
_Static_assert(sizeof(esp_now_switch_channel_t) == 28, "what is sent on another channel");

_Static_assert(sizeof(nowire_rx_ctrl_esp32_t) == 28, "received frame");
_Static_assert(sizeof(nowire_rx_ctrl_esp32s2_t) == 36, "received frame");
_Static_assert(sizeof(nowire_rx_ctrl_esp32s3_t) == 48, "received frame");
_Static_assert(sizeof(nowire_rx_ctrl_esp32c6_t) == 92, "received frame");
_Static_assert(offsetof(wifi_promiscuous_pkt_t, payload) == sizeof(wifi_pkt_rx_ctrl_t), "the frame follows");
