#include "device/wake_window.hpp"

namespace nowire::detail {

wake_window::wake_window(duration window, duration interval, time_point now)
    : window_(window),
      interval_(interval),
      interval_start_(now),
      closed_since_(now),
      open_(window > duration::zero()) {}

void wake_window::advance(time_point now) {
    if (window_ >= interval_ || window_ == duration::zero()) return;
    interval_start_ = now - (now - interval_start_) % interval_;
    const bool open = now - interval_start_ < window_;
    if (open_ && !open) closed_since_ = now;
    open_ = open;
}

std::optional<time_point> wake_window::next_deadline() const {
    if (window_ >= interval_ || window_ == duration::zero()) return std::nullopt;
    const auto from_start = open_ ? window_ : interval_;
    if (interval_start_ > time_point::max() - from_start) return std::nullopt;  // it will never come
    return interval_start_ + from_start;
}

}  // namespace nowire::detail
