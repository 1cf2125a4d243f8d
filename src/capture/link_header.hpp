#pragma once

#include <nowire/capture/packet.hpp>
#include <nowire/frame/channel.hpp>
#include <nowire/frame/rate.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace nowire::capture {

/// What stands before the MPDU of a packet.
struct link_header {
    std::size_t size = 0;  ///< bytes to skip to the MPDU
    std::optional<channel> on = {};
    std::optional<std::int8_t> rssi = {};   ///< dBm
    std::optional<std::int8_t> noise = {};  ///< dBm
    std::optional<nowire::rate> rate = {};
    std::optional<bool> has_fcs = {};  ///< nothing: not told
    bool bad_fcs = false;              ///< the receiver says that the FCS was wrong
};

/// Reads it. An error is a phrase that says what the packet is instead: "damaged radiotap header".
std::expected<link_header, std::string_view> read_link_header(link_type type, std::span<const std::uint8_t> bytes);

}  // namespace nowire::capture
