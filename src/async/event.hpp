#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

namespace nowire::async {

/// What a coroutine waits for; lies in its frame.
class event {
  public:
    explicit event(const boost::asio::any_io_executor& executor);

    /// Wakes the coroutine that waits, or that waits next.
    void set();
    bool is_set() const { return set_; }

    /// Waits until it is set, and clears it. Coroutines come on in the order in which their events were set.
    /// @throws boost::system::system_error with operation_aborted if the wait is cancelled, also if that happens after
    /// the event was set but before the coroutine came on.
    boost::asio::awaitable<void> wait();

  private:
    boost::asio::steady_timer timer_;  ///< never ends by itself: only a cancellation does that
    bool set_ = false;
};

/// A coroutine that waits for something of a station. Leaves the list that it is in when its frame goes.
struct waiter : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    explicit waiter(const boost::asio::any_io_executor& executor) : woken(executor) {}

    event woken;
    bool timed_out = false;
};

using waiter_list = boost::intrusive::list<waiter, boost::intrusive::constant_time_size<false>>;

}  // namespace nowire::async
