#include "idf/text_record.hpp"

#include <nowire/frame/fcs.hpp>

#include <algorithm>
#include <array>

namespace nowire::idf {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

std::string sum_line(std::string_view text) {
    const auto sum = frame::fcs(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    std::array<std::uint8_t, 4> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
    std::string line("sum ");
    return line.append(to_hex(bytes)).append("\n");
}

bool stands_for_itself(char c) {
    return c > ' ' && c <= '~' && c != '%';
}

}  // namespace

std::string to_hex(std::span<const std::uint8_t> bytes) {
    std::string text;
    text.reserve(2 * bytes.size());
    for (const auto byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 0xf];
    }
    return text;
}

std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::vector<std::uint8_t> bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto upper = digits.find(text[i]);
        const auto lower = digits.find(text[i + 1]);
        if (upper == std::string_view::npos || lower == std::string_view::npos) return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>(upper << 4 | lower));
    }
    return bytes;
}

std::string to_word(std::string_view text) {
    std::string word;
    for (const char c : text) {
        if (stands_for_itself(c)) {
            word += c;
        } else {
            const auto byte = static_cast<std::uint8_t>(c);
            word += "%";
            word += to_hex(std::span(&byte, 1));
        }
    }
    return word;
}

std::optional<std::string> from_word(std::string_view word) {
    std::string text;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (stands_for_itself(word[i])) {
            text += word[i];
            continue;
        }
        if (word[i] != '%' || word.size() - i < 3) return std::nullopt;
        const auto byte = from_hex(word.substr(i + 1, 2));
        if (!byte) return std::nullopt;
        text += static_cast<char>(byte->front());
        i += 2;
    }
    return text;
}

std::optional<std::string_view> take_until(char end, std::string_view& rest) {
    const auto at = rest.find(end);
    if (at == std::string_view::npos) return std::nullopt;
    const auto taken = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    return taken;
}

std::string sealed(std::string text) {
    const auto sum = sum_line(text);
    return std::move(text) + sum;
}

std::optional<std::string_view> unsealed(std::string_view text) {
    constexpr std::size_t sum_size = 4 + 8 + 1;
    if (text.size() < sum_size) return std::nullopt;
    const auto body = text.substr(0, text.size() - sum_size);
    if (text.substr(body.size()) != sum_line(body)) return std::nullopt;
    return body;
}

}  // namespace nowire::idf
