#pragma once

#include <nowire/frame/channel.hpp>
#include <nowire/frame/mac_address.hpp>
#include <nowire/frame/rate.hpp>
#include <nowire/frame/time.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

/// What passes between a device and a radio.
namespace nowire {

/// How often a unicast that nobody acknowledges is transmitted after the first time (Espressif's driver sets both retry
/// limits to 32).
inline constexpr std::uint8_t default_retries = 31;

/// One MPDU to put on the air. Names the completion by its token, which is unique per device.
struct transmit {
    std::uint64_t token = 0;  ///< the sender's own; the radio hands it back
    /// The whole MPDU without FCS. Duration may be 0 and the Retry bit clear: the radio sets both.
    std::vector<std::uint8_t> mpdu{};
    rate tx_rate = rate::dsss_1m_long;  ///< of the frame; the radio chooses that of the ACK
    /// Transmissions after the first, while no ACK comes. Group frames are sent once whatever this says.
    std::uint8_t retries = default_retries;
};

/// How a transmit ended.
enum class tx_status : std::uint8_t {
    acked,        ///< the ACK was seen
    not_acked,    ///< all transmissions are done and none was acknowledged
    sent,         ///< a group frame was transmitted: nobody acknowledges those
    unconfirmed,  ///< it may or may not have been transmitted or acknowledged: the radio cannot tell, or was lost
    not_sent,     ///< it never was on the air: the radio refused it or was not there
};
/// The enumerator's name: "not_acked".
std::string_view to_string(tx_status status);

/// The one answer to a transmit.
struct tx_done {
    std::uint64_t token = 0;                 ///< of the transmit that it answers
    tx_status status = tx_status::not_sent;  ///< acked and not_acked only of unicasts, sent only of group frames
    /// How often it was on the air; 0 where the radio does not know.
    std::uint16_t attempts = 0;
    /// When the radio was done with it.
    time_point time{};
};

/// What a radio knows about a received MPDU.
struct rx_info {
    /// The end of the frame, stamped by the radio.
    time_point time{};
    std::optional<std::int8_t> rssi{};   ///< dBm
    std::optional<std::int8_t> noise{};  ///< dBm
    channel on{};                        ///< the channel that the radio was on
    std::optional<rate> rx_rate{};       ///< nothing: the radio cannot tell
};

/// How a device wants its radio. The radio acknowledges unicasts to the addresses that are given here, on this channel,
/// while `receiving`, whatever the program does.
struct radio_setup {
    channel on{};                          ///< where it receives, sends and acknowledges
    std::optional<mac_address> station{};  ///< nothing: that interface is down
    std::optional<mac_address> soft_ap{};  ///< the same
    /// Off: hears nothing and acknowledges nothing. Transmitting works all the same.
    bool receiving = true;

    friend bool operator==(const radio_setup&, const radio_setup&) = default;
};

}  // namespace nowire
