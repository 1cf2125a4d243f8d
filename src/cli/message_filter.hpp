#pragma once

#include <nowire/device/message.hpp>

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace nowire::cli {

/// Which messages `nowire listen` shows: those that pass every filter that is given.
struct message_filter {
    std::string from;
    std::string to;
    bool unicast_only = false;
    bool broadcast_only = false;
    bool encrypted_only = false;
    std::optional<int> min_rssi;  ///< dBm
    std::string match;
    std::string starts_with;  ///< hex

    void add_to(CLI::App& command);
    bool passes(const message& m) const;
};

}  // namespace nowire::cli
