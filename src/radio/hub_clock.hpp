#pragma once

#include "air/real_timer.hpp"

#include <nowire/air/hub_pace.hpp>
#include <nowire/radio/clock.hpp>
#include <nowire/radio/timer_queue.hpp>

#include <functional>
#include <optional>

namespace nowire {

/// The time of an air as its client knows it: computed from a pace, or standing until the hub says otherwise. It never
/// goes back, not even when another hub takes over, whose air has begun anew: from then on the hub's times are shifted
/// by a constant.
class hub_clock final : public clock {
  public:
    /// @throws std::system_error if the kernel has no descriptors left.
    hub_clock();

    time_point now() const override;
    timer_id call_at(time_point when, std::function<void()> what) override;
    bool cancel(timer_id id) override;

    /// A hub said how its time passes, the first one or one that took over: time goes on from here.
    void join(const air::pace& hub);
    /// The same hub changed how time passes.
    void follow(const air::pace& hub);
    /// The hub stamped something with this time of its own: where time stands until told, this tells it.
    void reach(time_point hub_time);
    /// There is no hub: a time that stood passes like real time from here.
    void go_on();
    /// When the next timer is due.
    std::optional<time_point> next_timer() const { return timers_.next(); }
    time_point from_hub(time_point t) const { return t + shift_; }
    time_point to_hub(time_point t) const;
    /// The earliest real time at which now() is `t` or later.
    air::real_time real_at(time_point t) const { return pace_.real_at(t); }

    /// Readable when a timer or the alarm is due.
    int descriptor() const { return timer_.descriptor(); }
    /// A real time at which descriptor() becomes readable besides.
    void set_alarm(std::optional<air::real_time> when);
    /// Runs the timers that are due. One that is added meanwhile is left for the next time.
    void run_due();
    /// Makes descriptor() readable when it should be; to be called after run_due(), also where a timer threw.
    void arm();

  private:
    air::pace pace_;  ///< of this clock's time: the hub's, shifted
    duration shift_{};
    bool joined_ = false;
    mutable time_point latest_{};
    timer_queue timers_;
    std::optional<air::real_time> alarm_;
    air::real_timer timer_;
};

}  // namespace nowire
