#pragma once

#include <nowire/frame/mac_address.hpp>

namespace nowire::idf {

/// The addresses of the two Wi-Fi interfaces as the program has set them, or as they come from the base address.
/// Thread-safe.
mac_address station_address();
mac_address soft_ap_address();

}  // namespace nowire::idf
