#pragma once

#include <nowire/device/message.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// What `nowire ping` and `nowire listen --echo` say to each other; docs/tools.md has the same layout. Integers are
/// little-endian:
///
///     0  3  "NWE"
///     3  1  '?' a request, '!' the reply
///     4  4  the session: drawn by who asks, and the same in the reply
///     8  2  the number of the request within its session
///    10  1  in a reply, the RSSI at which the request came, dBm; 127: not known, and in each request
///    11     filler of any length, the same in the reply
namespace nowire::cli::echo {

inline constexpr std::size_t header_size = 11;

using session_id = std::array<std::uint8_t, 4>;

/// A request of `size` bytes, at least header_size.
std::vector<std::uint8_t> request(const session_id& session, std::uint16_t number, std::size_t size);

/// What to send to the source of `m`; nothing if it is no request, or one to a group: everybody would answer at once.
std::optional<std::vector<std::uint8_t>> reply_to(const message& m);

struct reply {
    std::uint16_t number = 0;
    std::optional<std::int8_t> rssi_there{};  ///< dBm
};
/// Reads a reply. @returns nothing if it is none, one of another session, or not what a request of `size` bytes gets.
std::optional<reply> read_reply(std::span<const std::uint8_t> payload, const session_id& session, std::size_t size);

}  // namespace nowire::cli::echo
