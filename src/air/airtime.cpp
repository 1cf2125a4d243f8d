#include <nowire/air/airtime.hpp>

#include <chrono>

namespace nowire::air {

namespace {

using std::chrono::microseconds;

constexpr std::size_t divide_up(std::size_t a, std::size_t b) {
    return (a + b - 1) / b;  // NOLINT(clang-analyzer-core.DivideZero): each kind of rate is asked for what it has
}

/// Assumptions about Long Range, which Espressif does not describe: a long DSSS preamble at half its speed, then the
/// bytes at the rate that its name says.
constexpr microseconds lr_preamble(2 * 192);
constexpr std::size_t lr_bits_per_millisecond_250k = 250;
constexpr std::size_t lr_bits_per_millisecond_500k = 500;

/// Preamble and PHY header: what a receiver must hear to know that a frame has begun. 15.2.3 and 16.2.2 (DSSS, CCK),
/// 17.3.3 (OFDM: 16 us of training and 4 us of SIGNAL), 19.3.9.2 (HT mixed format: those 20, HT-SIG 8, HT-STF 4, one
/// HT-LTF 4).
duration phy_header(rate r) {
    switch (modulation_of(r)) {
        case modulation::dsss_cck:
            return microseconds(has_short_preamble(r) ? 96 : 192);
        case modulation::ofdm:
            return microseconds(20);
        case modulation::ht:
            return microseconds(36);
        case modulation::lr:
            return lr_preamble;
    }
    return {};
}

/// Data bits in an OFDM symbol: table 17-4 (20 MHz) and tables 19-27 on (HT, 20 MHz, one stream).
std::size_t bits_per_symbol(rate r) {
    constexpr std::size_t ht[] = {26, 52, 78, 104, 156, 208, 234, 260};
    if (const auto index = mcs_index(r)) return ht[static_cast<std::size_t>(*index)];
    return 2 * static_cast<std::size_t>(half_megabits(r));
}

/// So many symbols; those with a short guard interval take 3.6 us and end on a boundary of 4 us (19.4.3).
duration symbols_time(std::size_t symbols, rate r) {
    if (has_short_guard_interval(r)) return microseconds(4 * divide_up(36 * symbols, 40));
    return microseconds(4 * symbols);
}

}  // namespace

duration sifs(channel on) {
    return microseconds(on.is_2ghz() ? 10 : 16);
}

duration slot_time(channel on) {
    return microseconds(on.is_2ghz() ? 20 : 9);
}

duration aifs(channel on, unsigned aifsn) {
    return sifs(on) + aifsn * slot_time(on);
}

duration eifs_extension(channel on) {
    return sifs(on) + airtime(ack_size, usable_rate(rate::dsss_1m_long, on), on);
}

duration sensing_delay(channel on) {
    return microseconds(on.is_2ghz() ? 15 : 4);
}

rate usable_rate(rate r, channel on) {
    const bool at_5ghz = modulation_of(r) == modulation::ofdm || modulation_of(r) == modulation::ht;
    return on.is_2ghz() || at_5ghz ? r : rate::ofdm_6m;
}

duration airtime(std::size_t bytes, rate r, channel on) {
    const auto bits = 8 * bytes;
    switch (modulation_of(r)) {
        case modulation::dsss_cck:
            return phy_header(r) + microseconds(divide_up(2 * bits, static_cast<std::size_t>(half_megabits(r))));
        case modulation::ofdm:
        case modulation::ht: {
            // Before the data come 16 service bits, behind them 6 tail bits (17.4.3, 19.4.3).
            const auto symbols = divide_up(16 + bits + 6, bits_per_symbol(r));
            const auto signal_extension = microseconds(on.is_2ghz() ? 6 : 0);
            return phy_header(r) + symbols_time(symbols, r) + signal_extension;
        }
        case modulation::lr: {
            const auto speed = r == rate::lr_250k ? lr_bits_per_millisecond_250k : lr_bits_per_millisecond_500k;
            return phy_header(r) + microseconds(divide_up(1000 * bits, speed));
        }
    }
    return {};
}

rate ack_rate(rate r) {
    const bool is_ofdm = modulation_of(r) == modulation::ofdm || modulation_of(r) == modulation::ht;
    return is_ofdm ? rate::ofdm_6m : r;
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
