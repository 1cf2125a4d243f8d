#include "async/two_stations.hpp"

#include <nowire/async/simulation.hpp>

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <utility>

namespace nowire::test {

TwoStations::TwoStations() : ann(join(ann_mac, {})), bob(join(bob_mac, {})) {}

std::unique_ptr<async::station> TwoStations::join(const mac_address& address, station_options options) {
    auto radio = air.make_radio({.station = address, .name = address.to_string(), .on = {}, .at = {}});
    auto made = std::make_unique<station>(std::move(radio.value()), std::move(options));
    return std::make_unique<async::station>(io.get_executor(), std::move(made));
}

void TwoStations::start(coroutine body) {
    ++unfinished;
    boost::asio::co_spawn(io, std::move(body), [this](std::exception_ptr thrown) {
        --unfinished;
        if (!thrown) return;
        try {
            std::rethrow_exception(thrown);
        } catch (const std::exception& e) {
            ADD_FAILURE() << "a coroutine threw " << e.what();
        }
    });
}

void TwoStations::run() {
    EXPECT_TRUE(async::run(
        io, air, [this] { return unfinished == 0; }, air.now() + 10s))
        << unfinished << " left";
}

void TwoStations::run_for(duration d) {
    async::run(io, air, air.now() + d);
}

}  // namespace nowire::test
