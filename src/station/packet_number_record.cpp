#include "station/packet_number_record.hpp"

#include <nowire/ccmp/packet_number.hpp>
#include <nowire/frame/fcs.hpp>

#include <charconv>
#include <span>

namespace nowire {

namespace {

constexpr std::string_view magic = "nowire-packet-numbers 1 ";

std::string to_hex(std::uint64_t value, std::size_t digits) {
    std::string text(digits, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4)
        *digit = "0123456789abcdef"[value & 0xf];
    return text;
}

}  // namespace

std::string packet_number_record(const ccmp::fingerprint& id, std::uint64_t next) {
    auto text = std::string(magic) + id.to_hex() + " " + to_hex(next, 16);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto sum = frame::fcs(std::span(bytes, text.size()));
    return text + " " + to_hex(sum, 8) + "\n";
}

std::optional<std::uint64_t> packet_number_in(std::string_view record, const ccmp::fingerprint& id) {
    constexpr std::size_t offset = magic.size() + 32 + 1;
    if (record.size() < offset + 16) return std::nullopt;
    const auto digits = record.substr(offset, 16);
    std::uint64_t next = 0;
    const auto end = digits.data() + digits.size();
    // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): from_chars() is told the end
    if (std::from_chars(digits.data(), end, next, 16).ptr != end) return std::nullopt;
    if (record != packet_number_record(id, next) || next > ccmp::max_packet_number + 1) return std::nullopt;
    return next;
}

}  // namespace nowire
