#include "cli/arguments.hpp"

#include <nowire/frame/mac_address.hpp>

#include <charconv>

namespace nowire::cli {

std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text) {
    if (text.empty() || text.size() % 2 != 0) return std::nullopt;
    std::vector<std::uint8_t> bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        std::uint8_t value = 0;
        const auto pair = text.substr(i, 2);
        const auto [end, wrong] = std::from_chars(pair.data(), pair.data() + pair.size(), value, 16);
        if (wrong != std::errc() || end != pair.data() + pair.size()) return std::nullopt;
        bytes.push_back(value);
    }
    return bytes;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const auto byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 0xf];
    }
    return text;
}

std::string no_mac_address(const std::string& text) {
    return "\"" + text + "\" is no MAC address: write six pairs of hex digits, 24:0a:c4:1d:58:68";
}

}  // namespace nowire::cli
