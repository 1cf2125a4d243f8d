#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <chrono>

namespace nowire {

/// The time of an air: nanoseconds since that air began. It has no now(): only a clock that belongs to a radio knows it
/// (real, paced or virtual), so code that needs the time is told it.
struct air_clock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<air_clock>;
    static constexpr bool is_steady = true;
};

using duration = air_clock::duration;
using time_point = air_clock::time_point;

}  // namespace nowire
