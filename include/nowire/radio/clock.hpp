#pragma once

#include <nowire/frame/time.hpp>

#include <cstdint>
#include <functional>

namespace nowire {

/// Names a call that call_at() promised; unique on one clock.
enum class timer_id : std::uint64_t {};

/// A radio's time: real, paced by an air, or virtual (it moves when told). It belongs to the radio's thread.
class clock {
  public:
    virtual ~clock() = default;

    /// The time on the air; never goes back.
    virtual time_point now() const = 0;

    /// Calls `what` once from the radio's dispatch() or wait_until(), when `when` has come; at once means at the next
    /// dispatch, never from inside call_at(). Calls of the same time come in the order in which they were asked for.
    virtual timer_id call_at(time_point when, std::function<void()> what) = 0;

    /// @returns false if it has been called, or was cancelled before.
    virtual bool cancel(timer_id id) = 0;
};

}  // namespace nowire
