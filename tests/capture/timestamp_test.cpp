#include "capture/timestamp.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace nowire::capture {
namespace {

std::int64_t ns(std::uint64_t ticks, std::uint8_t resolution, std::int64_t offset = 0) {
    return to_timestamp(ticks, resolution, offset).time_since_epoch().count();
}

TEST(Timestamp, PowersOfTen) {
    EXPECT_EQ(ns(1594012345, 0), 1594012345000000000);
    EXPECT_EQ(ns(1594012345123, 3), 1594012345123000000);
    EXPECT_EQ(ns(1594012345123456, 6), 1594012345123456000);
    EXPECT_EQ(ns(1594012345123456789, 9), 1594012345123456789);
    EXPECT_EQ(ns(1594012345123456789, 10), 159401234512345678);
    EXPECT_EQ(ns(1594012345123456789, 12), 1594012345123456);
    EXPECT_EQ(ns(18446744073709551615U, 19), 1844674407);
    EXPECT_EQ(ns(18446744073709551615U, 20), 184467440);
    EXPECT_EQ(ns(18446744073709551615U, 28), 1);
    EXPECT_EQ(ns(18446744073709551615U, 29), 0);
    EXPECT_EQ(ns(18446744073709551615U, 127), 0);
}

TEST(Timestamp, PowersOfTwo) {
    EXPECT_EQ(ns(1594012345, 0x80), 1594012345000000000);
    EXPECT_EQ(ns((1594012345ULL << 16) + 0x8000, 0x80 | 16), 1594012345500000000);
    EXPECT_EQ(ns((1594012345ULL << 32) + 0x40000000, 0x80 | 32), 1594012345250000000);
    EXPECT_EQ(ns((7ULL << 60) + (1ULL << 59), 0x80 | 60), 7500000000);
    EXPECT_EQ(ns(1ULL << 63, 0x80 | 63), 1000000000);
    EXPECT_EQ(ns(1ULL << 63, 0x80 | 64), 500000000);
    EXPECT_EQ(ns(1ULL << 63, 0x80 | 95), 0);
    EXPECT_EQ(ns(18446744073709551615U, 0xff), 0);
}

TEST(Timestamp, OffsetIsAdded) {
    EXPECT_EQ(ns(500, 3, 10), 10500000000);
    EXPECT_EQ(ns(500, 3, -10), -9500000000);
    EXPECT_EQ(ns(1ULL << 31, 0x80 | 32, 1), 1500000000);
}

TEST(Timestamp, WhatIsOutOfRangeBecomesItsEnd) {
    constexpr std::int64_t years_290 = 290LL * 365 * 86400 * 1000000000;
    const auto most = std::numeric_limits<std::uint64_t>::max();
    const auto highest = std::numeric_limits<std::int64_t>::max();
    const auto lowest = std::numeric_limits<std::int64_t>::min();
    for (int resolution = 0; resolution < 256; ++resolution)
        for (auto offset : {std::int64_t{0}, highest, lowest}) {
            const auto time = ns(most, static_cast<std::uint8_t>(resolution), offset);
            EXPECT_TRUE(offset != highest || time > years_290) << resolution;
            EXPECT_TRUE(offset != 0 || time >= 0) << resolution;
        }
    EXPECT_LT(ns(0, 6, lowest), -years_290);
    EXPECT_GT(ns(most, 0), years_290);
    EXPECT_GT(ns(most, 6), years_290);
    EXPECT_GT(ns(most, 9), years_290);
}

}  // namespace
}  // namespace nowire::capture
