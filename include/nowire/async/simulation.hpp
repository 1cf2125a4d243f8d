#pragma once

#include <nowire/radio/simulation.hpp>

#include <boost/asio/io_context.hpp>

#include <functional>

namespace nowire::async {

/// Runs an executor and a simulated air together, as a test of coroutines wants it: whatever is ready in `io` is done
/// at its moment of virtual time before that moves on to the next event.
///
///     nowire::simulation air;
///     boost::asio::io_context io;
///     ...
///     co_spawn(io, program(ann), use_future);
///     nowire::async::run(io, air, [&] { return finished; }, air.now() + 10s);
///
/// Timers of `io` itself (boost::asio::steady_timer) know nothing of virtual time: sleep on a station's clock instead.
/// @returns whether `done` said so before `limit` came.
/// @throws what handlers and coroutines let out of io.poll().
bool run(boost::asio::io_context& io, simulation& air, const std::function<bool()>& done, time_point limit);

/// The same until `limit`.
void run(boost::asio::io_context& io, simulation& air, time_point limit);

}  // namespace nowire::async
