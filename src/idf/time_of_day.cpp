#include "idf/time_of_day.hpp"

#include "idf/rtc_memory.hpp"

#include <nowire/station/station_deadline.hpp>

#include <algorithm>

namespace nowire::idf {

namespace {

/// The longest of either that is taken from a file, so that what is added to it has room: 146 years.
constexpr duration most = duration::max() / 2;

/// What the chip's clock, which has power in deep sleep and through a restart, shows when this run begins.
duration kept_day(time_point now) {
    const auto& before = how_it_began();
    if (before.by == beginning::cause::power_on || before.day < duration::zero() || before.day > most ||
        before.left_at < time_point())
        return {};
    // An air that is younger is another one: there the sleep took as long as it was to take.
    if (now < before.left_at)
        return before.day + std::clamp<std::chrono::microseconds>(before.slept, std::chrono::microseconds(0),
                                                                  std::chrono::floor<std::chrono::microseconds>(most));
    return before.day + std::min(now - before.left_at, most);
}

struct day {
    duration at_boot;
    wait_list sleepers;
};

/// Under the driver's lock.
day& the_day() {
    // Never destroyed, since tasks may sleep until the process is gone.
    static auto* const made = new day{.at_boot = kept_day(chip::get().began()), .sleepers = {}};
    return *made;
}

}  // namespace

duration time_of_day(call& c) {
    return the_day().at_boot + (c.now() - c.chip().began());
}

void set_time_of_day(call& c, duration since_1970) {
    the_day().at_boot = since_1970 - (c.now() - c.chip().began());
    c.tasks().wake_all(the_day().sleepers);
}

void sleep_until(call& c, time_point when) {
    while (c.now() < when)
        c.block(nullptr, when);
}

void sleep_until_time_of_day(call& c, duration since_1970) {
    for (;;) {
        const auto now = c.now();
        const auto today = the_day().at_boot + (now - c.chip().began());
        if (today >= since_1970) return;
        c.block(&the_day().sleepers, deadline_after(now, since_1970 - today));
    }
}

}  // namespace nowire::idf
