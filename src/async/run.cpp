#include "async/station_state.hpp"

#include <nowire/async/run.hpp>

#include <memory>

namespace nowire::async {

std::size_t run(boost::asio::io_context& io, const std::vector<std::reference_wrapper<const station>>& stations) {
    std::vector<std::weak_ptr<station::state>> watched;
    watched.reserve(stations.size());
    for (const station& each : stations)
        watched.push_back(each.state_);
    std::size_t handlers = 0;
    while (true) {
        handlers += io.poll();
        if (io.stopped()) return handlers;
        for (const auto& each : watched)
            if (const auto alive = each.lock(); alive && !alive->closed) alive->sync->report_idle();
        handlers += io.run_one();
    }
}

}  // namespace nowire::async
