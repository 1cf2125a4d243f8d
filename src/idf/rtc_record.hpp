#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nowire::idf {

/// What one run of a program leaves to the next:
///
///     nowire-idf-rtc 1
///     program <16 hex digits: which program wrote it>
///     reset restart | deep-sleep
///     sleep <microseconds> | forever          (0 for a restart)
///     until <nanoseconds on the air's clock>  (0 for a restart and for ever)
///     at <nanoseconds on the air's clock>     when this was written
///     day <nanoseconds since 1970>            the time of day at that moment, as the program had set it
///     rtc_data <hex>
///     rtc_noinit <hex>
///     noinit <hex>
///     sum <CRC-32 of the lines before>
struct rtc_record {
    std::uint64_t program = 0;
    bool deep_sleep = false;  ///< or else a restart
    /// How long it sleeps; nothing: for ever.
    std::optional<std::chrono::microseconds> sleep = std::chrono::microseconds(0);
    std::chrono::nanoseconds until{0};  ///< when that ends, since the beginning of the air's clock
    std::chrono::nanoseconds at{0};     ///< since the same, when it was written
    std::chrono::nanoseconds day{0};    ///< since 1970, at that moment
    std::vector<std::uint8_t> rtc_data;
    std::vector<std::uint8_t> rtc_noinit;
    std::vector<std::uint8_t> noinit;

    bool operator==(const rtc_record&) const = default;
};

std::string to_text(const rtc_record& record);
/// Nothing where `text` is not, to the byte, what to_text() makes.
std::optional<rtc_record> rtc_record_in(std::string_view text);

}  // namespace nowire::idf
