#pragma once

#include <nowire/capture/decode.hpp>
#include <nowire/capture/packet.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace nowire::capture {

/// How to read on behind what stands before the MPDU of a packet.
struct link_header {
    std::size_t size = 0;              ///< bytes to skip to the MPDU
    std::optional<bool> has_fcs = {};  ///< nothing: not told
};

/// Sets `to` where `from` has a value. A processor that copies in one piece what it has just written in two, the value
/// and that there is one, waits for the writes; for a frame that takes longer than reading it.
template <class T>
void take_value(std::optional<T>& to, const std::optional<T>& from) {
    if (!from) return;
    const T value = *from;
    to = value;
}

/// Reads what stands before the MPDU of `p`, and tells `d` where and how the frame was received, with no header in
/// between that would be copied; what is not known is left as it is.
/// @param layout  of the last radiotap header, since most are alike; that of this one afterwards
/// @returns nothing if there is no MPDU to be read; d.kind then says what the packet is instead.
std::optional<link_header> read_link_header(decoded_frame& d, radiotap::layout& layout, const packet& p);

/// The same of a packet with a PPI header.
std::optional<link_header> read_ppi_header(decoded_frame& d, std::span<const std::uint8_t> bytes);

}  // namespace nowire::capture
