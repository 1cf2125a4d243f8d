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

    /// The time of the air at `real`; the end of time_point where what has passed is more than it holds.
    constexpr time_point air_at(real_time real) const {
        const auto passed = scaled((real - real_).count(), rate_, real_speed, false);
        return time_point(duration(sum(air_.time_since_epoch().count(), passed)));
    }
    /// The earliest real time at which air_at() is `air` or later; real_time::max() where it stands before.
    constexpr real_time real_at(time_point air) const {
        if (rate_ == standing) return air <= air_ ? real_ : real_time::max();
        const auto ahead = sum(air.time_since_epoch().count(), -air_.time_since_epoch().count());
        const auto real = scaled(ahead, real_speed, rate_, true);
        return real_time(std::chrono::nanoseconds(sum(real_.time_since_epoch().count(), real)));
    }
    /// How fast it is, 0 or min_speed to max_speed.
    constexpr speed rate() const { return rate_; }
    /// The time of the air at real_base().
    constexpr time_point air_base() const { return air_; }
    /// The real time at air_base().
    constexpr real_time real_base() const { return real_; }

  private:
    /// `value` times `by` over `over`, towards zero, or up if it is above zero; brought to the ends of the type where
    /// beyond. In parts, since not every machine has integers wide enough for the product.
    static constexpr std::int64_t scaled(std::int64_t value, speed by, speed over, bool up) {
        const auto rest = value % over * by;  // speeds have 30 bits
        const auto of_rest = rest > 0 && up ? (rest + over - 1) / over : rest / over;
        std::int64_t whole = 0;
        if (__builtin_mul_overflow(value / over, std::int64_t{by}, &whole)) return value > 0 ? INT64_MAX : INT64_MIN;
        return sum(whole, of_rest);
    }
    /// What is at an end of the type already stays there.
    static constexpr std::int64_t sum(std::int64_t a, std::int64_t b) {
        if (b == INT64_MAX || b == INT64_MIN) return b;
        std::int64_t result = 0;
        if (__builtin_add_overflow(a, b, &result)) return a > 0 ? INT64_MAX : INT64_MIN;
        return result;
    }

    time_point air_{};
    real_time real_{};
    speed rate_ = real_speed;
};

}  // namespace nowire::air
