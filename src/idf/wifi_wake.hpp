#pragma once

#include "idf/chip.hpp"

namespace nowire::idf {

/// Posts WIFI_EVENT_CONNECTIONLESS_MODULE_WAKE_INTERVAL_START at the start of each wake interval, the first of which is
/// now; an interval of zero: no more.
void announce_wake_intervals(call& c, duration interval);

}  // namespace nowire::idf
