#pragma once

#include "idf/chip.hpp"

namespace nowire::idf {

/// As before anybody asked for it: off, no callback, the first filters.
void promiscuous_off(call& c);

}  // namespace nowire::idf
