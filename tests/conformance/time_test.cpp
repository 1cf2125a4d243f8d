/// Who calls whom when: handlers, clock, descriptor, dispatch() and wait_until().

#include "conformance/radio_contract.hpp"

#include <gmock/gmock.h>
#include <poll.h>

#include <chrono>

namespace nowire::conformance {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

namespace {

bool is_readable(const radio& r) {
    pollfd one = {.fd = r.descriptor(), .events = POLLIN, .revents = 0};
    return ::poll(&one, 1, 0) == 1 && (one.revents & POLLIN) != 0;
}

/// Waits as a program with one radio does.
void wait_until(party& p, const std::function<bool()>& done) {
    while (!done())
        p.on_air().wait_until(std::nullopt);
}

}  // namespace

TEST_P(RadioContract, NoHandlerIsCalledFromACallThatAsksForSomething) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    a.send(b.mac(), "hello");
    a.send(mac_address::broadcast(), "all");
    a.on_air().transmit({.token = 99, .mpdu = std::vector<std::uint8_t>(a.can().max_mpdu + 1, 0xd0)});
    auto setup = a.setup();
    setup.receiving = false;
    ASSERT_TRUE(a.on_air().configure(setup));
    a.on_air().set_promiscuous(true);
    a.on_air().set_tx_power(10);
    a.on_air().clock().now();
    a.on_air().descriptor();
    EXPECT_EQ(a.calls(), 0);
    EXPECT_EQ(b.calls(), 0);
    ASSERT_TRUE(run_until([&] { return a.done.size() == 3 && b.count("all") == 1; }));
}

TEST_P(RadioContract, AHandlerMayCallTheRadio) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    int echoes = 0;
    bool timer_ran = false;
    b.when_heard = [&](const party::reception& one) {
        const auto text = text_of(one.mpdu);
        if (!text || *text != "hello" || ++echoes > 1) return;
        auto& r = b.on_air();
        r.set_promiscuous(true);
        r.set_promiscuous(false);
        r.set_tx_power(11);
        EXPECT_TRUE(r.configure(b.setup()));
        r.clock().cancel(r.clock().call_at(r.clock().now(), [] { FAIL(); }));
        r.clock().call_at(r.clock().now(), [&] { timer_ran = true; });
        b.send(a.mac(), "echo", 1);
    };
    a.when_done = [&, more = true](const tx_done&) mutable {
        if (std::exchange(more, false)) a.send(mac_address::broadcast(), "and one more");
    };
    a.send(b.mac(), "hello", 1);
    EXPECT_TRUE(run_until([&] { return a.count("echo") > 0 && b.count("and one more") == 1 && timer_ran; }));
}

TEST_P(RadioContract, WhatNobodyHandlesIsDropped) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    b.on_air().set_handler(nullptr);
    const auto token = a.send(b.mac(), "unheard", 1);
    ASSERT_TRUE(run_until_answered(a, token));
    EXPECT_EQ(a.answer_to(token)->status, expected_status(a, true)) << "the radio acknowledges, whoever listens";
    // What is on its way to b is dropped by its dispatch, which is what a wait for a time does.
    air().run_past(b.on_air(), b.on_air().clock().now() + milliseconds(50));
    b.on_air().set_handler(&b);
    ASSERT_TRUE(run_until_quiet(a, b));
    EXPECT_THAT(b.texts(), ElementsAre("quiet 1"));
}

TEST_P(RadioContract, TheClockNeverGoesBack) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    auto last = a.on_air().clock().now();
    b.when_heard = [&](const party::reception&) {
        EXPECT_GE(a.on_air().clock().now(), last);
        last = a.on_air().clock().now();
    };
    for (int i = 0; i < 10; ++i)
        a.send(mac_address::broadcast(), "tick");
    ASSERT_TRUE(run_until([&] { return b.count("tick") == 10; }));
    EXPECT_GE(a.on_air().clock().now(), last);
}

TEST_P(RadioContract, TimersRunInTheOrderOfTheirTimes) {
    auto& a = join({.name = "a"});
    auto& clock = a.on_air().clock();
    const auto start = clock.now();
    std::vector<int> ran;
    std::vector<bool> late;
    const auto note = [&](int n, time_point when) {
        clock.call_at(when, [&, n, when] {
            ran.push_back(n);
            late.push_back(clock.now() >= when);
        });
    };
    note(3, start + milliseconds(3));
    note(1, start + milliseconds(1));
    note(4, start + milliseconds(3));
    note(2, start + milliseconds(2));
    note(5, start + milliseconds(3));
    note(0, start - seconds(1));
    EXPECT_TRUE(ran.empty()) << "never from inside call_at()";
    ASSERT_TRUE(run_until([&] { return ran.size() == 6; }));
    EXPECT_THAT(ran, ElementsAre(0, 1, 2, 3, 4, 5));
    EXPECT_THAT(late, testing::Each(true)) << "none runs before its time";
}

TEST_P(RadioContract, ACancelledTimerDoesNotRun) {
    auto& a = join({.name = "a"});
    auto& clock = a.on_air().clock();
    bool second_ran = false;
    timer_id second{};
    const auto first = clock.call_at(clock.now() + milliseconds(1), [&] { EXPECT_TRUE(clock.cancel(second)); });
    second = clock.call_at(clock.now() + milliseconds(2), [&] { second_ran = true; });
    const auto third = clock.call_at(clock.now() + milliseconds(2), [] { FAIL(); });
    EXPECT_TRUE(clock.cancel(third));
    EXPECT_FALSE(clock.cancel(third)) << "it was cancelled before";
    air().run_past(a.on_air(), clock.now() + milliseconds(10));
    EXPECT_FALSE(second_ran);
    EXPECT_FALSE(clock.cancel(first)) << "it has run";
}

TEST_P(RadioContract, ATimerForNowWaitsForTheNextDispatch) {
    auto& a = join({.name = "a"});
    auto& clock = a.on_air().clock();
    int ran = 0;
    std::function<void()> again = [&] {
        if (++ran < 3) clock.call_at(clock.now(), again);
    };
    clock.call_at(clock.now(), again);
    EXPECT_EQ(ran, 0);
    a.on_air().dispatch();
    EXPECT_EQ(ran, 1);
    a.on_air().dispatch();
    EXPECT_EQ(ran, 2);
    a.on_air().dispatch();
    a.on_air().dispatch();
    EXPECT_EQ(ran, 3);
}

TEST_P(RadioContract, TheDescriptorIsReadableWhenDispatchHasSomethingToDo) {
    auto& a = join({.name = "a"});
    auto& r = a.on_air();
    r.dispatch();
    const int descriptor = r.descriptor();
    ASSERT_GE(descriptor, 0);
    EXPECT_FALSE(is_readable(r));

    int ran = 0;
    r.clock().call_at(r.clock().now(), [&] { ++ran; });
    EXPECT_TRUE(is_readable(r));
    r.dispatch();
    EXPECT_EQ(ran, 1);
    EXPECT_FALSE(is_readable(r));

    const auto cancelled = r.clock().call_at(r.clock().now(), [&] { ++ran; });
    r.clock().cancel(cancelled);
    r.dispatch();
    EXPECT_FALSE(is_readable(r));
    EXPECT_EQ(ran, 1);

    r.clock().call_at(r.clock().now() + seconds(3600), [] {});
    EXPECT_FALSE(is_readable(r));
    EXPECT_EQ(r.descriptor(), descriptor) << "the same as long as the radio lives";
}

TEST_P(RadioContract, DispatchWithNothingReadyCallsNobody) {
    auto& a = join({.name = "a"});
    join({.name = "b"});
    a.on_air().clock().call_at(a.on_air().clock().now() + seconds(3600), [] { FAIL(); });
    for (int i = 0; i < 3; ++i)
        a.on_air().dispatch();
    EXPECT_EQ(a.calls(), 0);
}

TEST_P(RadioContract, WaitingEndsAtTheDeadline) {
    auto& a = join({.name = "a"});
    auto& clock = a.on_air().clock();
    const auto deadline = clock.now() + milliseconds(20);
    while (clock.now() < deadline)  // it may return before, where something was ready that concerns no handler
        a.on_air().wait_until(deadline);
    EXPECT_EQ(a.calls(), 0);
    EXPECT_LT(clock.now(), deadline + seconds(20));
    a.on_air().wait_until(clock.now() - seconds(1));
    EXPECT_EQ(a.calls(), 0);
}

TEST_P(RadioContract, WaitingEndsWithTheAnswer) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    const auto token = a.send(b.mac(), "hello", 1);
    wait_until(a, [&] { return a.answer_to(token) != nullptr; });
    EXPECT_EQ(a.answer_to(token)->status, expected_status(a, true)) << "b's radio needs no program for that";
    wait_until(b, [&] { return b.count("hello") > 0; });
}

TEST_P(RadioContract, WaitingRunsTimers) {
    auto& a = join({.name = "a"});
    auto& clock = a.on_air().clock();
    const auto when = clock.now() + milliseconds(5);
    bool ran = false;
    clock.call_at(when, [&] { ran = true; });
    wait_until(a, [&] { return ran; });
    EXPECT_GE(clock.now(), when);
}

TEST_P(RadioContract, WaitingReturnsBeforeADeadlineThatIsFarAway) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    auto& clock = a.on_air().clock();
    const auto far = clock.now() + seconds(3600);
    const auto token = a.send(b.mac(), "hello", 1);
    while (!a.answer_to(token) && clock.now() < far)
        a.on_air().wait_until(far);
    EXPECT_TRUE(a.answer_to(token));
    EXPECT_LT(clock.now(), far);
}

TEST_P(RadioContract, TimesOfWhatIsHeardAreInOrder) {
    auto& a = join({.name = "a"});
    auto& b = join({.name = "b"});
    for (int i = 0; i < 10; ++i)
        a.send(mac_address::broadcast(), "tick");
    ASSERT_TRUE(run_until([&] { return b.count("tick") == 10 && a.done.size() == 10; }));
    for (std::size_t i = 1; i < b.heard.size(); ++i) {
        EXPECT_GE(b.heard[i].info.time, b.heard[i - 1].info.time);
        EXPECT_GE(a.done[i].time, a.done[i - 1].time);
    }
}

}  // namespace nowire::conformance
