/// spec/micropython-pycom.md, parts 1.1 to 1.3 and 1.6: errors, constants, what is set and what is kept.

#include "micropython/chips.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace nowire::test {
namespace {

using namespace nowire::micropython;

constexpr int not_init = -12389;
constexpr const char* not_init_name = "ESP_ERR_ESPNOW_NOT_INIT";

TEST(Errors1_1, EspNowsErrorsHaveANegativeNumberAndAName) {
    const std::vector<std::tuple<errc, int, std::string>> table = {
        {errc::not_init, -12389, "ESP_ERR_ESPNOW_NOT_INIT"},
        {errc::argument, -12390, "ESP_ERR_ESPNOW_ARG"},
        {errc::no_memory, -12391, "ESP_ERR_ESPNOW_NO_MEM"},
        {errc::peer_list_full, -12392, "ESP_ERR_ESPNOW_FULL"},
        {errc::peer_not_found, -12393, "ESP_ERR_ESPNOW_NOT_FOUND"},
        {errc::internal, -12394, "ESP_ERR_ESPNOW_INTERNAL"},
        {errc::peer_exists, -12395, "ESP_ERR_ESPNOW_EXIST"},
        {errc::interface_down, -12396, "ESP_ERR_ESPNOW_IF"},
        {errc::channel_mismatch, -12397, "ESP_ERR_ESPNOW_CHAN"},
    };
    for (const auto& [code, number, name] : table) {
        const auto made = os_error::from({.code = code, .text = {}});
        EXPECT_EQ(made.number(), number);
        EXPECT_EQ(made.name(), name);
    }
}

TEST(Errors1_1, TheirTextIsThatOfMicroPythonsRepr) {
    EXPECT_STREQ(os_error::from({.code = errc::not_init, .text = {}}).what(),
                 "OSError(-12389, 'ESP_ERR_ESPNOW_NOT_INIT')");
    EXPECT_STREQ(os_error(110).what(), "OSError(110,)");
}

TEST(Errors1_1, WhatEspIdfDoesNotKnowHasANumberOfErrno) {
    EXPECT_EQ(os_error::from({.code = errc::timeout, .text = "x"}).number(), 110);
    EXPECT_EQ(os_error::from({.code = errc::timeout, .text = "x"}).name(), "");
    EXPECT_EQ(os_error::from({.code = errc::radio, .text = "it is gone"}).number(), 100);
    EXPECT_EQ(os_error::from({.code = errc::radio, .text = "it is gone"}).name(), "it is gone");
    EXPECT_EQ(os_error::from({.code = errc::refused, .text = {}}).number(), 98);
    EXPECT_EQ(os_error::from({.code = errc::closed, .text = {}}).number(), 9);
    EXPECT_EQ(os_error::from({.code = errc::forked, .text = {}}).number(), 10);
    EXPECT_EQ(os_error::from({.code = errc::interrupted, .text = {}}).number(), 4);
    EXPECT_EQ(os_error::from({.code = errc::packet_numbers, .text = {}}).number(), 5);
}

TEST(Constants1_2, AreTheChips) {
    EXPECT_EQ(MAX_DATA_LEN, 1470U);
    EXPECT_EQ(ADDR_LEN, 6U);
    EXPECT_EQ(KEY_LEN, 16U);
    EXPECT_EQ(MAX_TOTAL_PEER_NUM, 20U);
    EXPECT_EQ(MAX_ENCRYPT_PEER_NUM, 6U);
    EXPECT_EQ(RATE_1M, 0);
    EXPECT_EQ(RATE_2M, 1);
    EXPECT_EQ(RATE_5M, 2);
    EXPECT_EQ(RATE_11M, 3);
    EXPECT_EQ(RATE_24M, 9);
    EXPECT_EQ(RATE_12M, 10);
    EXPECT_EQ(RATE_6M, 11);
    EXPECT_EQ(RATE_54M, 12);
    EXPECT_EQ(RATE_LORA_250K, 0x29);
    EXPECT_EQ(RATE_LORA_500K, 0x2a);
}

TEST(Constructor1_3, ObjectsOfOneChipShareTheirState) {
    fake_chip c;
    ESPNow a(c.it);
    ESPNow b(c.it);
    a.active(true);
    b.config({.timeout_ms = 7});
    EXPECT_TRUE(b.active());
    EXPECT_EQ(a.config("timeout_ms"), 7);
    EXPECT_EQ(&a.peers_table(), &b.peers_table());
}

TEST(Constructor1_3, ChipsAreOnTheirOwn) {
    fake_chip c;
    fake_chip d;
    ESPNow a(c.it);
    ESPNow b(d.it);
    a.active(true);
    EXPECT_FALSE(b.active());
}

TEST(Active1_3, IsFalseAtFirstAndReturnsTheState) {
    fake_chip c;
    ESPNow e(c.it);
    EXPECT_FALSE(e.active());
    EXPECT_TRUE(e.active(true));
    EXPECT_TRUE(e.active());
    EXPECT_FALSE(e.active(false));
    EXPECT_FALSE(e.active());
}

TEST(Active1_3, IsIdempotent) {
    fake_chip c;
    ESPNow e(c.it);
    e.active(true);
    c.up();
    c.hear("kept");
    EXPECT_TRUE(e.active(true));
    EXPECT_TRUE(e.any()) << "the ring is that of the first call";
    e.active(false);
    EXPECT_FALSE(e.active(false));
}

TEST(Active1_3, WorksWhileWifiIsDown) {
    fake_chip c;
    ESPNow e(c.it);
    ASSERT_FALSE(WLAN(c.it).active());
    EXPECT_TRUE(e.active(true));
    EXPECT_NO_THROW(e.set_pmk("0123456789abcdef"));
    EXPECT_NO_THROW(e.add_peer(bob_mac));
}

TEST(Active1_3, NoOtherFaceCanBeOnMeanwhile) {
    fake_chip c;
    ESPNow e(c.it);
    e.active(true);
    EXPECT_THROW(c.it.claim("another"), std::logic_error);
    e.active(false);
    EXPECT_NO_THROW(c.it.claim("another"));
    EXPECT_THROW(e.active(true), std::logic_error);
    EXPECT_FALSE(e.active());
}

TEST(Config1_3, DefaultsAreTheChips) {
    fake_chip c;
    const ESPNow e(c.it);
    EXPECT_EQ(e.config("rxbuf"), 2968);
    EXPECT_EQ(e.config("timeout_ms"), 300'000);
}

TEST(Config1_3, AnotherNameIsAValueError) {
    fake_chip c;
    ESPNow e(c.it);
    EXPECT_THROW_TEXT(e.config("rate"), value_error, "unknown config param");
    EXPECT_THROW_TEXT(e.config("timeout"), value_error, "unknown config param");
    EXPECT_THROW_TEXT(e.config(""), value_error, "unknown config param");
}

TEST(Config1_3, WorksWhileInactive) {
    fake_chip c;
    ESPNow e(c.it);
    e.config({.rxbuf = 528});
    EXPECT_EQ(e.config("rxbuf"), 528);
}

TEST(Config1_3, SetsBeforeItGets) {
    fake_chip c;
    ESPNow e(c.it);
    EXPECT_EQ(e.config("timeout_ms", {.timeout_ms = 77}), 77);
    EXPECT_THROW(e.config("nothing", {.timeout_ms = 78}), value_error);
    EXPECT_EQ(e.config("timeout_ms"), 78) << "it was set all the same";
}

TEST(Config1_3, WithoutAnythingDoesNothing) {
    fake_chip c;
    ESPNow e(c.it);
    e.config({});
    EXPECT_EQ(e.config("rxbuf"), 2968);
}

TEST(Config1_3, NegativeRxbufAndRateAreIgnored) {
    fake_chip c;
    ESPNow e(c.it);
    e.config({.rxbuf = -1});
    EXPECT_EQ(e.config("rxbuf"), 2968);
    EXPECT_NO_THROW(e.config({.rate = -1}));
}

TEST(Config1_3, TimeoutMayBeAnyInt) {
    fake_chip c;
    ESPNow e(c.it);
    e.config({.timeout_ms = -5});
    EXPECT_EQ(e.config("timeout_ms"), -5);
}

TEST(Config1_3, RxbufTakesEffectWhenActivatedAndIsReadAsConfigured) {
    fake_chip c;
    ESPNow e(c.it);
    e.active(true);
    c.up();
    e.config({.rxbuf = 20});
    EXPECT_EQ(e.config("rxbuf"), 20);
    c.hear(std::string(100, 'x'));
    EXPECT_EQ(e.stats().rx_packets, 1U) << "the old ring is still there";
    e.active(false);
    e.active(true);
    c.hear(std::string(100, 'x'));
    EXPECT_EQ(e.stats().rx_dropped, 1U);
}

TEST(Config1_3, RateWithoutWlanIsErrno2) {
    fake_chip c;
    ESPNow e(c.it);
    EXPECT_OS_ERROR(e.config({.rate = RATE_6M}), 2, "");
    c.up();
    EXPECT_NO_THROW(e.config({.rate = RATE_6M}));
    EXPECT_OS_ERROR(e.config({.rate = 4}), -258, "ESP_ERR_INVALID_ARG");
    EXPECT_OS_ERROR(e.config({.rate = 4000}), -258, "ESP_ERR_INVALID_ARG");
}

TEST(Config1_3, RateIsThatOfWhatIsSent) {
    fake_chip c;
    ESPNow e(c.it);
    c.up();
    e.active(true);
    e.add_peer(bob_mac);
    e.config({.rate = RATE_LORA_250K});
    EXPECT_TRUE(e.send(bob_mac, "x"));
    EXPECT_EQ(c.with_radio([](fake_radio& r) { return r.sent.back().tx_rate; }), rate::lr_250k);
}

TEST(SetPmk1_3, LooksAtTheLengthBeforeAnythingElse) {
    fake_chip c;
    ESPNow e(c.it);
    EXPECT_THROW_TEXT(e.set_pmk("too short"), value_error, "invalid buffer length");
    EXPECT_THROW_TEXT(e.set_pmk(std::string(17, 'x')), value_error, "invalid buffer length");
    EXPECT_OS_ERROR(e.set_pmk("0123456789abcdef"), not_init, not_init_name);
}

TEST(SetPmk1_3, TakesTextAndBytes) {
    fake_chip c;
    ESPNow e(c.it);
    e.active(true);
    EXPECT_NO_THROW(e.set_pmk("0123456789abcdef"));
    EXPECT_NO_THROW(e.set_pmk(std::vector<std::uint8_t>(16)));
    EXPECT_NO_THROW(e.set_pmk(bytearray(16)));
    EXPECT_NO_THROW(e.set_pmk(std::array<std::uint8_t, 16>{}));
}

// What Python says at run time C++ says to the compiler: "can't convert str/float to int", unknown names, too many.
template <class Of, class... Arguments>
concept can_recv = requires(Of& e, Arguments... a) {
    e.recv(a...);
};
static_assert(can_recv<ESPNow> && can_recv<ESPNow, int> && can_recv<ESPNow, std::nullopt_t> && can_recv<ESPNow, bool>);
static_assert(!can_recv<ESPNow, double> && !can_recv<ESPNow, const char*> && !can_recv<ESPNow, int, int>);
template <class Argument>
concept can_be_pmk = requires(ESPNow& e, Argument a) {
    e.set_pmk(a);
};
static_assert(can_be_pmk<std::string> && !can_be_pmk<int> && !can_be_pmk<std::nullopt_t>);

TEST(Inactive1_3, WhatNeedsItSaysNotInit) {
    fake_chip c;
    ESPNow e(c.it);
    message_list into;
    EXPECT_OS_ERROR(e.send(bob_mac, "x"), not_init, not_init_name);
    EXPECT_OS_ERROR(e.recv(0), not_init, not_init_name);
    EXPECT_OS_ERROR(e.irecv(0), not_init, not_init_name);
    EXPECT_OS_ERROR(e.recvinto(into, 0), not_init, not_init_name);
    EXPECT_OS_ERROR(e.any(), not_init, not_init_name);
    EXPECT_OS_ERROR(e.add_peer(bob_mac), not_init, not_init_name);
    EXPECT_OS_ERROR(e.mod_peer(bob_mac), not_init, not_init_name);
    EXPECT_OS_ERROR(e.del_peer(bob_mac), not_init, not_init_name);
    EXPECT_OS_ERROR(e.get_peer(bob_mac), not_init, not_init_name);
    EXPECT_OS_ERROR(e.get_peers(), not_init, not_init_name);
    EXPECT_OS_ERROR(e.peer_count(), not_init, not_init_name);
    EXPECT_OS_ERROR(e.begin(), not_init, not_init_name);
}

TEST(Inactive1_3, WhatDoesNotNeedItWorks) {
    fake_chip c;
    ESPNow e(c.it);
    EXPECT_EQ(e.stats().rx_packets, 0U);
    EXPECT_TRUE(e.peers_table().empty());
    EXPECT_NO_THROW(e.irq([](ESPNow&) {}));
    EXPECT_NO_THROW(e.irq(None));
    EXPECT_EQ(e.poll(POLLIN | POLLOUT), 0);
}

struct Off1_6 : testing::Test {
    Off1_6() {
        c.up();
        e.active(true);
        e.add_peer(bob_mac);
    }
    fake_chip c;
    ESPNow e{c.it};
};

TEST_F(Off1_6, UnreadMessagesAreGone) {
    c.hear("unread");
    e.active(false);
    e.active(true);
    EXPECT_FALSE(e.any());
    EXPECT_FALSE(e.recv(0));
}

TEST_F(Off1_6, WhatComesMeanwhileIsNeitherKeptNorCounted) {
    e.active(false);
    c.hear_only("nobody hears it");
    c.finish_handlers();
    e.active(true);
    c.hear("somebody does");
    EXPECT_EQ(e.recv(0).msg, "somebody does");
    EXPECT_EQ(e.stats().rx_packets, 1U);
    EXPECT_EQ(e.stats().rx_dropped, 0U);
}

TEST_F(Off1_6, PeersAreGone) {
    e.active(false);
    e.active(true);
    EXPECT_EQ(e.peer_count(), (peer_numbers{0, 0}));
}

TEST_F(Off1_6, IrqIsCleared) {
    int calls = 0;
    e.irq([&](ESPNow&) { ++calls; });
    e.active(false);
    e.active(true);
    c.hear("x");
    run_scheduled(c.it);
    EXPECT_EQ(calls, 0);
}

TEST_F(Off1_6, PeersTableStatsAndConfigStay) {
    e.config({.rxbuf = 4000, .timeout_ms = 9});
    c.hear("x");
    e.recv(0);
    e.send(bob_mac, "y");
    e.active(false);
    EXPECT_EQ(e.peers_table().count(bob_mac), 1U);
    EXPECT_EQ(e.stats().rx_packets, 1U);
    EXPECT_EQ(e.stats().tx_packets, 1U);
    EXPECT_EQ(e.stats().tx_responses, 1U);
    EXPECT_EQ(e.config("rxbuf"), 4000);
    EXPECT_EQ(e.config("timeout_ms"), 9);
}

TEST_F(Off1_6, WhatHasNoResponseIsNotWaitedForAnyMore) {
    c.answer(std::nullopt);
    e.send(bob_mac, "lost", false);
    EXPECT_EQ(e.stats().tx_packets, 1U);
    EXPECT_EQ(e.stats().tx_responses, 0U);
    e.active(false);
    EXPECT_EQ(e.stats().tx_packets, 0U) << "tx_packets = tx_responses";
    EXPECT_EQ(e.stats().tx_responses, 0U);
}

TEST_F(Off1_6, PollReturnsNothing) {
    c.hear("x");
    e.active(false);
    EXPECT_EQ(e.poll(POLLIN | POLLOUT, 0), 0);
    EXPECT_FALSE(is_readable(e.fileno()));
}

TEST_F(Off1_6, AWaitInAnotherThreadEndsWithNotInit) {
    std::thread waits([&] { EXPECT_OS_ERROR(e.recv(-1), not_init, not_init_name); });
    e.active(false);
    waits.join();
}

}  // namespace
}  // namespace nowire::test
