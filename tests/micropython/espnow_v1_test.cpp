/// spec/micropython-pycom.md, part 1.10: the older form, but for its stream of packets.

#include "micropython/chips.hpp"

#include <nowire/micropython/espnow_v1.hpp>

#include <gtest/gtest.h>

namespace nowire::test {
namespace {

using namespace nowire::micropython;

constexpr int not_init = -12389;
constexpr const char* not_init_name = "ESP_ERR_ESPNOW_NOT_INIT";

struct V1_1_10 : testing::Test {
    V1_1_10() { c.up(); }
    fake_chip c;
    v1::ESPNow e{c.it};
};

TEST_F(V1_1_10, AllObjectsAreTheSame) {
    EXPECT_TRUE(e == v1::ESPNow(c.it));
    fake_chip other;
    EXPECT_FALSE(e == v1::ESPNow(other.it));
}

TEST_F(V1_1_10, ReprShowsRxbufAndTimeout) {
    EXPECT_EQ(e.repr(), "ESPNow(rxbuf=516, timeout=300000)");
}

TEST_F(V1_1_10, ConstantsAreTheOldOnes) {
    EXPECT_EQ(v1::MAX_DATA_LEN, 250U);
    EXPECT_EQ(v1::KEY_LEN, 16U);
    EXPECT_EQ(v1::MAX_TOTAL_PEER_NUM, 20U);
    EXPECT_EQ(v1::MAX_ENCRYPT_PEER_NUM, 6U);
    EXPECT_EQ(e.version(), 1);
}

TEST_F(V1_1_10, InitAndDeinitAreIdempotent) {
    e.init();
    c.hear("kept");
    e.init();
    EXPECT_TRUE(e.poll());
    e.deinit();
    e.deinit();
    EXPECT_OS_ERROR(e.poll(), not_init, not_init_name);
}

TEST_F(V1_1_10, DeinitDropsPeersAndBufferAndKeepsOnRecv) {
    int calls = 0;
    e.config({.on_recv = [&](v1::ESPNow&) { ++calls; }});
    e.init();
    e.add_peer(bob_mac);
    c.hear("unread");
    run_scheduled(c.it);
    e.deinit();
    e.init();
    EXPECT_FALSE(e.poll());
    EXPECT_EQ(e.peer_count(), (peer_numbers{0, 0}));
    c.hear("x");
    run_scheduled(c.it);
    EXPECT_EQ(calls, 2);
}

TEST_F(V1_1_10, ConfigHasRxbufTimeoutAndOnRecv) {
    EXPECT_EQ(e.config("rxbuf"), 516);
    EXPECT_EQ(e.config("timeout"), 300'000);
    EXPECT_FALSE(e.on_recv());
    e.config({.rxbuf = 1000, .timeout = 5, .on_recv = [](v1::ESPNow&) {}});
    EXPECT_EQ(e.config("rxbuf"), 1000);
    EXPECT_EQ(e.config("timeout"), 5);
    EXPECT_TRUE(e.on_recv());
    e.config({.on_recv = nullptr});
    EXPECT_FALSE(e.on_recv());
}

TEST_F(V1_1_10, NegativeTimeoutAndRxbufAreIgnored) {
    e.config({.rxbuf = -1, .timeout = -1});
    EXPECT_EQ(e.config("timeout"), 300'000);
    EXPECT_EQ(e.config("rxbuf"), 516);
}

TEST_F(V1_1_10, TheNewNameIsUnknown) {
    EXPECT_THROW_TEXT(e.config("timeout_ms"), value_error, "unknown config param");
}

TEST_F(V1_1_10, ClearNeedsTrueAndEmptiesTheRing) {
    e.init();
    c.hear("x");
    EXPECT_THROW_TEXT(e.clear(false), value_error, "arg must be True");
    EXPECT_TRUE(e.poll());
    e.clear(true);
    EXPECT_FALSE(e.poll());
}

TEST_F(V1_1_10, WhatNeedsItSaysNotInit) {
    std::array<std::uint8_t, 10> memory{};
    EXPECT_OS_ERROR(e.recv(0), not_init, not_init_name);
    EXPECT_OS_ERROR(e.irecv(0), not_init, not_init_name);
    EXPECT_OS_ERROR(e.send("x"), not_init, not_init_name);
    EXPECT_OS_ERROR(e.clear(true), not_init, not_init_name);
    EXPECT_OS_ERROR(e.read(), not_init, not_init_name);
    EXPECT_OS_ERROR(e.readinto(memory), not_init, not_init_name);
    EXPECT_OS_ERROR(e.write("x"), not_init, not_init_name);
    EXPECT_OS_ERROR(e.add_peer(bob_mac), not_init, not_init_name);
    EXPECT_OS_ERROR(e.get_peers(), not_init, not_init_name);
    EXPECT_OS_ERROR(e.set_pmk("0123456789abcdef"), not_init, not_init_name);
    EXPECT_THROW_TEXT(e.set_pmk("short"), value_error, "wrong length");
}

TEST_F(V1_1_10, RecvIsATupleOfItsOwn) {
    e.init();
    c.hear("x");
    const auto [mac, msg] = e.recv();
    EXPECT_EQ(mac, bob_mac);
    EXPECT_EQ(msg, "x");
    const auto nothing = e.recv(0);
    EXPECT_EQ(nothing.mac, std::nullopt);
    EXPECT_EQ(nothing.msg, "");
}

TEST_F(V1_1_10, IrecvIsTheSameTupleEachTimeAndEmptyAfterATimeout) {
    e.init();
    c.hear("one");
    c.hear("x", eve_mac);
    const auto first = e.irecv();
    EXPECT_EQ(first.mac->text(), bytes_like(bob_mac).text());
    EXPECT_EQ(*first.msg, "one");
    const auto second = e.irecv();
    EXPECT_EQ(second.mac, first.mac);
    EXPECT_EQ(second.msg, first.msg);
    EXPECT_EQ(first.mac->text(), bytes_like(eve_mac).text());
    const auto nothing = e.irecv(0);
    EXPECT_EQ(nothing.mac, nullptr);
    EXPECT_EQ(first.msg->size(), 0U);
}

TEST_F(V1_1_10, IterationIsNoneNoneAtATimeoutAndEndsWhereItIsNotInitialised) {
    for (const auto& each : e)
        FAIL() << "not initialised, and still " << static_cast<bool>(each);
    e.init();
    e.config({.timeout = 0});
    c.hear("x");
    std::vector<bool> came;
    for (const auto& each : e) {
        came.push_back(static_cast<bool>(each));
        if (came.size() == 3) e.deinit();
    }
    EXPECT_EQ(came, (std::vector<bool>{true, false, false}));
}

TEST_F(V1_1_10, SendToAllForEveryFalseAddress) {
    e.init();
    e.add_peer(bob_mac);
    EXPECT_TRUE(e.send("x"));
    EXPECT_TRUE(e.send(None, "x"));
    EXPECT_TRUE(e.send("", "x"));
    EXPECT_TRUE(e.send(false, "x"));
    EXPECT_EQ(e.stats().tx_packets, 4U);
}

TEST_F(V1_1_10, AWrongAddressIsWrongLength) {
    e.init();
    EXPECT_THROW_TEXT(e.send("short", "x"), value_error, "wrong length");
    EXPECT_THROW_TEXT(e.add_peer("short"), value_error, "wrong length");
    EXPECT_THROW_TEXT(e.add_peer(bob_mac, "short"), value_error, "wrong length");
    EXPECT_THROW_TEXT(e.send(true, "x"), type_error, "object with buffer protocol required");
}

TEST_F(V1_1_10, SyncNoneIsFalse) {
    e.init();
    e.add_peer(bob_mac);
    c.answer(tx_status::not_acked);
    EXPECT_FALSE(e.send(bob_mac, "x"));
    EXPECT_FALSE(e.send(bob_mac, "x", true));
    EXPECT_TRUE(e.send(bob_mac, "x", None));
    EXPECT_TRUE(e.send(bob_mac, "x", false));
}

TEST_F(V1_1_10, MoreThan250BytesIsArg) {
    e.init();
    e.add_peer(bob_mac);
    EXPECT_TRUE(e.send(bob_mac, std::string(250, 'x')));
    EXPECT_OS_ERROR(e.send(bob_mac, std::string(251, 'x')), -12390, "ESP_ERR_ESPNOW_ARG");
    EXPECT_OS_ERROR(e.send(bob_mac, ""), -12390, "ESP_ERR_ESPNOW_ARG");
}

TEST_F(V1_1_10, TheWaitForAResponseIs2SecondsAndAValueError) {
    e.init();
    e.add_peer(bob_mac);
    c.answer(std::nullopt);
    const passing_time runs(c, 20ms);
    const auto begin = ticks_ms(c.it);
    EXPECT_THROW_TEXT(e.send(bob_mac, "lost"), value_error, "Send timeout on synch.");
    EXPECT_GE(ticks_diff(ticks_ms(c.it), begin), 2000);
    EXPECT_THROW_TEXT(e.send(bob_mac, "not sent"), value_error, "Send timeout on synch.");
    EXPECT_EQ(c.sent(), 1U);
}

TEST_F(V1_1_10, OnRecvIsCalledOncePerMessageWithTheObject) {
    e.init();
    std::vector<std::string> heard;
    e.config({.on_recv = [&](v1::ESPNow& it) {
        EXPECT_TRUE(it == e);
        while (it.poll())
            heard.emplace_back(it.irecv(0).msg->text());
    }});
    c.hear("1");
    c.hear("2");
    run_scheduled(c.it);
    EXPECT_EQ(heard, (std::vector<std::string>{"1", "2"}));
}

TEST_F(V1_1_10, AddPeerTakesNoneForEverything) {
    e.init();
    e.add_peer("feedee", None, None, AP_IF);
    EXPECT_EQ(e.get_peer("feedee").ifidx, AP_IF);
    e.mod_peer("feedee", "0123456789abcdef", 6);
    EXPECT_TRUE(e.get_peer("feedee").encrypt);
    EXPECT_EQ(e.get_peers().size(), 1U);
    EXPECT_EQ(e.peer_count(), (peer_numbers{1, 1}));
    e.del_peer("feedee");
    EXPECT_OS_ERROR(e.del_peer("feedee"), -12393, "ESP_ERR_ESPNOW_NOT_FOUND");
}

TEST_F(V1_1_10, AfterDeinitTheNewFormCanBeUsed) {
    e.init();
    ESPNow now(c.it);
    EXPECT_THROW(now.active(true), std::logic_error);
    e.deinit();
    now.active(true);
    now.add_peer(bob_mac);
    EXPECT_TRUE(now.send(bob_mac, std::string(1470, 'x')));
}

using V1Ring1_10 = V1_1_10;

TEST_F(V1Ring1_10, TheDefaultHoldsOneOf250AndOneOf249) {
    // 8 + 250 used of 516: 258 are free, and the next must take less than that.
    e.init();
    c.hear(std::string(250, 'x'));
    c.hear(std::string(250, 'x'));
    EXPECT_EQ(e.stats().rx_dropped, 1U);
    c.hear(std::string(249, 'x'));
    EXPECT_EQ(e.stats().rx_dropped, 1U);
    EXPECT_EQ(e.stats().rx_packets, 2U);
}

TEST_F(V1Ring1_10, APacketTakesItsSizeAnd8AndLeavesOne) {
    e.config({.rxbuf = 9});
    e.init();
    c.hear("x");
    EXPECT_FALSE(e.poll());
    e.deinit();
    e.config({.rxbuf = 10});
    e.init();
    c.hear("x");
    EXPECT_TRUE(e.poll());
}

}  // namespace
}  // namespace nowire::test
