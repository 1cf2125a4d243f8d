#pragma once

#include <nowire/frame/time.hpp>
#include <nowire/radio/clock.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>

namespace nowire {

/// The timers behind a clock: ordered by time, and among those of the same time by when they were added. Knows no time
/// of its own. Timers may be added and cancelled from inside one that runs.
///
/// Not thread-safe.
class timer_queue {
  public:
    /// `owner` is whatever cancel_all() shall find them by.
    timer_id add(time_point when, std::function<void()> what, const void* owner = nullptr);
    /// @returns false if it has run, or was cancelled before.
    bool cancel(timer_id id);
    /// Cancels those of `owner`; one that is running goes on.
    void cancel_all(const void* owner);

    /// When the next one is due.
    std::optional<time_point> next() const;
    /// True if one of `owner`'s is due at `now`.
    bool is_due(const void* owner, time_point now) const;

    /// The id that the next added timer gets: those added before have smaller ones.
    timer_id next_id() const { return timer_id{last_ + 1}; }
    /// Takes out the first timer that is due at `now` and has an id below `before`, and calls it.
    /// @returns false if there is none.
    bool run_one(time_point now, timer_id before);

  private:
    struct key {
        time_point when;
        timer_id id;
        auto operator<=>(const key&) const = default;
    };
    struct timer {
        std::function<void()> what;
        const void* owner;
    };

    std::map<key, timer> timers_;
    std::unordered_map<timer_id, time_point> when_;
    std::uint64_t last_ = 0;
};

}  // namespace nowire
