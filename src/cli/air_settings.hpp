#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace nowire::cli {

/// What an air that a command starts is like: the options that `nowire air` and others hand on to nowire-air.
struct air_settings {
    std::optional<std::uint64_t> seed;
    std::string speed;
    std::optional<std::size_t> radios;
    std::optional<double> loss;
    bool no_airtime = false;
    std::optional<double> path_exponent;
    std::optional<double> shadowing;
    bool leakage = false;
    std::string links;
    std::string pcap;
    std::string record;

    /// Adds the options to a command; --radios only where the command does not know the number itself.
    void add_to(CLI::App& command, bool with_radios = true);
    /// What nowire-air takes for them.
    std::vector<std::string> arguments() const;
};

}  // namespace nowire::cli
