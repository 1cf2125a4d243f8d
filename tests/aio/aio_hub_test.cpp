/// AIOESPNow on an air that processes share, and on one that runs ahead of time.

#include "micropython/chips.hpp"

#include <nowire/aio/espnow.hpp>
#include <nowire/radio/identity.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <csignal>

namespace nowire::test {
namespace {

using namespace nowire::micropython;
using aio::AIOESPNow;
using boost::asio::awaitable;

awaitable<void> answer(AIOESPNow& e) {
    while (const auto got = co_await e.airecv()) {
        const auto from = *got.mac;
        const std::string text(got.msg->text());
        if (text == "end") co_return;
        co_await e.sleep_ms(5);
        (void)co_await e.asend(from, text);
    }
}

awaitable<void> ask(AIOESPNow& e, mac_address peer, int rounds, int& answered) {
    for (int i = 0; i < rounds; ++i) {
        co_await e.sleep_ms(100);
        (void)co_await e.asend(peer, std::to_string(i));
        const auto got = co_await e.arecv();
        if (got.msg == std::to_string(i)) ++answered;
    }
    (void)co_await e.asend(peer, "end");
}

TEST(AioHub1_9, TwoChipsOfOneThreadTalk) {
    const hub_of_chips air;
    const auto ann = air.join("ann");
    const auto bob = air.join("bob");
    boost::asio::io_context io;
    AIOESPNow asks(io.get_executor(), *ann);
    AIOESPNow answers(io.get_executor(), *bob);
    asks.active(true);
    answers.active(true);
    asks.add_peer(WLAN(*bob).mac());
    answers.add_peer(WLAN(*ann).mac());
    int answered = 0;
    boost::asio::co_spawn(io, ask(asks, WLAN(*bob).mac(), 5, answered), boost::asio::detached);
    boost::asio::co_spawn(io, answer(answers), boost::asio::detached);
    io.run();
    EXPECT_EQ(answered, 5);
}

/// A program with a chip and a coroutine.
int run_program(const std::string& url, const std::function<awaitable<void>(AIOESPNow&)>& program) {
    chip c(url);
    WLAN(c).active(true);
    boost::asio::io_context io;
    AIOESPNow e(io.get_executor(), c);
    e.active(true);
    e.add_peer(mac_from_name("ann"));
    e.add_peer(mac_from_name("bob"));
    boost::asio::co_spawn(io, program(e), [&](const std::exception_ptr&) { io.stop(); });
    aio::run(io, {e});
    return 0;
}

TEST(AioHub1_9, ProgramsOnAnAirThatRunsAheadAreNotHeldBack) {
    const auto run = [] {
        temporary_folder folder;
        const std::string file = folder / "air.pcapng";
        hub_process hub(folder / "air", {"--speed", "max", "--radios", "2", "--pcap", file});
        const auto url = [&](const std::string& name) { return "air:" + hub.socket() + "?name=" + name; };
        child_process answers([&](int) { return run_program(url("bob"), [](AIOESPNow& e) { return answer(e); }); });
        child_process asks([&](int) {
            int answered = 0;
            run_program(url("ann"), [&](AIOESPNow& e) { return ask(e, mac_from_name("bob"), 600, answered); });
            return answered == 600 ? 0 : 1;
        });
        EXPECT_EQ(asks.wait(), 0);
        EXPECT_EQ(answers.wait(), 0);
        hub.signal(SIGTERM);
        EXPECT_EQ(hub.wait(), 0);
        return content_of(file).size();
    };
    const auto begin = std::chrono::steady_clock::now();
    const auto first = run();
    EXPECT_GT(first, 100'000U);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s) << "more than a minute on the air";
}

TEST(AioHub1_9, SuchAnAirStandsWhileACoroutineHasSomethingToDo) {
    temporary_folder folder;
    hub_process hub(folder / "air", {"--speed", "max", "--radios", "2"});
    const auto url = [&](const std::string& name) { return "air:" + hub.socket() + "?name=" + name; };
    child_process moves([&](int) {
        chip c(url("bob"));
        for (int i = 0; i < 2000; ++i)
            sleep_ms(1, c);
        return 0;
    });
    std::vector<std::int32_t> slept;
    run_program(url("ann"), [&](AIOESPNow& e) -> awaitable<void> {
        for (int i = 0; i < 20; ++i) {
            const auto begin = ticks_ms(e.chip());
            co_await e.sleep_ms(10);
            std::this_thread::sleep_for(2ms);  // What a busy coroutine does.
            slept.push_back(ticks_diff(ticks_ms(e.chip()), begin));
        }
    });
    EXPECT_EQ(moves.wait(), 0);
    EXPECT_EQ(slept.size(), 20U);
    for (const auto each : slept)
        EXPECT_LE(each, 11);
}

}  // namespace
}  // namespace nowire::test
