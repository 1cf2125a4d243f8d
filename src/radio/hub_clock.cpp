#include "radio/hub_clock.hpp"

#include <algorithm>

namespace nowire {

hub_clock::hub_clock() : pace_(time_point(), air::real_clock::now(), air::real_speed) {}

time_point hub_clock::now() const {
    latest_ = std::max(latest_, pace_.air_at(air::real_clock::now()));
    return latest_;
}

timer_id hub_clock::call_at(time_point when, std::function<void()> what) {
    const auto id = timers_.add(when, std::move(what));
    arm();
    return id;
}

bool hub_clock::cancel(timer_id id) {
    const bool cancelled = timers_.cancel(id);
    arm();
    return cancelled;
}

void hub_clock::join(const air::pace& hub) {
    // The first hub's time is taken as it is, so that clients of one air agree about it.
    if (joined_) shift_ = now() - hub.air_at(air::real_clock::now());
    joined_ = true;
    follow(hub);
}

void hub_clock::follow(const air::pace& hub) {
    pace_ = air::pace(hub.air_base() + shift_, hub.real_base(), hub.rate());
    arm();
}

void hub_clock::go_on() {
    if (pace_.rate() != air::standing) return;
    pace_ = air::pace(pace_.air_base(), air::real_clock::now(), air::real_speed);
    arm();
}

void hub_clock::reach(time_point hub_time) {
    const auto t = from_hub(hub_time);
    if (pace_.rate() != air::standing || t <= pace_.air_base()) return;
    pace_ = air::pace(t, air::real_clock::now(), air::standing);
    arm();
}

time_point hub_clock::to_hub(time_point t) const {
    // What is far away stays far away, rather than to overflow.
    if (shift_ < duration::zero() && t > time_point::max() + shift_) return time_point::max();
    if (shift_ > duration::zero() && t < time_point::min() + shift_) return time_point::min();
    return t - shift_;
}

void hub_clock::set_alarm(std::optional<air::real_time> when) {
    alarm_ = when;
    arm();
}

void hub_clock::arm() {
    auto next = alarm_;
    if (const auto timer = timers_.next()) {
        const auto due = pace_.real_at(*timer);
        next = std::min(next.value_or(due), due);
    }
    if (next == air::real_time::max()) next.reset();
    timer_.set(next);
}

void hub_clock::run_due() {
    const auto before = timers_.next_id();
    const auto until = now();
    while (timers_.run_one(until, before)) {
    }
}

}  // namespace nowire
