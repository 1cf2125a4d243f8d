#include <nowire/frame/mac_address.hpp>

namespace nowire {

namespace {

constexpr char hex_digits[] = "0123456789abcdef";

std::optional<std::uint8_t> hex_value(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
    return std::nullopt;
}

}  // namespace

std::optional<mac_address> mac_address::parse(std::string_view text) {
    const bool separated = text.size() == 17 && (text[2] == ':' || text[2] == '-');
    if (!separated && text.size() != 12) return std::nullopt;
    const std::size_t stride = separated ? 3 : 2;
    std::array<std::uint8_t, size> octets{};
    for (std::size_t i = 0; i < size; ++i) {
        const auto high = hex_value(text[i * stride]);
        const auto low = hex_value(text[i * stride + 1]);
        if (!high || !low) return std::nullopt;
        if (separated && i + 1 < size && text[i * stride + 2] != text[2]) return std::nullopt;
        octets[i] = static_cast<std::uint8_t>(*high << 4 | *low);
    }
    return mac_address(octets);
}

std::string mac_address::to_string() const {
    std::string text;
    text.reserve(17);
    for (auto octet : octets_) {
        if (!text.empty()) text += ':';
        text += hex_digits[octet >> 4];
        text += hex_digits[octet & 0xf];
    }
    return text;
}

std::string mac_address::to_hex() const {
    std::string text;
    text.reserve(12);
    for (auto octet : octets_) {
        text += hex_digits[octet >> 4];
        text += hex_digits[octet & 0xf];
    }
    return text;
}

}  // namespace nowire
