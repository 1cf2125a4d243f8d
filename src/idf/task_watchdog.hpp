#pragma once

#include "idf/chip.hpp"

namespace nowire::idf {

/// The watchdog of tasks stood still for so long, as all of the chip.
void skip_in_watchdog(call& c, duration slept);

}  // namespace nowire::idf
