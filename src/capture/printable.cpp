#include "capture/printable.hpp"

#include <algorithm>

namespace nowire::capture {

namespace {

constexpr bool is_printable(std::uint32_t c) {
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    if (c >= 0x7f && c < 0xa0) return false;
    const bool direction =
        c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    const bool line_end = c == 0x2028 || c == 0x2029;
    const bool noncharacter = (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef) || c == 0xfeff;
    return !direction && !line_end && !noncharacter;
}

/// The length of the printable character at the start of `s`, in bytes; 0 if there is none. Unicode 15 table 3-7.
std::size_t printable_character(std::span<const std::uint8_t> s) {
    const auto first = s[0];
    if (first < 0x80) return is_printable(first) ? 1 : 0;
    if (first < 0xc2 || first > 0xf4) return 0;
    const std::size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (s.size() < size) return 0;
    std::uint32_t c = first & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((s[i] & 0xc0) != 0x80) return 0;
        c = c << 6 | (s[i] & 0x3fU);
    }
    const bool overlong = (size == 3 && c < 0x800) || (size == 4 && c < 0x10000);
    const bool surrogate = c >= 0xd800 && c <= 0xdfff;
    if (overlong || surrogate || c > 0x10ffff) return 0;
    return is_printable(c) ? size : 0;
}

}  // namespace

std::optional<std::string_view> printable_text(std::span<const std::uint8_t> bytes) {
    while (!bytes.empty() && bytes.back() == 0)
        bytes = bytes.first(bytes.size() - 1);
    if (bytes.empty()) return std::nullopt;
    for (auto rest = bytes; !rest.empty();) {
        const auto size = printable_character(rest);
        if (size == 0) return std::nullopt;
        rest = rest.subspan(size);
    }
    return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void append_quoted(std::string& out, std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (byte < 0x20) {
            out += "\\u00";
            out += digits[byte >> 4];
            out += digits[byte & 0xf];
        } else {
            out += c;
        }
    }
    out += '"';
}

}  // namespace nowire::capture
