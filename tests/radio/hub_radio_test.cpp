/// Radios on a real hub: what crosses, and who harms whom.

#include "radio/hub_world.hpp"

#include <nowire/radio/air_control.hpp>
#include <nowire/radio/identity.hpp>

#include <gmock/gmock.h>

#include <csignal>

namespace nowire::test {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

namespace {

const mac_address all = mac_address::broadcast();
constexpr auto protocol_limit = air::protocol::max_in_flight;

class HubRadio : public testing::Test {
  protected:
    std::string socket() const { return folder_ / "air"; }

    temporary_folder folder_;
};

const air::protocol::radio_status* find(const air_control::air_status& s, const std::string& name) {
    const auto found = std::ranges::find(s.radios, name, [](const auto& r) { return r.radio.name; });
    return found == s.radios.end() ? nullptr : &*found;
}

}  // namespace

TEST_F(HubRadio, CarriesFramesBetweenProcesses) {
    const hub_process hub(socket());
    child_process echo([&](int to) {
        auto me = join(socket(), "echo");
        report(to, "ready");
        run_until({me.get()}, [&] { return me->count("hello") == 1; });
        const auto token = me->send(mac_from_name("caller"), "echo");
        run_until({me.get()}, [&] { return me->answer_to(token) != nullptr; });
        return me->answer_to(token)->status == tx_status::acked ? 0 : 1;
    });
    ASSERT_EQ(echo.line(), "ready");
    auto me = join(socket(), "caller");
    const auto before = me->radio->clock().now();
    const auto token = me->send(mac_from_name("echo"), "hello");
    ASSERT_TRUE(run_until({me.get()}, [&] { return me->count("echo") == 1 && me->answer_to(token); }));
    EXPECT_EQ(me->answer_to(token)->status, tx_status::acked);
    EXPECT_EQ(me->answer_to(token)->attempts, 1);
    EXPECT_GT(me->heard[0].info.time, before);
    EXPECT_LE(me->heard[0].info.time, me->radio->clock().now());
    EXPECT_EQ(echo.wait(), 0);
}

TEST_F(HubRadio, WhoseFrameWasAcknowledgedFindsItAtTheOtherStation) {
    const hub_process hub(socket(), {"--no-airtime"});
    auto a = join(socket(), "a");
    auto b = join(socket(), "b");
    for (std::size_t i = 1; i <= 2000; ++i) {
        const auto token = a->send(b->mac(), "look");
        ASSERT_TRUE(run_until({a.get()}, [&] { return a->answer_to(token) != nullptr; }));
        ASSERT_EQ(a->answer_to(token)->status, tx_status::acked);
        b->radio->dispatch();
        ASSERT_EQ(b->count("look"), i) << "not there yet";
    }
}

TEST_F(HubRadio, SaysWhoIsOnTheAirAndWhatTheyDid) {
    const hub_process hub(socket(), {"--seed", "7", "--speed", "0.5", "--loss", "0"});
    hub_radio_options options;
    options.on = *channel::from_number(6);
    options.at = air::position{1.5, -2};
    options.loss = 0.25;
    auto a = join(socket(), "kitchen", options);
    auto b = join(socket(), "shed");
    const auto token = b->send(mac_from_name("nobody"), "anybody?", 3);
    b->send(all, "all");
    ASSERT_TRUE(run_until({a.get(), b.get()}, [&] { return b->done.size() == 2; }));
    EXPECT_EQ(b->answer_to(token)->attempts, 4);

    const auto status = air_control::status(socket());
    ASSERT_TRUE(status) << status.error().text;
    EXPECT_EQ(status->hub.pid, static_cast<std::uint32_t>(hub.pid()));
    EXPECT_EQ(status->hub.seed, 7);
    EXPECT_EQ(status->hub.pace.rate(), 500'000);
    EXPECT_EQ(status->hub.statistics.transmissions, 5);
    ASSERT_EQ(status->radios.size(), 2);
    const auto& kitchen = status->radios[0];
    EXPECT_EQ(kitchen.radio.name, "kitchen");
    EXPECT_EQ(kitchen.radio.setup.station, mac_from_name("kitchen"));
    EXPECT_EQ(kitchen.radio.setup.on.number(), 6);
    EXPECT_EQ(kitchen.radio.loss, 0.25);
    EXPECT_EQ(kitchen.radio.at->x, 1.5);
    EXPECT_EQ(kitchen.radio.at->y, -2);
    EXPECT_EQ(kitchen.pid, static_cast<std::uint32_t>(::getpid()));
    const auto& shed = status->radios[1];
    EXPECT_EQ(shed.radio.name, "shed");
    EXPECT_EQ(shed.counters.transmits, 2);
    EXPECT_EQ(shed.counters.not_acked, 1);
    EXPECT_EQ(shed.counters.sent, 1);
    EXPECT_EQ(shed.in_flight, 0);
    EXPECT_EQ(shed.idle, air::protocol::idleness::unknown) << "it polls";
}

TEST_F(HubRadio, IsIdleWhileItsProgramWaits) {
    const hub_process hub(socket());
    child_process waiter([&](int to) {
        auto me = join(socket(), "waiter");
        const auto until = me->radio->clock().now() + seconds(1000);
        report(to, std::to_string(until.time_since_epoch().count()));
        me->radio->wait_until(until);
        me->radio->wait_until(std::nullopt);
        return 0;
    });
    const auto until = std::stoll(waiter.line());
    const auto idleness_is = [&](air::protocol::idleness expected) {
        return becomes_true([&] {
            const auto s = air_control::status(socket());
            return s && find(*s, "waiter") && find(*s, "waiter")->idle == expected;
        });
    };
    ASSERT_TRUE(idleness_is(air::protocol::idleness::until));
    EXPECT_EQ(find(*air_control::status(socket()), "waiter")->idle_until.time_since_epoch().count(), until);
    auto me = join(socket(), "me");
    me->send(all, "wake up");
    EXPECT_TRUE(idleness_is(air::protocol::idleness::forever));
}

TEST_F(HubRadio, RefusesAnAddressThatIsTakenAndNamesItsOwner) {
    const hub_process hub(socket());
    auto a = join(socket(), "kitchen");
    const auto second = open_hub_radio({.socket = socket(), .name = "kitchen"});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, errc::refused);
    EXPECT_THAT(second.error().text, HasSubstr(a->mac().to_string() + " is already on this air: radio 'kitchen'"));
    EXPECT_EQ(air_control::status(socket())->radios.size(), 1);
}

TEST_F(HubRadio, LeavesTheAirWhenItsProgramIsKilled) {
    // So slow that the queue of the doomed is never sent in the time that its end takes.
    const hub_process hub(socket(), {"--speed", "0.02"});
    auto a = join(socket(), "a");
    child_process doomed([&](int to) {
        auto me = join(socket(), "doomed");
        for (int i = 0; i < 100; ++i)
            me->send(all, "last words");
        report(to, "ready");
        return run_until({me.get()}, [] { return false; }) ? 0 : 1;
    });
    ASSERT_EQ(doomed.line(), "ready");
    ASSERT_TRUE(run_until({a.get()}, [&] { return a->count("last words") > 0; }));
    doomed.signal(SIGKILL);
    EXPECT_EQ(doomed.wait(), -SIGKILL);
    // Its name is free at once, and its radio silent.
    auto heir = join(socket(), "doomed");
    const auto token = heir->send(a->mac(), "hello");
    ASSERT_TRUE(run_until({a.get(), heir.get()}, [&] { return heir->answer_to(token) && a->count("hello") == 1; }));
    EXPECT_EQ(heir->answer_to(token)->status, tx_status::acked);
    EXPECT_LT(a->count("last words"), 100);
}

TEST_F(HubRadio, AcknowledgesWhileItsProgramIsStoppedAndTellsItWhatItLost) {
    const hub_process hub(socket(), {"--no-airtime"});
    child_process slow([&](int to) {
        auto me = join(socket(), "slow");
        report(to, "ready");
        std::string last;
        me->when_heard = [&] {
            last = me->heard.back().text;
            me->heard.back().text.clear();
        };
        run_until({me.get()}, [&] { return last.starts_with("last of "); });
        report(to, last + " " + std::to_string(me->heard.size()) + " " + std::to_string(me->radio->frames_lost()));
        return 0;
    });
    ASSERT_EQ(slow.line(), "ready");
    auto a = join(socket(), "a");
    auto b = join(socket(), "b");
    slow.signal(SIGSTOP);

    // Far more than is kept for it, and every one is acknowledged.
    constexpr int frames = 1500;
    const std::string text(1400, 'x');
    for (int i = 0; i < frames; ++i) {
        const auto token = a->send(mac_from_name("slow"), text);
        ASSERT_TRUE(run_until({a.get()}, [&] { return a->answer_to(token) != nullptr; }));
        ASSERT_EQ(a->answer_to(token)->status, tx_status::acked);
    }
    // Others do not notice.
    const auto to_b = a->send(b->mac(), "hello");
    ASSERT_TRUE(run_until({a.get(), b.get()}, [&] { return a->answer_to(to_b) && b->count("hello") == 1; }));
    const auto status = air_control::status(socket());
    ASSERT_TRUE(status);
    const auto counted = find(*status, "slow")->counters;
    EXPECT_GT(counted.lost, 0);
    EXPECT_GT(counted.received, 100);
    EXPECT_EQ(counted.received + counted.lost, frames);

    slow.signal(SIGCONT);
    // What is sent before it has caught up may be lost too, hence more than one.
    int sent = frames;
    const auto told = [&] {
        const auto token = a->send(mac_from_name("slow"), "last of " + std::to_string(++sent));
        EXPECT_TRUE(run_until({a.get()}, [&] { return a->answer_to(token) != nullptr; }));
        const auto s = air_control::status(socket());
        return !s || !find(*s, "slow");
    };
    ASSERT_TRUE(becomes_true(told));
    int total = 0;
    int heard = 0;
    int lost = 0;
    ASSERT_EQ(std::sscanf(slow.line().c_str(), "last of %d %d %d", &total, &heard, &lost), 3);
    EXPECT_GT(lost, 0);
    EXPECT_EQ(heard + lost, total) << "every frame that the radio heard was handed over or counted as lost";
    EXPECT_EQ(slow.wait(), 0);
}

TEST_F(HubRadio, KeepsALimitedNumberOfTransmitsWaiting) {
    const hub_process hub(socket(), {"--speed", "0.001"});
    auto a = join(socket(), "a");
    for (std::size_t i = 0; i < protocol_limit + 10; ++i)
        a->send(all, "one of many");
    ASSERT_TRUE(run_until({a.get()}, [&] { return a->done.size() == 10; }));
    for (std::size_t i = 0; i < 10; ++i) {
        EXPECT_EQ(a->done[i].token, protocol_limit + i + 1) << "those that came last";
        EXPECT_EQ(a->done[i].status, tx_status::not_sent);
    }
    EXPECT_EQ(air_control::status(socket())->radios[0].in_flight, protocol_limit);
}

TEST_F(HubRadio, AnswersEveryTransmitOfAFlood) {
    const hub_process hub(socket(), {"--speed", "50"});
    auto a = join(socket(), "a");
    auto b = join(socket(), "b");
    constexpr std::size_t frames = 3000;
    for (std::size_t i = 0; i < frames; ++i)
        a->send(b->mac(), "flood");
    const auto token = b->send(a->mac(), "meanwhile");
    ASSERT_TRUE(run_until({a.get(), b.get()}, [&] { return a->done.size() == frames && b->answer_to(token); }));
    EXPECT_EQ(b->answer_to(token)->status, tx_status::acked);
    std::size_t acked = 0;
    std::vector<int> answers(frames + 1);
    for (const auto& d : a->done) {
        ASSERT_LE(d.token, frames);
        ++answers[static_cast<std::size_t>(d.token)];
        if (d.status == tx_status::acked)
            ++acked;
        else
            EXPECT_EQ(d.status, tx_status::not_sent);
    }
    EXPECT_THAT(std::span(answers).subspan(1), testing::Each(1));
    EXPECT_GE(acked, air::protocol::max_in_flight);
    ASSERT_TRUE(run_until({b.get()}, [&] { return b->count("flood") == acked; }));
}

TEST_F(HubRadio, TwoHundredRadiosHearEachOther) {
    const hub_process hub(socket(), {"--no-airtime"});
    std::vector<std::unique_ptr<member>> members;
    std::vector<member*> each;
    for (int i = 0; i < 200; ++i) {
        members.push_back(join(socket(), "radio " + std::to_string(i)));
        each.push_back(members.back().get());
    }
    for (auto* m : each)
        m->send(all, "here is " + m->radio->identity().name);
    ASSERT_TRUE(run_until(each, [&] {
        return std::ranges::all_of(each, [](const member* m) { return m->heard.size() == 199 && m->done.size() == 1; });
    }));
    EXPECT_EQ(air_control::status(socket())->radios.size(), 200);
}

TEST_F(HubRadio, TimePassesAtTheSpeedOfTheAir) {
    const hub_process hub(socket(), {"--speed", "100"});
    auto a = join(socket(), "a");
    auto& clock = a->radio->clock();
    const auto real = steady_clock::now();
    const auto start = clock.now();
    bool rang = false;
    clock.call_at(start + seconds(2), [&] { rang = true; });
    ASSERT_TRUE(run_until({a.get()}, [&] { return rang; }));
    const auto passed = clock.now() - start;
    EXPECT_GE(passed, seconds(2));
    EXPECT_GE(steady_clock::now() - real, milliseconds(19));
    EXPECT_LE(passed, 100 * (steady_clock::now() - real) + milliseconds(1));
}

TEST_F(HubRadio, AnExceptionOfAHandlerComesOutAndTheRestComesNext) {
    const hub_process hub(socket(), {"--no-airtime"});
    auto a = join(socket(), "a");
    auto b = join(socket(), "b");
    for (int i = 0; i < 3; ++i)
        b->send(all, "tick");
    ASSERT_TRUE(run_until({b.get()}, [&] { return b->done.size() == 3; }));
    int thrown = 0;
    a->when_heard = [&] { throw std::runtime_error("handler"); };
    EXPECT_TRUE(becomes_true([&] {
        try {
            a->radio->dispatch();
        } catch (const std::runtime_error&) {
            ++thrown;
        }
        return thrown == 3;
    }));
    EXPECT_EQ(a->count("tick"), 3);
}

}  // namespace nowire::test
