#pragma once

#include <nowire/air/medium.hpp>
#include <nowire/frame/time.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace nowire::air {

class hub;

/// The program that has a hub in one of its threads and whose own doing belongs to that air's time: time stands until
/// it allows otherwise. Called by the hub's thread.
class hub_companion {
  public:
    virtual ~hub_companion() = default;
    /// A frame was on the air, ACKs included. Must not call the medium.
    virtual void on_frame(const air_frame& frame) = 0;
    /// A radio of this name has come, or gone.
    virtual void on_joined(std::string_view name) = 0;
    virtual void on_left(std::string_view name) = 0;
    /// Somebody has called hub::wake(). The number goes to on_wake() when all is done that clients had sent by now.
    virtual std::uint64_t request() = 0;
    virtual void on_wake(hub& h, std::uint64_t request) = 0;
    /// Every client has nothing to do. @returns how far time may go; nothing: it stands
    virtual std::optional<time_point> time_may_pass_until(time_point now) = 0;
    /// Time has come so far.
    virtual void on_time(time_point now) = 0;
};

}  // namespace nowire::air
