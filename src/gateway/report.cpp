#include "gateway/report.hpp"

#include <nowire/frame/text.hpp>

#include <array>
#include <chrono>
#include <cstdio>

namespace nowire::gateway {

namespace {

struct calendar {
    std::chrono::year_month_day day;
    std::chrono::hh_mm_ss<std::chrono::seconds> time;
};

calendar calendar_of(wall_time when, std::chrono::seconds offset) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(when) + offset;
    const auto day = std::chrono::floor<std::chrono::days>(seconds);
    return {day, std::chrono::hh_mm_ss(seconds - day)};
}

/// Day and month without a leading zero, in local time.
std::string hinch_stamp(wall_time when, std::chrono::seconds offset) {
    const auto c = calendar_of(when, offset);
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%u/%u/%d %02d:%02d:%02d", static_cast<unsigned>(c.day.day()),
                  static_cast<unsigned>(c.day.month()), static_cast<int>(c.day.year()),
                  static_cast<int>(c.time.hours().count()), static_cast<int>(c.time.minutes().count()),
                  static_cast<int>(c.time.seconds().count()));
    return text.data();
}

/// RFC 3339, in UTC.
std::string rfc3339_stamp(wall_time when) {
    const auto c = calendar_of(when, std::chrono::seconds(0));
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(c.day.year()),
                  static_cast<unsigned>(c.day.month()), static_cast<unsigned>(c.day.day()),
                  static_cast<int>(c.time.hours().count()), static_cast<int>(c.time.minutes().count()),
                  static_cast<int>(c.time.seconds().count()));
    return text.data();
}

}  // namespace

std::string format_report(const engine_options& options, std::string_view kind, std::string_view text, wall_time when) {
    if (options.format == status_format::hinch) {
        const auto offset = options.utc_offset ? options.utc_offset(when) : std::chrono::seconds(0);
        return hinch_stamp(when, offset) + " " + std::string(text);
    }
    std::string out = R"({"time": ")" + rfc3339_stamp(when) + R"(", "kind": )";
    append_json_string(out, kind);
    out += ", \"text\": ";
    append_json_string(out, text);
    return out += '}';
}

}  // namespace nowire::gateway
