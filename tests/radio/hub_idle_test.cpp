/// Programs that poll a radio's descriptor and say when they have nothing to do.

#include "radio/hub_world.hpp"

#include <nowire/air/protocol.hpp>
#include <nowire/radio/air_control.hpp>
#include <nowire/radio/identity.hpp>

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace nowire::test {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

class HubIdle : public testing::Test {
  protected:
    std::string socket() const { return folder_.path() / "air"; }
    air::protocol::hub_status status() const { return air_control::status(socket()).value().hub; }

    /// Polls as a program does that has other things to wait for, until `done`. @returns whether it was in time.
    static bool poll_until(member& m, const std::function<bool()>& done) {
        const auto limit = std::chrono::steady_clock::now() + patience;
        while (!done()) {
            if (std::chrono::steady_clock::now() > limit) return false;
            m.radio->report_idle();
            pollfd ready{.fd = m.radio->descriptor(), .events = POLLIN, .revents = 0};
            ::poll(&ready, 1, static_cast<int>(milliseconds(patience).count()));
            m.radio->dispatch();
        }
        return true;
    }

    static std::unique_ptr<member> join_and_promise(const std::string& socket, const std::string& name) {
        auto m = join(socket, name);
        m->radio->set_idle_reports(true);
        return m;
    }

    temporary_folder folder_;
};

}  // namespace

TEST_F(HubIdle, ReportsLetTimeRunAheadToTheNextTimer) {
    const hub_process hub(socket(), {"--speed", "max"});
    auto me = join_and_promise(socket(), "me");
    auto& clock = me->radio->clock();
    const auto begin = clock.now();
    std::vector<time_point> rang;
    for (const int each : {1, 5, 24})
        clock.call_at(begin + hours(each), [&] { rang.push_back(clock.now()); });
    ASSERT_TRUE(poll_until(*me, [&] { return rang.size() == 3; }));
    EXPECT_THAT(rang, testing::ElementsAre(begin + hours(1), begin + hours(5), begin + hours(24)));
    EXPECT_EQ(status().pace.rate(), air::standing) << "nobody holds it to real";
}

TEST_F(HubIdle, TimeStandsFromDispatchToTheNextReport) {
    const hub_process hub(socket(), {"--speed", "max"});
    auto me = join_and_promise(socket(), "me");
    auto& clock = me->radio->clock();
    bool rang = false;
    clock.call_at(clock.now() + seconds(1), [&] { rang = true; });
    ASSERT_TRUE(poll_until(*me, [&] { return rang; }));
    const auto stood = clock.now();
    clock.call_at(stood + seconds(1), [&] { rang = false; });
    child_process waits([&](int) {
        auto third = join(socket(), "third");
        third->radio->wait_until(third->radio->clock().now() + hours(1));
        return 0;
    });
    const auto idle = [&](const std::string& name) {
        const auto radios = air_control::status(socket())->radios;
        const auto found = std::ranges::find(radios, name, [](const auto& r) { return r.radio.name; });
        return found == radios.end() ? air::protocol::idleness::unknown : found->idle;
    };
    ASSERT_TRUE(becomes_true([&] { return idle("third") == air::protocol::idleness::until; }));
    EXPECT_EQ(idle("me"), air::protocol::idleness::busy) << "it dispatched, and has not said anything since";
    EXPECT_EQ(clock.now(), stood);
    ASSERT_TRUE(poll_until(*me, [&] { return !rang; }));
    EXPECT_EQ(clock.now(), stood + seconds(1));
    waits.signal(SIGKILL);
    waits.wait();
}

TEST_F(HubIdle, NothingIsReportedWhileThereIsSomethingToDo) {
    const hub_process hub(socket(), {"--speed", "max"});
    auto me = join_and_promise(socket(), "me");
    auto& clock = me->radio->clock();
    bool rang = false;
    clock.call_at(clock.now(), [&] { rang = true; });
    me->radio->report_idle();
    const auto radios = air_control::status(socket())->radios;
    ASSERT_EQ(radios.size(), 1U);
    EXPECT_EQ(radios.front().idle, air::protocol::idleness::busy);
    me->radio->dispatch();
    EXPECT_TRUE(rang);
}

TEST_F(HubIdle, WhoPromisedReportsAndIsBusyKeepsOthersTimeoutsFromLapsing) {
    const hub_process hub(socket(), {"--speed", "max", "--radios", "2"});
    auto me = join_and_promise(socket(), "me");
    child_process asks([&](int) {
        auto other = join(socket(), "other");
        auto& clock = other->radio->clock();
        const auto begin = clock.now();
        other->send(mac_from_name("me"), "question");
        while (other->count("answer") == 0 && clock.now() < begin + milliseconds(50))
            other->radio->wait_until(begin + milliseconds(50));
        return other->count("answer") == 1 ? 0 : 1;
    });
    ASSERT_TRUE(poll_until(*me, [&] { return me->count("question") == 1; }));
    ::usleep(200'000);  // What the program does for longer, in real time, than the other one waits.
    const auto token = me->send(mac_from_name("other"), "answer");
    ASSERT_TRUE(poll_until(*me, [&] { return me->answer_to(token) != nullptr; }));
    EXPECT_EQ(asks.wait(), 0);
}

TEST_F(HubIdle, WhoOnlyPollsAfterAllHoldsTimeToReal) {
    const hub_process hub(socket(), {"--speed", "max"});
    auto me = join_and_promise(socket(), "me");
    bool rang = false;
    auto& clock = me->radio->clock();
    clock.call_at(clock.now() + hours(1), [&] { rang = true; });
    ASSERT_TRUE(poll_until(*me, [&] { return rang; }));
    me->radio->set_idle_reports(false);
    me->radio->dispatch();
    EXPECT_TRUE(becomes_true([&] { return status().pace.rate() == air::real_speed; }));
    me->radio->set_idle_reports(true);
    clock.call_at(clock.now() + hours(1), [&] { rang = false; });
    EXPECT_TRUE(poll_until(*me, [&] { return !rang; }));
    EXPECT_EQ(status().pace.rate(), air::standing);
}

}  // namespace nowire::test
