#include <nowire/radio/timer_queue.hpp>

#include <gmock/gmock.h>

#include <chrono>
#include <vector>

namespace nowire {

using testing::ElementsAre;

namespace {

time_point at(int ms) {
    return time_point(std::chrono::milliseconds(ms));
}

/// Runs all that is due at `now` and was there before.
void run(timer_queue& timers, time_point now) {
    const auto before = timers.next_id();
    while (timers.run_one(now, before)) {
    }
}

}  // namespace

TEST(TimerQueue, RunsTimersByTimeAndThenByAge) {
    timer_queue timers;
    std::vector<int> ran;
    for (const auto& [when, n] : {std::pair(5, 2), {9, 4}, {5, 3}, {1, 1}, {12, 5}})
        timers.add(at(when), [&ran, n] { ran.push_back(n); });
    EXPECT_EQ(timers.next(), at(1));
    run(timers, at(0));
    EXPECT_TRUE(ran.empty());
    run(timers, at(9));
    EXPECT_THAT(ran, ElementsAre(1, 2, 3, 4));
    EXPECT_EQ(timers.next(), at(12));
}

TEST(TimerQueue, LeavesThoseAddedMeanwhileForTheNextRun) {
    timer_queue timers;
    std::vector<int> ran;
    timers.add(at(2), [&] {
        ran.push_back(1);
        timers.add(at(0), [&] { ran.push_back(3); });
    });
    timers.add(at(2), [&] { ran.push_back(2); });
    run(timers, at(2));
    EXPECT_THAT(ran, ElementsAre(1, 2));
    run(timers, at(2));
    EXPECT_THAT(ran, ElementsAre(1, 2, 3));
    EXPECT_EQ(timers.next(), std::nullopt);
}

TEST(TimerQueue, CancelsOnce) {
    timer_queue timers;
    int ran = 0;
    const auto first = timers.add(at(1), [&] { ++ran; });
    timer_id second{};
    timer_id self{};
    self = timers.add(at(0), [&] {
        EXPECT_FALSE(timers.cancel(self)) << "it is running";
        EXPECT_TRUE(timers.cancel(second));
    });
    second = timers.add(at(0), [&] { ++ran; });
    EXPECT_TRUE(timers.cancel(first));
    EXPECT_FALSE(timers.cancel(first));
    run(timers, at(5));
    EXPECT_EQ(ran, 0);
    EXPECT_FALSE(timers.cancel(self));
}

TEST(TimerQueue, KnowsWhoseTheyAre) {
    timer_queue timers;
    int ran = 0;
    const int one = 1;
    const int two = 2;
    timers.add(
        at(1), [&] { ++ran; }, &one);
    timers.add(
        at(2), [&] { ++ran; }, &two);
    timers.add(
        at(3), [&] { ++ran; }, &one);
    EXPECT_TRUE(timers.is_due(&one, at(1)));
    EXPECT_FALSE(timers.is_due(&two, at(1)));
    EXPECT_TRUE(timers.is_due(&two, at(2)));
    timers.cancel_all(&one);
    EXPECT_FALSE(timers.is_due(&one, at(9)));
    run(timers, at(9));
    EXPECT_EQ(ran, 1);
}

}  // namespace nowire
