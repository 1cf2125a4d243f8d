#include "idf/time_of_day.hpp"

#include <nowire/station/station_deadline.hpp>

namespace nowire::idf {

namespace {

struct day {
    duration at_boot{};
    wait_list sleepers;
};

/// Under the driver's lock.
day& the_day() {
    // Never destroyed, since tasks may sleep until the process is gone.
    static auto* const made = new day();
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
