#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace nowire::test {

/// Reads `script` as calls of ESP-NOW, Wi-Fi and FreeRTOS by two tasks at once, carries them out on the chip that this
/// process is, and looks at what was promised: each answer is one that the function may give, no callback comes after
/// esp_now_deinit(), what came is what the echo sent; and afterwards Wi-Fi can be started anew, each send has one
/// callback, and the echo is heard. Ends with Wi-Fi not initialised. Any thread may call it, one at a time.
/// @returns what was wrong; empty: nothing.
std::string exercise_espnow(std::span<const std::uint8_t> script);

/// The one that the calls send to: `radio` is the URL of its air, whose time may go by events. Runs until that is gone.
/// What comes to it alone goes back to its sender.
int be_echo(const std::string& radio);

}  // namespace nowire::test
