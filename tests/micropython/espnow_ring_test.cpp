/// spec/micropython-pycom.md, part 1.5: the ring of received messages, with the numbers that were seen on the chip's
/// code.

#include "micropython/chips.hpp"

#include <gtest/gtest.h>

namespace nowire::test {
namespace {

using namespace nowire::micropython;

/// Has a chip with a ring of this size hear messages of these sizes. @returns those that it kept.
std::vector<std::size_t> kept_of(std::optional<int> rxbuf, const std::vector<std::size_t>& sizes) {
    fake_chip c;
    ESPNow e(c.it);
    if (rxbuf) e.config({.rxbuf = *rxbuf});
    c.up();
    e.active(true);
    for (const auto size : sizes)
        c.hear(std::string(size, 'x'));
    const auto counted = e.stats();
    std::vector<std::size_t> kept;
    while (const auto got = e.recv(0))
        kept.push_back(got.msg.size());
    EXPECT_EQ(counted.rx_packets, kept.size());
    EXPECT_EQ(counted.rx_dropped, sizes.size() - kept.size());
    return kept;
}

using sizes = std::vector<std::size_t>;

TEST(Ring1_5, TheDefaultHoldsOneMaximumAndOneOf1468) {
    EXPECT_EQ(kept_of({}, {1470, 1470}), (sizes{1470}));
    EXPECT_EQ(kept_of({}, {1470, 1469}), (sizes{1470}));
    EXPECT_EQ(kept_of({}, {1470, 1468}), (sizes{1470, 1468}));
}

TEST(Ring1_5, TwoMaximaNeed2970) {
    EXPECT_EQ(kept_of(2969, {1470, 1470}), (sizes{1470}));
    EXPECT_EQ(kept_of(2970, {1470, 1470}), (sizes{1470, 1470}));
}

TEST(Ring1_5, RxbufOf528HoldsOneOf250AndOneOf248) {
    EXPECT_EQ(kept_of(528, {250, 250}), (sizes{250}));
    EXPECT_EQ(kept_of(528, {250, 249}), (sizes{250}));
    EXPECT_EQ(kept_of(528, {250, 248}), (sizes{250, 248}));
}

TEST(Ring1_5, WhatIsTooLargeIsDroppedAndASmallerOneBehindItIsNot) {
    EXPECT_EQ(kept_of(528, {250, 250, 247}), (sizes{250, 247}));
}

TEST(Ring1_5, OnePacketNeedsItsSizeAnd16) {
    EXPECT_EQ(kept_of(265, {250}), sizes{});
    EXPECT_EQ(kept_of(266, {250}), sizes{250});
    EXPECT_EQ(kept_of(1485, {1470}), sizes{});
    EXPECT_EQ(kept_of(1486, {1470}), sizes{1470});
}

TEST(Ring1_5, Holds114MessagesOf12BytesIn2968And20In528) {
    EXPECT_EQ(kept_of({}, sizes(130, 12)).size(), 114U);
    EXPECT_EQ(kept_of(528, sizes(25, 12)).size(), 20U);
}

TEST(Ring1_5, ASizeThatHoldsNothingDropsAll) {
    EXPECT_EQ(kept_of(0, {1, 1}), sizes{});
    EXPECT_EQ(kept_of(16, {1}), sizes{});
    EXPECT_EQ(kept_of(17, {1, 1}), sizes{1});
}

TEST(Ring1_5, MayBeLargerThanTheChips) {
    EXPECT_EQ(kept_of(65'536 + 500, sizes(45, 1470)).size(), 44U);
}

TEST(Ring1_5, TheNewestIsLostAndTheOldestStay) {
    fake_chip c;
    ESPNow e(c.it);
    e.config({.rxbuf = 2 * 15 + 2});
    c.up();
    e.active(true);
    for (const auto* each : {"1", "2", "3"})
        c.hear(each);
    EXPECT_EQ(e.recv(0).msg, "1");
    c.hear("4");
    EXPECT_EQ(e.recv(0).msg, "2");
    EXPECT_EQ(e.recv(0).msg, "4");
    EXPECT_FALSE(e.recv(0));
}

TEST(Ring1_5, WhatIsDroppedCallsNoIrq) {
    fake_chip c;
    ESPNow e(c.it);
    e.config({.rxbuf = 15 + 2});
    c.up();
    e.active(true);
    int calls = 0;
    e.irq([&](ESPNow&) { ++calls; });
    c.hear("1");
    c.hear("2");
    run_scheduled(c.it);
    EXPECT_EQ(calls, 1);
}

TEST(Ring1_5, NobodyKnowsADroppedSender) {
    fake_chip c;
    ESPNow e(c.it);
    e.config({.rxbuf = 15 + 2});
    c.up();
    e.active(true);
    c.hear("1");
    c.hear("2", eve_mac);
    while (e.recv(0)) {
    }
    EXPECT_FALSE(e.peers_table().contains(eve_mac));
}

}  // namespace
}  // namespace nowire::test
