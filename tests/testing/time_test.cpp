/// The time of a world, and that two runs are alike.

#include "testing/world_fixture.hpp"

#include <nowire/capture/decode.hpp>
#include <nowire/capture/reader.hpp>
#include <nowire/radio/air_control.hpp>

#include <memory>
#include <vector>

namespace testing_test {
namespace {

using nowire::test::content_of;
using nowire::test::temporary_folder;

/// How many frames a capture has, and how many of them are ESP-NOW.
std::pair<int, int> count_frames(const std::string& capture) {
    nowire::capture::reader reader({reinterpret_cast<const std::uint8_t*>(capture.data()), capture.size()});
    nowire::capture::decoder decoder;
    std::pair<int, int> counts;
    for (auto packet = reader.next(); packet && *packet; packet = reader.next()) {
        ++counts.first;
        if (decoder.decode(**packet).espnow) ++counts.second;
    }
    return counts;
}

/// Boards that talk, sleep, restart and lose their power, and a peer that answers by itself, on a lossy air.
void tell_a_story(const std::filesystem::path& capture, std::uint64_t seed) {
    world air({.seed = seed, .loss = 0.2, .capture = capture});
    auto& one = air.start_program(TESTING_FIRMWARE, doing("chatter", {.name = "one"}));
    auto& two = air.start_program(TESTING_FIRMWARE, doing("chatter", {.name = "two"}));
    auto& echo = air.start_program(TESTING_FIRMWARE, doing("echo", {.name = "echo"}));
    air.start_program(TESTING_FIRMWARE, doing("sleep", {.name = "sleeper"}));
    air.start_program(TESTING_FIRMWARE, doing("restart", {.name = "restarter"}));
    auto& peer = air.add_peer();
    peer.on_message([&](const nowire::message& m) {
        if (m.destination.is_broadcast()) peer.post(m.source, "seen");
    });
    one.wait_for_line("heard seen");
    air.cut(one, peer);
    air.advance(10s);
    two.power_off();
    air.join(one, peer);
    peer.send(echo, "hello");
    air.advance(10s);
    two.power_on();
    two.wait_for_line("heard");
    air.advance(3min);
}

TEST(World, TwoRunsHaveTheSameCaptureToTheByte) {
    const temporary_folder folder;
    tell_a_story(folder / "one", 3);
    tell_a_story(folder / "two", 3);
    tell_a_story(folder / "three", 4);
    const auto one = content_of(folder / "one");
    EXPECT_GT(count_frames(one).second, 500);
    EXPECT_TRUE(one == content_of(folder / "two"));
    EXPECT_FALSE(one == content_of(folder / "three"));
}

TEST(World, ItsFramesAreThoseOfItsCapture) {
    const temporary_folder folder;
    std::size_t sent = 0;
    std::size_t acknowledged = 0;
    {
        world air({.capture = folder / "capture"});
        auto& board = air.start_program(TESTING_FIRMWARE, doing("echo"));
        auto& peer = air.add_peer();
        for (int i = 0; i < 5; ++i) {
            EXPECT_TRUE(peer.send(board, "hello").acknowledged());
            peer.receive();
        }
        air.cut(board, peer);
        EXPECT_EQ(peer.send(board, "hello").attempts, 32U);
        air.advance(1s);
        sent = air.frames().size();
        for (const auto& frame : air.frames())
            if (frame.acknowledged) ++acknowledged;
    }
    EXPECT_EQ(sent, 5U + 5U + 32U);
    EXPECT_EQ(acknowledged, 10U);
    const auto [all, espnow] = count_frames(content_of(folder / "capture"));
    EXPECT_EQ(static_cast<std::size_t>(espnow), sent);
    EXPECT_EQ(static_cast<std::size_t>(all), sent + acknowledged);
}

TEST(World, TimeStandsWhileTheTestDoesSomething) {
    world air;
    air.start_program(TESTING_FIRMWARE, doing("chatter"));
    air.advance(5s);
    const auto socket = air.url().substr(4);
    for (int i = 0; i < 200; ++i)
        EXPECT_EQ(nowire::air_control::status(socket)->hub.pace.air_at({}), nowire::time_point(5s));
    EXPECT_EQ(air.now(), nowire::time_point(5s));
    EXPECT_EQ(air.frames().size(), 5U) << "the sixth goes out when time passes";
    air.advance(10ms);
    EXPECT_EQ(air.frames().size(), 6U);
}

TEST(World, DaysPass) {
    world air;
    auto& board = air.start_program(TESTING_FIRMWARE, doing("sleep"));
    air.advance(48h);
    EXPECT_EQ(board.lines().size(), 48U);
}

TEST(World, WhatHappensAtATimeIsOverBeforeTheTestGoesOn) {
    world air;
    auto& board = air.start_program(TESTING_FIRMWARE, doing("echo slowly"));
    auto& peer = air.add_peer();
    for (std::size_t i = 1; i <= 3; ++i) {
        peer.post(board.mac(), "hello");
        board.wait_for_line("got hello");
        // It is printed later, at the same time of the air.
        ASSERT_EQ(board.lines().size(), 2 * i);
        air.advance(1s);
    }
}

TEST(World, TwoWorldsDoNotMeet) {
    world one;
    world other;
    auto& talker = one.start_program(TESTING_FIRMWARE, doing("chatter"));
    auto& listener = other.start_program(TESTING_FIRMWARE, doing("chatter"));
    one.advance(10s);
    EXPECT_EQ(other.now(), nowire::time_point());
    EXPECT_TRUE(other.frames().empty());
    other.advance(5s);
    EXPECT_EQ(talker.mac(), listener.mac());
    EXPECT_EQ(talker.frames().size(), 10U);
    EXPECT_EQ(listener.frames().size(), 5U);
    EXPECT_TRUE(listener.lines().empty());
}

}  // namespace
}  // namespace testing_test
