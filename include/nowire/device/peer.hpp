#pragma once

#include <nowire/ccmp/secrets.hpp>
#include <nowire/device/message.hpp>

#include <array>
#include <cstdint>
#include <optional>

namespace nowire {

/// A peer as ESP-IDF's esp_now_peer_info_t describes one.
struct peer {
    mac_address address{};  ///< unicast, or a group for plain frames
    /// Used only where `encrypt` is set.
    ccmp::lmk lmk{std::array<std::uint8_t, ccmp::key_size>{}};
    bool encrypt = false;  ///< unicasts to and from it are protected with `lmk`
    /// The channel it is on; nothing: the home channel, whichever that is.
    std::optional<channel> on{};
    interface via = interface::station;  ///< the own interface that sends to it
    /// Its own rate (esp_now_set_peer_rate_config); nothing: the device's.
    std::optional<rate> tx_rate{};
    /// The caller's own, never looked at (esp_now_peer_info_t::priv).
    std::uintptr_t user_data = 0;
};

}  // namespace nowire
