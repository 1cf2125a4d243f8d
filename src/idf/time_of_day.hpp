#pragma once

#include "idf/chip.hpp"

namespace nowire::idf {

/// Since 1970, as the chip has it: it begins at 0 when the power comes, goes with the air's clock, in deep sleep and
/// through a restart too, and is what the program sets it to.
duration time_of_day(call& c);
/// Who sleeps until a time of day waits for the new one.
void set_time_of_day(call& c, duration since_1970);

/// The calling task sleeps until the air's clock shows `when`.
void sleep_until(call& c, time_point when);
/// The calling task sleeps until it is this time of day, whoever sets that meanwhile.
void sleep_until_time_of_day(call& c, duration since_1970);

}  // namespace nowire::idf
