#include "device/dialogue.hpp"

#include <gtest/gtest.h>

namespace nowire {
namespace {

using namespace test;

TEST(Completion, EachSendHasExactlyOneWhateverTheRadioSays) {
    device dev(
        {.station_mac = ann_mac}, [] { return 7u; }, nullptr);
    ASSERT_TRUE(dev.add_peer(plain_peer(bob_mac)));
    ASSERT_TRUE(dev.next_event());
    for (auto status :
         {tx_status::acked, tx_status::not_acked, tx_status::sent, tx_status::unconfirmed, tx_status::not_sent}) {
        const auto token = dev.send(bob_mac, text("x"), time_point(10ms));
        ASSERT_TRUE(token);
        const auto asked = std::get<transmit>(*dev.next_event());
        const tx_done answer = {.token = asked.token, .status = status, .attempts = 3, .time = time_point(12ms)};
        dev.transmit_done({.token = asked.token + 1, .status = tx_status::acked});  // nobody's
        EXPECT_FALSE(dev.next_event());
        dev.transmit_done(answer);
        const auto end = std::get<completion>(*dev.next_event());
        EXPECT_EQ(end.token, *token);
        EXPECT_EQ(end.result, status);
        EXPECT_EQ(end.reason, status == tx_status::not_sent ? std::optional(errc::radio) : std::nullopt);
        EXPECT_EQ(end.attempts, 3);
        dev.transmit_done(answer);
        EXPECT_FALSE(dev.next_event());
    }
    const auto& s = dev.statistics();
    EXPECT_EQ(s.acked, 1u);
    EXPECT_EQ(s.not_acked, 1u);
    EXPECT_EQ(s.sent, 1u);
    EXPECT_EQ(s.unconfirmed, 1u);
    EXPECT_EQ(s.not_sent, 1u);
    EXPECT_EQ(s.transmissions, 15u);
}

TEST(Completion, NeverComesBeforeTheSend) {
    device dev(
        {.station_mac = ann_mac}, [] { return 7u; }, nullptr);
    ASSERT_TRUE(dev.add_peer(plain_peer(bob_mac)));
    ASSERT_TRUE(dev.next_event());
    ASSERT_TRUE(dev.send(bob_mac, text("x"), time_point(10ms)));
    ASSERT_TRUE(dev.send(bob_mac, text("x"), time_point(4ms)));  // a time that goes back
    const auto first = std::get<transmit>(*dev.next_event());
    const auto second = std::get<transmit>(*dev.next_event());
    dev.transmit_done({.token = second.token, .status = tx_status::acked, .attempts = 1, .time = time_point(3ms)});
    const auto end = std::get<completion>(*dev.next_event());
    EXPECT_EQ(end.accepted, time_point(10ms));
    EXPECT_EQ(end.done, time_point(10ms));
    dev.transmit_done({.token = first.token, .status = tx_status::acked, .attempts = 1, .time = time_point(30ms)});
    EXPECT_EQ(std::get<completion>(*dev.next_event()).done, time_point(30ms));
}

TEST(Completion, ComesAlsoWhenThePeerWasRemovedMeanwhile) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    auto& bob = d.join(bob_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(bob_mac)));
    const auto token = ann.says(bob_mac, "farewell");
    ASSERT_TRUE(ann.dev.remove_peer(bob_mac));
    d.run(10ms);
    EXPECT_EQ(ann.end_of(token).result, tx_status::acked);
    EXPECT_EQ(bob.heard(), std::vector<std::string>{"farewell"});
}

TEST(RadioLost, EverythingInFlightEndsUnconfirmedAndLateAnswersAreIgnored) {
    dialogue d;
    auto& ann = d.join(ann_mac);
    auto& bob = d.join(bob_mac);
    ASSERT_TRUE(ann.dev.add_peer(plain_peer(bob_mac)));
    const auto first = ann.says(bob_mac, "one");
    const auto second = ann.says(bob_mac, "two");
    d.run(500us);  // in the middle of the first
    ann.cut_radio();
    EXPECT_EQ(ann.end_of(first).result, tx_status::unconfirmed);
    EXPECT_EQ(ann.end_of(second).result, tx_status::unconfirmed);
    EXPECT_EQ(ann.end_of(second).done, time_point(500us));
    EXPECT_LT(ann.ends[0].token, ann.ends[1].token);
    EXPECT_EQ(ann.dev.in_flight(), 0u);
    const auto in_between = ann.says(bob_mac, "nobody hears it");
    EXPECT_EQ(ann.end_of(in_between).result, tx_status::not_sent);
    EXPECT_EQ(ann.end_of(in_between).reason, errc::radio);
    ann.restore_radio();
    ann.dev.transmit_done({.token = static_cast<std::uint64_t>(first), .status = tx_status::acked, .attempts = 1});
    const auto after = ann.says(bob_mac, "three");
    d.run(10ms);
    EXPECT_EQ(ann.end_of(first).result, tx_status::unconfirmed);
    EXPECT_EQ(ann.end_of(after).result, tx_status::acked);
    EXPECT_EQ(bob.heard(), std::vector<std::string>{"three"});
    EXPECT_EQ(ann.counted().unconfirmed, 2u);
    EXPECT_EQ(ann.counted().not_sent, 1u);
}

TEST(RadioLost, WhatNobodyTookYetIsNotSentLater) {
    device dev(
        {.station_mac = ann_mac}, [] { return 7u; }, nullptr);
    ASSERT_TRUE(dev.add_peer(plain_peer(bob_mac)));
    ASSERT_TRUE(dev.send(bob_mac, text("x"), {}));
    dev.radio_lost(time_point(1ms));
    EXPECT_TRUE(std::holds_alternative<radio_setup>(*dev.next_event()));
    EXPECT_EQ(std::get<completion>(*dev.next_event()).result, tx_status::unconfirmed);
    EXPECT_FALSE(dev.next_event());
}

}  // namespace
}  // namespace nowire
