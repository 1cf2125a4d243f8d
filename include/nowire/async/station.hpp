#pragma once

#include <nowire/station/station.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace nowire::async {

/// A station whose waiting is co_await. It runs on one executor (a strand, or an io_context that one thread runs),
/// watches the station's work descriptor there, and uses no thread. Timeouts and sleeps are on the station's clock.
///
/// Any number of sends and receives may wait at once; messages go to receivers, and free buffers to sends, in the order
/// in which these began to wait. Cancelling a waiting operation (its awaitable's cancellation slot, or a parallel
/// group) ends that wait, and its co_await throws boost::system::system_error with
/// boost::asio::error::operation_aborted, as Asio's own operations do: a send that was accepted goes on, and a message
/// that a cancelled receive would have had goes to the next. (A parallel group throws away what its slower operation
/// brought: a receive with a timeout is safe where `receive() || sleep_for()` may lose a message that comes at that
/// very moment.) Destroying it ends every wait with errc::closed.
///
/// An executor does not move virtual time: on a simulated radio, async/simulation.hpp runs both. On every other radio
/// the executor alone is enough; only an air that runs ahead of real time needs async/run.hpp, to go on doing so.
///
/// Belongs to the executor's thread or strand, the coroutines that use it included. To be destroyed before the
/// executor's context, as every I/O object of Asio, and not from inside a handler of sync(). What such a handler throws
/// comes out of the executor's run(), which does not return by itself while there is a station.
class station {
  public:
    /// @throws boost::system::system_error where the executor cannot watch the station's descriptor.
    station(boost::asio::any_io_executor executor, std::unique_ptr<nowire::station> s);
    ~station();
    station(const station&) = delete;
    station& operator=(const station&) = delete;

    /// As nowire::station::send(). It waits for a free buffer by itself. The payload is copied by the call itself, so
    /// it need not outlive that.
    /// Errors: nowire::station::send()'s; closed.
    boost::asio::awaitable<std::expected<completion, error>> send(mac_address destination,
                                                                  std::span<const std::uint8_t> payload,
                                                                  std::optional<duration> timeout = std::nullopt);
    /// A timeout of zero looks after the executor has had its turn.
    /// Errors: timeout; closed.
    boost::asio::awaitable<std::expected<message, error>> receive(std::optional<duration> timeout = std::nullopt);

    /// Waits until the station's clock shows `when`. Errors: closed.
    boost::asio::awaitable<std::expected<void, error>> sleep_until(time_point when);
    /// The same for `d` from now on. Errors: closed.
    boost::asio::awaitable<std::expected<void, error>> sleep_for(duration d);

    /// The one that it was made with.
    boost::asio::any_io_executor executor() const;
    /// The station, for peers, channel, statistics and on_radio(); its blocking members must not be called, and its
    /// on_message() is this object's.
    nowire::station& sync();
    /// To be called after changing the device through sync(), so that it takes effect at once.
    void flush();

  private:
    friend std::size_t run(boost::asio::io_context& io,
                           const std::vector<std::reference_wrapper<const station>>& stations);
    struct state;
    struct operations;
    std::shared_ptr<state> state_;
};

}  // namespace nowire::async
