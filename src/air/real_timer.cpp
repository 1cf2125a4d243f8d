#include "air/real_timer.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <system_error>

namespace nowire::air {

namespace {

/// What a time_t of 32 bits can say, too: machines start again sooner.
constexpr auto last = std::chrono::duration_cast<real_clock::duration>(std::chrono::years(60));

}  // namespace

real_timer::real_timer() : timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
    if (!timer_) throw std::system_error(errno, std::generic_category(), "timerfd");
}

void real_timer::set(std::optional<real_time> when) {
    if (when == when_) return;
    when_ = when;
    itimerspec at{};
    if (when) {
        using std::chrono::seconds, std::chrono::nanoseconds;
        const auto since = std::clamp(when->time_since_epoch(), real_clock::duration(1), last);
        at.it_value.tv_sec = static_cast<std::time_t>(since / seconds(1));
        at.it_value.tv_nsec = static_cast<long>(since % seconds(1) / nanoseconds(1));
    }
    ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &at, nullptr);
}

void real_timer::take_expiration() {
    std::uint64_t times = 0;
    [[maybe_unused]] const auto size = ::read(timer_.get(), &times, sizeof times);
    when_.reset();
}

}  // namespace nowire::air
