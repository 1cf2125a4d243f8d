/// The C library's time for programs: the linker sends their calls here (nowire::idf_main), which are on the air's
/// clock. libnowire's own code calls none of these but for processor time, so that its static form can be linked so.
/// What is not about real time goes to the system, not to the C library, whose names would lead back here.

#include "idf/time_of_day.hpp"

#include <nowire/station/station_deadline.hpp>

#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <optional>

namespace nowire::idf {

namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::int64_t most_seconds = std::chrono::duration_cast<seconds>(duration::max()).count() - 1;

/// Nothing for what is no time. One that is longer than an air lasts is as long as that.
std::optional<duration> length(std::int64_t whole_seconds, nanoseconds rest) {
    if (whole_seconds < 0 || rest < nanoseconds::zero() || rest >= seconds(1)) return std::nullopt;
    if (whole_seconds > most_seconds) return duration::max();
    return seconds(whole_seconds) + rest;
}

std::optional<duration> length(const timespec& t) {
    return length(t.tv_sec, nanoseconds(t.tv_nsec));
}

timespec as_timespec(duration t) {
    const auto whole = std::chrono::floor<seconds>(t);
    return {.tv_sec = static_cast<time_t>(whole.count()), .tv_nsec = static_cast<long>((t - whole).count())};
}

enum class source { day, boot, system };

source source_of(clockid_t which) {
    switch (which) {
        case CLOCK_REALTIME:
        case CLOCK_REALTIME_COARSE:
            return source::day;
        case CLOCK_MONOTONIC:
        case CLOCK_MONOTONIC_RAW:
        case CLOCK_MONOTONIC_COARSE:
        case CLOCK_BOOTTIME:
            return source::boot;
        default:
            return source::system;
    }
}

int failed(int why) {
    errno = why;
    return -1;
}

duration today() {
    call c;
    return time_of_day(c);
}

void set_today(duration since_1970) {
    call c;
    set_time_of_day(c, since_1970);
}

void sleep_for(duration length) {
    call c;
    sleep_until(c, deadline_after(c.now(), length).value_or(time_point::max()));
}

void sleep_until(source on, duration moment) {
    call c;
    if (on == source::day)
        sleep_until_time_of_day(c, moment);
    else
        idf::sleep_until(c, deadline_after(c.chip().began(), moment).value_or(time_point::max()));
}

/// No signal ends a task's sleep, so nothing of it ever remains.
int sleep(const timespec* requested) {
    if (requested == nullptr) return EFAULT;
    const auto asked = length(*requested);
    if (!asked) return EINVAL;
    sleep_for(*asked);
    return 0;
}

}  // namespace

}  // namespace nowire::idf

using namespace nowire::idf;

// The names are what the linker's --wrap makes of the C library's.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {

int __wrap_clock_gettime(clockid_t which, timespec* now) {
    const auto from = source_of(which);
    if (from == source::system) return static_cast<int>(::syscall(SYS_clock_gettime, which, now));
    if (now == nullptr) return failed(EFAULT);
    call c;
    *now = as_timespec(from == source::day ? time_of_day(c) : c.now() - c.chip().began());
    return 0;
}

int __wrap_clock_settime(clockid_t which, const timespec* now) {
    if (which != CLOCK_REALTIME) return failed(EINVAL);
    if (now == nullptr) return failed(EFAULT);
    const auto asked = length(*now);
    if (!asked) return failed(EINVAL);
    set_today(*asked);
    return 0;
}

time_t __wrap_time(time_t* now) {
    const auto seconds = as_timespec(today()).tv_sec;
    if (now != nullptr) *now = seconds;
    return seconds;
}

int __wrap_timespec_get(timespec* now, int base) {
    if (base != TIME_UTC) return 0;
    *now = as_timespec(today());
    return base;
}

int __wrap_gettimeofday(timeval* now, void* zone) {
    if (zone != nullptr) *static_cast<struct timezone*>(zone) = {};
    if (now == nullptr) return 0;
    const auto exact = as_timespec(today());
    *now = {.tv_sec = exact.tv_sec, .tv_usec = exact.tv_nsec / 1000};
    return 0;
}

int __wrap_settimeofday(const timeval* now, const struct timezone*) {
    if (now == nullptr) return 0;
    const auto asked = length(now->tv_sec, microseconds(now->tv_usec));
    if (!asked) return failed(EINVAL);
    set_today(*asked);
    return 0;
}

int __wrap_nanosleep(const timespec* requested, timespec*) {
    const auto why = nowire::idf::sleep(requested);
    return why == 0 ? 0 : failed(why);
}

int __wrap_clock_nanosleep(clockid_t which, int flags, const timespec* requested, timespec* rest) {
    const auto on = source_of(which);
    if (on == source::system) return ::syscall(SYS_clock_nanosleep, which, flags, requested, rest) == 0 ? 0 : errno;
    if ((flags & TIMER_ABSTIME) == 0) return nowire::idf::sleep(requested);
    if (requested == nullptr) return EFAULT;
    const auto moment = length(*requested);
    if (!moment) return EINVAL;
    sleep_until(on, *moment);
    return 0;
}

/// C11's, which has errors of its own: -1 is an interruption.
int __wrap_thrd_sleep(const timespec* requested, timespec*) {
    return nowire::idf::sleep(requested) == 0 ? 0 : -2;
}

unsigned __wrap_sleep(unsigned length) {
    sleep_for(seconds(length));
    return 0;
}

int __wrap_usleep(useconds_t length) {
    sleep_for(microseconds(length));
    return 0;
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier)
