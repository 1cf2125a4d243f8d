#pragma once

#include <nowire/frame/channel.hpp>
#include <nowire/frame/mac_address.hpp>
#include <nowire/frame/rate.hpp>
#include <nowire/frame/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nowire::testing {

/// A frame as it was on the air, each retry one of its own; ACKs are not frames of their own here. Value type.
struct sent_frame {
    time_point time{};                               ///< when it began
    std::string sender{};                            ///< the name of the board or peer that sent it
    mac_address from{};                              ///< A2: one of the sender's addresses
    mac_address to{};                                ///< A1
    channel on{};                                    ///< where it was sent
    nowire::rate rate = nowire::rate::dsss_1m_long;  ///< as sent
    bool espnow = false;        ///< whether it is ESP-NOW; a protected one counts as such even if no key opens it
    bool retry = false;         ///< not its first transmission
    bool encrypted = false;     ///< protected by a key
    bool acknowledged = false;  ///< an ACK followed, whether or not the sender heard it
    std::uint16_t sequence_number = 0;  ///< 0 to 4095
    std::optional<int> version{};       ///< of ESP-NOW: 1 or 2; nothing: not known
    /// What an ESP-NOW message says. Empty: it is none, or it is encrypted with a key that the world does not know.
    std::vector<std::uint8_t> payload{};
    std::vector<std::uint8_t> mpdu{};  ///< all of it, without FCS

    /// The payload as text, as it is.
    std::string text() const { return {payload.begin(), payload.end()}; }
};

/// One line for people: time, addresses, channel, payload.
std::string to_string(const sent_frame& frame);

}  // namespace nowire::testing
