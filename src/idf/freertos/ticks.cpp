#include "idf/freertos/ticks.hpp"

#include "freertos/FreeRTOS.h"

#include <algorithm>

namespace nowire::idf::freertos {

namespace {

constexpr std::uint64_t nanoseconds_per_second = 1'000'000'000;

}  // namespace

std::uint32_t tick_rate() {
    return std::max(nowire_freertos_config.tick_rate_hz, std::uint32_t{1});
}

std::uint64_t ticks_at(const chip& c, time_point when) {
    const auto since = static_cast<std::uint64_t>((when - c.began()).count());
    // In two steps: the product of both would not fit.
    return since / nanoseconds_per_second * tick_rate() +
           since % nanoseconds_per_second * tick_rate() / nanoseconds_per_second;
}

time_point time_of_tick(const chip& c, std::uint64_t tick) {
    const auto rest = tick % tick_rate() * nanoseconds_per_second;
    const auto since = tick / tick_rate() * nanoseconds_per_second + (rest + tick_rate() - 1) / tick_rate();
    return c.began() + std::chrono::nanoseconds(since);
}

}  // namespace nowire::idf::freertos
