#pragma once

#include <nowire/frame/mpdu.hpp>

#include <string_view>

namespace nowire::capture {

/// The name of a frame's type and subtype (IEEE 802.11-2020 table 9-1): "beacon", "ACK", "QoS data".
std::string_view kind_of(frame::frame_control control);

}  // namespace nowire::capture
