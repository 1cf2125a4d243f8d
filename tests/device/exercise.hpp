#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace nowire::test {

/// Reads `script` as calls, frames and times, carries them out on a device, and compares it with what it promises: each
/// result with a plain model of the checks, one completion for each accepted send, each frame in one counter, no nonce
/// twice, nothing delivered as encrypted that its sender did not say.
/// @returns what was wrong; empty: nothing.
std::string exercise_device(std::span<const std::uint8_t> script);

}  // namespace nowire::test
