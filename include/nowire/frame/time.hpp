#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <chrono>

namespace nowire {

/// The time of an air: nanoseconds since that air began. It has no now(): only a clock that belongs to a radio knows it
/// (real, paced or virtual), so code that needs the time is told it.
struct air_clock {
    using duration = std::chrono::nanoseconds;              ///< in nanoseconds
    using rep = duration::rep;                              ///< counts nanoseconds; signed, 64 bits
    using period = duration::period;                        ///< 1/1000000000 s
    using time_point = std::chrono::time_point<air_clock>;  ///< since the air began
    static constexpr bool is_steady = true;                 ///< an air's time never goes back
};

/// A length of time on an air, in nanoseconds.
using duration = air_clock::duration;
/// A moment on an air: nanoseconds since that began.
using time_point = air_clock::time_point;

}  // namespace nowire
