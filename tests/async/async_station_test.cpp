#include "async/two_stations.hpp"
#include "station/station_fake_radio.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <vector>

namespace nowire::test {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using ::testing::ElementsAre;

using AsyncStation = TwoStations;

/// The error code with which a coroutine ended, if it threw one.
std::optional<boost::system::error_code> code_of(std::exception_ptr thrown) {
    if (!thrown) return std::nullopt;
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& e) {
        return e.code();
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

TEST_F(AsyncStation, PlaysPingPong) {
    constexpr int rounds = 100;
    start([&]() -> awaitable<void> {
        for (int i = 0; i < rounds; ++i) {
            const auto sent = co_await ann->send(bob_mac, bytes_of("ping " + std::to_string(i)));
            EXPECT_EQ(sent.value().result, tx_status::acked);
            const auto pong = co_await ann->receive();
            EXPECT_EQ(text_of(pong.value()), "pong " + std::to_string(i));
        }
    });
    run([&]() -> awaitable<void> {
        for (int i = 0; i < rounds; ++i) {
            const auto ping = co_await bob->receive();
            EXPECT_EQ(text_of(ping.value()), "ping " + std::to_string(i));
            const auto sent = co_await bob->send(ping.value().source, bytes_of("pong " + std::to_string(i)));
            EXPECT_EQ(sent.value().result, tx_status::acked);
        }
    });
}

TEST_F(AsyncStation, SleepsOnTheClockOfTheAir) {
    std::vector<time_point> woken;
    start([&]() -> awaitable<void> {
        EXPECT_TRUE(co_await ann->sleep_for(30ms));
        woken.push_back(air.now());
        EXPECT_TRUE(co_await ann->sleep_for(30ms));
        woken.push_back(air.now());
    });
    run([&]() -> awaitable<void> {
        EXPECT_TRUE(co_await bob->sleep_until(time_point(45ms)));
        woken.push_back(air.now());
        EXPECT_TRUE(co_await bob->sleep_until(time_point(10ms))) << "is past";
        EXPECT_EQ(air.now(), time_point(45ms));
    });
    EXPECT_THAT(woken, ElementsAre(time_point(30ms), time_point(45ms), time_point(60ms)));
}

TEST_F(AsyncStation, TimesOutExactlyOnTheClockOfTheAir) {
    run([&]() -> awaitable<void> {
        const auto none = co_await ann->receive(123'456'789ns);
        EXPECT_EQ(none.error().code, errc::timeout);
        EXPECT_EQ(air.now(), time_point(123'456'789ns));
        const auto late = co_await ann->send(bob_mac, bytes_of("x"), 10us);
        EXPECT_EQ(late.error().code, errc::timeout);
        EXPECT_EQ(air.now(), time_point(123'466'789ns));
    });
    run_for(10ms);
    EXPECT_EQ(bob->sync().inbox().size(), 1u) << "the message goes out all the same";
    EXPECT_EQ(ann->sync().device().in_flight(), 0u);
}

TEST_F(AsyncStation, OnlyLooksWhereTheTimeoutIsZero) {
    run([&]() -> awaitable<void> {
        EXPECT_EQ((co_await bob->receive(0ms)).error().code, errc::timeout);
        EXPECT_EQ(air.now(), time_point());
        EXPECT_TRUE(co_await ann->send(bob_mac, bytes_of("x")));
        const auto now = air.now();
        EXPECT_TRUE(co_await bob->receive(0ms));
        EXPECT_EQ((co_await bob->receive(-1s)).error().code, errc::timeout);
        EXPECT_EQ(air.now(), now);
    });
}

TEST_F(AsyncStation, ReturnsTheErrorOfASendThatCanNeverBe) {
    run([&]() -> awaitable<void> { EXPECT_EQ((co_await ann->send(bob_mac, {})).error().code, errc::argument); });
}

TEST_F(AsyncStation, GivesMessagesToAHundredReceiversInTheOrderInWhichTheyBeganToWait) {
    std::vector<std::string> got(100);
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < got.size(); ++i) {
        expected.push_back(std::to_string(i));
        start([&, i]() -> awaitable<void> { got[i] = text_of((co_await bob->receive()).value()); });
    }
    run([&]() -> awaitable<void> {
        for (std::size_t i = 0; i < expected.size(); ++i)
            EXPECT_TRUE(co_await ann->send(bob_mac, bytes_of(expected[i])));
    });
    EXPECT_EQ(got, expected);
}

TEST_F(AsyncStation, GivesBuffersToSendsInTheOrderInWhichTheyBeganToWait) {
    station_options options;
    options.device.pool = 3;
    auto cat = join(mac_address({0x02, 0, 0, 0, 0, 0x30}), options);
    int acked = 0;
    std::vector<std::string> expected;
    for (int i = 0; i < 100; ++i) {
        expected.push_back(std::to_string(i));
        start([&, text = expected.back()]() -> awaitable<void> {
            const auto done = co_await cat->send(bob_mac, bytes_of(text));
            if (done.value().result == tx_status::acked) ++acked;
        });
    }
    run();
    EXPECT_EQ(acked, 100);
    std::vector<std::string> got;
    while (const auto m = bob->sync().inbox().pop())
        got.push_back(text_of(*m));
    EXPECT_EQ(got, expected);
    EXPECT_LE(cat->sync().device().statistics().refused, 1u) << "who waits does not ask again and again";
}

TEST_F(AsyncStation, CopiesThePayloadBeforeItReturns) {
    std::optional<awaitable<std::expected<completion, error>>> sending;
    {
        std::string gone = "short-lived";
        sending = ann->send(bob_mac, bytes_of(gone));
        gone.assign(gone.size(), '#');
    }
    run([&]() -> awaitable<void> { EXPECT_TRUE(co_await std::move(*sending)); });
    EXPECT_EQ(text_of(*bob->sync().inbox().pop()), "short-lived");
}

TEST_F(AsyncStation, EndsACancelledWaitAndGivesTheMessageToTheNext) {
    asio::cancellation_signal cancel;
    std::exception_ptr first;
    bool ended = false;
    const auto wait_for_ever = [&]() -> awaitable<void> { (void)co_await bob->receive(); };
    asio::co_spawn(io, wait_for_ever, asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr thrown) {
                       ended = true;
                       first = thrown;
                   }));
    std::string second;
    start([&]() -> awaitable<void> { second = text_of((co_await bob->receive()).value()); });
    run_for(1ms);
    EXPECT_FALSE(ended);
    cancel.emit(asio::cancellation_type::terminal);
    run([&]() -> awaitable<void> { EXPECT_TRUE(co_await ann->send(bob_mac, bytes_of("for the second"))); });
    EXPECT_TRUE(ended);
    EXPECT_EQ(code_of(first), asio::error::operation_aborted);
    EXPECT_EQ(second, "for the second");
}

TEST_F(AsyncStation, LosesNoMessageToAReceiverThatIsCancelledWhileItIsWoken) {
    asio::cancellation_signal cancel;
    std::exception_ptr first;
    const auto wait_for_ever = [&]() -> awaitable<void> { (void)co_await bob->receive(); };
    asio::co_spawn(io, wait_for_ever,
                   asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr thrown) { first = thrown; }));
    run_for(1ms);
    std::string second;
    start([&]() -> awaitable<void> { second = text_of((co_await bob->receive()).value()); });
    run_for(1ms);
    ASSERT_TRUE(ann->sync().send_then(bob_mac, bytes_of("precious"), nullptr));
    air.run_for(10ms);
    // co_spawn() posts the signal, and the receiver is woken before it arrives: it comes on after both.
    cancel.emit(asio::cancellation_type::terminal);
    bob->sync().run_ready();
    io.poll();
    EXPECT_EQ(code_of(first), asio::error::operation_aborted);
    EXPECT_EQ(second, "precious");
}

TEST_F(AsyncStation, LetsNobodyOvertakeAReceiverThatIsWoken) {
    std::string first;
    start([&]() -> awaitable<void> { first = text_of((co_await bob->receive()).value()); });
    run_for(1ms);
    for (const auto* text : {"1", "2"})
        ASSERT_TRUE(ann->sync().send_then(bob_mac, bytes_of(text), nullptr));
    air.run_for(10ms);
    std::string second;
    run([&]() -> awaitable<void> {
        bob->sync().run_ready();  // wakes the first, which comes on only after this coroutine began to wait
        second = text_of((co_await bob->receive()).value());
    });
    EXPECT_EQ(first, "1");
    EXPECT_EQ(second, "2");
}

TEST_F(AsyncStation, ForgetsATimeoutThatWasNotNeeded) {
    run([&]() -> awaitable<void> {
        EXPECT_TRUE(co_await ann->send(bob_mac, bytes_of("x"), 100ms));
        EXPECT_TRUE(co_await bob->receive(100ms));
        const auto late = co_await bob->receive(1s);
        EXPECT_FALSE(late);
    });
    EXPECT_GE(air.now(), time_point(1s));
}

TEST_F(AsyncStation, GetsABufferThatAPlainSendOfTheStationLeaves) {
    station_options options;
    options.device.pool = 1;
    auto cat = join(mac_address({0x02, 0, 0, 0, 0, 0x30}), options);
    ASSERT_TRUE(cat->sync().send_then(bob_mac, bytes_of("first"), [](const completion&) {}));
    run([&]() -> awaitable<void> {
        const auto done = co_await cat->send(bob_mac, bytes_of("second"), 1s);
        EXPECT_EQ(done.value().result, tx_status::acked);
    });
}

TEST_F(AsyncStation, WorksInParallelGroups) {
    using namespace asio::experimental::awaitable_operators;
    run([&]() -> awaitable<void> {
        for (int i = 1; i <= 10; ++i) {
            auto first = co_await (bob->receive() || bob->sleep_for(5ms));
            EXPECT_EQ(first.index(), 1u);
            EXPECT_EQ(air.now(), time_point(i * 5ms));
        }
        auto both = co_await (ann->send(bob_mac, bytes_of("x")) && bob->receive());
        EXPECT_EQ(std::get<0>(both).value().result, tx_status::acked);
        EXPECT_EQ(text_of(std::get<1>(both).value()), "x");
    });
}

TEST_F(AsyncStation, LetsACancelledSendGoOn) {
    asio::cancellation_signal cancel;
    std::exception_ptr thrown;
    const auto send = [&]() -> awaitable<void> { (void)co_await ann->send(bob_mac, bytes_of("goes on")); };
    asio::co_spawn(io, send, asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr e) { thrown = e; }));
    io.poll();
    cancel.emit(asio::cancellation_type::terminal);
    run_for(10ms);
    EXPECT_EQ(code_of(thrown), asio::error::operation_aborted);
    EXPECT_EQ(text_of(*bob->sync().inbox().pop()), "goes on");
}

TEST_F(AsyncStation, EndsSendsUnconfirmedWhenItsRadioIsLost) {
    auto made = std::make_unique<fake_radio>(mac_address({0x02, 0, 0, 0, 0, 0x40}));
    auto& radio = *made;
    radio.answers = false;
    async::station cat(io.get_executor(), std::make_unique<station>(std::move(made)));
    std::vector<bool> told;
    cat.sync().on_radio([&](const std::optional<error>& why) { told.push_back(why.has_value()); });
    asio::post(io, [&] { radio.lose("unplugged"); });
    run([&]() -> awaitable<void> {
        const auto done = co_await cat.send(bob_mac, bytes_of("x"));
        EXPECT_EQ(done.value().result, tx_status::unconfirmed);
    });
    EXPECT_THAT(told, ElementsAre(true));
}

// No simulation: the executor waits for the descriptors as on any other radio.
TEST(AsyncStationOnAnyRadio, NeedsNothingButItsExecutor) {
    asio::io_context io;
    auto made = std::make_unique<fake_radio>();
    auto& radio = *made;
    async::station ann(io.get_executor(), std::make_unique<station>(std::move(made)));
    std::vector<std::string> log;
    const auto program = [&]() -> awaitable<void> {
        EXPECT_EQ((co_await ann.send(bob_mac, bytes_of("hello"))).value().result, tx_status::acked);
        log.push_back("sent");
        log.push_back(text_of((co_await ann.receive()).value()));
        EXPECT_TRUE(co_await ann.sleep_for(1h));
        log.push_back("slept");
        io.stop();
    };
    const auto world = [&]() -> awaitable<void> {
        while (log.size() < 1)
            co_await asio::post(io, asio::use_awaitable);
        radio.hear(plain_mpdu(bob_mac, radio.who.station, "from bob"));
        while (log.size() < 2)
            co_await asio::post(io, asio::use_awaitable);
        radio.advance(1h);
    };
    asio::co_spawn(io, program, asio::detached);
    asio::co_spawn(io, world, asio::detached);
    io.run();
    EXPECT_THAT(log, ElementsAre("sent", "from bob", "slept"));
}

TEST(AsyncStationOnAnyRadio, LetsWhatAHandlerThrowsOutOfRunAndWorksOn) {
    asio::io_context io;
    auto made = std::make_unique<fake_radio>();
    auto& radio = *made;
    async::station ann(io.get_executor(), std::make_unique<station>(std::move(made)));
    ASSERT_TRUE(ann.sync().send_then(bob_mac, bytes_of("x"),
                                     [](const completion&) { throw std::runtime_error("the program's own"); }));
    radio.hear(plain_mpdu(bob_mac, radio.who.station, "after that"));
    EXPECT_THROW(io.poll(), std::runtime_error);
    std::string got;
    const auto program = [&]() -> awaitable<void> { got = text_of((co_await ann.receive()).value()); };
    asio::co_spawn(io, program, asio::detached);
    io.poll();
    EXPECT_EQ(got, "after that");
}

}  // namespace
}  // namespace nowire::test
