/// Radios that join, leave, change channel and address, at any moment and from inside what they are told.

#include "air/medium_world.hpp"

#include <nowire/frame/mpdu.hpp>

#include <gmock/gmock.h>

#include <chrono>
#include <random>
#include <stdexcept>

namespace nowire::air {

namespace {

using std::chrono::microseconds;

/// Runs until the first frame is on the air, and no shorter than 100 us; it ends at the time returned.
time_point run_into_first_frame(world& w) {
    w.air.advance_to(*w.air.next_event() + microseconds(100));
    return *w.air.next_event();
}

}  // namespace

TEST(Join, RefusesAnAddressThatAnotherRadioHas) {
    world w;
    w.join(1);
    listener second;
    EXPECT_EQ(w.air.join({.name = "second", .setup = world::setup_of(1), .at = {}}, second), std::nullopt);
    EXPECT_EQ(w.air.owner_of(world::mac_of(1)), "1");
    EXPECT_EQ(w.air.owner_of(world::mac_of(2)), std::nullopt);

    auto as_soft_ap = world::setup_of(2);
    as_soft_ap.soft_ap = world::mac_of(1);
    EXPECT_EQ(w.air.join({.name = "second", .setup = as_soft_ap, .at = {}}, second), std::nullopt);
    EXPECT_EQ(w.air.owner_of(world::mac_of(2)), std::nullopt) << "nothing of a refused setup is taken";
}

TEST(Configure, RefusesAnAddressThatAnotherRadioHasAndChangesNothing) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    auto setup = world::setup_of(2, 6);
    setup.soft_ap = a.mac;
    EXPECT_FALSE(w.air.configure(b.id, setup));
    w.send(a, b.mac);
    w.run();
    EXPECT_EQ(a.done.at(0).status, tx_status::acked) << "still on channel 1";
}

TEST(Configure, LetsARadioSwapItsOwnAddresses) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    auto setup = world::setup_of(2);
    setup.soft_ap = world::mac_of(3);
    ASSERT_TRUE(w.air.configure(b.id, setup));
    std::swap(setup.station, setup.soft_ap);
    ASSERT_TRUE(w.air.configure(b.id, setup));
    w.send(a, world::mac_of(2));
    w.send(a, world::mac_of(3));
    w.run();
    EXPECT_EQ(b.heard.size(), 2);
    setup.soft_ap.reset();
    ASSERT_TRUE(w.air.configure(b.id, setup));
    EXPECT_EQ(w.air.owner_of(world::mac_of(2)), std::nullopt);
}

TEST(Listening, TakesTheWholeFrame) {
    world w;
    auto& a = w.join(1);
    auto& arrives = w.join(2, 6);
    auto& wakes = w.join(3);
    auto asleep = world::setup_of(3);
    asleep.receiving = false;
    w.air.configure(wakes.id, asleep);
    auto& leaves = w.join(4);
    auto& dozes = w.join(5);
    auto& stays = w.join(6);

    w.send(a, mac_address::broadcast());
    run_into_first_frame(w);
    w.air.configure(arrives.id, world::setup_of(2, 1));
    w.air.configure(wakes.id, world::setup_of(3));
    w.air.configure(leaves.id, world::setup_of(4, 6));
    auto dozing = world::setup_of(5);
    dozing.receiving = false;
    w.air.configure(dozes.id, dozing);
    w.air.configure(stays.id, world::setup_of(6));
    auto& joins = w.join(7);
    w.run();
    for (const auto* deaf : {&arrives, &wakes, &leaves, &dozes, &joins})
        EXPECT_TRUE(deaf->heard.empty());
    EXPECT_EQ(stays.heard.size(), 1) << "a setup that changes nothing interrupts nothing";
}

TEST(Listening, IsNotPossibleWhileTransmittingOnAnotherChannel) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2, 6);
    w.send(a, mac_address::broadcast(), 1500);
    run_into_first_frame(w);
    w.air.configure(a.id, world::setup_of(1, 6));
    w.send(b, mac_address::broadcast(), 100);
    w.run();
    EXPECT_TRUE(a.heard.empty());
    w.send(b, mac_address::broadcast(), 100);
    w.run();
    EXPECT_EQ(a.heard.size(), 1);
}

TEST(Listening, IsNotPossibleWhileAcknowledgingOnAnotherChannel) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    auto& c = w.join(3, 6);
    w.send(a, b.mac);
    while (b.heard.empty())
        w.air.advance_to(*w.air.next_event());
    w.air.advance_to(w.air.now() + microseconds(20));
    w.air.configure(b.id, world::setup_of(2, 6));
    w.send(c, mac_address::broadcast());
    w.run();
    EXPECT_EQ(a.done.at(0).status, tx_status::acked) << "the ACK was under way";
    EXPECT_EQ(b.heard.size(), 1);
}

TEST(ChangingChannel, TakesWhatIsQueuedAlong) {
    world w;
    auto& a = w.join(1, 1);
    auto& b = w.join(2, 6);
    w.send(a, b.mac);
    w.send(a, mac_address::broadcast());
    w.air.configure(a.id, world::setup_of(1, 6));
    w.run();
    EXPECT_EQ(a.done.at(0).status, tx_status::acked);
    EXPECT_EQ(a.done.at(1).status, tx_status::sent);
    for (const auto& f : w.seen)
        EXPECT_EQ(f.on.number(), 6);
    EXPECT_EQ(b.heard.size(), 2);
}

TEST(ChangingChannel, FinishesTheFrameOnTheAirAndMissesItsAck) {
    world w;
    auto& a = w.join(1, 1);
    auto& b = w.join(2, 1);
    w.send(a, b.mac, 293, rate::dsss_1m_long, 2);
    run_into_first_frame(w);
    w.air.configure(a.id, world::setup_of(1, 6));
    w.run();
    EXPECT_EQ(b.heard.size(), 1);
    ASSERT_EQ(w.seen.size(), 4);
    EXPECT_EQ(w.seen[0].on.number(), 1);
    EXPECT_EQ(w.seen[1].on.number(), 1) << "the ACK";
    EXPECT_EQ(w.seen[2].on.number(), 6) << "the retries are where the radio is";
    EXPECT_EQ(w.seen[3].on.number(), 6);
    EXPECT_EQ(a.done.at(0).status, tx_status::not_acked);
    EXPECT_EQ(a.done.at(0).attempts, 3);
}

TEST(ChangingChannel, LeavesTheOthersTheirTurn) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    w.send(a, mac_address::broadcast());
    w.send(b, mac_address::broadcast());
    w.air.configure(a.id, world::setup_of(1, 6));
    w.run();
    EXPECT_EQ(a.done.size(), 1);
    EXPECT_EQ(b.done.size(), 1);
}

TEST(TurningTheReceiverOff, KeepsNoAckFromTheSender) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    w.send(a, b.mac);
    auto off = world::setup_of(1);
    off.receiving = false;
    run_into_first_frame(w);
    w.air.configure(a.id, off);
    w.run();
    EXPECT_EQ(a.done.at(0).status, tx_status::acked);
}

TEST(Leaving, DropsWhatWasNotSentWithoutAnAnswer) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    for (int i = 0; i < 3; ++i)
        w.send(a, b.mac);
    w.air.transmit(b.id, {.token = 5, .mpdu = {}});
    w.air.leave(a.id);
    w.air.leave(b.id);
    w.run();
    EXPECT_TRUE(w.seen.empty());
    EXPECT_TRUE(a.done.empty());
    EXPECT_TRUE(b.done.empty());
    EXPECT_EQ(w.air.next_event(), std::nullopt);
    EXPECT_EQ(w.air.owner_of(a.mac), std::nullopt);
}

TEST(Leaving, CutsTheFrameOnTheAirOffAndFreesTheChannel) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    w.send(a, b.mac);
    const auto end = run_into_first_frame(w);
    w.air.leave(a.id);
    const auto token = w.send(b, mac_address::broadcast());
    w.run();
    EXPECT_TRUE(b.heard.empty());
    EXPECT_EQ(b.done.at(0).token, token);
    ASSERT_EQ(w.seen.size(), 1);
    EXPECT_GE(w.seen[0].start, end);
    w.air.leave(a.id);
    w.air.transmit(a.id, {.token = 9, .mpdu = frame_of(100, a.mac, b.mac)});
    EXPECT_EQ(w.air.next_event(), std::nullopt) << "a radio that left sends nothing";
}

TEST(Leaving, AfterItHeardAFrameStillAcknowledgesIt) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    b.when_heard = [&](const listener::reception&) { w.air.leave(b.id); };
    w.send(a, b.mac, 293, rate::dsss_1m_long, 1);
    w.run();
    EXPECT_EQ(b.heard.size(), 1);
    EXPECT_EQ(a.done.at(0).status, tx_status::acked);
    EXPECT_EQ(a.done.at(0).attempts, 1);
    EXPECT_EQ(w.air.statistics().acks, 1);
    EXPECT_EQ(w.air.owner_of(b.mac), std::nullopt);
}

TEST(Leaving, OfBothEndsDuringAnAckFreesTheChannel) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    auto& c = w.join(3);
    b.when_heard = [&](const listener::reception&) {
        w.air.leave(b.id);
        w.air.leave(a.id);
    };
    w.send(a, b.mac);
    w.send(c, mac_address::broadcast());
    w.run();
    EXPECT_TRUE(a.done.empty());
    EXPECT_EQ(c.done.at(0).status, tx_status::sent);
}

TEST(Leaving, WhileOthersAreToldEndsItsOwnCallsToo) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    auto& c = w.join(3);
    b.when_heard = [&](const listener::reception&) {
        w.air.leave(c.id);
        w.air.leave(a.id);
    };
    w.send(a, mac_address::broadcast());
    w.run();
    EXPECT_EQ(b.heard.size(), 1);
    EXPECT_TRUE(c.heard.empty());
    EXPECT_TRUE(a.done.empty());
}

TEST(Leaving, MakesRoomForTheSameAddress) {
    world w({.seed = 1, .loss = 0.5});
    auto& a = w.join(1);
    auto* b = &w.join(2);
    for (int round = 0; round < 5; ++round) {
        w.air.leave(b->id);
        b = &w.join(2);
        w.send(a, b->mac);
        w.run();
        EXPECT_EQ(a.done.back().status, tx_status::acked);
        EXPECT_FALSE(b->heard.empty());
    }
}

TEST(Reentrancy, AListenerMayAskForAnything) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    listener* late = nullptr;
    b.when_heard = [&](const listener::reception&) {
        if (late) return;
        late = &w.join(3, 6);
        w.air.configure(b.id, world::setup_of(2, 6));
        w.air.set_promiscuous(b.id, true);
        w.air.set_tx_power(b.id, 5);
        w.air.set_position(b.id, position{1, 2});
        w.air.set_link(b.mac, late->mac, {.loss = 0.0, .rssi = -50});
        w.send(b, late->mac);
        EXPECT_TRUE(w.air.next_event());
    };
    a.when_done = [&](const tx_done& d) {
        if (d.token == 1) w.send(a, mac_address::broadcast());
    };
    w.send(a, b.mac);
    w.run();
    ASSERT_TRUE(late);
    EXPECT_EQ(late->heard.at(0).info.rssi, -50);
    EXPECT_EQ(b.done.at(0).status, tx_status::acked);
    EXPECT_EQ(a.done.size(), 2);
}

TEST(Reentrancy, AListenerMustNotMoveTime) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    b.when_heard = [&](const listener::reception&) {
        EXPECT_THROW(w.air.advance_to(w.air.now()), std::logic_error);
        EXPECT_THROW(w.air.step_to(w.air.now()), std::logic_error);
    };
    w.send(a, b.mac);
    w.run();
    EXPECT_EQ(b.heard.size(), 1);
}

TEST(Reentrancy, WhatAListenerThrowsLeavesTheMediumUsable) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    b.when_heard = [](const listener::reception&) { throw std::runtime_error("enough"); };
    w.send(a, b.mac);
    EXPECT_THROW(w.run(), std::runtime_error);
    w.run();
    EXPECT_EQ(a.done.at(0).status, tx_status::acked);
}

TEST(Time, MovesForwardOnly) {
    world w;
    w.air.advance_to(time_point(microseconds(500)));
    EXPECT_EQ(w.air.now(), time_point(microseconds(500)));
    w.air.advance_to(time_point(microseconds(100)));
    EXPECT_EQ(w.air.now(), time_point(microseconds(500)));
    EXPECT_FALSE(w.air.step_to(time_point(microseconds(700))));
    EXPECT_EQ(w.air.now(), time_point(microseconds(700)));
    auto& a = w.join(1);
    w.send(a, mac_address::broadcast());
    EXPECT_GE(*w.air.next_event(), time_point(microseconds(750)));
}

/// Anything at any moment: whatever happens, each frame of a radio that stays is answered exactly once, in order, and
/// time does not go back.
TEST(Property, EveryFrameOfARadioThatStaysIsAnsweredOnceAndInOrder) {
    for (std::uint32_t seed = 0; seed < 60; ++seed) {
        std::mt19937 random(seed);
        const auto pick = [&](std::uint32_t n) { return static_cast<int>(random() % n); };
        world w({.seed = seed,
                 .loss = seed % 3 == 0 ? 0.3 : 0.0,
                 .airtime = seed % 5 != 0,
                 .path = {.shadowing = 4},
                 .leakage = seed % 4 == 0});
        std::vector<std::pair<listener*, std::vector<std::uint64_t>>> all;
        for (int i = 1; i <= 6; ++i)
            all.emplace_back(&w.join(i, i % 2 ? 1 : 3), std::vector<std::uint64_t>());
        std::vector<bool> here(6, true);

        for (int action = 0; action < 200; ++action) {
            const int i = pick(6);
            auto& [radio, tokens] = all[static_cast<std::size_t>(i)];
            if (!here[static_cast<std::size_t>(i)]) continue;
            auto setup = world::setup_of(i + 1, pick(2) ? 1 : 3);
            setup.receiving = pick(4) != 0;
            switch (pick(9)) {
                case 0:
                case 1:
                case 2:
                    tokens.push_back(w.send(*radio, pick(3) ? world::mac_of(1 + pick(7)) : mac_address::broadcast(),
                                            static_cast<std::size_t>(28 + pick(2300)), static_cast<rate>(8 + pick(24)),
                                            static_cast<std::uint8_t>(pick(4))));
                    break;
                case 3:
                    EXPECT_TRUE(w.air.configure(radio->id, setup));
                    break;
                case 4:
                    w.air.set_promiscuous(radio->id, pick(2) != 0);
                    break;
                case 5:
                    w.air.set_position(radio->id, position{1.0 * pick(600), 1.0 * pick(600)});
                    break;
                case 6:
                    if (action > 150 && pick(4) == 0) {
                        w.air.leave(radio->id);
                        here[static_cast<std::size_t>(i)] = false;
                    }
                    break;
                default:
                    w.air.advance_to(w.air.now() + microseconds(pick(3000)));
            }
        }
        w.run();
        for (std::size_t i = 0; i < all.size(); ++i) {
            std::vector<std::uint64_t> answered;
            for (const auto& d : all[i].first->done)
                answered.push_back(d.token);
            if (here[i]) {
                EXPECT_EQ(answered, all[i].second) << "seed " << seed;
            }
            EXPECT_TRUE(std::ranges::is_sorted(all[i].first->done, {}, &tx_done::time));
            EXPECT_TRUE(std::ranges::is_sorted(all[i].first->heard, {}, [](const auto& h) { return h.info.time; }));
        }
        EXPECT_TRUE(std::ranges::is_sorted(w.seen, {}, &seen_frame::end));
    }
}

}  // namespace nowire::air
