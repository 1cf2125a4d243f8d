#pragma once

#include <nowire/station/station.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <expected>
#include <memory>
#include <optional>
#include <span>

namespace nowire::async {

/// A station whose waiting is co_await. It runs on one executor (a strand, or an io_context that one thread runs),
/// watches the station's work descriptor there, and uses no thread. Timeouts and sleeps are on the station's clock.
///
/// Any number of sends and receives may wait at once; messages go to receivers in the order in which these began to
/// wait. Cancelling a waiting operation (its awaitable's cancellation slot, or a parallel group) ends that wait; a send
/// goes on. Destroying it ends every wait with errc::closed.
class station {
  public:
    station(boost::asio::any_io_executor executor, std::unique_ptr<nowire::station> s);
    ~station();
    station(const station&) = delete;
    station& operator=(const station&) = delete;

    /// As nowire::station::send(). It waits for a free buffer by itself.
    /// Errors: device::send()'s; timeout; closed.
    boost::asio::awaitable<std::expected<completion, error>> send(mac_address destination,
                                                                  std::span<const std::uint8_t> payload,
                                                                  std::optional<duration> timeout = std::nullopt);
    /// Errors: timeout; closed.
    boost::asio::awaitable<std::expected<message, error>> receive(std::optional<duration> timeout = std::nullopt);

    /// Waits until the station's clock shows `when`. Errors: closed.
    boost::asio::awaitable<std::expected<void, error>> sleep_until(time_point when);
    boost::asio::awaitable<std::expected<void, error>> sleep_for(duration d);

    boost::asio::any_io_executor executor() const;
    /// The station, for peers, channel and statistics; its blocking members must not be called.
    nowire::station& sync();
    /// To be called after changing the device through sync(), so that it takes effect at once.
    void flush();

  private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace nowire::async
