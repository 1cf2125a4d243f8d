#pragma once

#include <nowire/device/transmission.hpp>

#include <string>

namespace nowire {

/// What can never be right about the addresses of `setup`, or an empty text.
std::string objection_to(const radio_setup& setup);

}  // namespace nowire
