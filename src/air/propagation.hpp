#pragma once

#include <nowire/air/medium.hpp>

#include <cstdint>
#include <optional>

namespace nowire::air {

/// What a receiver hears in dBm: transmit power less a log-distance path loss where both positions are known (40 dB at
/// 1 m, which is free space at 2.44 GHz, and 30 dB for each tenfold of the distance, as within a building; nothing is
/// nearer than 10 cm), else -40 dBm.
std::int8_t received_power(int tx_power, const std::optional<position>& from, const std::optional<position>& to);

}  // namespace nowire::air
