#include "capture/printable.hpp"

#include <nowire/frame/text.hpp>

namespace nowire::capture {

namespace {

constexpr bool is_printable(char32_t c) {
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    if (c >= 0x7f && c < 0xa0) return false;
    const bool direction =
        c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    const bool line_end = c == 0x2028 || c == 0x2029;
    const bool noncharacter = (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef) || c == 0xfeff;
    return !direction && !line_end && !noncharacter;
}

/// The length of the printable character at the start of `s`, in bytes; 0 if there is none.
std::size_t printable_character(std::string_view s) {
    // A call for each letter takes several times as long.
    if (const auto first = static_cast<unsigned char>(s.front()); first < 0x80) return is_printable(first) ? 1 : 0;
    const auto [code, size] = next_code_point(s);
    return code && is_printable(*code) ? size : 0;
}

}  // namespace

std::optional<std::string_view> printable_text(std::span<const std::uint8_t> bytes) {
    while (!bytes.empty() && bytes.back() == 0)
        bytes = bytes.first(bytes.size() - 1);
    if (bytes.empty()) return std::nullopt;
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    for (auto rest = text; !rest.empty();) {
        const auto size = printable_character(rest);
        if (size == 0) return std::nullopt;
        rest.remove_prefix(size);
    }
    return text;
}

}  // namespace nowire::capture
