#include "idf/rtc_record.hpp"

#include "idf/text_record.hpp"

#include <array>

namespace nowire::idf {

namespace {

constexpr std::string_view first_line = "nowire-idf-rtc 1\n";

std::array<std::uint8_t, 8> bytes_of(std::uint64_t value) {
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
    return bytes;
}

/// The rest of the line that begins with this word.
std::optional<std::string_view> value_of(std::string_view word, std::string_view& rest) {
    auto line = take_until('\n', rest);
    if (!line || take_until(' ', *line) != word) return std::nullopt;
    return line;
}

}  // namespace

std::string to_text(const rtc_record& record) {
    std::string text(first_line);
    text += "program " + to_hex(bytes_of(record.program)) + "\n";
    text += record.deep_sleep ? "reset deep-sleep\n" : "reset restart\n";
    text += "sleep " + (record.sleep ? std::to_string(record.sleep->count()) : "forever") + "\n";
    text += "until " + std::to_string(record.until.count()) + "\n";
    text += "at " + std::to_string(record.at.count()) + "\n";
    text += "day " + std::to_string(record.day.count()) + "\n";
    text += "rtc_data " + to_hex(record.rtc_data) + "\n";
    text += "rtc_noinit " + to_hex(record.rtc_noinit) + "\n";
    text += "noinit " + to_hex(record.noinit) + "\n";
    return sealed(std::move(text));
}

std::optional<rtc_record> rtc_record_in(std::string_view text) {
    auto rest = text;
    if (!rest.starts_with(first_line)) return std::nullopt;
    rest.remove_prefix(first_line.size());
    const auto program = value_of("program", rest);
    const auto reset = value_of("reset", rest);
    const auto sleep = value_of("sleep", rest);
    const auto until = value_of("until", rest);
    const auto at = value_of("at", rest);
    const auto day = value_of("day", rest);
    const auto rtc_data = value_of("rtc_data", rest);
    const auto rtc_noinit = value_of("rtc_noinit", rest);
    const auto noinit = value_of("noinit", rest);
    if (!program || !reset || !sleep || !until || !at || !day || !rtc_data || !rtc_noinit || !noinit)
        return std::nullopt;

    rtc_record record;
    const auto number = number_in<std::uint64_t>(*program, 16);
    using count = std::chrono::nanoseconds::rep;
    const auto until_count = number_in<count>(*until);
    const auto at_count = number_in<count>(*at);
    const auto day_count = number_in<count>(*day);
    auto data = from_hex(*rtc_data);
    auto data_noinit = from_hex(*rtc_noinit);
    auto memory_noinit = from_hex(*noinit);
    if (!number || !until_count || !at_count || !day_count || !data || !data_noinit || !memory_noinit)
        return std::nullopt;
    record.program = *number;
    record.until = std::chrono::nanoseconds(*until_count);
    record.at = std::chrono::nanoseconds(*at_count);
    record.day = std::chrono::nanoseconds(*day_count);
    record.deep_sleep = *reset == "deep-sleep";
    if (*sleep == "forever") {
        record.sleep = std::nullopt;
    } else {
        const auto microseconds = number_in<std::chrono::microseconds::rep>(*sleep);
        if (!microseconds) return std::nullopt;
        record.sleep = std::chrono::microseconds(*microseconds);
    }
    record.rtc_data = std::move(*data);
    record.rtc_noinit = std::move(*data_noinit);
    record.noinit = std::move(*memory_noinit);
    // Everything that is written otherwise than to_text() does, the sum among it, is refused here.
    if (to_text(record) != text) return std::nullopt;
    return record;
}

}  // namespace nowire::idf
