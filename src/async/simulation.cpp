#include <nowire/async/simulation.hpp>

namespace nowire::async {

bool run(boost::asio::io_context& io, simulation& air, const std::function<bool()>& done, time_point limit) {
    for (;;) {
        io.restart();
        io.poll();
        if (done()) return true;
        if (air.now() >= limit) return false;
        // One event: the condition is looked at before the first and after each.
        int looks = 0;
        air.run_until([&looks] { return looks++ > 0; }, limit);
    }
}

void run(boost::asio::io_context& io, simulation& air, time_point limit) {
    run(
        io, air, [] { return false; }, limit);
}

}  // namespace nowire::async
