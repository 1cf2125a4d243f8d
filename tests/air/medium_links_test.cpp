/// Loss, RSSI, and the same again with the same seed.

#include "air/medium_world.hpp"

#include <nowire/frame/mpdu.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace nowire::air {

namespace {

/// How many of `n` group frames from 1 radio 2 hears.
int heard_of(int n, medium_options options, double loss_1, double loss_2, std::optional<double> link_loss) {
    world w(options);
    auto& a = w.join(1, {.name = "1", .setup = world::setup_of(1), .at = {}, .loss = loss_1});
    auto& b = w.join(2, {.name = "2", .setup = world::setup_of(2), .at = {}, .loss = loss_2});
    if (link_loss) w.air.set_link(a.mac, b.mac, {.loss = link_loss, .rssi = {}});
    for (int i = 0; i < n; ++i)
        w.send(a, mac_address::broadcast(), 60);
    w.run();
    EXPECT_EQ(b.heard.size() + w.air.statistics().losses, static_cast<std::size_t>(n));
    return static_cast<int>(b.heard.size());
}

/// Within 4.5 standard deviations of a binomial distribution; the seed is fixed, so it either holds for ever or never.
void expect_share(int heard, int n, double probability) {
    const auto deviation = std::sqrt(n * probability * (1 - probability));
    EXPECT_NEAR(heard, n * probability, 4.5 * deviation + 1e-9);
}

/// A day in the life of some radios, on two channels, with losses: everything that was on the air.
std::vector<seen_frame> story(std::uint64_t seed) {
    world w({.seed = seed, .loss = 0.2});
    std::vector<listener*> all;
    for (int i = 1; i <= 6; ++i)
        all.push_back(&w.join(i, i <= 4 ? 1 : 6));
    w.air.set_link(world::mac_of(1), world::mac_of(2), {.loss = 0.5, .rssi = -70});
    all[1]->when_heard = [&](const listener::reception&) {
        if (all[1]->heard.size() % 3 == 0) w.send(*all[1], world::mac_of(1), 80);
    };
    for (int i = 0; i < 60; ++i) {
        auto& from = *all[static_cast<std::size_t>(i % 6)];
        w.send(from, i % 4 == 0 ? mac_address::broadcast() : world::mac_of((i * 7) % 6 + 1),
               60 + static_cast<std::size_t>(3 * i), i % 2 ? rate::dsss_1m_long : rate::ofdm_12m, 5);
        w.air.advance_to(w.air.now() + std::chrono::microseconds(700 * (i % 5)));
        if (i == 30) w.air.configure(all[3]->id, world::setup_of(4, 6));
        if (i == 40) w.air.leave(all[5]->id);
    }
    w.run();
    return w.seen;
}

/// Who of the frames with these indexes, sent from 1 in group frames, is heard by radio 2.
std::vector<int> heard_by_2(world& w, listener& a, listener& b, int n) {
    std::vector<int> got;
    for (int i = 0; i < n; ++i) {
        const auto before = b.heard.size();
        w.send(a, mac_address::broadcast(), 60);
        w.run();
        if (b.heard.size() > before) got.push_back(i);
    }
    return got;
}

}  // namespace

TEST(Loss, IsThatOfTheMediumUnlessTheLinkHasItsOwn) {
    expect_share(heard_of(4000, {.loss = 0.3}, 0, 0, {}), 4000, 0.7);
    expect_share(heard_of(4000, {.loss = 0.3}, 0, 0, 0.05), 4000, 0.95);
    EXPECT_EQ(heard_of(500, {.loss = 0.3}, 0, 0, 0.0), 500);
    EXPECT_EQ(heard_of(500, {.loss = 0.0}, 0, 0, 1.0), 0);
    EXPECT_EQ(heard_of(500, {}, 0, 0, {}), 500);
}

TEST(Loss, ComposesWithThoseOfSenderAndReceiver) {
    expect_share(heard_of(4000, {.loss = 0.1}, 0.2, 0.3, {}), 4000, 0.9 * 0.8 * 0.7);
    expect_share(heard_of(4000, {.loss = 0.1}, 0.2, 0.3, 0.5), 4000, 0.5 * 0.8 * 0.7);
    EXPECT_EQ(heard_of(100, {}, 1.0, 0, {}), 0);
    EXPECT_EQ(heard_of(100, {}, 0, 1.0, {}), 0);
}

TEST(Loss, OfTheFrameIsMadeGoodByRetries) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    w.air.set_link(a.mac, b.mac, {.loss = 0.5, .rssi = {}});
    for (int i = 0; i < 200; ++i)
        w.send(a, b.mac, 60);
    w.run();
    EXPECT_EQ(b.heard.size(), 200) << "no ACK is lost, so each is heard once";
    EXPECT_TRUE(std::ranges::all_of(a.done, [](const auto& d) { return d.status == tx_status::acked; }));
    EXPECT_TRUE(std::ranges::any_of(a.done, [](const auto& d) { return d.attempts > 3; }));
    expect_share(200, static_cast<int>(w.air.statistics().transmissions), 0.5);
}

TEST(Loss, OfTheAckMakesTheFrameHeardAgainWithItsRetryBit) {
    world w;
    auto& a = w.join(1);
    auto& b = w.join(2);
    w.air.set_link(b.mac, a.mac, {.loss = 1.0, .rssi = {}});
    w.send(a, b.mac, 60, rate::dsss_1m_long, 3);
    w.run();
    EXPECT_EQ(a.done.at(0).status, tx_status::not_acked) << "though it was delivered";
    EXPECT_EQ(a.done.at(0).attempts, 4);
    ASSERT_EQ(b.heard.size(), 4);
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_EQ(frame::read_header(b.heard[i].mpdu)->control.retry(), i > 0);
    EXPECT_EQ(w.seen.size(), 8) << "the ACKs were on the air";
    EXPECT_EQ(a.done.at(0).time, w.seen.back().end);
}

TEST(Loss, OfALinkDoesNotDependOnWhatHappensOnOthers) {
    const auto options = medium_options{.seed = 3, .loss = 0.5};
    world quiet(options);
    auto& a1 = quiet.join(1);
    auto& b1 = quiet.join(2);
    const auto alone = heard_by_2(quiet, a1, b1, 200);

    world busy(options);
    auto& c = busy.join(3);
    auto& b2 = busy.join(2);
    auto& d = busy.join(4);
    auto& a2 = busy.join(1);
    busy.air.set_promiscuous(d.id, true);
    for (int i = 0; i < 37; ++i) {
        busy.send(c, d.mac, 50);
        busy.send(d, mac_address::broadcast(), 50);
    }
    busy.run();
    busy.air.leave(c.id);
    b2.heard.clear();
    EXPECT_EQ(heard_by_2(busy, a2, b2, 200), alone);
}

TEST(Loss, DrawsGoOnWhereALinkChangesOtherwise) {
    const auto options = medium_options{.seed = 3, .loss = 0.5};
    world plain(options);
    auto& a1 = plain.join(1);
    auto& b1 = plain.join(2);
    const auto expected = heard_by_2(plain, a1, b1, 200);

    world changing(options);
    auto& a2 = changing.join(1);
    auto& b2 = changing.join(2);
    auto got = heard_by_2(changing, a2, b2, 100);
    changing.air.set_position(b2.id, position{1, 1});
    changing.air.set_tx_power(a2.id, 7);
    changing.air.set_link(a2.mac, b2.mac, {.rssi = -33});
    for (const int i : heard_by_2(changing, a2, b2, 100))
        got.push_back(100 + i);
    EXPECT_EQ(got, expected);
}

TEST(Loss, OfARadioThatJoinsDoesNotDependOnWhoLeftBefore) {
    const auto options = medium_options{.seed = 3, .loss = 0.5};
    world fresh(options);
    auto& a1 = fresh.join(1);
    auto& b1 = fresh.join(2);
    const auto expected = heard_by_2(fresh, a1, b1, 100);

    world used(options);
    auto& a2 = used.join(1);
    auto& before = used.join(3);
    heard_by_2(used, a2, before, 37);
    used.air.leave(before.id);
    auto& b2 = used.join(2);
    EXPECT_EQ(heard_by_2(used, a2, b2, 100), expected);
    used.air.leave(a2.id);
    auto& again = used.join(1);
    EXPECT_EQ(heard_by_2(used, again, b2, 100), expected) << "who joins again begins again";
}

TEST(Loss, DiffersWithTheSeed) {
    world one({.seed = 1, .loss = 0.5});
    world two({.seed = 2, .loss = 0.5});
    EXPECT_NE(heard_by_2(one, one.join(1), one.join(2), 100), heard_by_2(two, two.join(1), two.join(2), 100));
}

TEST(Rssi, IsThatOfTheLinkElseOfTheDistanceElseTheDefault) {
    world w;
    auto& a = w.join(1, {.name = "1", .setup = world::setup_of(1), .at = position{0, 0}});
    auto& b = w.join(2, {.name = "2", .setup = world::setup_of(2), .at = position{6, 8}});
    auto& c = w.join(3);
    auto& d = w.join(4, {.name = "4", .setup = world::setup_of(4), .at = position{0, 1}});
    w.air.set_link(a.mac, d.mac, {.loss = {}, .rssi = -77});
    const auto last_rssi = [](const listener& l) { return l.heard.back().info.rssi; };

    w.send(a, mac_address::broadcast());
    w.run();
    EXPECT_EQ(last_rssi(b), 20 - 40 - 30) << "10 m";
    EXPECT_EQ(last_rssi(c), -40) << "no position";
    EXPECT_EQ(last_rssi(d), -77);

    w.air.set_tx_power(a.id, 10);
    w.air.set_position(b.id, position{60, 80});
    w.air.set_link(a.mac, d.mac, {});
    w.send(a, mac_address::broadcast());
    w.run();
    EXPECT_EQ(last_rssi(b), 10 - 40 - 60) << "100 m";
    EXPECT_EQ(last_rssi(d), 10 - 40) << "1 m";
    EXPECT_EQ(w.seen.back().signal, 10);

    w.air.set_position(b.id, position{0, 0});
    w.air.set_tx_power(a.id, 99);
    w.send(a, mac_address::broadcast());
    w.run();
    EXPECT_EQ(last_rssi(b), 20 - 40 + 30) << "nothing is nearer than 10 cm";
    w.air.set_position(b.id, std::nullopt);
    w.air.set_tx_power(a.id, -99);
    w.send(a, mac_address::broadcast());
    w.run();
    EXPECT_EQ(last_rssi(b), -40);
    EXPECT_EQ(last_rssi(d), 2 - 40);
}

TEST(Rssi, IsThatOfTheRadioThatIsThereNow) {
    world w;
    auto& a = w.join(1, {.name = "1", .setup = world::setup_of(1), .at = position{0, 0}});
    auto& b = w.join(2, {.name = "2", .setup = world::setup_of(2), .at = position{0, 1}});
    w.send(a, mac_address::broadcast());
    w.run();
    EXPECT_EQ(b.heard.at(0).info.rssi, -20);
    w.air.leave(b.id);
    auto& c = w.join(3, {.name = "3", .setup = world::setup_of(3), .at = position{0, 10}});
    w.send(a, mac_address::broadcast());
    w.run();
    EXPECT_EQ(c.heard.at(0).info.rssi, -50);
    w.air.set_link(a.mac, world::mac_of(9), {.rssi = -90});
    ASSERT_TRUE(w.air.configure(c.id, world::setup_of(9)));
    w.send(a, mac_address::broadcast());
    w.run();
    EXPECT_EQ(c.heard.at(1).info.rssi, -90) << "links are known by the station's address";
}

TEST(Rssi, OfPositionsThatAreNoNumbersIsSomething) {
    world w;
    auto& a = w.join(1, {.name = "1", .setup = world::setup_of(1), .at = position{NAN, 0}});
    auto& b = w.join(2, {.name = "2", .setup = world::setup_of(2), .at = position{INFINITY, INFINITY}});
    auto& c = w.join(3, {.name = "3", .setup = world::setup_of(3), .at = position{0, 0}});
    w.send(a, mac_address::broadcast());
    w.send(b, mac_address::broadcast());
    w.run();
    EXPECT_TRUE(c.heard.at(0).info.rssi);
    EXPECT_EQ(c.heard.size(), 1) << "what is infinitely far away is not heard";
}

TEST(Determinism, SameSeedAndSameCallsAreTheSameFramesAtTheSameTimes) {
    const auto once = story(7);
    EXPECT_GT(once.size(), 150);
    EXPECT_TRUE(once == story(7));
    EXPECT_FALSE(once == story(8));
}

TEST(Determinism, DoesNotDependOnTheStepsInWhichTimeMoves) {
    const auto run = [](duration step) {
        world w({.seed = 5, .loss = 0.3});
        auto& a = w.join(1);
        auto& b = w.join(2);
        for (int i = 0; i < 20; ++i) {
            w.send(a, b.mac);
            w.send(b, mac_address::broadcast());
        }
        while (w.air.now() < time_point(std::chrono::seconds(2)))
            w.air.advance_to(w.air.now() + step);
        return w.seen;
    };
    const auto coarse = run(std::chrono::seconds(2));
    EXPECT_GT(coarse.size(), 40);
    EXPECT_TRUE(coarse == run(std::chrono::microseconds(333)));
}

}  // namespace nowire::air
