#pragma once

#include <nowire/device/transmission.hpp>

#include <cstddef>
#include <cstdint>

namespace nowire::idf {

/// wifi_pkt_rx_ctrl_t as the program was compiled with it: its bytes, and how it says what the receiver knows of a
/// frame of `size` bytes without FCS, of which `mpdu` is the beginning.
std::size_t rx_ctrl_size();
void write_rx_ctrl(std::uint8_t* to, const rx_info& info, const std::uint8_t* mpdu, std::size_t size, time_point began);

}  // namespace nowire::idf
