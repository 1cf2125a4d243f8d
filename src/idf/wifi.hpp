#pragma once

#include "esp_wifi.h"
#include "idf/chip.hpp"

#include <nowire/frame/channel.hpp>

#include <array>
#include <cstdint>

namespace nowire::idf {

/// What a program has set of Wi-Fi. Under the lock.
struct wifi_state {
    bool initialised = false;
    bool started = false;
    wifi_mode_t mode = WIFI_MODE_STA;
    wifi_second_chan_t second = WIFI_SECOND_CHAN_NONE;
    wifi_country_t country = {
        .cc = {'0', '1', '\0'}, .schan = 1, .nchan = 14, .max_tx_power = 80, .policy = WIFI_COUNTRY_POLICY_AUTO};
    std::array<std::uint8_t, 2> protocols = {WIFI_PROTOCOL_11B | WIFI_PROTOCOL_11G | WIFI_PROTOCOL_11N,
                                             WIFI_PROTOCOL_11B | WIFI_PROTOCOL_11G | WIFI_PROTOCOL_11N};
    wifi_ps_type_t power_save = WIFI_PS_MIN_MODEM;
    std::int8_t tx_power = 80;  ///< in quarters of a dBm
    wifi_storage_t storage = WIFI_STORAGE_FLASH;
    std::uint16_t wake_window = UINT16_MAX;  ///< milliseconds; the largest: always
    std::uint16_t wake_interval = 0;         ///< milliseconds; 0: always

    bool has(wifi_interface_t which) const {
        return mode == WIFI_MODE_APSTA || mode == (which == WIFI_IF_AP ? WIFI_MODE_AP : WIFI_MODE_STA);
    }
};
wifi_state& wifi(call& c);

constexpr bool is_interface(int which) {
    return which == WIFI_IF_STA || which == WIFI_IF_AP;
}
constexpr interface to_interface(wifi_interface_t which) {
    return which == WIFI_IF_AP ? interface::soft_ap : interface::station;
}

/// Opens and closes the receiver as window, interval and power saving have it.
void apply_wake(call& c);

}  // namespace nowire::idf
