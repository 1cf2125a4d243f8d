#pragma once

#include "idf/freertos/api.hpp"

#include <cstdint>

namespace nowire::idf::freertos {

/// Microseconds for which a task has run, and since the chip began; 0 where the program's configuration has no run time
/// statistics.
std::uint32_t run_time(api& c, const idf::task& t);
std::uint32_t total_run_time(api& c);

}  // namespace nowire::idf::freertos
