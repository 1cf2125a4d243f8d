#pragma once

#include <nowire/async/station.hpp>

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <functional>
#include <vector>

namespace nowire::async {

/// Runs `io` as io.run() does, and tells the airs of `stations`, all of which run on `io`, whenever nothing in it is
/// ready: an air that runs ahead of real time (`nowire air --speed max`) then goes on to what comes next for them. For
/// programs whose coroutines wait for stations alone. What else they wait for, a steady_timer or a socket, comes in
/// real time still, and such an air does not wait for it.
///
///     auto sync = nowire::station::open("air:?name=ann", backends).value();
///     sync->set_idle_reports(true);
///     nowire::async::station ann(io, std::move(sync));
///     co_spawn(io, program(ann), detached);
///     nowire::async::run(io, {ann});
///
/// Stations may be destroyed meanwhile. Belongs to the one thread that runs `io`.
/// @returns how many handlers were run.
/// @throws what handlers and coroutines let out of io.run().
std::size_t run(boost::asio::io_context& io, const std::vector<std::reference_wrapper<const station>>& stations);

}  // namespace nowire::async
