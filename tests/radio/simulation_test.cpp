#include <nowire/frame/mpdu.hpp>
#include <nowire/radio/identity.hpp>
#include <nowire/radio/simulation.hpp>

#include <gmock/gmock.h>
#include <poll.h>

#include <chrono>
#include <stdexcept>
#include <vector>

namespace nowire {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

class ear final : public radio_handler {
  public:
    explicit ear(std::unique_ptr<radio> r) : on_air(std::move(r)) { on_air->set_handler(this); }

    void send(const mac_address& to, std::size_t bytes = 100) {
        std::vector<std::uint8_t> mpdu(bytes);
        frame::write_header(std::span(mpdu).first<frame::header_size>(), {.a1 = to, .a2 = mac()});
        on_air->transmit({.token = ++last_token, .mpdu = std::move(mpdu), .retries = 3});
    }
    mac_address mac() const { return on_air->identity().station; }

    std::unique_ptr<radio> on_air;
    std::vector<time_point> heard;
    std::vector<tx_done> done;
    std::function<void()> when_heard;
    std::function<void()> when_done;
    std::uint64_t last_token = 0;

  private:
    void on_receive(std::span<const std::uint8_t>, const rx_info& info) override {
        heard.push_back(info.time);
        if (when_heard) when_heard();
    }
    void on_transmit_done(const tx_done& d) override {
        done.push_back(d);
        if (when_done) when_done();
    }
    void on_lost(const error&) override {}
    void on_restored() override {}
};

ear join(simulation& sim, std::string name) {
    return ear(sim.make_radio({.name = std::move(name)}).value());
}

bool is_readable(const radio& r) {
    pollfd one = {.fd = r.descriptor(), .events = POLLIN, .revents = 0};
    return ::poll(&one, 1, 0) == 1;
}

}  // namespace

TEST(Simulation, DerivesAddressesFromNames) {
    simulation sim;
    const auto a = sim.make_radio({.name = "kitchen"}).value();
    EXPECT_EQ(a->identity().station, mac_from_name("kitchen"));
    EXPECT_EQ(a->identity().soft_ap, mac_from_name("kitchen").plus(1));
    const auto b = sim.make_radio({}).value();
    const auto c = sim.make_radio({}).value();
    EXPECT_EQ(b->identity().name, "radio-2");
    EXPECT_EQ(c->identity().name, "radio-3");
}

TEST(Simulation, RefusesWhatCanNotBeRight) {
    simulation sim;
    const auto a = sim.make_radio({.name = "kitchen"}).value();
    const auto same = sim.make_radio({.name = "kitchen"});
    ASSERT_FALSE(same);
    EXPECT_EQ(same.error().code, errc::refused);
    EXPECT_THAT(same.error().text, HasSubstr("\"kitchen\""));
    const auto group = sim.make_radio({.station = mac_address::broadcast(), .name = "all"});
    ASSERT_FALSE(group);
    EXPECT_EQ(group.error().code, errc::argument);
    for (const double loss : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
        const auto lossy = sim.make_radio({.name = "lossy", .loss = loss});
        ASSERT_FALSE(lossy);
        EXPECT_EQ(lossy.error().code, errc::argument);
    }
    auto both = radio_setup{.on = {}, .station = a->identity().station, .soft_ap = a->identity().station};
    EXPECT_EQ(a->configure(both).error().code, errc::argument);
}

TEST(Simulation, RunsTimersAndTheAirInTheOrderOfTheirTimes) {
    simulation sim;
    auto a = join(sim, "a");
    auto b = join(sim, "b");
    std::vector<std::string> story;
    b.when_heard = [&] { story.push_back("heard"); };
    a.when_done = [&] { story.push_back("done"); };
    // At 1 Mb/s: AIFS and backoff 50 to 110 us, the frame 1024 us, SIFS and ACK 314 us.
    const auto timer = [&](radio& r, int us, std::string what) {
        r.clock().call_at(time_point(microseconds(us)), [&story, what = std::move(what)] { story.push_back(what); });
    };
    timer(*a.on_air, 1500, "last");
    timer(*b.on_air, 1200, "between");
    timer(*a.on_air, 1060, "first");
    a.send(b.mac());
    sim.run_for(milliseconds(5));
    EXPECT_THAT(story, ElementsAre("first", "heard", "between", "done", "last"));
    EXPECT_EQ(sim.now(), time_point(milliseconds(5)));
}

TEST(Simulation, WhoWakesAtATimeKnowsWhatWasOnTheAirThen) {
    for (const bool timer_first : {false, true}) {
        simulation sim;
        auto a = join(sim, "a");
        auto b = join(sim, "b");
        simulation probe;  // the same air, to know when the frame will end
        auto probe_a = join(probe, "a");
        auto probe_b = join(probe, "b");
        probe_a.send(probe_b.mac());
        probe.run_for(milliseconds(5));
        const auto end = probe_b.heard.at(0);

        std::size_t known = 0;
        const auto look = [&] { b.on_air->clock().call_at(end, [&] { known = b.heard.size(); }); };
        if (timer_first) look();
        a.send(b.mac());
        if (!timer_first) look();
        sim.run_for(milliseconds(5));
        EXPECT_EQ(known, 1);
    }
}

TEST(Simulation, RunsUntilToldOrTheLimit) {
    simulation sim;
    auto a = join(sim, "a");
    auto b = join(sim, "b");
    a.send(b.mac());
    EXPECT_TRUE(sim.run_until([&] { return !b.heard.empty(); }, time_point(seconds(1))));
    EXPECT_EQ(sim.now(), b.heard[0]) << "and no longer";
    EXPECT_TRUE(a.done.empty());
    EXPECT_FALSE(sim.run_until([&] { return b.heard.size() == 2; }, time_point(seconds(1))));
    EXPECT_EQ(sim.now(), time_point(seconds(1)));
    EXPECT_EQ(a.done.size(), 1);
    EXPECT_TRUE(sim.run_until([] { return true; }, time_point())) << "what is so already takes no time";
    EXPECT_EQ(sim.now(), time_point(seconds(1)));
}

TEST(Simulation, RunsUntilToldEvenWhereNothingTakesTime) {
    simulation sim({.airtime = false});
    auto a = join(sim, "a");
    auto b = join(sim, "b");
    // They answer each other at once, for ever, at the same time.
    b.when_heard = [&] { b.send(a.mac()); };
    a.when_heard = [&] { a.send(b.mac()); };
    a.send(b.mac());
    EXPECT_TRUE(sim.run_until([&] { return a.heard.size() == 100; }, time_point(seconds(1))));
    EXPECT_EQ(sim.now(), time_point());
    a.on_air->dispatch();  // ends as well
    b.on_air->wait_until(std::nullopt);
    EXPECT_GE(b.heard.size(), 101);
}

TEST(Simulation, AWaitMovesTimeUntilTheRadioIsToldSomething) {
    simulation sim;
    auto a = join(sim, "a");
    auto b = join(sim, "b");
    auto c = join(sim, "c");
    a.send(b.mac());
    c.on_air->wait_until(time_point(milliseconds(100)));
    EXPECT_EQ(sim.now(), time_point(milliseconds(100))) << "nothing of this concerned c";
    EXPECT_EQ(b.heard.size(), 1) << "the others were served";
    a.send(mac_address::broadcast());
    c.on_air->wait_until(time_point(seconds(9)));
    EXPECT_EQ(c.heard.size(), 1);
    EXPECT_EQ(sim.now(), c.heard[0]);
}

TEST(Simulation, AWaitThatWouldNeverEndIsAnError) {
    simulation sim;
    auto a = join(sim, "a");
    EXPECT_THROW(a.on_air->wait_until(std::nullopt), std::logic_error);
    a.send(mac_address::broadcast());
    a.on_air->wait_until(std::nullopt);
    EXPECT_EQ(a.done.size(), 1);
}

TEST(Simulation, NobodyWhoIsToldSomethingMovesTime) {
    simulation sim;
    auto a = join(sim, "a");
    auto b = join(sim, "b");
    int tried = 0;
    const auto move = [&] {
        ++tried;
        EXPECT_THROW(sim.run_for(milliseconds(1)), std::logic_error);
        EXPECT_THROW(a.on_air->dispatch(), std::logic_error);
        EXPECT_THROW(b.on_air->wait_until(std::nullopt), std::logic_error);
    };
    b.when_heard = move;
    b.on_air->clock().call_at(time_point(milliseconds(50)), move);
    a.send(b.mac());
    sim.run_for(seconds(1));
    EXPECT_EQ(tried, 2);
}

TEST(Simulation, ADescriptorIsReadableWhileSomethingIsDue) {
    simulation sim({.airtime = false});
    auto a = join(sim, "a");
    auto b = join(sim, "b");
    EXPECT_FALSE(is_readable(*a.on_air));
    a.send(b.mac());
    EXPECT_TRUE(is_readable(*a.on_air)) << "its frame is due at once";
    while (is_readable(*a.on_air))
        a.on_air->dispatch();
    EXPECT_EQ(a.done.size(), 1);
    EXPECT_EQ(b.heard.size(), 1);

    a.on_air->clock().call_at(sim.now() + milliseconds(1), [] {});
    EXPECT_FALSE(is_readable(*a.on_air));
    sim.run_for(milliseconds(1));
    EXPECT_FALSE(is_readable(*a.on_air)) << "it has run";
}

TEST(Simulation, ARadioThatIsGoneIsToldNothing) {
    simulation sim;
    auto a = join(sim, "a");
    {
        auto b = join(sim, "b");
        b.on_air->descriptor();
        b.on_air->clock().call_at(time_point(milliseconds(1)), [] { FAIL(); });
        b.send(a.mac());
        a.send(b.mac());
    }
    sim.run_for(seconds(1));
    EXPECT_TRUE(a.heard.empty());
    EXPECT_EQ(a.done.at(0).status, tx_status::not_acked);
}

TEST(Simulation, HasAMediumForLinksAndObservers) {
    simulation sim;
    auto a = join(sim, "a");
    auto b = join(sim, "b");
    int frames = 0;
    sim.medium().set_observer([&](const air::air_frame&) { ++frames; });
    sim.medium().set_link(a.mac(), b.mac(), {.loss = 1.0, .rssi = {}});
    a.send(b.mac());
    sim.run_for(seconds(1));
    EXPECT_EQ(a.done.at(0).status, tx_status::not_acked);
    EXPECT_EQ(frames, 4);
}

}  // namespace nowire
