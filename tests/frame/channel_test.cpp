#include <nowire/frame/channel.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace nowire {
namespace {

TEST(Channel, NumbersAreThoseOfTheTwoBands) {
    std::vector<int> numbers;
    for (int n = -1; n < 300; ++n)
        if (channel::from_number(n)) numbers.push_back(n);
    EXPECT_EQ(numbers, (std::vector<int>{1,   2,   3,   4,   5,   6,   7,   8,   9,   10,  11,  12,  13,  14,
                                         36,  40,  44,  48,  52,  56,  60,  64,  100, 104, 108, 112, 116, 120,
                                         124, 128, 132, 136, 140, 144, 149, 153, 157, 161, 165, 169, 173, 177}));
}

TEST(Channel, FrequencyAndNumberAreInverse) {
    int found = 0;
    for (int mhz = 0; mhz < 8000; ++mhz) {
        const auto c = channel::from_frequency(mhz);
        if (!c) continue;
        ++found;
        EXPECT_EQ(c->frequency(), mhz);
        EXPECT_EQ(channel::from_number(c->number()), c);
    }
    EXPECT_EQ(found, 42);
    EXPECT_EQ(channel::from_frequency(2412)->number(), 1);
    EXPECT_EQ(channel::from_frequency(2447)->number(), 8);
    EXPECT_EQ(channel::from_frequency(2472)->number(), 13);
    EXPECT_EQ(channel::from_frequency(2484)->number(), 14);
    EXPECT_EQ(channel::from_frequency(5180)->number(), 36);
    EXPECT_FALSE(channel::from_frequency(2477));
    EXPECT_FALSE(channel::from_frequency(2407));
    EXPECT_FALSE(channel::from_frequency(-2412));
}

TEST(Channel, DefaultIsTheFirst) {
    EXPECT_EQ(channel().number(), 1);
    EXPECT_TRUE(channel().is_2ghz());
    EXPECT_FALSE(channel::from_number(36)->is_2ghz());
}

}  // namespace
}  // namespace nowire
