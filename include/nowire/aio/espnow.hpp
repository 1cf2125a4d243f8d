#pragma once

#include <nowire/micropython/espnow.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

/// ESP-NOW of MicroPython's programs, for coroutines.
namespace nowire::aio {

/// `aioespnow.AIOESPNow`: ESPNow whose waiting is co_await, on Boost.Asio.
///
/// Cancelling ends the wait with boost::system::system_error, operation_aborted, and loses no message; so does
/// destroying the object. Messages go to those who wait in the order in which they began to. As in Python nobody is
/// woken while it is not active, since it is never readable then.
///
/// Callbacks of irq() and what is scheduled otherwise (micropython/schedule.hpp) run on the executor, besides. What
/// they throw comes out of its run().
///
/// Belongs to the executor's thread or strand, the coroutines that use it included. To be destroyed before the
/// executor's context, and before its chip.
class AIOESPNow : public micropython::ESPNow {
  public:
    /// That of the process's own chip.
    /// @throws std::system_error as chip::standard() does, boost::system::system_error where the executor cannot watch
    /// its descriptor.
    explicit AIOESPNow(boost::asio::any_io_executor executor);
    /// That of `on`.
    /// @throws std::system_error where the system has no more descriptors, boost::system::system_error where the
    /// executor cannot watch one.
    AIOESPNow(boost::asio::any_io_executor executor, nowire::chip& on);
    ~AIOESPNow() override;

    /// recv() that waits without blocking, for ever.
    /// @throws micropython::os_error, micropython::value_error as recv() does.
    boost::asio::awaitable<micropython::received> arecv();
    /// The same of irecv(). The memory is one for all, so take what you need before the next co_await.
    /// @throws as irecv().
    boost::asio::awaitable<micropython::borrowed> airecv();
    /// airecv(), for `while (const auto m = co_await e.anext())`, which is Python's `async for`: it never ends.
    /// @throws as irecv().
    boost::asio::awaitable<micropython::borrowed> anext() { return airecv(); }
    /// Waits until everything that was sent has ended, without blocking, and then does as send(), which with `sync`
    /// blocks for up to 100 ms, as in Python. The message is copied by the call itself.
    /// @throws as send().
    boost::asio::awaitable<bool> asend(const micropython::maybe_bytes& mac, const bytes_like& msg,
                                       std::optional<bool> sync = micropython::None);
    /// asend(None, msg).
    /// @throws as send().
    boost::asio::awaitable<bool> asend(const bytes_like& msg);
    /// asyncio.sleep_ms() on the air's clock.
    /// @throws boost::system::system_error, operation_aborted, where it is cancelled or the object destroyed.
    boost::asio::awaitable<void> sleep_ms(micropython::integer ms);

    /// The one that it was made with.
    boost::asio::any_io_executor executor() const;

  private:
    friend std::size_t run(boost::asio::io_context& io, const std::vector<std::reference_wrapper<const AIOESPNow>>& on);
    struct watcher;
    struct operations;
    std::shared_ptr<watcher> watcher_;
};

/// Runs `io` as io.run() does, and tells the airs of those in `on`, whose executor is that of `io`, whenever nothing in
/// it is ready: an air that runs ahead of real time then goes on to what comes next for them, as with async::run().
/// They may be destroyed meanwhile. Belongs to the one thread that runs `io`.
/// @returns how many handlers were run.
/// @throws what handlers and coroutines let out of io.run().
std::size_t run(boost::asio::io_context& io, const std::vector<std::reference_wrapper<const AIOESPNow>>& on);

}  // namespace nowire::aio
