#include <esp_log.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

namespace nowire::idf {

namespace {

using line_bytes = std::span<const std::uint8_t>;
constexpr std::size_t bytes_per_line = 16;

struct look {
    char letter;
    std::string_view color;
};

look look_of(esp_log_level_t level) {
    switch (level) {
        case ESP_LOG_ERROR:
            return {'E', "\033[0;31m"};
        case ESP_LOG_WARN:
            return {'W', "\033[0;33m"};
        case ESP_LOG_DEBUG:
            return {'D', ""};
        case ESP_LOG_VERBOSE:
            return {'V', ""};
        default:
            return {'I', "\033[0;32m"};
    }
}

/// A line as ESP_LOGx would write it.
void write_line(const char* tag, esp_log_level_t level, int style, const std::string& text) {
    const auto [letter, color] = look_of(level);
    const bool colored = (style & NOWIRE_IDF_LOG_COLORED) != 0;
    std::array<char, 32> time{};
    if ((style & NOWIRE_IDF_LOG_SYSTEM_TIME) != 0)
        std::snprintf(time.data(), time.size(), "%s", esp_log_system_timestamp());
    else
        std::snprintf(time.data(), time.size(), "%" PRIu32, esp_log_timestamp());
    esp_log_write(level, tag, "%s%c (%s) %s: %s%s\n", colored ? color.data() : "", letter, time.data(), tag,
                  text.c_str(), colored ? "\033[0m" : "");
}

template <class Line>
void write_lines(const char* tag, const void* buffer, std::size_t size, esp_log_level_t level, int style, Line line) {
    const auto* bytes = static_cast<const std::uint8_t*>(buffer);
    for (std::size_t at = 0; at < size; at += bytes_per_line)
        write_line(tag, level, style, line(line_bytes(bytes + at, std::min(bytes_per_line, size - at))));
}

std::string hex(std::uint8_t byte) {
    return {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 0xf]};
}

std::string hex_line(line_bytes bytes) {
    std::string text;
    for (const auto byte : bytes) {
        if (!text.empty()) text += " ";
        text += hex(byte);
    }
    return text;
}

/// `0x7ffe3c001230   45 53 50 33 32 20 69 73  20 67 72 65 61 74        |ESP32 is great|`: the address, two times eight
/// bytes, and what of them can be printed.
std::string dump_line(line_bytes bytes) {
    std::array<char, 32> address{};
    std::snprintf(address.data(), address.size(), "%p", static_cast<const void*>(bytes.data()));
    std::string text = std::string(address.data()) + " ";
    for (std::size_t i = 0; i < bytes_per_line; ++i) {
        if (i % 8 == 0) text += " ";
        text += " ";
        text += i < bytes.size() ? hex(bytes[i]) : "  ";
    }
    text += "  |";
    for (const auto byte : bytes)
        text += byte >= ' ' && byte <= '~' ? static_cast<char>(byte) : '.';
    return text + "|";
}

}  // namespace

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

void nowire_idf_log_buffer_hex(const char* tag, const void* buffer, std::uint16_t size, esp_log_level_t level,
                               int style) {
    write_lines(tag, buffer, size, level, style, hex_line);
}

void nowire_idf_log_buffer_char(const char* tag, const void* buffer, std::uint16_t size, esp_log_level_t level,
                                int style) {
    write_lines(tag, buffer, size, level, style,
                [](line_bytes bytes) { return std::string(bytes.begin(), bytes.end()); });
}

void nowire_idf_log_buffer_hexdump(const char* tag, const void* buffer, std::uint16_t size, esp_log_level_t level,
                                   int style) {
    write_lines(tag, buffer, size, level, style, dump_line);
}
}
