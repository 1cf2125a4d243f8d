/// Hubs that die, and radios that come back.

#include "radio/hub_world.hpp"

#include <nowire/radio/air_control.hpp>
#include <nowire/radio/identity.hpp>

#include <gmock/gmock.h>
#include <poll.h>

#include <csignal>

namespace nowire::test {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

const mac_address all = mac_address::broadcast();
const mac_address nobody({0x02, 0x99, 0x99, 0x99, 0x99, 0x98});

class HubLoss : public testing::Test {
  protected:
    std::string socket() const { return folder_ / "air"; }

    static bool is_back(const member& m) { return !m.events.empty() && m.events.back() == "restored"; }

    temporary_folder folder_;
};

}  // namespace

TEST_F(HubLoss, IsToldOnceAndWhatWasInFlightIsDropped) {
    hub_process hub(socket(), {"--speed", "0.01"});
    auto a = join(socket(), "a");
    const auto first = a->send(nobody, "in flight");
    a->send(nobody, "behind it");
    ASSERT_TRUE(becomes_true([&] { return air_control::status(socket())->radios[0].in_flight == 2; }));
    hub.kill();
    ASSERT_TRUE(run_until({a.get()}, [&] { return !a->events.empty(); }));
    EXPECT_THAT(a->events, ElementsAre("lost"));
    EXPECT_THAT(a->why, HasSubstr(socket()));
    EXPECT_FALSE(a->answer_to(first));

    // While there is no air: not_sent, told by dispatch() and not before.
    const auto token = a->send(all, "into the void");
    EXPECT_FALSE(a->answer_to(token));
    pollfd ready{.fd = a->radio->descriptor(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&ready, 1, 0), 1);
    a->radio->dispatch();
    ASSERT_TRUE(a->answer_to(token));
    EXPECT_EQ(a->answer_to(token)->status, tx_status::not_sent);
    EXPECT_EQ(a->answer_to(token)->attempts, 0);
    EXPECT_THAT(a->events, ElementsAre("lost", "done"));
}

TEST_F(HubLoss, IsBackWithinASecondWithTheSetupItHad) {
    auto hub = std::make_unique<hub_process>(socket());
    auto a = join(socket(), "a");
    auto b = join(socket(), "b");
    const radio_setup setup{.on = *channel::from_number(11),
                            .station = a->mac(),
                            .soft_ap = a->radio->identity().soft_ap,
                            .receiving = true};
    ASSERT_TRUE(a->radio->configure(setup));
    a->radio->set_promiscuous(true);
    a->radio->set_tx_power(7);
    a->radio->set_position(air::position{3, 4});
    // As if it had been there for a while.
    auto& clock = a->radio->clock();
    bool passed = false;
    clock.call_at(clock.now() + seconds(1), [&] { passed = true; });
    ASSERT_TRUE(run_until({a.get(), b.get()}, [&] { return passed; }));
    const auto before = clock.now();
    hub->kill();
    ASSERT_TRUE(run_until({a.get(), b.get()}, [&] { return a->events.size() == 1 && b->events.size() == 1; }));
    hub = std::make_unique<hub_process>(socket());
    const auto up = steady_clock::now();
    ASSERT_TRUE(run_until({a.get(), b.get()}, [&] { return is_back(*a) && is_back(*b); }));
    EXPECT_LT(steady_clock::now() - up, seconds(1));
    EXPECT_THAT(a->events, ElementsAre("lost", "restored"));

    const auto status = air_control::status(socket());
    const auto found = std::ranges::find(status->radios, "a", [](const auto& r) { return r.radio.name; });
    ASSERT_NE(found, status->radios.end());
    EXPECT_EQ(found->radio.setup, setup);
    EXPECT_TRUE(found->radio.promiscuous);
    EXPECT_EQ(found->radio.tx_power, 7);
    EXPECT_EQ(found->radio.at->y, 4);

    // The new air began at 0 just now, and the clock of its radios did not.
    EXPECT_LT(status->hub.pace.air_base(), before);
    EXPECT_GT(a->radio->clock().now(), before);
    ASSERT_TRUE(b->radio->configure({.on = setup.on, .station = b->mac(), .soft_ap = std::nullopt}));
    const auto sent_at = b->radio->clock().now();
    const auto token = b->send(*setup.soft_ap, "welcome back");
    ASSERT_TRUE(run_until({a.get(), b.get()}, [&] { return b->answer_to(token) && a->count("welcome back") == 1; }));
    EXPECT_EQ(b->answer_to(token)->status, tx_status::acked);
    EXPECT_GE(b->answer_to(token)->time, sent_at);
    EXPECT_LE(b->answer_to(token)->time, b->radio->clock().now());
    EXPECT_GT(a->heard.back().info.time, before);
    EXPECT_LE(a->heard.back().info.time, a->radio->clock().now());
}

TEST_F(HubLoss, APeerThatCameMeanwhileIsKnownToTheNextHub) {
    auto hub = std::make_unique<hub_process>(socket());
    auto a = join(socket(), "a");
    const auto known = [&] { return air_control::status(socket())->radios.at(0).peers; };
    const peer_report one{.count = 1, .listed = {{.address = nobody, .encrypt = true}}};
    peer_report two = one;
    two.count = 2;
    two.listed.push_back({.address = all, .on = channel::from_number(3), .via = interface::soft_ap});
    EXPECT_EQ(known(), peer_report{});
    a->radio->report_peers(one);
    EXPECT_EQ(known(), one);
    hub->kill();
    ASSERT_TRUE(run_until({a.get()}, [&] { return a->events.size() == 1; }));
    a->radio->report_peers(two);
    hub = std::make_unique<hub_process>(socket());
    ASSERT_TRUE(run_until({a.get()}, [&] { return is_back(*a); }));
    EXPECT_EQ(known(), two);
    a->radio->report_peers({});
    EXPECT_EQ(known(), peer_report{});
}

TEST_F(HubLoss, PeersThatAHubIsTooSlowForAreToldWhenItGoesOn) {
    const hub_process hub(socket(), {"--no-airtime"});
    auto a = join(socket(), "a");
    hub.signal(SIGSTOP);
    const auto refused = [&](std::uint64_t token) {
        a->radio->dispatch();
        return a->answer_to(token) && a->answer_to(token)->status == tx_status::not_sent;
    };
    ASSERT_TRUE(becomes_true([&] { return refused(a->send(nobody, std::string(1400, 'x'), 0)); }))
        << "what waits to be sent has no end";
    const peer_report one{.count = 1, .listed = {{.address = nobody, .encrypt = true}}};
    a->radio->report_peers(one);
    hub.signal(SIGCONT);
    const auto known = [&] {
        a->radio->dispatch();
        return air_control::status(socket())->radios.at(0).peers == one;
    };
    EXPECT_TRUE(becomes_true(known));
}

TEST_F(HubLoss, TheClockGoesOnAndTimersRunWithoutAHub) {
    auto hub = std::make_unique<hub_process>(socket(), std::vector<std::string>{"--speed", "20"});
    auto a = join(socket(), "a");
    auto& clock = a->radio->clock();
    const auto start = clock.now();
    time_point rang;
    clock.call_at(start + seconds(1), [&] { rang = clock.now(); });
    hub->kill();
    ASSERT_TRUE(run_until({a.get()}, [&] { return rang != time_point(); }));
    EXPECT_GE(rang, start + seconds(1));
    EXPECT_THAT(a->events, ElementsAre("lost"));

    // Another speed takes over where the clock is.
    const auto then = clock.now();
    hub = std::make_unique<hub_process>(socket(), std::vector<std::string>{"--speed", "0.5"});
    ASSERT_TRUE(run_until({a.get()}, [&] { return is_back(*a); }));
    const auto now = clock.now();
    EXPECT_GE(now, then);
    EXPECT_LE(clock.now() - now, seconds(5)) << "it did not jump";
}

TEST_F(HubLoss, WhatIsChangedWhileItIsAwayIsSoWhenItIsBack) {
    auto hub = std::make_unique<hub_process>(socket());
    auto a = join(socket(), "a");
    hub->kill();
    ASSERT_TRUE(run_until({a.get()}, [&] { return !a->events.empty(); }));
    auto setup = radio_setup{.on = *channel::from_number(3), .station = a->mac(), .soft_ap = std::nullopt};
    EXPECT_TRUE(a->radio->configure(setup));
    a->radio->set_tx_power(5);
    hub = std::make_unique<hub_process>(socket());
    ASSERT_TRUE(run_until({a.get()}, [&] { return is_back(*a); }));
    const auto status = air_control::status(socket());
    ASSERT_EQ(status->radios.size(), 1);
    EXPECT_EQ(status->radios[0].radio.setup, setup);
    EXPECT_EQ(status->radios[0].radio.tx_power, 5);
}

TEST_F(HubLoss, WhatIsChangedWhileItSaysHelloIsSoWhenItIsBack) {
    auto hub = std::make_unique<hub_process>(socket());
    auto a = join(socket(), "a");
    hub->kill();
    hub = std::make_unique<hub_process>(socket());
    hub->signal(SIGSTOP);
    // It connects and says hello within this time, and nobody answers.
    EXPECT_FALSE(run_until(
        {a.get()}, [&] { return is_back(*a); }, milliseconds(500)));
    ASSERT_THAT(a->events, ElementsAre("lost"));
    auto setup = radio_setup{.on = *channel::from_number(3), .station = a->mac(), .soft_ap = std::nullopt};
    EXPECT_TRUE(a->radio->configure(setup));
    a->radio->set_promiscuous(true);
    hub->signal(SIGCONT);
    ASSERT_TRUE(run_until({a.get()}, [&] { return is_back(*a); }));
    const auto is_so = [&] {
        const auto radio = air_control::status(socket())->radios.at(0).radio;
        return radio.setup == setup && radio.promiscuous;
    };
    EXPECT_TRUE(becomes_true(is_so));
}

TEST_F(HubLoss, ItsHandlerMayAskForThingsWhileItIsTold) {
    auto hub = std::make_unique<hub_process>(socket());
    auto a = join(socket(), "a");
    std::uint64_t token = 0;
    a->when_lost = [&] {
        token = a->send(all, "from on_lost");
        EXPECT_TRUE(a->radio->configure({.on = *channel::from_number(4), .station = a->mac(), .soft_ap = {}}));
    };
    hub->kill();
    ASSERT_TRUE(run_until({a.get()}, [&] { return a->answer_to(token) != nullptr; }));
    EXPECT_THAT(a->events, ElementsAre("lost", "done"));
}

TEST_F(HubLoss, AStalledHubDelaysACallByASecondAtMost) {
    hub_process hub(socket());
    auto a = join(socket(), "a");
    hub.signal(SIGSTOP);
    const auto start = steady_clock::now();
    auto setup = radio_setup{.on = *channel::from_number(9), .station = a->mac(), .soft_ap = std::nullopt};
    EXPECT_TRUE(a->radio->configure(setup)) << "it cannot be refused";
    setup.soft_ap = a->radio->identity().soft_ap;
    const auto refused = a->radio->configure(setup);
    ASSERT_FALSE(refused) << "nobody knows whether the address is free";
    EXPECT_EQ(refused.error().code, errc::radio);
    EXPECT_LT(steady_clock::now() - start, seconds(5));
    const auto token = a->send(nobody, "later", 0);
    hub.signal(SIGCONT);
    ASSERT_TRUE(run_until({a.get()}, [&] { return a->answer_to(token) != nullptr; }));
    EXPECT_EQ(a->answer_to(token)->status, tx_status::not_acked);
    setup.soft_ap.reset();
    EXPECT_EQ(air_control::status(socket())->radios[0].radio.setup, setup) << "as before the refused call";
}

TEST_F(HubLoss, ATakenAddressKeepsARadioAwayUntilItIsFree) {
    auto hub = std::make_unique<hub_process>(socket());
    auto a = join(socket(), "a");
    hub->kill();
    hub = std::make_unique<hub_process>(socket());
    // Before a has looked for the new air, somebody else is there with its name.
    auto thief = join(socket(), "a");
    ASSERT_TRUE(run_until({a.get()}, [&] { return !a->events.empty(); }));
    EXPECT_FALSE(run_until(
        {a.get()}, [&] { return is_back(*a); }, milliseconds(300)));
    thief.reset();
    EXPECT_TRUE(run_until({a.get()}, [&] { return is_back(*a); }));
}

}  // namespace nowire::test
