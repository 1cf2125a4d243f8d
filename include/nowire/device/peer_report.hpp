#pragma once

#include <nowire/device/message.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace nowire {

/// What others may know of a peer: never its key.
struct peer_summary {
    mac_address address{};               ///< unicast, or a group
    std::optional<channel> on{};         ///< nothing: the device's own channel, whichever that is
    interface via = interface::station;  ///< the own interface that sends to it
    bool encrypt = false;                ///< unicasts to and from it are protected

    friend bool operator==(const peer_summary&, const peer_summary&) = default;
};

/// The peers of a device, for people to look at.
struct peer_report {
    /// No report lists more; a device of the chip's limits has at most 20.
    static constexpr std::size_t limit = 256;

    std::size_t count = 0;             ///< peers in all
    std::vector<peer_summary> listed;  ///< the first of them, in the order in which they were added

    friend bool operator==(const peer_report&, const peer_report&) = default;
};

}  // namespace nowire
