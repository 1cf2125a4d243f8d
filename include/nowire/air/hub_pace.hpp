#pragma once

#include <nowire/frame/time.hpp>

#include <chrono>
#include <cstdint>

namespace nowire::air {

/// Real time as hub and clients share it: CLOCK_MONOTONIC of their machine.
using real_clock = std::chrono::steady_clock;
/// A moment of real time, in nanoseconds.
using real_time = real_clock::time_point;

/// How fast an air's time passes, in millionths of real time; 0: it stands until the hub says otherwise.
using speed = std::uint32_t;
inline constexpr speed standing = 0;               ///< time does not pass
inline constexpr speed real_speed = 1'000'000;     ///< as fast as real time
inline constexpr speed min_speed = 1'000;          ///< a thousandth of real time
inline constexpr speed max_speed = 1'000'000'000;  ///< a thousand times real time

/// How the time of a paced air follows real time: from one point that both have in common, at one speed. Hub and
/// clients compute with the same integers, so a client's now() is never behind what the hub has stamped. Value type.
class pace {
  public:
    constexpr pace() = default;  ///< both times 0, at the speed of real time
    /// @param air, real  the point that both times have in common.
    constexpr pace(time_point air, real_time real, speed rate) : air_(air), real_(real), rate_(rate) {}

    /// The time of the air at `real`; brought to the ends of time_point where beyond.
    constexpr time_point air_at(real_time real) const {
        const wide passed = static_cast<wide>((real - real_).count()) * rate_ / real_speed;
        return time_point(duration(narrow(air_.time_since_epoch().count() + passed)));
    }
    /// The earliest real time at which air_at() is `air` or later; real_time::max() where it stands before.
    constexpr real_time real_at(time_point air) const {
        if (rate_ == standing) return air <= air_ ? real_ : real_time::max();
        const wide ahead = static_cast<wide>(air.time_since_epoch().count()) - air_.time_since_epoch().count();
        const wide scaled = ahead * real_speed;
        const wide real = scaled > 0 ? (scaled + rate_ - 1) / rate_ : scaled / static_cast<wide>(rate_);
        return real_time(std::chrono::nanoseconds(narrow(real_.time_since_epoch().count() + real)));
    }
    /// How fast it is, 0 or min_speed to max_speed.
    constexpr speed rate() const { return rate_; }
    /// The time of the air at real_base().
    constexpr time_point air_base() const { return air_; }
    /// The real time at air_base().
    constexpr real_time real_base() const { return real_; }

  private:
    __extension__ using wide = __int128;

    static constexpr std::int64_t narrow(wide value) {
        constexpr wide highest = INT64_MAX;
        constexpr wide lowest = INT64_MIN;
        return static_cast<std::int64_t>(value > highest ? highest : value < lowest ? lowest : value);
    }

    time_point air_{};
    real_time real_{};
    speed rate_ = real_speed;
};

}  // namespace nowire::air
