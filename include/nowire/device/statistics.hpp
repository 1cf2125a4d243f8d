#pragma once

#include <nowire/frame/action.hpp>

#include <array>
#include <cstdint>

namespace nowire {

/// What a device counted since it was made. Every frame handed to device::receive() counts in exactly one of the
/// members from `delivered` on.
struct device_statistics {
    std::uint64_t accepted = 0;       ///< sends that were taken
    std::uint64_t refused = 0;        ///< sends that returned an error
    std::uint64_t acked = 0;          ///< completions of that result
    std::uint64_t not_acked = 0;      ///< completions of that result
    std::uint64_t sent = 0;           ///< group frames transmitted
    std::uint64_t unconfirmed = 0;    ///< completions of that result
    std::uint64_t not_sent = 0;       ///< completions of that result
    std::uint64_t transmissions = 0;  ///< frames on the air, retries included

    std::uint64_t delivered = 0;             ///< messages that came out as events
    std::uint64_t receiver_off = 0;          ///< came while the receiver was off or the wake window closed
    std::uint64_t not_action = 0;            ///< no action frame, or shorter than a MAC header
    std::uint64_t own = 0;                   ///< our own source address
    std::uint64_t not_for_us = 0;            ///< unicast to somebody else
    std::uint64_t plain_from_encrypted = 0;  ///< plain unicast from a peer that has a key
    std::uint64_t no_key = 0;                ///< protected, and its sender is no encrypted peer of ours
    std::uint64_t undecryptable = 0;         ///< wrong key or MIC, key id or length
    std::uint64_t replays = 0;               ///< refused by the replay window, where one is asked for
    std::uint64_t duplicates = 0;            ///< Retry bit and a (source, random value) already seen
    std::uint64_t oversize_v1 = 0;           ///< several elements in v1 mode `discard`
    std::array<std::uint64_t, frame::reject_count> rejected{};  ///< by frame::reject
};

}  // namespace nowire
