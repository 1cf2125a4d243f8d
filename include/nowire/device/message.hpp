#pragma once

#include <nowire/device/errc.hpp>
#include <nowire/device/transmission.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace nowire {

/// The two interfaces of a device; the numbers are those of ESP-IDF's wifi_interface_t.
enum class interface : std::uint8_t {
    station = 0,  ///< that of a client of an access point
    soft_ap = 1,  ///< that of an access point: another address, one higher by default
};

/// A received ESP-NOW message.
struct message {
    mac_address source{};                  ///< A2: the interface of the sender
    mac_address destination{};             ///< one of the device's own addresses, or a group
    std::vector<std::uint8_t> payload{};   ///< never empty
    std::optional<std::int8_t> rssi{};     ///< dBm
    std::optional<std::int8_t> noise{};    ///< dBm
    channel on{};                          ///< the channel that the radio was on
    std::optional<rate> rx_rate{};         ///< nothing: the radio cannot tell
    time_point time{};                     ///< the end of its last frame on the air, stamped by the radio
    bool retry = false;                    ///< the Retry bit: its first transmission may have come too
    bool was_encrypted = false;            ///< it was protected with the source's key
    int version = 0;                       ///< the version nibble of the first element
    std::uint16_t sequence_number = 0;     ///< 0 to 4095, of the MAC header
    std::array<std::uint8_t, 4> random{};  ///< the sender's, as on the air
};

/// Names one accepted send until its completion.
enum class send_token : std::uint64_t {};

/// The one end of an accepted send.
struct completion {
    send_token token{};         ///< what device::send() returned
    mac_address destination{};  ///< the peer's address
    /// `acked` is the ACK of the peer's radio, which a radio gives whatever its program or keys do: it is no proof of
    /// delivery.
    tx_status result = tx_status::not_sent;
    /// Why it was not sent; set exactly where result is not_sent. errc::radio: the radio refused it or was not there.
    std::optional<errc> reason{};
    std::uint16_t attempts = 0;  ///< times on the air; 0: none, or the radio does not know
    time_point accepted{};       ///< when the device took the message
    time_point done{};           ///< when the radio had done with it
};

}  // namespace nowire
