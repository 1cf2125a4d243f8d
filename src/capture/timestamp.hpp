#pragma once

#include <nowire/capture/packet.hpp>

#include <cstdint>

namespace nowire::capture {

/// The time of `ticks` in an interface's units.
/// @param resolution  if_tsresol: bits 6..0 = n: 10^-n seconds, or 2^-n if bit 7 is set.
/// @param offset      if_tsoffset, seconds.
/// Finer parts than nanoseconds are cut off; what is beyond the range of `timestamp` becomes its end.
timestamp to_timestamp(std::uint64_t ticks, std::uint8_t resolution, std::int64_t offset);

}  // namespace nowire::capture
