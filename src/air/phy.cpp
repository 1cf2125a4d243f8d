#include "air/phy.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace nowire::air {

namespace {

constexpr double noise_floor = -95;
constexpr double least_capture = 10;
constexpr int no_overlap = 5;

double sensitivity_of_ht(int index) {
    constexpr std::array<double, 8> by_index = {-93, -90, -88, -85, -81, -77, -75, -73};
    return by_index[static_cast<std::size_t>(index)];
}

}  // namespace

double sensitivity(rate r) {
    if (const auto index = mcs_index(r)) return sensitivity_of_ht(*index);
    switch (r) {
        case rate::lr_250k:
            return -102;
        case rate::lr_500k:
            return -100;
        case rate::dsss_1m_long:
            return -98;
        case rate::dsss_2m_long:
        case rate::dsss_2m_short:
            return -95;
        case rate::cck_5m5_long:
        case rate::cck_5m5_short:
            return -92;
        case rate::cck_11m_long:
        case rate::cck_11m_short:
            return -89;
        case rate::ofdm_9m:
            return -92;
        case rate::ofdm_12m:
            return -91;
        case rate::ofdm_18m:
            return -88;
        case rate::ofdm_24m:
            return -85;
        case rate::ofdm_36m:
            return -82;
        case rate::ofdm_48m:
            return -78;
        case rate::ofdm_54m:
            return -75;
        default:
            return -93;  // OFDM at 6 Mb/s
    }
}

double preamble_sensitivity(modulation m) {
    switch (m) {
        case modulation::dsss_cck:
            return sensitivity(rate::dsss_1m_long);
        case modulation::lr:
            return sensitivity(rate::lr_250k);
        default:
            return sensitivity(rate::ofdm_6m);
    }
}

double capture_ratio(rate r) {
    return milliwatts(std::max(least_capture, sensitivity(r) - noise_floor));
}

double leakage(int channels) {
    constexpr std::array<double, no_overlap> by_distance = {0, -1.4, -5.7, -14.3, -22.7};
    const auto distance = static_cast<std::size_t>(std::abs(channels));
    return distance < by_distance.size() ? by_distance[distance] : -1000;
}

int channels_between(channel a, channel b) {
    if (a == b) return 0;
    if (!a.is_2ghz() || !b.is_2ghz()) return no_overlap;
    constexpr int spacing = 5;
    return std::min(no_overlap, (std::abs(a.frequency() - b.frequency()) + spacing - 1) / spacing);
}

double milliwatts(double dbm) {
    return std::pow(10.0, dbm / 10);
}

}  // namespace nowire::air
