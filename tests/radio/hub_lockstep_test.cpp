/// An air whose time goes from event to event while every program on it waits.

#include "radio/hub_world.hpp"

#include <nowire/air/protocol.hpp>
#include <nowire/capture/reader.hpp>
#include <nowire/radio/air_control.hpp>
#include <nowire/radio/identity.hpp>

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace nowire::test {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

const mac_address all = mac_address::broadcast();

/// Waits on the air's clock, as blocking programs do, until `done` or the time has come.
template <class condition>
bool wait_for(member& m, const condition& done, time_point until) {
    while (!done() && m.radio->clock().now() < until)
        m.radio->wait_until(until);
    return done();
}

/// Sends a question every 100 ms for a while, and waits 50 ms for an answer to each.
int ask(const std::string& socket, const std::string& name, const std::string& whom, seconds how_long) {
    auto me = join(socket, name);
    auto& clock = me->radio->clock();
    const auto end = clock.now() + how_long;
    int answered = 0;
    for (auto next = clock.now(); next < end; next += milliseconds(100)) {
        const auto before = me->count("answer");
        me->send(mac_from_name(whom), "question", 3);
        if (wait_for(
                *me, [&] { return me->count("answer") > before; }, next + milliseconds(50)))
            ++answered;
        wait_for(
            *me, [] { return false; }, next + milliseconds(100));
    }
    return answered > 0 ? 0 : 1;
}

/// Answers what it hears 7 ms later, and says hello to everybody at each full second, when others send too.
int answer(const std::string& socket, const std::string& name, seconds how_long) {
    auto me = join(socket, name);
    auto& clock = me->radio->clock();
    const auto end = clock.now() + how_long;
    me->when_heard = [&] {
        if (me->heard.back().text == "question")
            clock.call_at(clock.now() + milliseconds(7), [&] { me->send(mac_from_name("asker"), "answer", 3); });
    };
    for (auto next = clock.now(); next < end; next += seconds(1)) {
        me->send(all, "hello");
        wait_for(
            *me, [] { return false; }, next + seconds(1));
    }
    return 0;
}

class HubLockstep : public testing::Test {
  protected:
    std::string socket() const { return folder_ / "air"; }
    air::protocol::hub_status status() const { return air_control::status(socket()).value().hub; }
    bool rate_becomes(air::speed rate) const {
        return becomes_true([&] { return status().pace.rate() == rate; });
    }

    temporary_folder folder_;
};

}  // namespace

TEST_F(HubLockstep, TwoRunsOfSeveralProcessesWithOneSeedAreTheSameToTheByte) {
    const auto run = [&](const std::string& seed) {
        const auto file = (folder_ / (seed + ".pcapng")).string();
        hub_process hub(socket(), {"--speed", "max", "--radios", "3", "--loss", "0.2", "--seed", seed, "--pcap", file});
        child_process answers([&](int) { return answer(socket(), "answerer", seconds(120)); });
        child_process asks([&](int) { return ask(socket(), "asker", "answerer", seconds(120)); });
        child_process asks_too([&](int) { return ask(socket(), "another", "answerer", seconds(120)); });
        EXPECT_EQ(asks.wait(), 0);
        EXPECT_EQ(asks_too.wait(), 1) << "the answers go to the other one";
        EXPECT_EQ(answers.wait(), 0);
        hub.signal(SIGTERM);
        EXPECT_EQ(hub.wait(), 0);
        return bytes_in(file);
    };
    const auto first = run("7");
    const auto second = run("7");
    EXPECT_TRUE(first == second);
    EXPECT_FALSE(first == run("8"));

    capture::reader reader(first);
    std::chrono::nanoseconds last{};
    std::size_t frames = 0;
    while (const auto packet = reader.next().value()) {
        last = packet->time->time_since_epoch();
        ++frames;
    }
    EXPECT_GE(last, seconds(119));
    EXPECT_GT(frames, 4000U);
}

TEST_F(HubLockstep, AWaitEndsAtItsTimeWhoeverLongItIs) {
    const hub_process hub(socket(), {"--speed", "max"});
    auto me = join(socket(), "me");
    auto& clock = me->radio->clock();
    const auto begin = clock.now();
    std::optional<time_point> rang;
    clock.call_at(begin + hours(1), [&] { rang = clock.now(); });
    wait_for(
        *me, [] { return false; }, begin + hours(24));
    EXPECT_EQ(rang, begin + hours(1));
    EXPECT_EQ(clock.now(), begin + hours(24));
}

TEST_F(HubLockstep, NoTimeoutLapsesBecauseTheOtherProcessIsSlow) {
    const hub_process hub(socket(), {"--speed", "max", "--radios", "2"});
    child_process answers([&](int) { return answer(socket(), "answerer", seconds(20)); });
    auto me = join(socket(), "asker");
    auto& clock = me->radio->clock();
    wait_for(
        *me, [] { return false; }, clock.now() + seconds(1));
    me->send(mac_from_name("answerer"), "question");
    answers.signal(SIGSTOP);
    // Somebody lets it go on long after the answer would have been due in real time.
    child_process helper([&](int) {
        ::usleep(300'000);
        answers.signal(SIGCONT);
        return 0;
    });
    const auto asked = clock.now();
    EXPECT_TRUE(wait_for(
        *me, [&] { return me->count("answer") == 1; }, asked + milliseconds(20)));
    EXPECT_LT(clock.now() - asked, milliseconds(20));
}

TEST_F(HubLockstep, AProgramThatPollsIsNamedAndHoldsTimeToRealUntilItLeaves) {
    const hub_process hub(socket(), {"--speed", "max"});
    child_process waits([&](int) {
        auto me = join(socket(), "waits");
        wait_for(
            *me, [] { return false; }, time_point::max());
        return 0;
    });
    ASSERT_TRUE(rate_becomes(air::standing));
    {
        auto polls = join(socket(), "polls");
        ASSERT_GE(polls->radio->descriptor(), 0);
        ASSERT_TRUE(rate_becomes(air::real_speed));
        const auto radios = air_control::status(socket())->radios;
        const auto found = std::ranges::find(radios, "polls", [](const auto& r) { return r.radio.name; });
        ASSERT_NE(found, radios.end());
        EXPECT_EQ(found->idle, air::protocol::idleness::unknown);
        auto& clock = polls->radio->clock();
        const auto stood = clock.now();
        ASSERT_TRUE(run_until({polls.get()}, [&] { return clock.now() > stood; })) << "it has been told";
        const auto real = std::chrono::steady_clock::now();
        const auto begin = clock.now();
        bool rang = false;
        clock.call_at(begin + milliseconds(200), [&] { rang = true; });
        ASSERT_TRUE(run_until({polls.get()}, [&] { return rang; }));
        EXPECT_GE(std::chrono::steady_clock::now() - real, milliseconds(200));
    }
    EXPECT_TRUE(rate_becomes(air::standing));
}

TEST_F(HubLockstep, AProgramThatPollsFromTheBeginningHoldsTimeToRealToo) {
    const hub_process hub(socket(), {"--speed", "max", "--radios", "2"});
    auto polls = join(socket(), "polls");
    ASSERT_GE(polls->radio->descriptor(), 0);
    auto other = join(socket(), "other");
    ASSERT_TRUE(rate_becomes(air::real_speed));
    const auto token = polls->send(other->mac(), "hello");
    ASSERT_TRUE(run_until({polls.get(), other.get()}, [&] { return polls->answer_to(token) != nullptr; }));
    EXPECT_EQ(polls->answer_to(token)->status, tx_status::acked);
}

TEST_F(HubLockstep, AProgramThatDiesWhileTimeWaitsForItHoldsNobody) {
    const hub_process hub(socket(), {"--speed", "max", "--radios", "2"});
    child_process busy([&](int to) {
        auto me = join(socket(), "busy");
        report(to, "ready");
        ::pause();
        return 0;
    });
    child_process waits([&](int to) {
        auto me = join(socket(), "waits");
        report(to, "waiting");
        const auto end = me->radio->clock().now() + hours(1);
        wait_for(
            *me, [] { return false; }, end);
        report(to, me->radio->clock().now() == end ? "done" : "wrong");
        return 0;
    });
    ASSERT_EQ(busy.line(), "ready");
    ASSERT_EQ(waits.line(), "waiting");
    ASSERT_TRUE(becomes_true([&] {
        const auto radios = air_control::status(socket())->radios;
        return radios.size() == 2 &&
               std::ranges::any_of(radios, [](const auto& r) { return r.idle == air::protocol::idleness::until; });
    }));
    EXPECT_EQ(status().pace.air_base(), time_point()) << "time waits for the busy one";
    busy.signal(SIGKILL);
    EXPECT_EQ(waits.line(), "done");
}

TEST_F(HubLockstep, AProgramThatIsFoundGoneWhenItIsToBeWokenHoldsNobody) {
    const hub_process hub(socket(), {"--speed", "max", "--radios", "2"});
    const unique_descriptor gone(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket().copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::connect(gone.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    air::medium_radio radio;
    radio.name = "gone";
    radio.setup.station = mac_from_name("gone");
    std::vector<std::uint8_t> said;
    air::protocol::append(said, air::protocol::hello{air::protocol::client_kind::radio, radio});
    air::protocol::append(said, air::protocol::idle_until{1, time_point(seconds(1))});
    ASSERT_EQ(::send(gone.get(), said.data(), said.size(), 0), static_cast<ssize_t>(said.size()));
    std::array<char, 256> welcome{};
    ASSERT_GT(::recv(gone.get(), welcome.data(), welcome.size(), 0), 0);
    // From here on whoever writes to it finds that nobody reads, and nothing tells so before.
    ASSERT_EQ(::shutdown(gone.get(), SHUT_RD), 0);

    const auto real = std::chrono::steady_clock::now();
    child_process waits([&](int to) {
        auto me = join(socket(), "waits");
        wait_for(
            *me, [] { return false; }, me->radio->clock().now() + hours(1));
        report(to, "done");
        return 0;
    });
    EXPECT_EQ(waits.line(), "done");
    // The hub looks up by itself when the time for a hello is over, 5 s after the last connection.
    EXPECT_LT(std::chrono::steady_clock::now() - real, seconds(4)) << "nothing but that set it going again";
}

TEST_F(HubLockstep, AFiniteSpeedIsALimitAndWhatABusyProgramCostsIsCounted) {
    const hub_process hub(socket(), {"--speed", "50"});
    const auto real = std::chrono::steady_clock::now();
    auto me = join(socket(), "me");
    auto& clock = me->radio->clock();
    const auto begin = clock.now();
    wait_for(
        *me, [] { return false; }, begin + seconds(20));
    EXPECT_GE(clock.now(), begin + seconds(20));
    EXPECT_GE(std::chrono::steady_clock::now() - real, milliseconds(400)) << "20 s at 50 times real";
    // What this program did not wait for is what time has slipped by.
    ASSERT_TRUE(becomes_true([&] { return std::chrono::steady_clock::now() - real > milliseconds(600); }));
    wait_for(
        *me, [] { return false; }, clock.now() + milliseconds(1));
    EXPECT_GT(status().slipped, seconds(1));
}

TEST_F(HubLockstep, TimeStandsUntilTheRadiosThatAreAwaitedHaveCome) {
    const hub_process hub(socket(), {"--radios", "2"});
    auto a = join(socket(), "a");
    a->send(all, "early");
    ASSERT_TRUE(becomes_true([&] { return air_control::status(socket())->radios.at(0).in_flight == 1; }));
    EXPECT_EQ(status().pace.air_base(), time_point());
    auto b = join(socket(), "b");
    ASSERT_TRUE(run_until({a.get(), b.get()}, [&] { return a->done.size() == 1 && !b->heard.empty(); }));
    EXPECT_EQ(b->count("early"), 1U) << "nothing was lost by being early";
}

TEST_F(HubLockstep, WhileAProgramIsStoppedTimeSlipsInsteadOfRunningAway) {
    const hub_process hub(socket(), {"--speed", "50"});
    child_process steps([&](int to) {
        auto me = join(socket(), "steps");
        auto& clock = me->radio->clock();
        report(to, "steps");
        const auto end = clock.now() + seconds(60);
        while (clock.now() < end)
            wait_for(
                *me, [] { return false; }, clock.now() + milliseconds(10));
        return 0;
    });
    ASSERT_EQ(steps.line(), "steps");
    steps.signal(SIGSTOP);
    // From when it is to be woken on it is busy, as far as anybody can tell.
    ASSERT_TRUE(becomes_true([&] {
        const auto radios = air_control::status(socket())->radios;
        return radios.size() == 1 && radios[0].idle == air::protocol::idleness::busy;
    }));
    const auto air = status().pace.air_base();
    const auto real = std::chrono::steady_clock::now();
    ASSERT_TRUE(becomes_true([&] { return status().pace.air_base() >= air + milliseconds(300); }));
    EXPECT_GE(std::chrono::steady_clock::now() - real, milliseconds(250)) << "at 50 times it would have taken 6 ms";
    steps.signal(SIGCONT);
    EXPECT_EQ(steps.wait(), 0);
    EXPECT_GE(status().slipped, seconds(10)) << "49 s for each second that it stood";
}

}  // namespace nowire::test
