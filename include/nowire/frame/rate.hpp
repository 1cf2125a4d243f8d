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
    // HT, 20 MHz, one stream; lgi and sgi: guard intervals of 800 and 400 ns.
    ht_mcs0_lgi = 0x10,
    ht_mcs1_lgi = 0x11,
    ht_mcs2_lgi = 0x12,
    ht_mcs3_lgi = 0x13,
    ht_mcs4_lgi = 0x14,
    ht_mcs5_lgi = 0x15,
    ht_mcs6_lgi = 0x16,
    ht_mcs7_lgi = 0x17,
    ht_mcs0_sgi = 0x18,
    ht_mcs1_sgi = 0x19,
    ht_mcs2_sgi = 0x1a,
    ht_mcs3_sgi = 0x1b,
    ht_mcs4_sgi = 0x1c,
    ht_mcs5_sgi = 0x1d,
    ht_mcs6_sgi = 0x1e,
    ht_mcs7_sgi = 0x1f,
    // Espressif's Long Range.
    lr_250k = 0x29,
    lr_500k = 0x2a,
};

enum class modulation : std::uint8_t { dsss_cck, ofdm, ht, lr };

/// @returns nothing if the number is that of no rate known here (HE rates are not).
constexpr std::optional<rate> rate_from_number(int number) {
    const bool known = (number >= 0 && number <= 0x1f && number != 0x04) || number == 0x29 || number == 0x2a;
    if (!known) return std::nullopt;
    return static_cast<rate>(number);
}

constexpr modulation modulation_of(rate r) {
    const auto number = static_cast<std::uint8_t>(r);
    if (number < 0x08) return modulation::dsss_cck;
    if (number < 0x10) return modulation::ofdm;
    return number < 0x20 ? modulation::ht : modulation::lr;
}

/// 0 to 7 for an HT rate; nothing for any other.
constexpr std::optional<int> mcs_index(rate r) {
    if (modulation_of(r) != modulation::ht) return std::nullopt;
    return static_cast<int>(r) & 7;
}

/// Whether an HT rate has the guard interval of 400 ns.
constexpr bool has_short_guard_interval(rate r) {
    return modulation_of(r) == modulation::ht && static_cast<int>(r) >= 0x18;
}

/// The HT rate with this MCS index, 0 to 7; nothing for another index.
constexpr std::optional<rate> rate_from_mcs(int index, bool short_guard_interval) {
    if (index < 0 || index > 7) return std::nullopt;
    return static_cast<rate>((short_guard_interval ? 0x18 : 0x10) + index);
}

constexpr bool has_short_preamble(rate r) {
    return r == rate::dsss_2m_short || r == rate::cck_5m5_short || r == rate::cck_11m_short;
}

/// The data rate in units of 500 kb/s, as radiotap's Rate field has it; 0 for HT and LR rates, which that field cannot
/// name.
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
        default:
            return 0;
    }
}

/// The inverse of half_megabits(), with the long preamble unless told otherwise; nothing for a number that is no rate
/// of DSSS, CCK or OFDM.
constexpr std::optional<rate> rate_from_half_megabits(int units, bool short_preamble = false) {
    for (int number = 0; number <= 0x0f; ++number) {
        const auto r = rate_from_number(number);
        if (!r || half_megabits(*r) != units) continue;
        const bool choice = units == 4 || units == 11 || units == 22;
        if (!choice || has_short_preamble(*r) == short_preamble) return r;
    }
    return std::nullopt;
}

/// "1M", "5.5M", "54M" and so on, with an "S" behind a short preamble ("11MS"); "MCS0" to "MCS7", with an "S" behind a
/// short guard interval ("MCS7S"); "LR250K", "LR500K".
std::string_view to_string(rate r);

}  // namespace nowire
