#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <cstdint>
#include <span>

namespace nowire::frame {

/// The frame check sequence of IEEE 802.11-2020 section 9.2.4.8: CRC-32 over the MPDU before it. On the air its least
/// significant byte comes first.
std::uint32_t fcs(std::span<const std::uint8_t> mpdu);

/// True if the last four bytes are the FCS of those before them; false for fewer than four bytes.
bool ends_in_fcs(std::span<const std::uint8_t> bytes);

}  // namespace nowire::frame
