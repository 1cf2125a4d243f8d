#pragma once

#include <nowire/frame/time.hpp>

#include <optional>

namespace nowire::detail {

/// When a receiver that sleeps is open: for a window at the start of each interval. Moved by advance() only, and that
/// may come late; so it tells apart when it should have closed and when it did.
class wake_window {
  public:
    /// Always open.
    wake_window() = default;
    /// Opens at `now`, unless `window` is zero. A window as long as the interval stays open.
    /// @param window    0 or more.
    /// @param interval  more than 0.
    wake_window(duration window, duration interval, time_point now);

    /// @param now  not before that of any call before.
    void advance(time_point now);
    bool is_open() const { return open_; }
    /// When advance() has something to do next.
    std::optional<time_point> next_deadline() const;
    /// True if a frame that ended at `t` came while the receiver was closed. One that came before the device got to
    /// closing it was heard, and acknowledged, whenever it is handed over.
    bool was_closed_at(time_point t) const { return !open_ && t >= closed_since_; }

  private:
    duration window_ = duration::max();
    duration interval_ = duration::max();
    time_point interval_start_;  ///< of the interval that holds the time of the last advance()
    time_point closed_since_;
    bool open_ = true;
};

}  // namespace nowire::detail
