/// Peers, frames and links.

#include "testing/world_fixture.hpp"

#include <nowire/testing/gtest.hpp>

namespace testing_test {
namespace {

std::string text_of(const nowire::message& m) {
    return {m.payload.begin(), m.payload.end()};
}

int lines_with(const board& b, const std::string& text) {
    int count = 0;
    for (const auto& line : b.lines())
        if (line.find(text) != std::string::npos) ++count;
    return count;
}

TEST(Links, OneBetweenTwoBoardsIsCutAndJoined) {
    world air;
    auto& one = air.start_program(TESTING_FIRMWARE, doing("chatter", {.name = "one", .mac = "02:00:00:00:00:1a"_mac}));
    auto& two = air.start_program(TESTING_FIRMWARE, doing("chatter", {.name = "two", .mac = "02:00:00:00:00:2b"_mac}));
    auto& three = air.start_program(TESTING_FIRMWARE, doing("chatter", {.name = "three"}));
    air.cut(one, two);
    air.advance(20500ms);
    EXPECT_EQ(lines_with(one, "from 2b"), 0);
    EXPECT_EQ(lines_with(two, "from 1a"), 0);
    EXPECT_GE(lines_with(three, "from 1a"), 10) << "whoever else is there hears both";
    EXPECT_GE(lines_with(three, "from 2b"), 10);

    air.join(one, two);
    air.advance(20s);
    EXPECT_GE(lines_with(one, "from 2b"), 10);
    EXPECT_GE(lines_with(two, "from 1a"), 10);
}

TEST(Links, EachDirectionIsALinkOfItsOwnAndComesBackAsItWas) {
    world air;
    auto& board = air.start_program(TESTING_FIRMWARE, doing("echo"));
    auto& peer = air.add_peer();
    air.set_link(board, peer, {.loss = 1});
    EXPECT_FALSE(peer.send(board, "hello").acknowledged()) << "the ACK gets lost";
    EXPECT_EQ(board.wait_for_line("got"), "got hello");
    peer.receive_nothing(1s);

    air.cut(board, peer);
    air.join(board, peer);
    EXPECT_FALSE(peer.send(board, "again").acknowledged());
    air.set_link(board, peer, {.rssi = -71});
    EXPECT_TRUE(peer.send(board, "more").acknowledged());
    EXPECT_EQ(peer.receive().rssi, -71);
}

TEST(Peers, HearNothingOnAnotherChannelOrWithTheirReceiverOff) {
    world air;
    auto& board = air.start_program(TESTING_FIRMWARE, doing("chatter"));
    auto& peer = air.add_peer({.channel = 6});
    peer.receive_nothing(5s);
    peer.set_channel(1);
    EXPECT_EQ(peer.receive(2s).source, board.mac());
    peer.set_receiving(false);
    peer.receive_nothing(5s);
    EXPECT_THROW(peer.set_channel(15), std::invalid_argument);
}

TEST(Peers, EncryptedPeersUnderstandEachOtherAndTheWorldReadsThem) {
    world air;
    auto& one = air.add_peer({.name = "one", .pmk = "a primary key 16"});
    auto& two = air.add_peer({.name = "two", .pmk = "a primary key 16"});
    one.set_lmk(two, "a local key of16");
    two.set_lmk(one, "a local key of16");
    EXPECT_TRUE(one.send(two, "secret").acknowledged());
    const auto got = two.receive(0s);
    EXPECT_EQ(text_of(got), "secret");
    EXPECT_TRUE(got.was_encrypted);
    ASSERT_EQ(air.sent_by(one.mac()).size(), 1U);
    EXPECT_EQ(air.sent_by(one.mac())[0].text(), "secret");
    EXPECT_TRUE(air.sent_by(one.mac())[0].encrypted);
    EXPECT_THAT(::testing::PrintToString(air.frames()[0]), AllOf(HasSubstr("secret"), HasSubstr("(acknowledged)")));

    two.set_lmk(one, "00112233445566778899aabbccddeeff");
    EXPECT_TRUE(one.send(two, "secret").acknowledged()) << "its radio does not know of keys";
    two.receive_nothing(1s);
    two.remove_lmk(one.mac());
    one.remove_lmk(two.mac());
    EXPECT_TRUE(one.send(two, "open").acknowledged());
    EXPECT_FALSE(two.receive().was_encrypted);
    EXPECT_THROW(one.set_lmk(two, "short"), std::invalid_argument);
}

TEST(Peers, AWorldReadsFramesOfOthersWithAKeyThatItIsTold) {
    world air;
    auto& one = air.add_peer({.name = "one", .pmk = "a primary key 16"});
    auto& two = air.add_peer({.name = "two"});
    const auto key = nowire::ccmp::lmk::parse("a local key of16");
    ASSERT_TRUE(one.station().device().add_peer({.address = two.mac(), .lmk = *key, .encrypt = true}));
    one.send(two, "secret");
    EXPECT_EQ(air.frames()[0].text(), "");
    EXPECT_TRUE(air.frames()[0].espnow);
    air.add_key(two.mac(), "a local key of16", "a primary key 16");
    EXPECT_EQ(air.frames()[0].text(), "secret");
    EXPECT_THROW(air.add_key(two.mac(), "short"), std::invalid_argument);
}

TEST(Peers, AnswerByThemselvesWhateverTheTestWaitsFor) {
    world air;
    auto& board = air.start_program(TESTING_FIRMWARE, doing("chatter"));
    auto& peer = air.add_peer();
    peer.on_message([&](const nowire::message& m) { peer.post(m.source, "seen"); });
    board.wait_for_line("heard seen");
    air.advance(10s);
    EXPECT_GE(lines_with(board, "heard seen"), 10);
    EXPECT_GE(peer.waiting(), 10U) << "the test can look at them too";

    peer.on_message([&](const nowire::message&) { air.advance(1s); });
    EXPECT_THROW(air.advance(5s), std::logic_error);
    peer.on_message({});
    air.advance(5s);
}

TEST(Frames, ComeOneByOne) {
    world air({.loss = 0.5});
    auto& board = air.start_program(TESTING_FIRMWARE, doing("echo"));
    auto& peer = air.add_peer();
    unsigned acknowledged = 0;
    for (int i = 0; i < 20; ++i) {
        const auto text = "message " + std::to_string(i);
        while (!peer.send(board, text).acknowledged()) {
        }
        const auto frame = board.next_frame();
        EXPECT_EQ(frame.text(), text) << "retries are left out";
        EXPECT_FALSE(frame.retry);
        EXPECT_EQ(frame.to, peer.mac());
        if (frame.acknowledged) ++acknowledged;
        air.advance(1s);
    }
    EXPECT_GT(acknowledged, 2U);
    EXPECT_LT(acknowledged, 18U);
    EXPECT_GT(board.frames().size(), 25U) << "retries are there";
    EXPECT_THAT(failure_of([&] { board.next_frame(5s); }), HasSubstr("waited 5 s for board to send, in vain"));
}

TEST(World, WaitsForWhateverTheTestAsks) {
    world air;
    auto& board = air.start_program(TESTING_FIRMWARE, doing("chatter"));
    air.wait_until([&] { return board.frames().size() == 3; }, 10s, "three frames");
    EXPECT_EQ(board.frames().size(), 3U);
    EXPECT_LT(air.now(), nowire::time_point(2100ms));
    EXPECT_THAT(failure_of([&] { air.wait_until([] { return false; }, 250ms, "the moon"); }),
                HasSubstr("waited 250 ms for the moon, in vain"));
}

TEST(World, RefusesWhatCanNeverBe) {
    world air;
    air.start_program(TESTING_FIRMWARE, doing("echo", {.name = "one", .mac = "02:00:00:00:00:01"_mac}));
    const auto start = [&](const program_options& o) { air.start_program(TESTING_FIRMWARE, doing("echo", o)); };
    EXPECT_THROW(start({.name = "one"}), std::invalid_argument);
    EXPECT_THROW(start({.name = "a name"}), std::invalid_argument);
    EXPECT_THROW(start({.name = "two", .mac = "02:00:00:00:00:01"_mac}), std::invalid_argument);
    EXPECT_THROW(start({.name = "two", .mac = "02:00:00:00:00:02"_mac}), std::invalid_argument);
    EXPECT_THROW(start({.name = "two", .mac = "03:00:00:00:00:01"_mac}), std::invalid_argument);
    EXPECT_THROW(air.start_program("/no/such/program"), std::invalid_argument);
    EXPECT_THROW(air.add_peer({.channel = 0}), std::invalid_argument);
    EXPECT_THROW(air.add_peer({.pmk = "short"}), std::invalid_argument);
    EXPECT_THROW(world({.loss = 2}), std::invalid_argument);
    EXPECT_THROW(world({.capture = "/no/such/folder/capture"}), std::runtime_error);
    EXPECT_THAT(failure_of([&] { air.add_peer({.name = "peer"}).send(nowire::mac_address::broadcast(), ""); }),
                HasSubstr("peer cannot send to ff:ff:ff:ff:ff:ff"));
}

}  // namespace
}  // namespace testing_test
