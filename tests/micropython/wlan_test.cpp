/// network.WLAN as far as ESP-NOW needs it, and what addresses and literals are as arguments.

#include "micropython/chips.hpp"

#include <gtest/gtest.h>

namespace nowire::test {
namespace {

using namespace nowire::micropython;

TEST(Wlan, IsDownAtFirst) {
    fake_chip c;
    EXPECT_FALSE(WLAN(c.it, STA_IF).active());
    EXPECT_FALSE(WLAN(c.it, AP_IF).active());
}

TEST(Wlan, InterfacesAreSwitchedEachOnItsOwn) {
    fake_chip c;
    WLAN ap(c.it, AP_IF);
    EXPECT_TRUE(ap.active(true));
    EXPECT_FALSE(WLAN(c.it).active());
    EXPECT_TRUE(WLAN(c.it, AP_IF).active());
    EXPECT_FALSE(ap.active(false));
    EXPECT_FALSE(ap.active());
}

TEST(Wlan, HasTheAddressWhetherUpOrNot) {
    fake_chip c;
    EXPECT_EQ(WLAN(c.it).mac(), own_mac);
    EXPECT_EQ(WLAN(c.it, AP_IF).mac(), own_mac.plus(1));
}

TEST(Wlan, TakesAnotherAddressAndChannel) {
    fake_chip c;
    WLAN w(c.it);
    w.config({.channel = 6, .mac = "\x02\x00\x00\x00\x00\x42"});
    EXPECT_EQ(w.channel(), 6);
    EXPECT_EQ(w.mac(), mac_address({2, 0, 0, 0, 0, 0x42}));
    EXPECT_EQ(WLAN(c.it, AP_IF).mac(), own_mac.plus(1)) << "the other one's stays";
    w.active(true);
    const auto setup = c.with_radio([](fake_radio& r) { return r.setups.back(); });
    EXPECT_EQ(setup.on.number(), 6);
    EXPECT_EQ(setup.station, w.mac());
}

TEST(Wlan, RefusesWhatCanNeverBeRight) {
    fake_chip c;
    WLAN w(c.it);
    EXPECT_THROW(WLAN(c.it, 2), value_error);
    EXPECT_THROW(w.config({.mac = "short"}), value_error);
    EXPECT_THROW(w.config({.mac = true}), type_error);
    EXPECT_OS_ERROR(w.config({.mac = mac_address::broadcast()}), -258, "ESP_ERR_INVALID_ARG");
    for (const int channel : {0, 15, -1, 257})
        EXPECT_OS_ERROR(w.config({.channel = channel}), -258, "ESP_ERR_INVALID_ARG");
    EXPECT_EQ(w.channel(), 1);
    EXPECT_EQ(w.mac(), own_mac);
}

TEST(Wlan, WhatTheAirRefusesChangesNothing) {
    fake_chip c;
    WLAN w(c.it);
    c.with_radio([](fake_radio& r) { r.against = error{.code = errc::refused, .text = "bob has that address"}; });
    EXPECT_OS_ERROR(w.active(true), 98, "bob has that address");
    EXPECT_FALSE(w.active());
    EXPECT_OS_ERROR(w.config({.mac = bob_mac}), 98, "bob has that address");
    EXPECT_EQ(w.mac(), own_mac);
    EXPECT_OS_ERROR(w.config({.channel = 6}), 98, "bob has that address");
    EXPECT_EQ(w.channel(), 1);
}

TEST(Wlan, MessagesAreSentFromItsAddress) {
    fake_chip c;
    ESPNow e(c.it);
    e.active(true);
    WLAN ap(c.it, AP_IF);
    ap.active(true);
    e.add_peer(bob_mac, {.ifidx = AP_IF});
    EXPECT_TRUE(e.send(bob_mac, "x"));
    const auto from = c.with_radio(
        [](fake_radio& r) { return mac_address(std::span<const std::uint8_t, 6>(r.sent.back().mpdu.data() + 10, 6)); });
    EXPECT_EQ(from, ap.mac());
}

TEST(BytesLike, TakesWhateverHasBytes) {
    EXPECT_EQ(bytes_like("a\0b").size(), 3U) << "the literal's last zero does not count, others do";
    const char* text = "abc";
    EXPECT_EQ(bytes_like(text).size(), 3U);
    EXPECT_EQ(bytes_like(std::string("ab")).size(), 2U);
    EXPECT_EQ(bytes_like(std::string_view("ab")).text(), "ab");
    EXPECT_EQ(bytes_like(std::array<std::uint8_t, 4>{}).size(), 4U);
    EXPECT_EQ(bytes_like(std::vector<std::byte>(5)).size(), 5U);
    EXPECT_EQ(bytes_like(own_mac).size(), 6U);
    EXPECT_EQ(bytes_like(ccmp::pmk::default_pmk()).size(), 16U);
    static_assert(!std::is_constructible_v<bytes_like, int> && !std::is_constructible_v<bytes_like, std::nullopt_t> &&
                  !std::is_constructible_v<bytes_like, std::vector<int>>);
}

}  // namespace
}  // namespace nowire::test
