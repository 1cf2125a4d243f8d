#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

/// What the text files of this folder have in common: lines of words, bytes in hex, and a checksum at the end.
namespace nowire::idf {

std::string to_hex(std::span<const std::uint8_t> bytes);
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);

/// `text` as one word: each byte that is no visible ASCII character, and '%', is %XX.
std::string to_word(std::string_view text);
std::optional<std::string> from_word(std::string_view word);

/// All of `text` as a number; nothing where it is none that fits.
template <std::integral Number>
std::optional<Number> number_in(std::string_view text, int base = 10) {
    Number number{};
    const auto* end = text.data() + text.size();
    // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): from_chars() is told the end
    const auto read = std::from_chars(text.data(), end, number, base);
    if (read.ptr != end || read.ec != std::errc()) return std::nullopt;
    return number;
}

/// Takes what is before the first `end` off `rest`, and that as well; nothing where there is none.
std::optional<std::string_view> take_until(char end, std::string_view& rest);

/// `text` with a last line behind it, `sum <CRC-32>`.
std::string sealed(std::string text);
/// The text before that line; nothing where the line is missing or wrong.
std::optional<std::string_view> unsealed(std::string_view text);

}  // namespace nowire::idf
