#include <nowire/air/airtime.hpp>

#include <chrono>

namespace nowire::air {

namespace {

using std::chrono::microseconds;

constexpr std::size_t divide_up(std::size_t a, std::size_t b) {
    return (a + b - 1) / b;
}

/// Preamble and PHY header: what a receiver must hear to know that a frame has begun. 15.2.3 and 16.2.2 (DSSS, CCK),
/// 17.3.3 (OFDM: 16 us of training and 4 us of SIGNAL).
duration phy_header(rate r) {
    if (modulation_of(r) == modulation::ofdm) return microseconds(20);
    return microseconds(has_short_preamble(r) ? 96 : 192);
}

}  // namespace

duration sifs(channel on) {
    return microseconds(on.is_2ghz() ? 10 : 16);
}

duration slot_time(channel on) {
    return microseconds(on.is_2ghz() ? 20 : 9);
}

duration aifs(channel on) {
    return sifs(on) + 2 * slot_time(on);
}

rate usable_rate(rate r, channel on) {
    return on.is_2ghz() || modulation_of(r) == modulation::ofdm ? r : rate::ofdm_6m;
}

duration airtime(std::size_t bytes, rate r, channel on) {
    const auto bits = 8 * bytes;
    const auto half_megabits_per_second = static_cast<std::size_t>(half_megabits(r));
    if (modulation_of(r) == modulation::dsss_cck)
        return phy_header(r) + microseconds(divide_up(2 * bits, half_megabits_per_second));

    // A symbol takes 4 us; before the data come 16 service bits, behind them 6 tail bits (17.4.3).
    const auto bits_per_symbol = 2 * half_megabits_per_second;
    const auto symbols = divide_up(16 + bits + 6, bits_per_symbol);
    const auto signal_extension = microseconds(on.is_2ghz() ? 6 : 0);
    return phy_header(r) + microseconds(4 * symbols) + signal_extension;
}

rate ack_rate(rate r) {
    return modulation_of(r) == modulation::ofdm ? rate::ofdm_6m : r;
}

duration ack_airtime(rate r, channel on) {
    return airtime(ack_size, ack_rate(r), on);
}

duration ack_timeout(rate r, channel on) {
    return sifs(on) + slot_time(on) + phy_header(ack_rate(r));
}

std::uint16_t duration_field(rate r, channel on) {
    // Every summand is a whole number of microseconds.
    return static_cast<std::uint16_t>(std::chrono::duration_cast<microseconds>(sifs(on) + ack_airtime(r, on)).count());
}

}  // namespace nowire::air
