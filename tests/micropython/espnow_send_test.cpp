/// spec/micropython-pycom.md, part 1.4: send.

#include "micropython/chips.hpp"

#include <gtest/gtest.h>

namespace nowire::test {
namespace {

using namespace nowire::micropython;

struct Send1_4 : testing::Test {
    Send1_4() {
        c.up();
        e.active(true);
        e.add_peer(bob_mac);
    }
    fake_chip c;
    ESPNow e{c.it};
};

TEST_F(Send1_4, NotInitComesBeforeArguments) {
    e.active(false);
    EXPECT_OS_ERROR(e.send("short", "x"), -12389, "ESP_ERR_ESPNOW_NOT_INIT");
}

TEST_F(Send1_4, AWrongAddressIsAValueErrorAndWhatIsNoBytesATypeError) {
    EXPECT_THROW_TEXT(e.send("short", "x"), value_error, "invalid buffer length");
    EXPECT_THROW_TEXT(e.send("", "x"), value_error, "invalid buffer length");
    EXPECT_THROW_TEXT(e.send(false, "x"), type_error, "object with buffer protocol required");
    EXPECT_THROW_TEXT(e.send(true, "x"), type_error, "object with buffer protocol required");
    EXPECT_EQ(c.sent(), 0U);
}

TEST_F(Send1_4, TheAddressIsLookedAtBeforeTheMessage) {
    EXPECT_THROW(e.send("short", ""), value_error);
}

TEST_F(Send1_4, LengthZeroIsArg) {
    EXPECT_OS_ERROR(e.send(bob_mac, ""), -12390, "ESP_ERR_ESPNOW_ARG");
}

TEST_F(Send1_4, MoreThan1470BytesIsArg) {
    EXPECT_TRUE(e.send(bob_mac, std::string(1470, 'x')));
    EXPECT_OS_ERROR(e.send(bob_mac, std::string(1471, 'x')), -12390, "ESP_ERR_ESPNOW_ARG");
}

TEST_F(Send1_4, EveryFormOfBytesIsTaken) {
    const std::string text = "text";
    const std::vector<std::uint8_t> bytes = {1, 2};
    const char* pointer = "text";
    EXPECT_TRUE(e.send(bob_mac, "literal\0with a zero"));
    EXPECT_TRUE(e.send(bob_mac.octets(), text));
    EXPECT_TRUE(e.send("\x02\x00\x00\x00\x00\x20", bytes));
    EXPECT_TRUE(e.send(bob_mac, pointer));
    EXPECT_TRUE(e.send(bob_mac, std::string_view(text)));
    EXPECT_TRUE(e.send(bob_mac, bytearray(3)));
    EXPECT_EQ(c.sent(), 6U);
}

TEST_F(Send1_4, SyncNoneAndTrueWaitAndFalseDoesNot) {
    c.answer(tx_status::not_acked);
    EXPECT_FALSE(e.send(bob_mac, "x"));
    EXPECT_FALSE(e.send(bob_mac, "x", None));
    EXPECT_FALSE(e.send(bob_mac, "x", true));
    EXPECT_TRUE(e.send(bob_mac, "x", false)) << "without waiting it is always True";
}

TEST_F(Send1_4, TrueWhereThePeerResponds) {
    EXPECT_TRUE(e.send(bob_mac, "x"));
    EXPECT_EQ(c.sent_to(), bob_mac);
    const auto all = e.stats();
    EXPECT_EQ(all.tx_packets, 1U);
    EXPECT_EQ(all.tx_responses, 1U);
    EXPECT_EQ(all.tx_failures, 0U);
}

TEST_F(Send1_4, OneArgumentSendsToAllPeers) {
    e.add_peer(eve_mac);
    e.add_peer(mac_address::broadcast());
    EXPECT_TRUE(e.send("to all"));
    EXPECT_EQ(e.stats().tx_packets, 2U) << "the broadcast peer is none of them";
    EXPECT_TRUE(e.send(None, "to all"));
    EXPECT_EQ(e.stats().tx_packets, 4U);
    EXPECT_EQ(c.sent(), 4U);
}

TEST_F(Send1_4, ToAllIsFalseWhereOneDoesNotRespond) {
    e.add_peer(eve_mac);
    c.answer(std::nullopt);
    std::thread answers([&] {
        EXPECT_TRUE(eventually([&] { return c.sent() == 2; }));
        c.with_radio([](fake_radio& r) {
            r.answer(r.sent[0].token, tx_status::not_acked);
            r.answer(r.sent[1].token, tx_status::acked);
        });
    });
    EXPECT_FALSE(e.send("to all"));
    answers.join();
    EXPECT_EQ(e.stats().tx_failures, 1U);
}

TEST_F(Send1_4, ToAllWithoutPeersIsNotFound) {
    e.del_peer(bob_mac);
    EXPECT_OS_ERROR(e.send("nobody"), -12393, "ESP_ERR_ESPNOW_NOT_FOUND");
    e.add_peer(mac_address::broadcast());
    EXPECT_TRUE(e.send(None, "nobody")) << "there are peers, but all are groups";
    EXPECT_EQ(c.sent(), 0U);
}

TEST_F(Send1_4, AStrangerIsNotFound) {
    EXPECT_OS_ERROR(e.send(eve_mac, "x"), -12393, "ESP_ERR_ESPNOW_NOT_FOUND");
    EXPECT_EQ(e.stats().tx_packets, 0U) << "what is refused is not counted";
}

TEST_F(Send1_4, AnInterfaceThatIsDownIsIf) {
    WLAN(c.it).active(false);
    EXPECT_OS_ERROR(e.send(bob_mac, "x"), -12396, "ESP_ERR_ESPNOW_IF");
}

TEST_F(Send1_4, BroadcastIsAlwaysTrue) {
    e.add_peer(mac_address::broadcast());
    c.answer(tx_status::not_acked);
    EXPECT_TRUE(e.send(mac_address::broadcast(), "x"));
}

TEST_F(Send1_4, NoResponseIsErrno110ForThisAndEveryLaterOneUntilItIsOff) {
    c.answer(std::nullopt);
    const passing_time runs(c);
    EXPECT_OS_ERROR(e.send(bob_mac, "lost"), 110, "");
    c.answer(tx_status::acked);
    EXPECT_OS_ERROR(e.send(bob_mac, "too late"), 110, "");
    EXPECT_OS_ERROR(e.send(bob_mac, "too late"), 110, "");
    EXPECT_EQ(c.sent(), 1U) << "those wait for the first one and are not sent";
    EXPECT_TRUE(e.send(bob_mac, "nobody waits", false));
    e.active(false);
    e.active(true);
    e.add_peer(bob_mac);
    EXPECT_TRUE(e.send(bob_mac, "again"));
}

TEST_F(Send1_4, TheWaitIs100Ms) {
    c.answer(std::nullopt);
    const auto begin = ticks_ms(c.it);
    const passing_time runs(c, 1ms);
    EXPECT_OS_ERROR(e.send(bob_mac, "lost"), 110, "");
    EXPECT_GE(ticks_diff(ticks_ms(c.it), begin), 100);
    EXPECT_LT(ticks_diff(ticks_ms(c.it), begin), 1000);
}

TEST_F(Send1_4, NoBufferIsNoMemAfter2Seconds) {
    c.answer(std::nullopt);
    for (int i = 0; i < 32; ++i)
        ASSERT_TRUE(e.send(bob_mac, "x", false));
    const auto begin = ticks_ms(c.it);
    const passing_time runs(c, 20ms);
    EXPECT_OS_ERROR(e.send(bob_mac, "x", false), -12391, "ESP_ERR_ESPNOW_NO_MEM");
    EXPECT_GE(ticks_diff(ticks_ms(c.it), begin), 2000);
    EXPECT_EQ(e.stats().tx_packets, 32U);
}

TEST_F(Send1_4, AFreeBufferIsWaitedFor) {
    c.answer(std::nullopt);
    for (int i = 0; i < 32; ++i)
        ASSERT_TRUE(e.send(bob_mac, "x", false));
    std::thread sends([&] { EXPECT_TRUE(e.send(bob_mac, "the last", false)); });
    c.with_radio([](fake_radio& r) { r.answer(r.sent.front().token, tx_status::acked); });
    sends.join();
    EXPECT_EQ(c.sent(), 33U);
}

TEST_F(Send1_4, WaitsForWhatWasSentBefore) {
    c.answer(std::nullopt);
    e.send(bob_mac, "first", false);
    std::thread answers([&] {
        c.with_radio([](fake_radio& r) {
            r.answers = true;
            r.answer(r.sent.front().token, tx_status::not_acked);
        });
    });
    EXPECT_TRUE(e.send(bob_mac, "second")) << "the failure of the first is not its own";
    answers.join();
    EXPECT_EQ(e.stats().tx_failures, 1U);
}

TEST_F(Send1_4, OnAnotherChannelIsChan) {
    e.mod_peer(bob_mac, {.channel = 6});
    EXPECT_OS_ERROR(e.send(bob_mac, "x"), -12397, "ESP_ERR_ESPNOW_CHAN");
}

}  // namespace
}  // namespace nowire::test
