/// spec/micropython-pycom.md, parts 1.3 and 1.5: recv, irecv, recvinto, any, iteration, peers_table, stats.

#include "micropython/chips.hpp"

#include <gtest/gtest.h>

namespace nowire::test {
namespace {

using namespace nowire::micropython;

struct receiving : testing::Test {
    receiving() {
        c.up();
        e.active(true);
    }
    fake_chip c;
    ESPNow e{c.it};
};
using Recv1_3 = receiving;
using Irecv1_3 = receiving;
using RecvInto1_5 = receiving;
using Any1_3 = receiving;
using Iteration1_3 = receiving;
using PeersTable1_3 = receiving;
using Stats1_3 = receiving;

TEST_F(Recv1_3, ReturnsTheOldestMessage) {
    c.hear("first");
    c.hear("second", eve_mac);
    const auto [mac, msg] = e.recv();
    EXPECT_EQ(*mac, bob_mac);
    EXPECT_EQ(msg, "first");
    EXPECT_EQ(e.recv().msg, "second");
}

TEST_F(Recv1_3, IsNoneNoneAfterATimeout) {
    const auto [mac, msg] = e.recv(0);
    EXPECT_EQ(mac, nullptr);
    EXPECT_EQ(msg, "");
    const passing_time runs(c);
    EXPECT_FALSE(e.recv(20));
}

TEST_F(Recv1_3, TimeoutIsThatOfConfigWhereNoneIsGiven) {
    e.config({.timeout_ms = 250});
    const passing_time runs(c);
    for (const auto& timeout : {maybe_integer(), maybe_integer(None)}) {
        const auto begin = ticks_ms(c.it);
        EXPECT_FALSE(e.recv(timeout));
        EXPECT_GE(ticks_diff(ticks_ms(c.it), begin), 250);
    }
    e.config({.timeout_ms = 0});
    const auto begin = ticks_ms(c.it);
    EXPECT_FALSE(e.recv());
    EXPECT_LT(ticks_diff(ticks_ms(c.it), begin), 250);
}

TEST_F(Recv1_3, NegativeTimeoutWaitsForever) {
    std::thread speaks([&] {
        c.advance(std::chrono::hours(1));
        c.hear("at last");
    });
    EXPECT_EQ(e.recv(-1).msg, "at last");
    speaks.join();
    e.config({.timeout_ms = -1});
    std::thread speaks_again([&] { c.hear("again"); });
    EXPECT_EQ(e.recv().msg, "again");
    speaks_again.join();
}

TEST_F(Recv1_3, HugeTimeoutsWaitForeverToo) {
    std::thread speaks([&] { c.hear("x"); });
    EXPECT_EQ(e.recv(INT64_MAX).msg, "x");
    speaks.join();
}

TEST_F(Recv1_3, TheAddressIsTheKeyOfPeersTable) {
    c.hear("x");
    c.hear("y");
    const auto* first = e.recv().mac;
    EXPECT_EQ(first, &e.peers_table().find(bob_mac)->first);
    EXPECT_EQ(e.recv().mac, first);
}

TEST_F(Recv1_3, EachMessageIsItsOwn) {
    c.hear("one");
    c.hear("two");
    const auto first = e.recv();
    const auto second = e.recv();
    EXPECT_EQ(first.msg, "one");
    EXPECT_EQ(second.msg, "two");
}

TEST_F(Recv1_3, AMessageOfEveryLengthComesWhole) {
    for (const std::size_t size : {1, 250, 251, 1470}) {
        const std::string text(size, 'x');
        c.hear(text);
        EXPECT_EQ(e.recv(0).msg, text);
    }
}

TEST_F(Irecv1_3, TheMessageIsOneObjectEachTime) {
    c.hear("one");
    c.hear("three");
    const auto first = e.irecv();
    EXPECT_EQ(*first.msg, "one");
    const auto second = e.irecv();
    EXPECT_EQ(first.msg, second.msg);
    EXPECT_EQ(*second.msg, "three");
    EXPECT_EQ(second.msg->size(), 5U);
    ESPNow other(c.it);
    c.hear("x");
    EXPECT_EQ(other.irecv().msg, first.msg) << "of all objects of the chip";
}

TEST_F(Irecv1_3, AfterATimeoutItHasItsFullSizeAndWhatItHadBefore) {
    c.hear("stale");
    const auto* msg = e.irecv().msg;
    const auto nothing = e.irecv(0);
    EXPECT_EQ(nothing.mac, nullptr);
    EXPECT_EQ(nothing.msg, nullptr);
    EXPECT_EQ(msg->size(), 1470U);
    EXPECT_EQ(msg->text().substr(0, 5), "stale");
}

TEST_F(Irecv1_3, TheAddressIsTheKeyOfPeersTable) {
    c.hear("x");
    const auto* mac = e.irecv().mac;
    EXPECT_EQ(mac, &e.peers_table().find(bob_mac)->first);
}

TEST_F(RecvInto1_5, FillsInAllFourAndReturnsTheLength) {
    c.advance(2345ms);
    c.hear("hello");
    message_list data;
    EXPECT_EQ(e.recvinto(data), 5U);
    EXPECT_EQ(data.mac, &e.peers_table().find(bob_mac)->first);
    EXPECT_EQ(data.msg, "hello");
    EXPECT_EQ(data.rssi, -40);
    EXPECT_EQ(data.time_ms, 2345U);
}

TEST_F(RecvInto1_5, IsZeroAfterATimeout) {
    message_list data;
    EXPECT_EQ(e.recvinto(data, 0), 0U);
    EXPECT_EQ(data.mac, nullptr);
    EXPECT_EQ(data.msg.size(), 1470U);
}

TEST_F(RecvInto1_5, ABytearrayIsGrownToWhatWasAllocatedFirst) {
    message_list data{.mac = nullptr, .msg = bytearray(10), .rssi = 0, .time_ms = 0};
    c.hear("abc");
    EXPECT_EQ(e.recvinto(data), 3U);
    EXPECT_EQ(data.msg.size(), 3U);
    c.hear("0123456789");
    EXPECT_EQ(e.recvinto(data), 10U);
    EXPECT_EQ(data.msg, "0123456789");
}

TEST_F(RecvInto1_5, OtherMemoryKeepsItsLength) {
    std::array<std::uint8_t, 8> memory{};
    message_view data{.msg = memory};
    c.hear("abc");
    EXPECT_EQ(e.recvinto(data), 3U);
    EXPECT_EQ(data.msg.size(), 8U);
    EXPECT_EQ(memory[2], 'c');
    EXPECT_EQ(data.mac, &e.peers_table().find(bob_mac)->first);
}

TEST_F(RecvInto1_5, AMessageThatIsLargerResetsTheWholeRing) {
    message_list data{.mac = nullptr, .msg = bytearray(4), .rssi = 0, .time_ms = 0};
    c.hear("large");
    c.hear("x");
    EXPECT_THROW_TEXT(e.recvinto(data), value_error, "ESPNow.recv(): buffer error");
    EXPECT_FALSE(e.any()) << "all that waited are lost";
    c.hear("next");
    EXPECT_EQ(e.recvinto(data, 0), 4U);
}

TEST_F(RecvInto1_5, StampsAreThoseOfReception) {
    c.advance(100ms);
    c.hear("x");
    c.advance(5000ms);
    message_list data;
    e.recvinto(data);
    EXPECT_EQ(data.time_ms, 100U);
    EXPECT_EQ(ticks_ms(c.it), 5100U);
}

TEST_F(Any1_3, SaysWhetherAMessageWaits) {
    EXPECT_FALSE(e.any());
    c.hear("x");
    EXPECT_TRUE(e.any());
    e.recv(0);
    EXPECT_FALSE(e.any());
}

TEST_F(Iteration1_3, GoesOnUntilSomebodyStopsIt) {
    e.config({.timeout_ms = 0});
    c.hear("one");
    c.hear("two");
    std::vector<std::string> heard;
    for (const auto& [mac, msg] : e) {
        if (mac == nullptr) break;
        heard.emplace_back(msg->text());
    }
    EXPECT_EQ(heard, (std::vector<std::string>{"one", "two"}));
}

TEST_F(Iteration1_3, IsNoneNoneAtEachTimeoutAndNeverEnds) {
    e.config({.timeout_ms = 0});
    int rounds = 0;
    for (const auto& each : e) {
        EXPECT_FALSE(each);
        if (++rounds == 3) c.hear("late");
        if (rounds == 4) FAIL() << "the message was not read";
        if (rounds == 3) break;
    }
    auto it = e.begin();
    EXPECT_EQ(*(*it).msg, "late");
    ++it;
    EXPECT_FALSE(*it);
    EXPECT_FALSE(it == e.end());
}

TEST_F(Iteration1_3, IsIrecv) {
    c.hear("x");
    const auto* msg = (*e.begin()).msg;
    c.hear("y");
    EXPECT_EQ(e.irecv().msg, msg);
}

TEST_F(PeersTable1_3, IsUpdatedWhenAMessageIsRead) {
    c.advance(12ms);
    c.hear("x");
    EXPECT_TRUE(e.peers_table().empty());
    e.recv();
    EXPECT_EQ(e.peers_table().at(bob_mac), (neighbour{.rssi = -40, .time_ms = 12}));
    c.advance(30ms);
    c.hear("y");
    EXPECT_EQ(e.peers_table().at(bob_mac).time_ms, 12U);
    e.irecv();
    EXPECT_EQ(e.peers_table().at(bob_mac).time_ms, 42U);
    c.hear("z", eve_mac);
    message_list data;
    e.recvinto(data);
    EXPECT_EQ(e.peers_table().size(), 2U);
}

static_assert(std::is_const_v<std::remove_reference_t<decltype(std::declval<ESPNow&>().peers_table())>>,
              "nobody sets, clears or deletes");

TEST_F(Stats1_3, CountWhatIsReceived) {
    c.hear("x");
    EXPECT_EQ(e.stats().rx_packets, 1U);
    e.recv();
    const auto [tx, responses, failures, rx, dropped] = e.stats();
    EXPECT_EQ(tx + responses + failures + dropped, 0U);
    EXPECT_EQ(rx, 1U) << "read or not";
}

}  // namespace
}  // namespace nowire::test
