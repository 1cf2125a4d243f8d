#pragma once

#include <nowire/ccmp/secrets.hpp>
#include <nowire/device/message.hpp>

#include <array>
#include <cstdint>
#include <optional>

namespace nowire {

/// A peer as ESP-IDF's esp_now_peer_info_t describes one.
struct peer {
    mac_address address{};
    /// Used only where `encrypt` is set.
    ccmp::lmk lmk{std::array<std::uint8_t, ccmp::key_size>{}};
    bool encrypt = false;
    /// The channel it is on; nothing: the home channel, whichever that is.
    std::optional<channel> on{};
    interface via = interface::station;
    /// Its own rate (esp_now_set_peer_rate_config); nothing: the device's.
    std::optional<rate> tx_rate{};
    /// The caller's own, never looked at (esp_now_peer_info_t::priv).
    std::uintptr_t user_data = 0;
};

}  // namespace nowire
