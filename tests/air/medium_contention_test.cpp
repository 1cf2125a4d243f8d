/// Who may send when, and what becomes of frames that overlap.

#include "air/medium_world.hpp"

#include <nowire/air/airtime.hpp>
#include <nowire/frame/mpdu.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

namespace nowire::air {

namespace {

using std::chrono::microseconds;

medium_radio at(int number, double x, double y = 0) {
    return {.name = std::to_string(number), .setup = world::setup_of(number), .at = position{x, y}};
}

/// Keeps `l` sending to `to` until it has sent `count` frames.
void keep_sending(world& w, listener& l, const mac_address& to, int count, std::size_t bytes = 293,
                  rate r = rate::dsss_1m_long) {
    auto left = std::make_shared<int>(count - 1);
    l.when_done = [&w, &l, to, left, bytes, r](const tx_done&) {
        if ((*left)-- > 0) w.send(l, to, bytes, r);
    };
    w.send(l, to, bytes, r);
}

std::size_t count_overlaps(const world& w) {
    std::size_t overlaps = 0;
    for (std::size_t i = 0; i < w.seen.size(); ++i)
        for (std::size_t j = i + 1; j < w.seen.size(); ++j)
            if (w.seen[j].start < w.seen[i].end && w.seen[i].start < w.seen[j].end) ++overlaps;
    return overlaps;
}

}  // namespace

TEST(CarrierSense, DefersWhileAnotherSendsAndTheFrameAndItsAckAreOver) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    auto& c = w.join(3);
    w.send(a, b.mac);
    w.air.advance_to(time_point(microseconds(500)));
    w.send(c, mac_address::broadcast());
    w.run();
    ASSERT_EQ(w.seen.size(), 3);
    const auto gap = w.seen[2].start - w.seen[1].end;
    EXPECT_GE(gap, microseconds(50)) << "AIFS after the ACK, not within SIFS";
    EXPECT_LE(gap, microseconds(50 + 3 * 20));
}

TEST(CarrierSense, LetsARadioSendWhatItWasGivenWhileItAcknowledged) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    w.send(a, b.mac);
    while (b.heard.empty())
        w.air.advance_to(*w.air.next_event());
    w.air.advance_to(w.air.now() + microseconds(100));
    w.send(b, a.mac);
    w.run();
    ASSERT_EQ(w.seen.size(), 4);
    EXPECT_GE(w.seen[2].start - w.seen[1].end, microseconds(50));
    EXPECT_EQ(b.done.at(0).status, tx_status::acked);
}

TEST(CarrierSense, KeepsTheBackoffThatWasCounted) {
    // b has the channel in the end, however often a, who always draws anew, comes first: what b has counted off in all
    // is what it drew, at most 63 slots.
    int rounds_lost = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        world w({.seed = seed, .access = {.first_window = 63, .last_window = 63}});
        auto& a = w.join(1);
        auto& b = w.join(2);
        keep_sending(w, a, mac_address::broadcast(), 200, 60);
        w.send(b, mac_address::broadcast(), 60);
        w.run();
        duration idle{};
        time_point end;
        for (const auto& f : w.seen) {
            idle += std::max(duration::zero(), f.start - end - microseconds(50));
            end = f.end;
            if (frame::read_header(f.mpdu)->a2 == b.mac) break;
            ++rounds_lost;
        }
        EXPECT_LE(idle, microseconds(63 * 20)) << "seed " << seed;
        EXPECT_EQ(b.done.size(), 1);
    }
    EXPECT_GT(rounds_lost, 50) << "b was interrupted often enough for this to tell";
}

TEST(Collisions, OfRadiosThatDrawTheSameSlotLoseBothFrames) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    auto& c = w.join(3);
    keep_sending(w, a, mac_address::broadcast(), 300, 100);
    keep_sending(w, b, mac_address::broadcast(), 300, 100);
    w.run();
    const auto overlaps = count_overlaps(w);
    EXPECT_GT(overlaps, 30U) << "a window of four slots";
    EXPECT_EQ(c.heard.size(), 600 - 2 * overlaps);
    EXPECT_EQ(w.air.statistics().collisions, 4 * overlaps) << "two frames, at c and at the other sender";
    for (std::size_t i = 1; i < w.seen.size(); ++i) {
        if (w.seen[i].start < w.seen[i - 1].end) {
            EXPECT_LE(w.seen[i].start - w.seen[i - 1].start, microseconds(15)) << "sensed later than that";
        }
    }
}

TEST(Collisions, OfUnicastsAreMadeGoodByRetries) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    auto& c = w.join(3);
    keep_sending(w, a, c.mac, 200, 100);
    keep_sending(w, b, c.mac, 200, 100);
    w.run();
    for (const auto* l : {&a, &b}) {
        ASSERT_EQ(l->done.size(), 200);
        EXPECT_TRUE(std::ranges::all_of(l->done, [](const auto& d) { return d.status == tx_status::acked; }));
        EXPECT_TRUE(std::ranges::any_of(l->done, [](const auto& d) { return d.attempts > 1; }));
    }
    EXPECT_GT(w.air.statistics().collisions, 0U);
}

TEST(HiddenRadios, SendAtTheSameTimeAndSpoilEachOthersFrames) {
    world w;
    // 300 m reach; a and c do not hear each other, b in the middle hears both alike.
    auto& a = w.join(1, at(1, -300));
    auto& b = w.join(2, at(2, 0));
    auto& c = w.join(3, at(3, 300));
    w.send(a, mac_address::broadcast());
    w.air.advance_to(time_point(microseconds(1000)));
    w.send(c, mac_address::broadcast());
    w.run();
    EXPECT_EQ(count_overlaps(w), 1U);
    EXPECT_TRUE(b.heard.empty());
    EXPECT_EQ(w.air.statistics().collisions, 2U);

    w.send(a, mac_address::broadcast());
    w.run();
    EXPECT_EQ(b.heard.size(), 1) << "alone it is heard";
    EXPECT_TRUE(c.heard.empty()) << "600 m are too far";
}

TEST(HiddenRadios, KeepOffTheAckThatTheDurationFieldAnnounces) {
    world w;
    // d hears a's frames but not the ACKs of b, which is on the far side.
    auto& a = w.join(1, at(1, 0));
    auto& b = w.join(2, at(2, 300));
    auto& d = w.join(3, at(3, -200));
    w.send(a, b.mac);
    w.air.advance_to(time_point(microseconds(500)));
    w.send(d, mac_address::broadcast());
    w.run();
    ASSERT_EQ(w.seen.size(), 3);
    EXPECT_GE(w.seen[2].start, w.seen[1].end + microseconds(50));
    EXPECT_EQ(a.done.at(0).status, tx_status::acked);
}

TEST(Capture, GivesAReceiverTheMuchStrongerFrame) {
    for (const double near : {100.0, 250.0}) {
        world w;
        auto& a = w.join(1, at(1, -near));
        auto& b = w.join(2, at(2, 0));
        auto& c = w.join(3, at(3, 300));
        if (near == 100.0) {  // hidden by decree: they would hear each other
            w.air.set_link(a.mac, c.mac, {.rssi = -110});
            w.air.set_link(c.mac, a.mac, {.rssi = -110});
        }
        w.send(c, mac_address::broadcast());
        w.air.advance_to(time_point(microseconds(1000)));
        w.send(a, mac_address::broadcast());
        w.run();
        ASSERT_EQ(count_overlaps(w), 1U);
        if (near == 100.0) {
            ASSERT_EQ(b.heard.size(), 1) << "14 dB stronger, though it came second";
            EXPECT_EQ(frame::read_header(b.heard[0].mpdu)->a2, a.mac);
        } else {
            EXPECT_TRUE(b.heard.empty()) << "2 dB are too little";
        }
    }
}

TEST(Range, IsThatOfTheRate) {
    const struct {
        rate r;
        std::int8_t sensitivity;
    } rows[] = {{rate::dsss_1m_long, -98}, {rate::cck_11m_long, -89}, {rate::ofdm_6m, -93},
                {rate::ofdm_54m, -75},     {rate::ht_mcs7_lgi, -73},  {rate::lr_250k, -102}};
    for (const auto& row : rows) {
        world w;
        auto& a = w.join(1);
        auto& b = w.join(2);
        for (const int more : {0, -1}) {
            w.air.set_link(a.mac, b.mac, {.rssi = static_cast<std::int8_t>(row.sensitivity + more)});
            w.send(a, mac_address::broadcast(), 100, row.r);
            w.run();
            EXPECT_EQ(b.heard.size(), 1) << to_string(row.r) << " at " << row.sensitivity + more << " dBm";
        }
    }
}

TEST(Eifs, IsWaitedAfterAFrameThatCannotBeMadeOut) {
    for (const bool extended : {true, false}) {
        world w({.access = {.extended = extended}});
        auto& a = w.join(1);
        auto& b = w.join(2);
        w.air.set_link(a.mac, b.mac, {.rssi = -80});  // enough for the preamble, not for 54 Mb/s
        w.send(a, mac_address::broadcast(), 1500, rate::ofdm_54m);
        w.air.advance_to(time_point(microseconds(200)));
        w.send(b, mac_address::broadcast());
        w.run();
        ASSERT_EQ(w.seen.size(), 2);
        const auto gap = w.seen[1].start - w.seen[0].end;
        const auto space = microseconds(extended ? 364 : 50);
        EXPECT_GE(gap, space);
        EXPECT_LE(gap, space + microseconds(60));
    }
}

TEST(Leakage, CarriesDsssToNeighbouringChannelsIfAskedFor) {
    for (const bool leaks : {false, true}) {
        world w({.leakage = leaks});
        auto& a = w.join(1, 6);
        std::vector<listener*> others;
        for (int number = 2; number <= 14; ++number)
            others.push_back(&w.join(number, number));
        w.send(a, mac_address::broadcast());
        w.send(a, mac_address::broadcast(), 293, rate::ofdm_6m);
        w.run();
        for (std::size_t i = 0; i < others.size(); ++i) {
            const int channel = static_cast<int>(i) + 2;
            const std::size_t frames = channel == 6 ? 2 : leaks && std::abs(channel - 6) <= 4 ? 1 : 0;
            EXPECT_EQ(others[i]->heard.size(), frames) << "channel " << channel;
        }
        if (!leaks) continue;
        EXPECT_EQ(others[5]->heard.at(0).info.rssi, -41) << "channel 7: 1.4 dB less";
        EXPECT_EQ(others[5]->heard.at(0).info.on.number(), 7) << "where it listens";
        EXPECT_EQ(others[8]->heard.at(0).info.rssi, -63) << "channel 10: 22.7 dB less";
    }
}

TEST(Shadowing, IsDrawnOnceForAPairAndTheSameBothWays) {
    world w({.path = {.shadowing = 6}});
    std::vector<listener*> all;
    for (int number = 1; number <= 40; ++number)
        all.push_back(&w.join(number, at(number, number, number % 2 ? 0 : 10)));
    for (auto* l : all) {
        w.send(*l, mac_address::broadcast(), 60);
        w.run();
    }
    const auto power_at = [&](const listener& by, const mac_address& from) -> std::optional<int> {
        for (const auto& h : by.heard)
            if (frame::read_header(h.mpdu)->a2 == from) return h.info.rssi;
        return std::nullopt;
    };
    double sum = 0;
    double squares = 0;
    int pairs = 0;
    for (auto* one : all)
        for (auto* two : all) {
            const auto there = power_at(*two, one->mac);
            const auto back = power_at(*one, two->mac);
            if (!there || !back) continue;
            EXPECT_EQ(*there, *back);
            const auto number = [](const listener& l) { return l.mac.octets()[5] / 2; };
            const int along = number(*one) - number(*two);
            const double metres = std::hypot(along, along % 2 == 0 ? 0 : 10);
            if (one == two) continue;
            const double extra = *there - (20 - 40 - 30 * std::log10(metres));
            sum += extra;
            squares += extra * extra;
            ++pairs;
        }
    ASSERT_GT(pairs, 50);
    EXPECT_NEAR(sum / pairs, 0, 1.5);
    EXPECT_NEAR(std::sqrt(squares / pairs), 6, 1.5);
}

}  // namespace nowire::air
