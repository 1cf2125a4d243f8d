#include "cli/echo.hpp"

#include <algorithm>

namespace nowire::cli::echo {

namespace {

constexpr std::array<std::uint8_t, 3> magic = {'N', 'W', 'E'};
constexpr std::size_t kind_at = 3;
constexpr std::size_t session_at = 4;
constexpr std::size_t number_at = 8;
constexpr std::size_t rssi_at = 10;
constexpr std::uint8_t is_request = '?';
constexpr std::uint8_t is_reply = '!';
constexpr std::int8_t unknown_rssi = 127;

bool has_kind(std::span<const std::uint8_t> payload, std::uint8_t kind) {
    return payload.size() >= header_size && std::ranges::equal(payload.first(magic.size()), magic) &&
           payload[kind_at] == kind;
}

}  // namespace

std::vector<std::uint8_t> request(const session_id& session, std::uint16_t number, std::size_t size) {
    std::vector<std::uint8_t> bytes(magic.begin(), magic.end());
    bytes.push_back(is_request);
    bytes.insert(bytes.end(), session.begin(), session.end());
    bytes.push_back(static_cast<std::uint8_t>(number & 0xff));
    bytes.push_back(static_cast<std::uint8_t>(number >> 8));
    bytes.push_back(static_cast<std::uint8_t>(unknown_rssi));
    while (bytes.size() < size)
        bytes.push_back(static_cast<std::uint8_t>(bytes.size()));
    return bytes;
}

std::optional<std::vector<std::uint8_t>> reply_to(const message& m) {
    if (m.destination.is_group() || !has_kind(m.payload, is_request)) return std::nullopt;
    auto bytes = m.payload;
    bytes[kind_at] = is_reply;
    bytes[rssi_at] = static_cast<std::uint8_t>(m.rssi.value_or(unknown_rssi));
    return bytes;
}

std::optional<reply> read_reply(std::span<const std::uint8_t> payload, const session_id& session, std::size_t size) {
    if (!has_kind(payload, is_reply) || !std::ranges::equal(payload.subspan(session_at, session.size()), session))
        return std::nullopt;
    reply r;
    r.number = static_cast<std::uint16_t>(payload[number_at] | payload[number_at + 1] << 8);
    const auto expected = request(session, r.number, size);
    if (!std::ranges::equal(payload.subspan(header_size), std::span(expected).subspan(header_size)))
        return std::nullopt;
    const auto rssi = static_cast<std::int8_t>(payload[rssi_at]);
    if (rssi != unknown_rssi) r.rssi_there = rssi;
    return r;
}

}  // namespace nowire::cli::echo
