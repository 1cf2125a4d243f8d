/// spec/micropython-pycom.md, part 1.8: irq, the scheduler, poll.

#include "micropython/chips.hpp"

#include <nowire/micropython/espnow_v1.hpp>

#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>

namespace nowire::test {
namespace {

using namespace nowire::micropython;

struct Irq1_8 : testing::Test {
    Irq1_8() {
        c.up();
        e.active(true);
    }
    fake_chip c;
    ESPNow e{c.it};
    int calls = 0;
    ESPNow::callback count = [this](ESPNow&) { ++calls; };
};
using Schedule1_8 = Irq1_8;
using Poll1_8 = Irq1_8;

TEST_F(Irq1_8, IsCalledOnceForEachMessageWithTheObject) {
    std::vector<ESPNow*> with;
    e.irq([&](ESPNow& it) { with.push_back(&it); });
    c.hear("1");
    c.hear("2");
    c.hear("3");
    run_scheduled(c.it);
    EXPECT_EQ(with, (std::vector<ESPNow*>{&e, &e, &e})) << "it is not coalesced";
}

TEST_F(Irq1_8, ReadsAllThatWaits) {
    std::vector<std::string> heard;
    e.irq([&](ESPNow& it) {
        while (const auto got = it.irecv(0))
            heard.emplace_back(got.msg->text());
    });
    c.hear("1");
    c.hear("2");
    run_scheduled(c.it);
    EXPECT_EQ(heard, (std::vector<std::string>{"1", "2"}));
}

TEST_F(Irq1_8, MayBeSetWhileInactive) {
    e.active(false);
    e.irq(count);
    e.active(true);
    c.hear("x");
    run_scheduled(c.it);
    EXPECT_EQ(calls, 1);
}

TEST_F(Irq1_8, NoneEndsIt) {
    e.irq(count);
    e.irq(None);
    c.hear("x");
    run_scheduled(c.it);
    EXPECT_EQ(calls, 0);
}

TEST_F(Irq1_8, WhatIsScheduledStaysWhenTheCallbackIsReplaced) {
    e.irq(count);
    c.hear("x");
    e.irq(None);
    run_scheduled(c.it);
    EXPECT_EQ(calls, 1);
}

TEST_F(Irq1_8, ThereIsOneForAllObjects) {
    ESPNow other(c.it);
    int others = 0;
    e.irq(count);
    other.irq([&](ESPNow&) { ++others; });
    c.hear("x");
    run_scheduled(c.it);
    EXPECT_EQ(calls, 0);
    EXPECT_EQ(others, 1);
}

TEST_F(Irq1_8, EndsWithItsObject) {
    auto other = std::make_unique<ESPNow>(c.it);
    other->irq(count);
    c.hear("scheduled");
    other.reset();
    c.hear("too late");
    run_scheduled(c.it);
    EXPECT_EQ(calls, 0);
}

TEST_F(Irq1_8, OnlyReceptionTriggersIt) {
    c.hear("before");
    e.irq(count);
    run_scheduled(c.it);
    EXPECT_EQ(calls, 0) << "what waits already does not";
    c.hear("after");
    run_scheduled(c.it);
    run_scheduled(c.it);
    EXPECT_EQ(calls, 1) << "what still waits does not either";
    EXPECT_EQ(e.stats().rx_packets, 2U);
}

TEST_F(Irq1_8, RunsInTheThreadThatWaitsAndNeverInAnother) {
    std::vector<std::thread::id> ran;
    e.irq([&](ESPNow&) { ran.push_back(std::this_thread::get_id()); });
    c.hear("x");
    EXPECT_TRUE(ran.empty()) << "nobody has waited";
    e.recv(0);
    e.recv(0);
    const passing_time runs(c);
    std::thread speaks([&] { c.hear("y"); });
    sleep_ms(500, c.it);
    speaks.join();
    run_scheduled(c.it);
    EXPECT_EQ(ran, std::vector(2, std::this_thread::get_id()));
}

TEST_F(Irq1_8, AMessageIsReadByTheCallbackOrByRecvWhoeverIsFirst) {
    std::vector<std::string> heard;
    e.irq([&](ESPNow& it) {
        while (const auto got = it.recv(0))
            heard.push_back(got.msg);
    });
    std::thread speaks([&] {
        for (int i = 0; i < 100; ++i)
            c.hear(std::to_string(i));
    });
    const passing_time runs(c);
    while (heard.size() < 100)
        if (auto got = e.recv(1000)) heard.push_back(got.msg);
    speaks.join();
    for (std::size_t i = 0; i < heard.size(); ++i)
        EXPECT_EQ(heard[i], std::to_string(i));
}

TEST_F(Schedule1_8, InterruptsRecvWhichGoesOnWaiting) {
    std::latch called(1);
    std::thread schedules([&] {
        schedule([&] { called.count_down(); }, c.it);
        called.wait();
        c.hear("x");
    });
    EXPECT_EQ(e.recv(-1).msg, "x");
    schedules.join();
}

TEST_F(Schedule1_8, IsCalledSoonWhileAThreadWaits) {
    constexpr int rounds = 40;
    const auto begin = std::chrono::steady_clock::now();
    std::thread schedules([&] {
        for (int i = 0; i < rounds; ++i) {
            std::latch called(1);
            schedule([&] { called.count_down(); }, c.it);
            called.wait();
        }
        c.hear("x");
    });
    EXPECT_EQ(e.recv(-1).msg, "x");
    schedules.join();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, rounds * 100ms)
        << "a wait is interrupted, it does not look now and then";
}

TEST_F(Schedule1_8, InterruptsIrecvPollAndSleepWhichGoOnWaiting) {
    const auto interrupted = [&](const std::function<void()>& wait) {
        std::latch called(1);
        const auto begin = ticks_ms(c.it);
        std::thread schedules([&] {
            schedule([&] { called.count_down(); }, c.it);
            called.wait();
            c.advance(10s);
        });
        wait();
        schedules.join();
        EXPECT_GE(ticks_diff(ticks_ms(c.it), begin), 5000);
    };
    interrupted([&] { EXPECT_FALSE(e.irecv(5000)); });
    interrupted([&] { EXPECT_EQ(e.poll(POLLIN, 5000), 0); });
    interrupted([&] { sleep_ms(5000, c.it); });
}

TEST_F(Schedule1_8, Holds8AndLosesTheRest) {
    e.irq(count);
    for (int i = 0; i < 10; ++i)
        c.hear("x");
    EXPECT_FALSE(schedule([] {}, c.it));
    run_scheduled(c.it);
    EXPECT_EQ(calls, 8);
    EXPECT_EQ(e.stats().rx_packets, 10U);
}

TEST_F(Schedule1_8, RunsInItsOrderAndNeverOneInsideAnother) {
    std::string order;
    schedule(
        [&] {
            order += "a";
            run_scheduled(c.it);
            e.recv(0);
            order += "A";
        },
        c.it);
    schedule([&] { order += "b"; }, c.it);
    run_scheduled(c.it);
    EXPECT_EQ(order, "aAb");
}

TEST_F(Schedule1_8, ACallbackMayScheduleAnother) {
    schedule([&] { schedule([&] { ++calls; }, c.it); }, c.it);
    run_scheduled(c.it);
    EXPECT_EQ(calls, 1);
}

TEST_F(Schedule1_8, WhatACallbackThrowsComesOutAndTheOthersStay) {
    schedule([] { throw std::runtime_error("from the callback"); }, c.it);
    schedule([&] { ++calls; }, c.it);
    EXPECT_THROW_TEXT(e.recv(0), std::runtime_error, "from the callback");
    EXPECT_EQ(calls, 0);
    e.recv(0);
    EXPECT_EQ(calls, 1);
}

TEST_F(Schedule1_8, AnotherThreadsCallbackIsWaitedForWhenItsObjectGoes) {
    auto other = std::make_unique<ESPNow>(c.it);
    std::latch inside(1);
    std::atomic<bool> ended = false;
    other->irq([&](ESPNow&) {
        inside.count_down();
        std::this_thread::sleep_for(20ms);  // What a slow callback does.
        ended = true;
    });
    c.hear("x");
    std::thread runs([&] { run_scheduled(c.it); });
    inside.wait();
    other.reset();
    EXPECT_TRUE(ended);
    runs.join();
}

TEST_F(Schedule1_8, SleepIsOnTheAirsClock) {
    const passing_time runs(c, 1ms);
    const auto begin = ticks_ms(c.it);
    sleep_ms(300, c.it);
    EXPECT_GE(ticks_diff(ticks_ms(c.it), begin), 300);
    sleep_ms(-1, c.it);
}

TEST(Ticks1_8, DifferencesAreTakenAcrossAWrap) {
    EXPECT_EQ(ticks_diff(5, 0xffffffff), 6);
    EXPECT_EQ(ticks_diff(0xffffffff, 5), -6);
}

TEST_F(Poll1_8, IsReadableWhileTheRingIsNotEmpty) {
    EXPECT_EQ(e.poll(POLLIN), 0);
    c.hear("x");
    EXPECT_EQ(e.poll(POLLIN), POLLIN);
    EXPECT_EQ(e.poll(POLLIN, 1000), POLLIN);
    e.recv(0);
    EXPECT_EQ(e.poll(POLLIN), 0);
}

TEST_F(Poll1_8, IsWritableWhileNoResponseIsOutstanding) {
    e.add_peer(bob_mac);
    EXPECT_EQ(e.poll(POLLOUT), POLLOUT);
    c.answer(std::nullopt);
    e.send(bob_mac, "x", false);
    EXPECT_EQ(e.poll(POLLOUT), 0);
    c.with_radio([](fake_radio& r) { r.answer(r.sent.front().token, tx_status::acked); });
    EXPECT_EQ(e.poll(POLLOUT, None), POLLOUT);
}

TEST_F(Poll1_8, SaysOnlyWhatWasAskedFor) {
    EXPECT_EQ(e.poll(POLLOUT), POLLOUT) << "upstream says 5";
    e.add_peer(bob_mac);
    c.answer(std::nullopt);
    e.send(bob_mac, "x", false);
    EXPECT_EQ(e.poll(POLLIN), 0) << "upstream says 4";
    c.hear("x");
    EXPECT_EQ(e.poll(POLLIN | POLLOUT), POLLIN);
}

TEST_F(Poll1_8, WaitsForAMessage) {
    std::thread speaks([&] { c.hear("x"); });
    EXPECT_EQ(e.poll(POLLIN, -1), POLLIN);
    speaks.join();
}

TEST_F(Poll1_8, EndsAfterItsTime) {
    const passing_time runs(c);
    const auto begin = ticks_ms(c.it);
    EXPECT_EQ(e.poll(POLLIN, 100), 0);
    EXPECT_GE(ticks_diff(ticks_ms(c.it), begin), 100);
}

TEST_F(Poll1_8, WhatIsInactiveIsNeverReady) {
    e.active(false);
    c.hear_only("x");
    const passing_time runs(c);
    EXPECT_EQ(e.poll(POLLIN | POLLOUT, 50), 0);
}

TEST_F(Poll1_8, WhatAnotherFormHasIsNotItsOwn) {
    e.active(false);
    v1::ESPNow older(c.it);
    older.init();
    c.hear("x");
    EXPECT_EQ(e.poll(POLLIN | POLLOUT), 0);
    EXPECT_OS_ERROR(e.any(), -12389, "ESP_ERR_ESPNOW_NOT_INIT");
    EXPECT_FALSE(e.active(false));
    EXPECT_TRUE(older.poll());
}

TEST_F(Poll1_8, TheSystemsPollSaysTheSame) {
    const auto ready = [&] {
        pollfd wanted{.fd = e.fileno(), .events = POLLIN | POLLOUT, .revents = 0};
        ::poll(&wanted, 1, 0);
        return static_cast<int>(wanted.revents);
    };
    EXPECT_EQ(ready(), POLLOUT);
    c.hear("x");
    EXPECT_EQ(ready(), POLLIN | POLLOUT);
    e.active(false);
    EXPECT_EQ(ready(), 0);
}

}  // namespace
}  // namespace nowire::test
