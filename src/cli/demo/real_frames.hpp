#pragma once

#include <iosfwd>

namespace nowire::cli::demo {

/// Decodes three frames that real ESP32s and an ESP8266 sent, one of them encrypted, and prints what is in them.
/// @returns whether all came out as their sources say.
bool decode_real_frames(std::ostream& out);

}  // namespace nowire::cli::demo
