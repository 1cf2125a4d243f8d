#include "station/station_fake_radio.hpp"

#include <nowire/station/mailbox.hpp>

#include <gmock/gmock.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace nowire::test {
namespace {

using namespace std::chrono_literals;

constexpr mac_address own({0x02, 0, 0, 0, 0, 0x10});
constexpr mac_address bob({0x02, 0, 0, 0, 0, 0x20});
constexpr mac_address eve({0x02, 0, 0, 0, 0, 0x30});
constexpr auto limit = 30s;  // of real time: reached only by a test that fails
const auto ring_of_the_chip = ring_limits(2968, 14, 2);

struct MailboxTest : ::testing::Test {
    MailboxTest() {
        auto made = std::make_unique<fake_radio>(own);
        air = made.get();
        station_options options;
        options.add_plain_peers = false;
        it = std::make_unique<mailbox>(std::make_unique<station>(std::move(made), options));
    }
    template <class Use>
    auto with_radio(Use use) {
        return it->with([&](station&) { return use(*air); });
    }
    void hear(std::string_view text) {
        with_radio([&](fake_radio& r) { r.hear(plain_mpdu(bob, own, text)); });
    }
    void add(const mac_address& address) {
        ASSERT_TRUE(it->with([&](station& s) { return s.device().add_peer({.address = address}); }));
    }
    void start() {
        it->start(ring_of_the_chip);
        add(bob);
    }
    template <class Condition>
    bool eventually(Condition so) {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (std::chrono::steady_clock::now() < end) {
            if (so()) return true;
            std::this_thread::yield();
        }
        return false;
    }
    /// Lets the air's time pass until `waits` is over.
    template <class Future>
    void pass_until_ready(Future& waits, duration step) {
        ASSERT_TRUE(eventually([&] {
            with_radio([&](fake_radio& r) { r.advance(step); });
            return waits.wait_for(1ms) == std::future_status::ready;
        }));
    }
    short polled(int descriptor) {
        pollfd one = {.fd = descriptor, .events = POLLIN | POLLOUT, .revents = 0};
        ::poll(&one, 1, 0);
        return one.revents;
    }

    fake_radio* air = nullptr;
    std::unique_ptr<mailbox> it;
};

TEST_F(MailboxTest, IsOffAtFirst) {
    EXPECT_FALSE(it->is_started());
    EXPECT_EQ(it->send(bob, bytes_of("x"), true).error().code, errc::not_init);
    EXPECT_EQ(it->receive(0ms).error().code, errc::not_init);
    start();
    EXPECT_TRUE(it->is_started());
    it->start(ring_of_the_chip);
    EXPECT_TRUE(it->send(bob, bytes_of("x"), true).value()) << "a second start has not removed the peer";
}

TEST_F(MailboxTest, ThrowsAwayWhatComesWhileItIsOff) {
    hear("before");
    ASSERT_TRUE(
        eventually([&] { return it->with([](station& s) { return s.device().statistics().delivered == 1; }); }));
    start();
    hear("after");
    EXPECT_EQ(text_of(it->receive(std::nullopt).value()), "after");
    EXPECT_EQ(it->counters().rx_packets, 1U);
    EXPECT_EQ(it->counters().rx_dropped, 0U);
}

TEST_F(MailboxTest, DropsTheNewestWhereItsRingIsFull) {
    it->start(ring_limits(40, 14, 2));  // Two messages of 5 bytes take 38.
    for (const auto* text : {"12345", "67890", "x"})
        hear(text);
    ASSERT_TRUE(eventually([&] { return it->counters().rx_dropped == 1; }));
    EXPECT_EQ(it->counters().rx_packets, 2U);
    EXPECT_EQ(text_of(it->receive(0ms).value()), "12345");
    EXPECT_EQ(text_of(it->receive(0ms).value()), "67890");
    EXPECT_EQ(it->receive(0ms).error().code, errc::timeout);
}

TEST_F(MailboxTest, ARingThatIsTooSmallForAnythingDropsAll) {
    it->start(ring_limits(2, 14, 2));
    hear("x");
    ASSERT_TRUE(eventually([&] { return it->counters().rx_dropped == 1; }));
}

TEST_F(MailboxTest, CountsWhatIsSentAndWhatBecomesOfIt) {
    start();
    EXPECT_TRUE(it->send(bob, bytes_of("x"), true).value());
    with_radio([](fake_radio& r) { r.answers = false; });
    EXPECT_TRUE(it->send(bob, bytes_of("y"), false).value());
    auto counters = it->counters();
    EXPECT_EQ(counters.tx_packets, 2U);
    EXPECT_EQ(counters.tx_responses, 1U);
    with_radio([](fake_radio& r) { r.answer(r.sent.back().token, tx_status::not_acked); });
    ASSERT_TRUE(it->flush(limit));
    counters = it->counters();
    EXPECT_EQ(counters.tx_responses, 2U);
    EXPECT_EQ(counters.tx_failures, 1U);
}

TEST_F(MailboxTest, SendsToAllPeersAndIsFalseWhereOneIsSilent) {
    start();
    add(eve);
    add(mac_address::broadcast());
    with_radio([](fake_radio& r) { r.answers = false; });
    auto sending = std::async(std::launch::async, [&] { return it->send(std::nullopt, bytes_of("x"), true); });
    ASSERT_TRUE(eventually([&] { return with_radio([](fake_radio& r) { return r.sent.size() == 2; }); }));
    with_radio([](fake_radio& r) {
        r.answer(r.sent[0].token, tx_status::acked);
        r.answer(r.sent[1].token, tx_status::not_acked);
    });
    ASSERT_EQ(sending.wait_for(limit), std::future_status::ready);
    EXPECT_FALSE(sending.get().value());
    EXPECT_EQ(it->counters().tx_packets, 2U);
}

TEST_F(MailboxTest, SendsToAllPeersThoughAllAreGroups) {
    it->start(ring_of_the_chip);
    EXPECT_EQ(it->send(std::nullopt, bytes_of("x"), true).error().code, errc::peer_not_found);
    add(mac_address::broadcast());
    EXPECT_TRUE(it->send(std::nullopt, bytes_of("x"), true).value());
    EXPECT_EQ(it->counters().tx_packets, 0U);
}

TEST_F(MailboxTest, GivesUpWaitingForAResponseAfter100Milliseconds) {
    start();
    with_radio([](fake_radio& r) { r.answers = false; });
    const auto began = it->now();
    auto sending = std::async(std::launch::async, [&] { return it->send(bob, bytes_of("x"), true); });
    pass_until_ready(sending, 1ms);
    EXPECT_EQ(sending.get().error().code, errc::timeout);
    EXPECT_GE(it->now() - began, 100ms);

    // The next one waits for that one first, and is not sent.
    auto again = std::async(std::launch::async, [&] { return it->send(bob, bytes_of("y"), true); });
    pass_until_ready(again, 1ms);
    EXPECT_EQ(again.get().error().code, errc::timeout);
    EXPECT_EQ(with_radio([](fake_radio& r) { return r.sent.size(); }), 1U);

    it->stop();
    EXPECT_EQ(it->counters().tx_packets, 0U);
    it->start(ring_of_the_chip);
    add(bob);
    with_radio([](fake_radio& r) {
        r.answers = true;
        r.answer(r.sent.front().token, tx_status::not_acked);
    });
    EXPECT_TRUE(it->send(bob, bytes_of("z"), true).value()) << "what was given up does not count";
    EXPECT_EQ(it->counters().tx_failures, 0U);
}

TEST_F(MailboxTest, WaitsTwoSecondsForABuffer) {
    start();
    with_radio([](fake_radio& r) { r.answers = false; });
    for (int i = 0; i < 32; ++i)
        ASSERT_TRUE(it->send(bob, bytes_of("x"), false));
    auto refused = std::async(std::launch::async, [&] { return it->send(bob, bytes_of("y"), false); });
    const auto began = it->now();
    pass_until_ready(refused, 20ms);
    EXPECT_EQ(refused.get().error().code, errc::no_memory);
    EXPECT_GE(it->now() - began, 1900ms);

    auto taken = std::async(std::launch::async, [&] { return it->send(bob, bytes_of("z"), false); });
    with_radio([](fake_radio& r) { r.answer(r.sent.front().token, tx_status::acked); });
    ASSERT_EQ(taken.wait_for(limit), std::future_status::ready);
    EXPECT_TRUE(taken.get());
}

TEST_F(MailboxTest, RefusesLengthsThatAreNone) {
    start();
    EXPECT_EQ(it->send(bob, {}, true).error().code, errc::argument);
    EXPECT_EQ(it->send(bob, std::vector<std::uint8_t>(1471), true).error().code, errc::argument);
    EXPECT_TRUE(it->send(bob, std::vector<std::uint8_t>(1470), true));
    EXPECT_EQ(it->send(eve, bytes_of("x"), true).error().code, errc::peer_not_found);
}

TEST_F(MailboxTest, ClearsItsRingWhereAMessageDoesNotFit) {
    start();
    hear("12345");
    hear("1");
    ASSERT_TRUE(eventually([&] { return it->counters().rx_packets == 2; }));
    EXPECT_EQ(it->next_size(), 5U);
    EXPECT_EQ(it->receive(0ms, 4).error().code, errc::buffer_too_small);
    EXPECT_EQ(it->receive(0ms).error().code, errc::timeout);
}

TEST_F(MailboxTest, EndsWhoWaitsWhenItIsSwitchedOff) {
    start();
    auto waits = std::async(std::launch::async, [&] { return it->receive(std::nullopt); });
    it->stop();
    ASSERT_EQ(waits.wait_for(limit), std::future_status::ready);
    EXPECT_EQ(waits.get().error().code, errc::not_init);
}

TEST_F(MailboxTest, EndsWhoWaitsWhenItIsDestroyed) {
    start();
    std::atomic<bool> begins = false;
    auto waits = std::async(std::launch::async, [&begins, box = it.get()] {
        begins = true;
        return box->wait({.message = true}, std::nullopt);
    });
    ASSERT_TRUE(eventually([&] { return begins.load(); }));
    // Whether it waits already or finds it closing, it must not be left behind.
    ASSERT_EQ(waits.wait_for(20ms), std::future_status::timeout);
    it.reset();
    ASSERT_EQ(waits.wait_for(limit), std::future_status::ready);
    EXPECT_EQ(waits.get().error().code, errc::closed);
}

TEST_F(MailboxTest, ASignalEndsAnInterruptibleWaitAlone) {
    struct sigaction nothing {};
    struct sigaction before {};
    nothing.sa_handler = [](int) {};
    ASSERT_EQ(::sigaction(SIGUSR1, &nothing, &before), 0);
    start();
    std::promise<pthread_t> thread;
    std::atomic<bool> over = false;
    auto waits = std::async(std::launch::async, [&] {
        thread.set_value(::pthread_self());
        const auto why = it->receive(std::nullopt, 1000, patience::interruptible).error().code;
        over = true;
        return why;
    });
    const auto who = thread.get_future().get();
    ASSERT_TRUE(eventually([&] {
        if (!over) ::pthread_kill(who, SIGUSR1);
        return over.load();
    }));
    EXPECT_EQ(waits.get(), errc::interrupted);
    ::sigaction(SIGUSR1, &before, nullptr);
}

TEST_F(MailboxTest, AnInterruptIsKeptForTheNextWaitAndNoPollTakesIt) {
    start();
    it->interrupt();
    EXPECT_EQ(it->receive(0ms, 1000, patience::interruptible).error().code, errc::timeout);
    EXPECT_EQ(it->receive(std::nullopt, 1000, patience::interruptible).error().code, errc::interrupted);
}

TEST_F(MailboxTest, OtherDescriptorsEndAWait) {
    start();
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    ASSERT_EQ(::write(ends[1], "x", 1), 1);
    std::vector<pollfd> others = {{.fd = ends[0], .events = POLLIN, .revents = 0}};
    const auto found = it->wait({.message = true}, std::nullopt, patience::patient, others);
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->others);
    EXPECT_EQ(others[0].revents, POLLIN);
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_F(MailboxTest, ItsDescriptorIsReadableWithAMessageAndWritableWhenAllHasEnded) {
    const int descriptor = it->descriptor();
    EXPECT_EQ(polled(descriptor), 0) << "neither while it is off";
    start();
    EXPECT_EQ(polled(descriptor), POLLOUT);
    with_radio([](fake_radio& r) { r.answers = false; });
    ASSERT_TRUE(it->send(bob, bytes_of("x"), false));
    EXPECT_EQ(polled(descriptor), 0);
    hear("there");
    ASSERT_TRUE(eventually([&] { return polled(descriptor) == POLLIN; }));
    with_radio([](fake_radio& r) { r.answer(r.sent.back().token, tx_status::acked); });
    ASSERT_TRUE(eventually([&] { return polled(descriptor) == (POLLIN | POLLOUT); }));
    ASSERT_TRUE(it->receive(0ms));
    EXPECT_EQ(polled(descriptor), POLLOUT);
    hear("again");
    ASSERT_TRUE(eventually([&] { return polled(descriptor) == (POLLIN | POLLOUT); }));
    it->stop();
    EXPECT_EQ(polled(descriptor), 0);
}

TEST_F(MailboxTest, TellsOfEachMessageAndEachEnd) {
    start();
    std::atomic<int> messages = 0;
    std::promise<completion> sent;
    it->on_message([&] { ++messages; });
    it->on_sent([&](const completion& done) { sent.set_value(done); });
    hear("one");
    hear("two");
    ASSERT_TRUE(eventually([&] { return messages == 2; }));
    ASSERT_TRUE(it->send(bob, bytes_of("x"), false));
    auto told = sent.get_future();
    ASSERT_EQ(told.wait_for(limit), std::future_status::ready);
    EXPECT_EQ(told.get().destination, bob);
    it->on_message({});
    it->on_sent({});
}

TEST_F(MailboxTest, AHandlerMayAnswerButNotWait) {
    start();
    std::promise<std::string> what;
    it->on_message([&] {
        const auto got = it->receive(0ms);
        const auto answered = it->send(bob, bytes_of("answer"), false);
        try {
            (void)it->receive(std::nullopt);
        } catch (const std::logic_error&) {
            what.set_value(text_of(*got) + (answered ? " answered" : " refused"));
        }
    });
    hear("ask");
    auto told = what.get_future();
    ASSERT_EQ(told.wait_for(limit), std::future_status::ready);
    EXPECT_EQ(told.get(), "ask answered");
    it->on_message({});
}

TEST_F(MailboxTest, FailsWhereTheRadioDoesNotComeBack) {
    start();
    with_radio([](fake_radio& r) { r.lose("unplugged"); });
    auto waits = std::async(std::launch::async, [&] { return it->receive(std::nullopt); });
    pass_until_ready(waits, 100ms);
    const auto why = waits.get().error();
    EXPECT_EQ(why.code, errc::radio);
    EXPECT_THAT(why.text, ::testing::HasSubstr("unplugged"));
    EXPECT_EQ(it->send(bob, bytes_of("x"), true).error().code, errc::radio);
    with_radio([](fake_radio& r) { r.restore(); });
    ASSERT_TRUE(eventually([&] { return it->receive(0ms).error().code == errc::timeout; }));
    EXPECT_TRUE(it->send(bob, bytes_of("x"), true));
}

}  // namespace
}  // namespace nowire::test
