#pragma once

#include <nowire/async/station.hpp>
#include <nowire/radio/simulation.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace nowire::test {

using namespace std::chrono_literals;

inline constexpr mac_address ann_mac({0x02, 0, 0, 0, 0, 0x10});
inline constexpr mac_address bob_mac({0x02, 0, 0, 0, 0, 0x20});

/// Two stations on a simulated air, and the executor on which they and the test's coroutines run.
class TwoStations : public ::testing::Test {
  protected:
    using coroutine = std::function<boost::asio::awaitable<void>()>;

    TwoStations();
    /// A station of its own; what the fixture has has no options.
    std::unique_ptr<async::station> join(const mac_address& address, station_options options);

    /// Starts a coroutine. What it throws fails the test.
    void start(coroutine body);
    /// Runs until all coroutines have ended; the test fails where they do not within 10 s of the air's time.
    void run();
    /// Runs a coroutine to its end.
    void run(coroutine body) {
        start(std::move(body));
        run();
    }
    void run_for(duration d);

    simulation air;
    boost::asio::io_context io;
    std::unique_ptr<async::station> ann;
    std::unique_ptr<async::station> bob;
    int unfinished = 0;
};

}  // namespace nowire::test
