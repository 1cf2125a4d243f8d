#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace nowire {

/// A PHY rate. The numbers are those of ESP-IDF's wifi_phy_rate_t (esp_wifi_types: L = long preamble, S = short).
enum class rate : std::uint8_t {
    dsss_1m_long = 0x00,   ///< 1 Mb/s
    dsss_2m_long = 0x01,   ///< 2 Mb/s
    cck_5m5_long = 0x02,   ///< 5.5 Mb/s
    cck_11m_long = 0x03,   ///< 11 Mb/s
    dsss_2m_short = 0x05,  ///< 2 Mb/s
    cck_5m5_short = 0x06,  ///< 5.5 Mb/s
    cck_11m_short = 0x07,  ///< 11 Mb/s
    ofdm_48m = 0x08,       ///< 48 Mb/s
    ofdm_24m = 0x09,       ///< 24 Mb/s
    ofdm_12m = 0x0a,       ///< 12 Mb/s
    ofdm_6m = 0x0b,        ///< 6 Mb/s
    ofdm_54m = 0x0c,       ///< 54 Mb/s
    ofdm_36m = 0x0d,       ///< 36 Mb/s
    ofdm_18m = 0x0e,       ///< 18 Mb/s
    ofdm_9m = 0x0f,        ///< 9 Mb/s
    // HT, 20 MHz, one stream; lgi and sgi: guard intervals of 800 and 400 ns.
    ht_mcs0_lgi = 0x10,  ///< 6.5 Mb/s
    ht_mcs1_lgi = 0x11,  ///< 13 Mb/s
    ht_mcs2_lgi = 0x12,  ///< 19.5 Mb/s
    ht_mcs3_lgi = 0x13,  ///< 26 Mb/s
    ht_mcs4_lgi = 0x14,  ///< 39 Mb/s
    ht_mcs5_lgi = 0x15,  ///< 52 Mb/s
    ht_mcs6_lgi = 0x16,  ///< 58.5 Mb/s
    ht_mcs7_lgi = 0x17,  ///< 65 Mb/s
    ht_mcs0_sgi = 0x18,  ///< 7.2 Mb/s
    ht_mcs1_sgi = 0x19,  ///< 14.4 Mb/s
    ht_mcs2_sgi = 0x1a,  ///< 21.7 Mb/s
    ht_mcs3_sgi = 0x1b,  ///< 28.9 Mb/s
    ht_mcs4_sgi = 0x1c,  ///< 43.3 Mb/s
    ht_mcs5_sgi = 0x1d,  ///< 57.8 Mb/s
    ht_mcs6_sgi = 0x1e,  ///< 65 Mb/s
    ht_mcs7_sgi = 0x1f,  ///< 72.2 Mb/s
    // Espressif's Long Range.
    lr_250k = 0x29,  ///< 250 kb/s
    lr_500k = 0x2a,  ///< 500 kb/s
};

/// The family that a rate belongs to.
enum class modulation : std::uint8_t {
    dsss_cck,  ///< DSSS at 1 and 2 Mb/s, CCK at 5.5 and 11 (IEEE 802.11-2020 clauses 15 and 16)
    ofdm,      ///< clause 17, and 18 at 2.4 GHz
    ht,        ///< clause 19
    lr,        ///< Espressif's Long Range, which is not published
};

/// @returns nothing if the number is that of no rate known here (HE rates are not).
constexpr std::optional<rate> rate_from_number(int number) {
    const bool known = (number >= 0 && number <= 0x1f && number != 0x04) || number == 0x29 || number == 0x2a;
    if (!known) return std::nullopt;
    return static_cast<rate>(number);
}

/// The family of `r`.
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

/// Whether a DSSS or CCK rate has the short preamble of 96 us (IEEE 802.11-2020, 16.2.2.3), half as long as the other.
/// False for all other rates.
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
    switch (units) {
        case 2:
            return rate::dsss_1m_long;
        case 4:
            return short_preamble ? rate::dsss_2m_short : rate::dsss_2m_long;
        case 11:
            return short_preamble ? rate::cck_5m5_short : rate::cck_5m5_long;
        case 22:
            return short_preamble ? rate::cck_11m_short : rate::cck_11m_long;
        case 12:
            return rate::ofdm_6m;
        case 18:
            return rate::ofdm_9m;
        case 24:
            return rate::ofdm_12m;
        case 36:
            return rate::ofdm_18m;
        case 48:
            return rate::ofdm_24m;
        case 72:
            return rate::ofdm_36m;
        case 96:
            return rate::ofdm_48m;
        case 108:
            return rate::ofdm_54m;
        default:
            return std::nullopt;
    }
}

/// "1M", "5.5M", "54M" and so on, with an "S" behind a short preamble ("11MS"); "MCS0" to "MCS7", with an "S" behind a
/// short guard interval ("MCS7S"); "LR250K", "LR500K".
std::string_view to_string(rate r);

}  // namespace nowire
