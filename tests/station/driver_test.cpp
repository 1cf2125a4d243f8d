#include "station/station_fake_radio.hpp"

#include <nowire/station/driver.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace nowire::test {
namespace {

using namespace std::chrono_literals;

constexpr mac_address own({0x02, 0, 0, 0, 0, 0x10});
constexpr mac_address bob({0x02, 0, 0, 0, 0, 0x20});
constexpr auto limit = 30s;  // of real time: reached only by a test that fails

struct DriverTest : ::testing::Test {
    explicit DriverTest(station_options options = {}) {
        auto made = std::make_unique<fake_radio>(own);
        air = made.get();
        it = std::make_unique<driver>(std::make_unique<station>(std::move(made), std::move(options)));
    }
    /// Works on the radio, under the lock, as everybody must.
    template <class Use>
    auto with_radio(Use use) {
        return it->with([&](station&) { return use(*air); });
    }
    void hear(std::string_view text) {
        with_radio([&](fake_radio& r) { r.hear(plain_mpdu(bob, own, text)); });
    }
    /// Waits until `so` holds, which it looks at under the lock.
    template <class Condition>
    bool eventually(Condition so) {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (std::chrono::steady_clock::now() < end) {
            if (it->with([&](station& s) { return so(s); })) return true;
            std::this_thread::yield();
        }
        return false;
    }

    fake_radio* air = nullptr;
    std::unique_ptr<driver> it;
};

TEST_F(DriverTest, SendsForAnyThread) {
    const auto done = it->send(bob, bytes_of("x"));
    ASSERT_TRUE(done);
    EXPECT_EQ(done->result, tx_status::acked);
    std::thread([&] { EXPECT_TRUE(it->send(bob, bytes_of("y"))); }).join();
}

TEST_F(DriverTest, ReceivesWhileTheProgramDoesSomethingElse) {
    hear("one");
    hear("two");
    EXPECT_TRUE(eventually([](station& s) { return s.inbox().size() == 2; }));
    EXPECT_EQ(text_of(*it->receive(0ms)), "one");
    EXPECT_EQ(text_of(*it->receive()), "two");
    const auto none = it->receive(0ms);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, errc::timeout);
}

TEST_F(DriverTest, WakesWhoWaitsForAMessage) {
    auto got = std::async(std::launch::async, [&] { return it->receive(); });
    hear("there");
    ASSERT_EQ(got.wait_for(limit), std::future_status::ready);
    EXPECT_EQ(text_of(*got.get()), "there");
}

TEST_F(DriverTest, ReturnsTheErrorOfASendThatCanNeverBe) {
    const auto refused = it->send(bob, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::argument);
}

TEST_F(DriverTest, TimesOutOnTheClockOfTheAir) {
    with_radio([](fake_radio& r) { r.answers = false; });
    auto sending = std::async(std::launch::async, [&] { return it->send(bob, bytes_of("x"), 40ms); });
    auto receiving = std::async(std::launch::async, [&] { return it->receive(60ms); });
    const auto move = [&](std::future_status) { with_radio([](fake_radio& r) { r.advance(1ms); }); };
    while (sending.wait_for(0ms) != std::future_status::ready)
        move({});
    while (receiving.wait_for(0ms) != std::future_status::ready)
        move({});
    EXPECT_EQ(sending.get().error().code, errc::timeout);
    EXPECT_EQ(receiving.get().error().code, errc::timeout);
    EXPECT_GE(with_radio([](fake_radio& r) { return r.now(); }), time_point(60ms));
    with_radio([](fake_radio& r) {  // the answer comes late, to nobody
        if (!r.sent.empty()) r.answer(r.sent[0].token, tx_status::acked);
    });
    EXPECT_TRUE(eventually([](station& s) { return s.device().in_flight() == 0; }));
}

// The second call has its state where the first one had it, on the same stack.
TEST_F(DriverTest, KeepsWhatBelongsToAnEarlierSendAwayFromALaterOne) {
    with_radio([](fake_radio& r) { r.answers = false; });
    std::atomic<bool> timed_out = false;
    auto ends = std::async(std::launch::async, [&] {
        std::vector<std::expected<completion, error>> both;
        for (int i = 0; i < 2; ++i) {
            both.push_back(it->send(bob, bytes_of("x"), i == 0 ? std::optional<duration>(5ms) : std::nullopt));
            timed_out = true;
        }
        return both;
    });
    while (!timed_out)
        with_radio([](fake_radio& r) { r.advance(1ms); });
    ASSERT_TRUE(eventually([](station& s) { return s.device().in_flight() == 2; }));
    with_radio([](fake_radio& r) { r.answer(r.sent[0].token, tx_status::not_acked, 32); });
    ASSERT_TRUE(eventually([](station& s) { return s.device().in_flight() == 1; }));
    with_radio([](fake_radio& r) { r.answer(r.sent[1].token, tx_status::acked); });
    ASSERT_EQ(ends.wait_for(limit), std::future_status::ready);
    const auto both = ends.get();
    EXPECT_FALSE(both[0]);
    EXPECT_EQ(both[1].value().result, tx_status::acked);
}

TEST_F(DriverTest, KeepsTheTimeoutOfAnEarlierReceiveAwayFromALaterOne) {
    std::atomic<int> received = 0;
    auto ends = std::async(std::launch::async, [&] {
        std::vector<std::expected<message, error>> both;
        for (int i = 0; i < 2; ++i) {
            both.push_back(it->receive(i == 0 ? std::optional<duration>(50ms) : std::nullopt));
            ++received;
        }
        return both;
    });
    hear("in time");
    while (received == 0)
        std::this_thread::yield();
    for (int i = 0; i < 100; ++i)
        with_radio([](fake_radio& r) { r.advance(1ms); });
    std::atomic<bool> late = false;
    it->with([&](station& s) { s.clock().call_at(time_point(200ms), [&] { late = true; }); });
    with_radio([](fake_radio& r) { r.advance(100ms); });
    ASSERT_TRUE(eventually([&](station&) { return late.load(); }));
    hear("late");
    ASSERT_EQ(ends.wait_for(limit), std::future_status::ready);
    const auto both = ends.get();
    EXPECT_TRUE(both[0]);
    EXPECT_EQ(text_of(both[1].value()), "late");
}

TEST_F(DriverTest, CallsHandlersInItsOwnThreadWithNoLockHeld) {
    std::promise<std::thread::id> called;
    it->with([&](station& s) {
        s.on_message([&] {
            const bool had = it->with([](station& inside) { return inside.inbox().pop().has_value(); });
            EXPECT_TRUE(had);
            called.set_value(std::this_thread::get_id());
        });
    });
    hear("x");
    auto where = called.get_future();
    ASSERT_EQ(where.wait_for(limit), std::future_status::ready);
    EXPECT_NE(where.get(), std::this_thread::get_id());
}

TEST_F(DriverTest, LetsAHandlerSendAgainAndAgain) {
    std::promise<int> all;
    int ended = 0;  // in the driver's thread alone
    std::function<void(const completion&)> next = [&](const completion&) {
        if (++ended == 500) return all.set_value(ended);
        it->with([&](station& s) { EXPECT_TRUE(s.send_then(bob, bytes_of("x"), next)); });
    };
    it->with([&](station& s) { EXPECT_TRUE(s.send_then(bob, bytes_of("x"), next)); });
    auto done = all.get_future();
    ASSERT_EQ(done.wait_for(limit), std::future_status::ready);
}

TEST_F(DriverTest, RefusesToWaitInAHandler) {
    std::promise<bool> threw;
    it->with([&](station& s) {
        s.on_message([&] {
            try {
                (void)it->receive(0ms);
                threw.set_value(false);
            } catch (const std::logic_error&) {
                threw.set_value(true);
            }
        });
    });
    hear("x");
    EXPECT_TRUE(threw.get_future().get());
}

TEST_F(DriverTest, EndsAfterTheHandlerThatIsRunningAndCallsNoOther) {
    std::promise<void> running;
    std::promise<void> go_on;
    auto may_go_on = go_on.get_future().share();
    std::atomic<int> calls = 0;
    std::atomic<bool> ended = false;
    it->with([&](station& s) {
        s.on_message([&] {
            EXPECT_FALSE(ended);
            if (++calls == 1) running.set_value();
            may_go_on.wait();
            EXPECT_FALSE(ended);
        });
    });
    with_radio([&](fake_radio& r) {
        for (int i = 0; i < 5; ++i)
            r.hear(plain_mpdu(bob, own, "x"));
    });
    running.get_future().wait();
    // Whoever waits is told first: then the driver has begun to end, while the handler runs still.
    std::thread ender;
    auto waiting = std::async(std::launch::async, [&] { return it->send(bob, bytes_of("x")).error().code; });
    ASSERT_TRUE(eventually([](station& s) { return s.device().in_flight() == 1; }));
    ender = std::thread([&] {
        it.reset();
        ended = true;
    });
    EXPECT_EQ(waiting.get(), errc::closed);
    go_on.set_value();
    ender.join();
    EXPECT_EQ(calls, 1);
}

TEST_F(DriverTest, EndsTheWaitsOfOtherThreadsWithClosed) {
    with_radio([](fake_radio& r) { r.answers = false; });
    std::vector<std::future<errc>> ends;
    for (int i = 0; i < 4; ++i) {
        ends.push_back(std::async(std::launch::async, [&] { return it->receive().error().code; }));
        ends.push_back(std::async(std::launch::async, [&] { return it->send(bob, bytes_of("x")).error().code; }));
    }
    ASSERT_TRUE(eventually([](station& s) { return s.device().in_flight() == 4; }));
    // That the receivers wait too shows when a message is taken from under a fifth one.
    auto last = std::async(std::launch::async, [&] { return it->receive(); });
    for (int i = 0; i < 5; ++i)
        hear("x");
    ASSERT_EQ(last.wait_for(limit), std::future_status::ready);
    std::vector<errc> received;
    auto waiting = std::async(std::launch::async, [&] { return it->send(bob, bytes_of("y")).error().code; });
    ASSERT_TRUE(eventually([](station& s) { return s.device().in_flight() == 5; }));
    for (std::size_t i = 0; i < ends.size(); i += 2)
        ends[i].wait();
    it.reset();
    EXPECT_EQ(waiting.get(), errc::closed);
    for (std::size_t i = 1; i < ends.size(); i += 2)
        EXPECT_EQ(ends[i].get(), errc::closed);
}

TEST_F(DriverTest, EndsWhatIsInFlightWhenTheRadioIsLost) {
    with_radio([](fake_radio& r) { r.answers = false; });
    auto sending = std::async(std::launch::async, [&] { return it->send(bob, bytes_of("x")); });
    ASSERT_TRUE(eventually([](station& s) { return s.device().in_flight() == 1; }));
    with_radio([](fake_radio& r) { r.lose("unplugged"); });
    ASSERT_EQ(sending.wait_for(limit), std::future_status::ready);
    EXPECT_EQ(sending.get()->result, tx_status::unconfirmed);
}

struct DriverWithAPoolOfOne : DriverTest {
    DriverWithAPoolOfOne() : DriverTest(options()) {}
    static station_options options() {
        station_options made;
        made.device.pool = 1;
        return made;
    }
};

TEST_F(DriverWithAPoolOfOne, GivesTheBufferToTheSendersInTheirOrder) {
    with_radio([](fake_radio& r) { r.answers = false; });
    std::vector<std::future<bool>> senders;
    std::vector<std::string> texts = {"a", "b", "c", "d"};
    const auto refused = [](station& s) { return s.device().statistics().refused; };
    ASSERT_TRUE(it->with([&](station& s) { return s.send_then(bob, bytes_of("first"), nullptr).has_value(); }));
    senders.push_back(std::async(std::launch::async, [&] { return it->send(bob, bytes_of(texts[0])).has_value(); }));
    ASSERT_TRUE(eventually([&](station& s) { return refused(s) == 1; }));
    for (std::size_t i = 1; i < texts.size(); ++i)
        senders.push_back(
            std::async(std::launch::async, [&, i] { return it->send(bob, bytes_of(texts[i])).has_value(); }));
    std::size_t answered = 0;
    ASSERT_TRUE(eventually([&](station&) {
        for (; answered < air->sent.size(); ++answered)
            air->answer(air->sent[answered].token, tx_status::acked);
        return answered == 5;
    }));
    for (auto& each : senders)
        EXPECT_TRUE(each.get());
    const auto second = with_radio([](fake_radio& r) { return r.sent[1].mpdu.back(); });
    EXPECT_EQ(second, 'a') << "who waited first sends first";
}

TEST_F(DriverWithAPoolOfOne, LetsTheNextSenderTryWhenTheFirstGivesUp) {
    with_radio([](fake_radio& r) { r.answers = false; });
    ASSERT_TRUE(it->with([&](station& s) { return s.send_then(bob, bytes_of("first"), nullptr).has_value(); }));
    const auto gone = it->send(bob, bytes_of("gives up"), 0ms);
    EXPECT_EQ(gone.error().code, errc::timeout);
    with_radio([](fake_radio& r) {
        r.answers = true;
        r.answer(r.sent[0].token, tx_status::acked);
    });
    EXPECT_TRUE(it->send(bob, bytes_of("next")));
    EXPECT_EQ(with_radio([](fake_radio& r) { return r.sent.size(); }), 2u);
}

TEST_F(DriverTest, EndsEachOfAThousandSendsOfFourThreadsExactlyOnce) {
    constexpr int threads = 4;
    constexpr int each = 1000;
    std::mutex mutex;
    std::map<send_token, int> ends;
    std::atomic<int> ended = 0;
    std::atomic<int> messages = 0;
    it->with([&](station& s) {
        s.on_message([&] {
            it->with([](station& inside) { inside.inbox().pop(); });
            ++messages;
        });
    });
    std::latch start(threads);
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t)
        all.emplace_back([&, t] {
            start.arrive_and_wait();
            for (int i = 0; i < each; ++i) {
                const auto to = mac_address({0x02, 0, 0, 2, 0, static_cast<std::uint8_t>(t * 10 + i % 10)});
                if (i % 2 == 0) {  // waits for the end
                    const auto done = it->send(to, bytes_of("blocking"));
                    ASSERT_TRUE(done);
                    ASSERT_EQ(done->destination, to);
                    const std::lock_guard guard(mutex);
                    ++ends[done->token];
                    ++ended;
                } else {  // is told of it
                    const auto count = [&](const completion& done) {
                        const std::lock_guard guard(mutex);
                        ++ends[done.token];
                        ++ended;
                    };
                    while (!it->with([&](station& s) { return s.send_then(to, bytes_of("told"), count).has_value(); }))
                        std::this_thread::yield();
                }
                if (i % 10 == 0) hear("meanwhile");
            }
        });
    for (auto& thread : all)
        thread.join();
    ASSERT_TRUE(eventually([&](station&) { return ended == threads * each && messages == threads * each / 10; }));
    it.reset();
    EXPECT_EQ(ended, threads * each);
    EXPECT_EQ(ends.size(), static_cast<std::size_t>(threads * each));
    for (const auto& [token, count] : ends)
        ASSERT_EQ(count, 1);
}

TEST_F(DriverTest, GivesEachMessageToExactlyOneOfManyReceivers) {
    constexpr int count = 400;
    std::mutex mutex;
    std::map<std::string, int> got;
    std::vector<std::thread> receivers;
    for (int t = 0; t < 4; ++t)
        receivers.emplace_back([&] {
            for (;;) {
                const auto m = it->receive();
                ASSERT_TRUE(m);
                const auto text = text_of(*m);
                if (text == "end") return;
                const std::lock_guard guard(mutex);
                ++got[text];
            }
        });
    for (int i = 0; i < count; ++i)
        hear(std::to_string(i));
    for (int t = 0; t < 4; ++t)
        hear("end");
    for (auto& thread : receivers)
        thread.join();
    EXPECT_EQ(got.size(), static_cast<std::size_t>(count));
    for (const auto& [text, times] : got)
        EXPECT_EQ(times, 1) << text;
}

}  // namespace
}  // namespace nowire::test
