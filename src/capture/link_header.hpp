#pragma once

#include <nowire/capture/decode.hpp>
#include <nowire/capture/packet.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace nowire::capture {

/// How to read on behind what stands before the MPDU of a packet.
struct link_header {
    std::size_t size = 0;              ///< bytes to skip to the MPDU
    std::optional<bool> has_fcs = {};  ///< nothing: not told
};

/// Reads it, and tells `d` where and how the frame was received; what is not known is left as it is.
///
/// It writes into the frame since that is read for each of millions: a processor that copies in one piece what it has
/// just written in several waits for the writes, and that would take longer than reading.
/// @returns an error is a phrase that says what the packet is instead: "damaged radiotap header".
std::expected<link_header, std::string_view> read_link_header(decoded_frame& d, link_type type,
                                                              std::span<const std::uint8_t> bytes);

}  // namespace nowire::capture
