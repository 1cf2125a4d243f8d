/// Drivers and coroutines on an air whose time goes from event to event while every program on it waits.

#include "radio/hub_world.hpp"
#include "support/files.hpp"

#include <nowire/async/run.hpp>
#include <nowire/async/station.hpp>
#include <nowire/radio/identity.hpp>
#include <nowire/station/driver.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <thread>

namespace nowire::test {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

std::unique_ptr<station> open(const std::string& socket, const std::string& name) {
    hub_radio_options radio;
    radio.socket = socket;
    radio.name = name;
    station_options options;
    // The same bytes each time, so that captures can be compared.
    options.random = [last = 0U]() mutable { return ++last; };
    return std::make_unique<station>(std::move(open_hub_radio(std::move(radio)).value()), options);
}

/// Answers what it is asked, 5 ms later, with a driver.
int answer_with_driver(const std::string& socket, seconds how_long) {
    driver me(open(socket, "answerer"), {.users = 2});
    const auto end = me.with([](station& s) { return s.clock().now(); }) + how_long;
    int ticks = 0;
    std::thread sleeper([&] {
        for (auto next = end - how_long; next < end; next += milliseconds(700)) {
            if (!me.sleep_until(next) || !me.send(mac_address::broadcast(), std::array{std::uint8_t{'t'}})) return;
            ++ticks;
        }
        (void)me.sleep_until(end);
    });
    while (true) {
        const auto now = me.with([](station& s) { return s.clock().now(); });
        const auto asked = me.receive(end - now);
        if (!asked) break;
        if (asked->payload.front() != 'q') continue;
        if (!me.sleep_for(milliseconds(5))) return 2;
        if (!me.send(asked->source, std::array{std::uint8_t{'a'}})) return 3;
    }
    sleeper.join();
    return ticks == (how_long - milliseconds(1)) / milliseconds(700) + 1 ? 0 : 4;
}

boost::asio::awaitable<void> ask(async::station& me, seconds how_long, int& answered, boost::asio::io_context& io) {
    const auto end = me.sync().clock().now() + how_long;
    for (auto next = end - how_long; next < end; next += milliseconds(100)) {
        co_await me.sleep_until(next);
        (void)co_await me.send(mac_from_name("answerer"), std::array{std::uint8_t{'q'}});
        while (const auto got = co_await me.receive(milliseconds(30)))
            if (got->payload.front() == 'a') {
                ++answered;
                break;
            }
    }
    io.stop();
}

int ask_with_coroutines(const std::string& socket, seconds how_long) {
    boost::asio::io_context io;
    auto sync = open(socket, "asker");
    sync->set_idle_reports(true);
    async::station me(io.get_executor(), std::move(sync));
    int answered = 0;
    co_spawn(io, ask(me, how_long, answered, io), boost::asio::detached);
    async::run(io, {me});
    return answered == how_long / milliseconds(100) ? 0 : 1;
}

class Lockstep : public testing::Test {
  protected:
    std::string socket() const { return folder_.path() / "air"; }
    temporary_folder folder_;
};

}  // namespace

TEST_F(Lockstep, MinutesOfDriverAndCoroutinesIsTheSameEachTimeToTheByte) {
    const auto run = [&](const std::string& file) {
        hub_process hub(socket(), {"--speed", "max", "--radios", "2", "--pcap", file});
        child_process answers([&](int) { return answer_with_driver(socket(), seconds(300)); });
        child_process asks([&](int) { return ask_with_coroutines(socket(), seconds(300)); });
        EXPECT_EQ(asks.wait(), 0);
        EXPECT_EQ(answers.wait(), 0);
        hub.signal(SIGTERM);
        EXPECT_EQ(hub.wait(), 0);
        return content_of(file);
    };
    const auto first = run(folder_.path() / "first.pcapng");
    EXPECT_GT(first.size(), 1'000'000U);
    EXPECT_TRUE(first == run(folder_.path() / "second.pcapng"));
}

TEST_F(Lockstep, ADriverWithOneUserSleepsForADayInNoTime) {
    const hub_process hub(socket(), {"--speed", "max"});
    driver me(open(socket(), "me"), {.users = 1});
    const auto now = [&] { return me.with([](station& s) { return s.clock().now(); }); };
    const auto begin = now();
    ASSERT_TRUE(me.sleep_for(hours(24)));
    EXPECT_EQ(now(), begin + hours(24));
    EXPECT_FALSE(me.receive(hours(1)));
    EXPECT_EQ(now(), begin + hours(25));
}

TEST_F(Lockstep, TimeStandsWhileAUserOrAHandlerOfADriverIsBusy) {
    const hub_process hub(socket(), {"--speed", "max", "--radios", "2"});
    driver me(open(socket(), "me"), {.users = 1});
    std::optional<duration> in_handler;
    me.with([&](station& s) {
        s.on_message([&] {
            const auto now = [&] { return me.with([](station& each) { return each.clock().now(); }); };
            const auto before = now();
            std::this_thread::sleep_for(milliseconds(50));  // What a slow handler does.
            in_handler = now() - before;
        });
    });
    child_process sends([&](int) {
        const auto other = open(socket(), "other");
        if (!other->send(mac_from_name("me"), "hello")) return 1;
        (void)other->receive(seconds(10));
        return 0;
    });
    ASSERT_TRUE(me.sleep_for(seconds(1)));
    ASSERT_TRUE(in_handler) << "the message came within the second";
    EXPECT_EQ(*in_handler, duration::zero());

    const auto now = [&] { return me.with([](station& s) { return s.clock().now(); }); };
    const auto before = now();
    std::this_thread::sleep_for(milliseconds(50));  // What a busy user does.
    EXPECT_EQ(now(), before);
    ASSERT_TRUE(me.sleep_for(seconds(20)));
    EXPECT_EQ(sends.wait(), 0);
}

TEST_F(Lockstep, RunEndsWhenTheLastStationHasGone) {
    const hub_process hub(socket(), {"--speed", "max"});
    boost::asio::io_context io;
    auto sync = open(socket(), "me");
    sync->set_idle_reports(true);
    auto me = std::make_unique<async::station>(io.get_executor(), std::move(sync));
    std::optional<duration> slept;
    co_spawn(
        io,
        [&]() -> boost::asio::awaitable<void> {
            const auto begin = me->sync().clock().now();
            co_await me->sleep_for(hours(100));
            slept = me->sync().clock().now() - begin;
            me.reset();
        },
        boost::asio::detached);
    EXPECT_GT(async::run(io, {*me}), 0U);
    EXPECT_EQ(slept, hours(100));
}

}  // namespace nowire::test
