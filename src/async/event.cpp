#include "async/event.hpp"

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace nowire::async {

namespace asio = boost::asio;

event::event(const asio::any_io_executor& executor) : timer_(executor, asio::steady_timer::time_point::max()) {}

void event::set() {
    set_ = true;
    timer_.cancel();
}

asio::awaitable<void> event::wait() {
    const auto before = (co_await asio::this_coro::cancellation_state).cancelled();
    if (set_) {
        // Not at once: others, whose events were set before, are still to come on.
        co_await asio::post(timer_.get_executor(), asio::use_awaitable);
    } else {
        boost::system::error_code always_aborted;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, always_aborted));
    }
    const auto after = (co_await asio::this_coro::cancellation_state).cancelled();
    if (!std::exchange(set_, false) || after != before)
        throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace nowire::async
