#include <nowire/ccmp/replay_window.hpp>

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace nowire::ccmp {
namespace {

TEST(ReplayWindow, AcceptsEachNumberOnce) {
    replay_window window;
    for (const std::uint64_t pn : {1, 2, 5, 3, 4, 100})
        EXPECT_TRUE(window.accept(pn)) << pn;
    for (const std::uint64_t pn : {100, 5})
        EXPECT_FALSE(window.accept(pn)) << pn;
}

TEST(ReplayWindow, AcceptsAnyFirstNumber) {
    for (const std::uint64_t pn : {std::uint64_t{0}, std::uint64_t{1}, (std::uint64_t{1} << 48) - 1}) {
        replay_window window;
        EXPECT_TRUE(window.accept(pn));
        EXPECT_FALSE(window.accept(pn));
    }
}

TEST(ReplayWindow, ReachesBack63Numbers) {
    replay_window window;
    EXPECT_TRUE(window.accept(1000));
    EXPECT_TRUE(window.accept(1000 - 63));
    EXPECT_FALSE(window.accept(1000 - 63));
    EXPECT_FALSE(window.accept(1000 - 64));
}

TEST(ReplayWindow, RefusesAPeerThatRestartedAtOneUntilReset) {
    replay_window window;
    EXPECT_TRUE(window.accept(500));
    EXPECT_FALSE(window.accept(1));
    window.reset();
    EXPECT_TRUE(window.accept(1));
}

TEST(ReplayWindow, AgreesWithASetOfAllNumbersSeen) {
    std::mt19937_64 random(20200705);
    replay_window window;
    std::set<std::uint64_t> seen;
    std::uint64_t highest = 0;
    for (int i = 0; i < 20000; ++i) {
        const auto step = random() % 200 == 0 ? random() % 300 : random() % 5;
        const auto base = highest + step;
        const auto pn = base > 80 && random() % 2 == 0 ? base - random() % 80 : base;
        const bool expected = !seen.contains(pn) && (seen.empty() || pn + replay_window::width > highest);
        ASSERT_EQ(window.accept(pn), expected) << "pn " << pn << " highest " << highest;
        if (expected) {
            seen.insert(pn);
            highest = std::max(highest, pn);
        }
    }
}

}  // namespace
}  // namespace nowire::ccmp
