#pragma once

#include "idf/chip.hpp"

#include <cstdint>

namespace nowire::idf::freertos {

/// The program's CONFIG_FREERTOS_HZ.
std::uint32_t tick_rate();
/// Ticks from the chip's beginning until `when`; the program sees the lower 32 bits.
std::uint64_t ticks_at(const chip& c, time_point when);
/// The moment at which that tick comes.
time_point time_of_tick(const chip& c, std::uint64_t tick);

}  // namespace nowire::idf::freertos
