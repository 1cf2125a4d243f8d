/// The wake intervals of the connectionless module, as the program is told of them.

#include "idf/wifi_wake.hpp"

#include "esp_wifi_types.h"
#include "idf/event.hpp"

#include <utility>

namespace nowire::idf {

namespace {

constexpr unsigned wifi_priority = 23;

/// Under the lock.
struct announcer {
    duration interval{};
    time_point next;
    wait_list until_changed;
    bool has_task = false;
};

announcer& the_announcer() {
    static announcer it;
    return it;
}

[[noreturn]] void announce() {
    auto& a = the_announcer();
    while (true) {
        call c;
        const bool is_on = a.interval > duration::zero();
        if (is_on && a.next <= c.now()) {
            a.next += a.interval;
            post_event(c, WIFI_EVENT, WIFI_EVENT_CONNECTIONLESS_MODULE_WAKE_INTERVAL_START, nullptr, 0);
            continue;
        }
        c.block(&a.until_changed, is_on ? std::optional(a.next) : std::nullopt);
    }
}

}  // namespace

void announce_wake_intervals(call& c, duration interval) {
    auto& a = the_announcer();
    a.interval = interval;
    a.next = c.now();
    if (interval > duration::zero() && !std::exchange(a.has_task, true))
        c.tasks().start("wifi wake", wifi_priority, announce, true);
    c.tasks().wake_all(a.until_changed);
}

}  // namespace nowire::idf
