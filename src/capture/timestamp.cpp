#include "capture/timestamp.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace nowire::capture {

namespace {

constexpr std::uint64_t per_second = 1'000'000'000;
// Whole seconds that a timestamp can hold on either side of 1970.
constexpr std::int64_t max_seconds =
    std::numeric_limits<std::int64_t>::max() / static_cast<std::int64_t>(per_second) - 1;

constexpr auto powers_of_ten = [] {
    std::array<std::uint64_t, 20> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i)
        powers[i] = powers[i - 1] * 10;
    return powers;
}();

struct split_time {
    std::uint64_t seconds = 0;
    std::uint64_t nanoseconds = 0;
};

split_time split_decimal(std::uint64_t ticks, unsigned digits) {
    if (digits >= powers_of_ten.size()) {
        // One tick is less than 10^-19 s, so all of them together are less than 2 s: only nanoseconds are left.
        const unsigned below = digits - 9;
        const auto ns = below < powers_of_ten.size() ? ticks / powers_of_ten[below] : 0;
        return {ns / per_second, ns % per_second};
    }
    const auto unit = powers_of_ten[digits];
    const auto fraction = ticks % unit;
    return {ticks / unit, digits <= 9 ? fraction * powers_of_ten[9 - digits] : fraction / powers_of_ten[digits - 9]};
}

split_time split_binary(std::uint64_t ticks, unsigned bits) {
    // A fraction of 32 bits is enough for nanoseconds, and its product with 10^9 fits.
    if (bits >= 64) return {0, bits - 32 < 64 ? (ticks >> (bits - 32)) * per_second >> 32 : 0};
    const auto fraction = bits == 0 ? 0 : ticks & (~std::uint64_t{0} >> (64 - bits));
    return {ticks >> bits, bits > 32 ? (fraction >> (bits - 32)) * per_second >> 32 : fraction * per_second >> bits};
}

}  // namespace

timestamp to_timestamp(std::uint64_t ticks, std::uint8_t resolution, std::int64_t offset) {
    // What nearly all files have costs one multiplication.
    if (resolution <= 9 && offset == 0 && ticks <= static_cast<std::uint64_t>(max_seconds) * powers_of_ten[resolution])
        return timestamp(std::chrono::nanoseconds(ticks * powers_of_ten[9U - resolution]));
    const unsigned digits = resolution & 0x7f;
    const auto time = (resolution & 0x80) != 0 ? split_binary(ticks, digits) : split_decimal(ticks, digits);
    const auto whole = static_cast<std::int64_t>(std::min<std::uint64_t>(time.seconds, max_seconds));
    const auto seconds = std::clamp(whole + std::clamp(offset, -max_seconds, max_seconds), -max_seconds, max_seconds);
    return timestamp(std::chrono::seconds(seconds) + std::chrono::nanoseconds(time.nanoseconds));
}

}  // namespace nowire::capture
