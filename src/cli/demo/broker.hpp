#pragma once

#include "boards/process.hpp"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>

namespace nowire::cli::demo {

/// A mosquitto of the demo's own, on a free port of 127.0.0.1.
struct broker {
    boards::process server;
    std::uint16_t port = 0;

    /// Writes a configuration into `folder`, starts mosquitto with it and waits until it takes connections. Another
    /// port is tried when the one chosen has been taken meanwhile.
    /// @returns what went wrong, for a person.
    static std::expected<broker, std::string> start(const std::filesystem::path& folder);
};

}  // namespace nowire::cli::demo
