/// What an exchange looks like to a stopwatch beside the antennas.

#include "air/medium_world.hpp"

#include <nowire/air/airtime.hpp>
#include <nowire/frame/mpdu.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>

namespace nowire::air {

namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr time_point start{};

/// How long a unicast of `payload` bytes at 1 Mb/s takes that nobody answers, on average over `times` of them.
double milliseconds_to_nobody(std::size_t bytes, int times = 20) {
    world w;
    auto& a = w.join(1);
    for (int i = 0; i < times; ++i)
        w.send(a, world::mac_of(9), bytes);
    w.run();
    EXPECT_EQ(a.done.size(), static_cast<std::size_t>(times));
    for (const auto& d : a.done) {
        EXPECT_EQ(d.status, tx_status::not_acked);
        EXPECT_EQ(d.attempts, 32);
    }
    return std::chrono::duration<double, std::milli>(a.done.back().time - start).count() / times;
}

bool retry_bit(std::span<const std::uint8_t> mpdu) {
    return frame::read_header(mpdu)->control.retry();
}

}  // namespace

TEST(Exchange, AnUnansweredUnicastTakesAsLongAsOnAnEsp32) {
    EXPECT_NEAR(milliseconds_to_nobody(36 + 250 + 7), 92, 92 * 0.02);
    EXPECT_NEAR(milliseconds_to_nobody(36 + 250 + 7 + 16), 96, 96 * 0.02);
    EXPECT_NEAR(milliseconds_to_nobody(36 + 1470 + 6 * 7), 413, 413 * 0.02);
}

TEST(Exchange, AUnicastIsAFrameSifsAndAnAck) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    w.send(a, b.mac);
    w.run();

    ASSERT_EQ(w.seen.size(), 2);
    const auto& data = w.seen[0];
    const auto& ack = w.seen[1];
    EXPECT_GE(data.start - start, microseconds(50)) << "AIFS";
    EXPECT_LE(data.start - start, microseconds(50 + 3 * 20)) << "and up to 3 slots";
    EXPECT_EQ((data.start - start - microseconds(50)) % microseconds(20), duration::zero());
    EXPECT_EQ(data.end - data.start, microseconds(2536));
    EXPECT_EQ(data.rate, rate::dsss_1m_long);
    EXPECT_EQ(data.signal, 20);
    EXPECT_EQ(frame::read_header(data.mpdu)->duration, 314);
    EXPECT_EQ(ack.start - data.end, microseconds(10));
    EXPECT_EQ(ack.end - ack.start, microseconds(304));
    const std::vector<std::uint8_t> ack_to_a = {0xd4, 0, 0, 0, 2, 0, 0, 0, 0, 2};
    EXPECT_EQ(ack.mpdu, ack_to_a);

    ASSERT_EQ(b.heard.size(), 1);
    EXPECT_EQ(b.heard[0].info.time, data.end);
    EXPECT_EQ(b.heard[0].info.noise, -95);
    EXPECT_EQ(b.heard[0].info.rx_rate, rate::dsss_1m_long);
    ASSERT_EQ(a.done.size(), 1);
    EXPECT_EQ(a.done[0].status, tx_status::acked);
    EXPECT_EQ(a.done[0].attempts, 1);
    EXPECT_EQ(a.done[0].time, ack.end);
    EXPECT_EQ(w.air.statistics().transmissions, 1);
    EXPECT_EQ(w.air.statistics().acks, 1);
    EXPECT_EQ(w.air.statistics().receptions, 1);
}

TEST(Exchange, AGroupFrameIsSentOnceWithoutAnAck) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    auto& c = w.join(3);
    w.send(a, mac_address::broadcast());
    w.run();
    ASSERT_EQ(w.seen.size(), 1);
    EXPECT_EQ(frame::read_header(w.seen[0].mpdu)->duration, 0);
    EXPECT_EQ(a.done.at(0).status, tx_status::sent);
    EXPECT_EQ(a.done.at(0).time, w.seen[0].end);
    EXPECT_EQ(b.heard.size(), 1);
    EXPECT_EQ(c.heard.size(), 1);
    EXPECT_TRUE(a.heard.empty());
}

TEST(Exchange, TheDurationThatIsGivenIsReplaced) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    auto mpdu = frame_of(100, a.mac, b.mac);
    mpdu[2] = 0x34;
    mpdu[3] = 0x12;
    w.air.transmit(a.id, {.token = 1, .mpdu = mpdu, .tx_rate = rate::ofdm_6m});
    w.run();
    EXPECT_EQ(frame::read_header(b.heard.at(0).mpdu)->duration, 60);
}

TEST(Exchange, RetriesComeAfterTheAckTimeoutWithTheRetryBit) {
    world w;
    auto& a = w.join(1);
    w.send(a, world::mac_of(9), 293, rate::dsss_1m_long, 9);
    w.run();
    ASSERT_EQ(w.seen.size(), 10);
    std::vector<duration> backoffs;
    for (std::size_t i = 0; i < w.seen.size(); ++i) {
        EXPECT_EQ(retry_bit(w.seen[i].mpdu), i > 0);
        if (i == 0) continue;
        const auto gap = w.seen[i].start - w.seen[i - 1].end;
        const auto backoff = gap - microseconds(222 + 50);
        EXPECT_GE(backoff, duration::zero());
        EXPECT_LE(backoff, microseconds(7 * 20));
        EXPECT_EQ(backoff % microseconds(20), duration::zero());
        backoffs.push_back(backoff);
    }
    EXPECT_GT(std::ranges::max(backoffs), microseconds(3 * 20)) << "the window has doubled";
    EXPECT_EQ(a.done.at(0).time - w.seen.back().end, microseconds(222));
    EXPECT_EQ(a.done.at(0).attempts, 10);
}

TEST(Exchange, AFirstAttemptDrawsFromTheSmallWindow) {
    world w;
    auto& a = w.join(1);
    for (int i = 0; i < 200; ++i)
        w.send(a, mac_address::broadcast(), 50);
    w.run();
    std::array<int, 4> drawn{};
    auto previous = start;
    for (const auto& f : w.seen) {
        const auto slots = (f.start - previous - microseconds(50)) / microseconds(20);
        ASSERT_GE(slots, 0);
        ASSERT_LE(slots, 3);
        ++drawn[static_cast<std::size_t>(slots)];
        previous = f.end;
    }
    for (const int n : drawn)
        EXPECT_NEAR(n, 50, 25) << "all four are as likely";
}

TEST(Exchange, OfdmIsAcknowledgedAt6MbsWithin60us) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    w.send(a, b.mac, 293, rate::ofdm_54m);
    w.run();
    ASSERT_EQ(w.seen.size(), 2);
    EXPECT_EQ(w.seen[0].end - w.seen[0].start, microseconds(70));
    EXPECT_EQ(w.seen[1].rate, rate::ofdm_6m);
    EXPECT_EQ(w.seen[1].end - w.seen[0].end, microseconds(60));
}

TEST(Exchange, FramesOnA5GHzChannelAreOfdm) {
    world w;
    auto& a = w.join(1, 36);
    auto& b = w.join(2, 36);
    w.send(a, b.mac, 293, rate::dsss_1m_long);
    w.run();
    ASSERT_EQ(w.seen.size(), 2);
    EXPECT_EQ(w.seen[0].rate, rate::ofdm_6m);
    EXPECT_EQ(w.seen[0].end - w.seen[0].start, microseconds(20 + 99 * 4));
    EXPECT_EQ(w.seen[1].end - w.seen[0].end, microseconds(60));
    EXPECT_EQ(b.heard.at(0).info.rx_rate, rate::ofdm_6m);
}

TEST(Exchange, AnUnansweredUnicastDoesNotKeepOthersWaiting) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    auto& c = w.join(3);
    w.send(a, world::mac_of(9));
    w.send(b, c.mac);
    w.run();
    EXPECT_EQ(b.done.at(0).status, tx_status::acked);
    EXPECT_LT(b.done.at(0).time - start, milliseconds(7));
    EXPECT_EQ(a.done.at(0).attempts, 32);
}

TEST(Exchange, ChannelsAreIndependent) {
    world w;
    auto& a = w.join(1, 1);
    auto& b = w.join(2, 6);
    w.send(a, mac_address::broadcast());
    w.send(b, mac_address::broadcast());
    w.run();
    ASSERT_EQ(w.seen.size(), 2);
    EXPECT_LT(w.seen[1].start, w.seen[0].end);
    EXPECT_TRUE(a.heard.empty());
    EXPECT_TRUE(b.heard.empty());
}

TEST(Exchange, WithoutAirtimeNothingTakesTimeAndTheOrderIsKept) {
    world w({.airtime = false});
    auto& a = w.join(1);
    auto& b = w.join(2);
    w.air.advance_to(time_point(milliseconds(5)));
    std::vector<std::uint64_t> tokens;
    for (int i = 0; i < 10; ++i)
        tokens.push_back(w.send(a, i % 3 == 0 ? world::mac_of(9) : b.mac, 100));
    EXPECT_TRUE(a.done.empty()) << "never from inside transmit()";
    EXPECT_EQ(w.air.next_event(), w.air.now());
    w.air.advance_to(w.air.now());
    std::vector<std::uint64_t> answered;
    for (const auto& d : a.done) {
        answered.push_back(d.token);
        EXPECT_EQ(d.time, time_point(milliseconds(5)));
        EXPECT_EQ(d.attempts, d.status == tx_status::acked ? 1 : 32);
    }
    EXPECT_EQ(answered, tokens);
    EXPECT_EQ(b.heard.size(), 6);
}

TEST(Exchange, WhatCannotBeSentIsAnsweredInItsTurn) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    const auto sent = w.send(a, b.mac);
    w.air.transmit(a.id, {.token = 70, .mpdu = std::vector<std::uint8_t>(max_mpdu + 1, 0xd0)});
    w.air.transmit(a.id, {.token = 71, .mpdu = std::vector<std::uint8_t>(frame::header_size - 1, 0xd0)});
    w.air.transmit(a.id, {.token = 72, .mpdu = {}});
    const auto last = w.send(a, b.mac);
    w.run();
    std::vector<std::uint64_t> answered;
    for (const auto& d : a.done)
        answered.push_back(d.token);
    EXPECT_THAT(answered, testing::ElementsAre(sent, 70, 71, 72, last));
    for (const auto token : {1, 2, 3})
        EXPECT_EQ(a.done.at(static_cast<std::size_t>(token)).status, tx_status::not_sent);
    EXPECT_EQ(a.done.at(3).attempts, 0);
    EXPECT_EQ(b.heard.size(), 2);
}

TEST(Exchange, AnswersNeverComeFromInsideACall) {
    world w;
    auto& a = w.join(1);
    w.air.transmit(a.id, {.token = 1, .mpdu = {}});
    EXPECT_TRUE(a.done.empty());
    EXPECT_EQ(w.air.next_event(), w.air.now());
    EXPECT_TRUE(w.air.step_to(w.air.now()));
    EXPECT_EQ(a.done.size(), 1);
}

TEST(Exchange, NothingThatIsDueAtTheSameTimeIsLost) {
    world w;
    std::vector<listener*> senders;
    for (int i = 0; i < 13; ++i) {
        senders.push_back(&w.join(2 * i + 1, i + 1));
        w.join(2 * i + 2, i + 1);
    }
    // Same rate and length on 13 channels: many frames and ACKs end at the same time.
    for (int round = 0; round < 20; ++round)
        for (int i = 0; i < 13; ++i)
            w.send(*senders[static_cast<std::size_t>(i)], world::mac_of(2 * i + 2), 100);
    w.run();
    for (const auto* s : senders) {
        ASSERT_EQ(s->done.size(), 20);
        EXPECT_TRUE(std::ranges::all_of(s->done, [](const auto& d) { return d.status == tx_status::acked; }));
    }
    EXPECT_TRUE(std::ranges::is_sorted(w.seen, {}, &seen_frame::end));
}

TEST(Exchange, PromiscuousRadiosHearAllOfAnExchange) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    auto& c = w.join(3);
    w.air.set_promiscuous(c.id, true);
    w.air.set_promiscuous(a.id, true);
    w.send(a, b.mac);
    w.run();
    ASSERT_EQ(c.heard.size(), 2);
    EXPECT_EQ(c.heard[0].info.time, w.seen[0].end);
    EXPECT_EQ(c.heard[1].info.time, w.seen[1].end);
    EXPECT_EQ(c.heard[1].mpdu, w.seen[1].mpdu);
    ASSERT_EQ(a.heard.size(), 1) << "the ACK, not its own frame";
    EXPECT_EQ(a.heard[0].mpdu, w.seen[1].mpdu);
    EXPECT_EQ(b.heard.size(), 1);
}

}  // namespace nowire::air
