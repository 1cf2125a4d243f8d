#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace nowire::cli::demo {

/// What a capture holds.
struct capture_counts {
    std::uint64_t frames = 0;
    std::uint64_t espnow = 0;  ///< ESP-NOW frames, encrypted ones included
    std::uint64_t encrypted = 0;
    std::uint64_t decrypted = 0;  ///< those whose MIC is right under the keys given
    std::uint64_t retries = 0;
};

/// Reads the pcapng `file` from the start, decrypts what the key file `keys` opens, and counts.
/// @returns what is wrong, if one of them cannot be read to its end.
std::expected<capture_counts, std::string> read_capture(const std::string& file, const std::string& keys);

}  // namespace nowire::cli::demo
