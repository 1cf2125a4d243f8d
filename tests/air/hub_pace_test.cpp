#include <nowire/air/hub_pace.hpp>

#include <gtest/gtest.h>

#include <random>

namespace nowire::air {

using namespace std::chrono_literals;

namespace {

const real_time start(400'000h);
const time_point begin(7s);

}  // namespace

TEST(HubPace, TimePassesAtItsSpeed) {
    EXPECT_EQ(pace(begin, start, real_speed).air_at(start + 3s), begin + 3s);
    EXPECT_EQ(pace(begin, start, 2'500'000).air_at(start + 2s), begin + 5s);
    EXPECT_EQ(pace(begin, start, min_speed).air_at(start + 2s), begin + 2ms);
    EXPECT_EQ(pace(begin, start, max_speed).air_at(start + 1s), begin + 1000s);
    EXPECT_EQ(pace(begin, start, real_speed).air_at(start - 1s), begin - 1s);
}

TEST(HubPace, TimeThatStandsIsWhereItIs) {
    const pace standing_still(begin, start, standing);
    EXPECT_EQ(standing_still.air_at(start + 1h), begin);
    EXPECT_EQ(standing_still.real_at(begin), start);
    EXPECT_EQ(standing_still.real_at(begin + 1ns), real_time::max());
}

TEST(HubPace, RealAtIsTheFirstMomentOfATime) {
    std::mt19937_64 random(3);
    for (int i = 0; i < 20000; ++i) {
        const pace p(begin, start, static_cast<speed>(min_speed + random() % (max_speed - min_speed)));
        const auto t = begin + duration(static_cast<std::int64_t>(random() % 100'000'000'000));
        const auto real = p.real_at(t);
        ASSERT_GE(p.air_at(real), t);
        ASSERT_LT(p.air_at(real - 1ns), t);
    }
}

TEST(HubPace, WhatIsFarAwayStaysFarAway) {
    const pace fast(begin, start, max_speed);
    EXPECT_EQ(fast.air_at(real_time::max()), time_point::max());
    const pace slow(begin, start, min_speed);
    EXPECT_EQ(slow.real_at(time_point::max()), real_time::max());
    EXPECT_EQ(slow.real_at(time_point::min()), real_time::min());
}

}  // namespace nowire::air
