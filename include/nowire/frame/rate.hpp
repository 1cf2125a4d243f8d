#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace nowire {

/// A PHY rate. The numbers are those of ESP-IDF's wifi_phy_rate_t (esp_wifi_types: L = long preamble, S = short).
enum class rate : std::uint8_t {
    dsss_1m_long = 0x00,
    dsss_2m_long = 0x01,
    cck_5m5_long = 0x02,
    cck_11m_long = 0x03,
    dsss_2m_short = 0x05,
    cck_5m5_short = 0x06,
    cck_11m_short = 0x07,
    ofdm_48m = 0x08,
    ofdm_24m = 0x09,
    ofdm_12m = 0x0a,
    ofdm_6m = 0x0b,
    ofdm_54m = 0x0c,
    ofdm_36m = 0x0d,
    ofdm_18m = 0x0e,
    ofdm_9m = 0x0f,
};

enum class modulation : std::uint8_t { dsss_cck, ofdm };

/// @returns nothing if the number is that of no rate known here (HT, LR and HE rates are not yet).
constexpr std::optional<rate> rate_from_number(int number) {
    if (number < 0 || number > 0x0f || number == 0x04) return std::nullopt;
    return static_cast<rate>(number);
}

constexpr modulation modulation_of(rate r) {
    return static_cast<std::uint8_t>(r) < 0x08 ? modulation::dsss_cck : modulation::ofdm;
}

constexpr bool has_short_preamble(rate r) {
    return r == rate::dsss_2m_short || r == rate::cck_5m5_short || r == rate::cck_11m_short;
}

/// The data rate in units of 500 kb/s, as radiotap's Rate field has it.
constexpr int half_megabits(rate r) {
    switch (r) {
        case rate::dsss_1m_long:
            return 2;
        case rate::dsss_2m_long:
        case rate::dsss_2m_short:
            return 4;
        case rate::cck_5m5_long:
        case rate::cck_5m5_short:
            return 11;
        case rate::cck_11m_long:
        case rate::cck_11m_short:
            return 22;
        case rate::ofdm_6m:
            return 12;
        case rate::ofdm_9m:
            return 18;
        case rate::ofdm_12m:
            return 24;
        case rate::ofdm_18m:
            return 36;
        case rate::ofdm_24m:
            return 48;
        case rate::ofdm_36m:
            return 72;
        case rate::ofdm_48m:
            return 96;
        case rate::ofdm_54m:
            return 108;
    }
    return 0;
}

/// The inverse of half_megabits(), with the long preamble unless told otherwise; nothing for a number that is no rate.
constexpr std::optional<rate> rate_from_half_megabits(int units, bool short_preamble = false) {
    for (int number = 0; number <= 0x0f; ++number) {
        const auto r = rate_from_number(number);
        if (!r || half_megabits(*r) != units) continue;
        const bool choice = units == 4 || units == 11 || units == 22;
        if (!choice || has_short_preamble(*r) == short_preamble) return r;
    }
    return std::nullopt;
}

/// "1M", "5.5M", "54M" and so on, with an "S" behind a short preamble: "11MS".
std::string_view to_string(rate r);

}  // namespace nowire
