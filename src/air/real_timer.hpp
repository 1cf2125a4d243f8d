#pragma once

#include <nowire/air/hub_pace.hpp>
#include <nowire/air/unique_descriptor.hpp>

#include <optional>

namespace nowire::air {

/// A descriptor that is readable from a real time on: a timerfd.
class real_timer {
  public:
    /// Without a time. Throws std::system_error where the process or the machine has no more descriptors or memory.
    real_timer();

    int descriptor() const { return timer_.get(); }
    /// The time, or none; a time that has passed is now. Does nothing where it is that time already.
    void set(std::optional<real_time> when);
    /// The time has come and is over: none is set.
    void take_expiration();

  private:
    unique_descriptor timer_;
    std::optional<real_time> when_;
};

}  // namespace nowire::air
