#pragma once

#include "idf/rtc_record.hpp"

#include <nowire/frame/time.hpp>

#include <chrono>
#include <optional>

/// The memory that outlives a run of the program: the variables of RTC_DATA_ATTR, RTC_NOINIT_ATTR and __NOINIT_ATTR.
/// What the run before left is put back before the program's own constructors run.
namespace nowire::idf {

/// The environment's names for where that is: a file, and an open descriptor.
constexpr const char* rtc_file_variable = "NOWIRE_IDF_RTC";
constexpr const char* restart_variable = "NOWIRE_IDF_RESTARTED";

/// How this run began.
struct beginning {
    enum class cause { power_on, restart, deep_sleep };
    cause by = cause::power_on;
    bool timer_woke = false;
    time_point left_at;                 ///< where it was no power-on: when the run before ended, on the air's clock
    duration day{};                     ///< the same since 1970, as that run had it
    std::chrono::microseconds slept{};  ///< how long it was to sleep; zero where that was for ever
};
const beginning& how_it_began();

/// The variables as they are now, of those that a restart or a deep sleep keeps. Other tasks should not write to them
/// meanwhile, as they should not on the chip. @param day  the time of day, since 1970 @param sleep  how long; nothing:
/// for ever
rtc_record kept_by_restart(time_point now, duration day);
rtc_record kept_by_deep_sleep(std::optional<std::chrono::microseconds> sleep, time_point now, duration day);

}  // namespace nowire::idf
