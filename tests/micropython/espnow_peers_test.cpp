/// spec/micropython-pycom.md, parts 1.3 and 1.7: peers.

#include "micropython/chips.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace nowire::test {
namespace {

using namespace nowire::micropython;

const std::string some_key = "0123456789abcdef";
constexpr const char* wrong_length = "invalid buffer length";
constexpr const char* no_buffer = "object with buffer protocol required";

std::string key_of(const peer_info& p) {
    return {p.lmk.bytes().begin(), p.lmk.bytes().end()};
}

struct AddPeer1_7 : testing::Test {
    AddPeer1_7() { e.active(true); }
    fake_chip c;
    ESPNow e{c.it};
};
using ModPeer1_7 = AddPeer1_7;
using DelPeer1_3 = AddPeer1_7;
using GetPeer1_3 = AddPeer1_7;
using PeerCount1_3 = AddPeer1_7;

TEST_F(AddPeer1_7, DefaultsAreHomeChannelStationAndPlain) {
    e.add_peer(bob_mac);
    const auto [mac, lmk, channel, ifidx, encrypt] = e.get_peer(bob_mac);
    EXPECT_EQ(mac, bob_mac);
    EXPECT_TRUE(std::ranges::all_of(lmk.bytes(), [](auto byte) { return byte == 0; })) << "16 zeros";
    EXPECT_EQ(channel, 0);
    EXPECT_EQ(ifidx, STA_IF);
    EXPECT_FALSE(encrypt);
}

TEST_F(AddPeer1_7, TakesArgumentsByPlaceAndByName) {
    e.add_peer(bob_mac, some_key, 6, AP_IF, false);
    const auto bob = e.get_peer(bob_mac);
    EXPECT_EQ(bob.channel, 6);
    EXPECT_EQ(bob.ifidx, AP_IF);
    EXPECT_FALSE(bob.encrypt);
    e.add_peer(eve_mac, {.channel = 7, .ifidx = AP_IF});
    EXPECT_EQ(e.get_peer(eve_mac).channel, 7);
    EXPECT_EQ(e.get_peer(eve_mac).ifidx, AP_IF);
}

TEST_F(AddPeer1_7, AnAddressMayBeTextOf6Characters) {
    e.add_peer("feedee");
    EXPECT_EQ(e.get_peer("feedee").mac, mac_address({'f', 'e', 'e', 'd', 'e', 'e'}));
}

TEST_F(AddPeer1_7, AnAddressOfAnotherLengthIsAValueErrorBeforeNotInit) {
    e.active(false);
    EXPECT_THROW_TEXT(e.add_peer("feede"), value_error, wrong_length);
    EXPECT_THROW_TEXT(e.add_peer(""), value_error, wrong_length);
    EXPECT_THROW_TEXT(e.add_peer("feedeef"), value_error, wrong_length);
}

TEST_F(AddPeer1_7, LmkNoneLeavesItPlain) {
    e.add_peer(bob_mac, None);
    EXPECT_FALSE(e.get_peer(bob_mac).encrypt);
}

TEST_F(AddPeer1_7, ALmkEncrypts) {
    e.add_peer(bob_mac, some_key);
    const auto bob = e.get_peer(bob_mac);
    EXPECT_TRUE(bob.encrypt);
    EXPECT_EQ(key_of(bob), some_key);
    e.add_peer(eve_mac, std::vector<std::uint8_t>(16, 7));
    EXPECT_TRUE(e.get_peer(eve_mac).encrypt);
}

TEST_F(AddPeer1_7, AFalseLmkIsPlain) {
    e.add_peer(bob_mac, "");
    EXPECT_FALSE(e.get_peer(bob_mac).encrypt);
    e.add_peer(eve_mac, false);
    EXPECT_FALSE(e.get_peer(eve_mac).encrypt);
}

TEST_F(AddPeer1_7, ALmkMustBe16Bytes) {
    EXPECT_THROW_TEXT(e.add_peer(bob_mac, "short"), value_error, wrong_length);
    EXPECT_THROW_TEXT(e.add_peer(bob_mac, std::string(17, 'x')), value_error, wrong_length);
    EXPECT_THROW_TEXT(e.add_peer(bob_mac, true), type_error, no_buffer);
    EXPECT_EQ(e.peer_count(), (peer_numbers{0, 0}));
}

TEST_F(AddPeer1_7, EncryptOverridesTheLmk) {
    e.add_peer(bob_mac, {.lmk = some_key, .encrypt = false});
    const auto bob = e.get_peer(bob_mac);
    EXPECT_FALSE(bob.encrypt);
    EXPECT_EQ(key_of(bob), some_key) << "the key is kept";
    e.add_peer(eve_mac, {.lmk = "", .encrypt = true});
    EXPECT_TRUE(e.get_peer(eve_mac).encrypt);
}

TEST_F(AddPeer1_7, EncryptWithoutALmkIsAKeyOfZeros) {
    e.add_peer(bob_mac, {.encrypt = true});
    const auto bob = e.get_peer(bob_mac);
    EXPECT_TRUE(bob.encrypt);
    EXPECT_EQ(key_of(bob), std::string(16, '\0'));
}

TEST_F(AddPeer1_7, ChannelIsTakenModulo256) {
    e.add_peer(bob_mac, {.channel = 300});
    EXPECT_EQ(e.get_peer(bob_mac).channel, 44);
    e.add_peer(eve_mac, {.channel = true});
    EXPECT_EQ(e.get_peer(eve_mac).channel, 1);
}

TEST_F(AddPeer1_7, AChannelOrInterfaceThatIsNoneIsArg) {
    EXPECT_OS_ERROR(e.add_peer(bob_mac, {.channel = 15}), -12390, "ESP_ERR_ESPNOW_ARG");
    EXPECT_OS_ERROR(e.add_peer(bob_mac, {.channel = -1}), -12390, "ESP_ERR_ESPNOW_ARG");
    EXPECT_OS_ERROR(e.add_peer(bob_mac, {.ifidx = 7}), -12390, "ESP_ERR_ESPNOW_ARG");
}

TEST_F(AddPeer1_7, TwiceIsExist) {
    e.add_peer(bob_mac);
    EXPECT_OS_ERROR(e.add_peer(bob_mac), -12395, "ESP_ERR_ESPNOW_EXIST");
}

TEST_F(AddPeer1_7, The21stIsFull) {
    for (std::uint8_t i = 0; i < 20; ++i)
        e.add_peer(bob_mac.plus(i));
    EXPECT_OS_ERROR(e.add_peer(bob_mac.plus(20)), -12392, "ESP_ERR_ESPNOW_FULL");
    EXPECT_EQ(e.peer_count(), (peer_numbers{20, 0}));
}

TEST_F(AddPeer1_7, AnEncryptedGroupIsArg) {
    EXPECT_OS_ERROR(e.add_peer(mac_address::broadcast(), some_key), -12390, "ESP_ERR_ESPNOW_ARG");
}

TEST_F(ModPeer1_7, ChangesOnlyWhatIsGiven) {
    e.add_peer(bob_mac, some_key, 6, AP_IF);
    e.mod_peer(bob_mac, {.channel = 11});
    const auto bob = e.get_peer(bob_mac);
    EXPECT_EQ(bob.channel, 11);
    EXPECT_EQ(bob.ifidx, AP_IF);
    EXPECT_TRUE(bob.encrypt);
    EXPECT_EQ(key_of(bob), some_key);
    e.mod_peer(bob_mac, None, None, STA_IF);
    EXPECT_EQ(e.get_peer(bob_mac).ifidx, STA_IF);
    EXPECT_EQ(e.get_peer(bob_mac).channel, 11);
}

TEST_F(ModPeer1_7, AFalseLmkKeepsTheKeyThatIsStored) {
    e.add_peer(bob_mac, some_key);
    e.mod_peer(bob_mac, "");
    EXPECT_FALSE(e.get_peer(bob_mac).encrypt);
    EXPECT_EQ(key_of(e.get_peer(bob_mac)), some_key);
    e.mod_peer(bob_mac, {.encrypt = true});
    EXPECT_TRUE(e.get_peer(bob_mac).encrypt);
    EXPECT_EQ(key_of(e.get_peer(bob_mac)), some_key);
}

TEST_F(ModPeer1_7, AStrangerIsNotFoundBeforeArgumentsAreLookedAt) {
    EXPECT_OS_ERROR(e.mod_peer(bob_mac, "short"), -12393, "ESP_ERR_ESPNOW_NOT_FOUND");
    EXPECT_THROW_TEXT(e.mod_peer("short", "short"), value_error, wrong_length);
}

TEST_F(ModPeer1_7, WhatIsRefusedChangesNothing) {
    e.add_peer(bob_mac);
    EXPECT_THROW(e.mod_peer(bob_mac, {.lmk = "short", .channel = 6}), value_error);
    EXPECT_OS_ERROR(e.mod_peer(bob_mac, {.channel = 99}), -12390, "ESP_ERR_ESPNOW_ARG");
    EXPECT_EQ(e.get_peer(bob_mac).channel, 0);
}

TEST_F(DelPeer1_3, RemovesAPeer) {
    e.add_peer(bob_mac);
    e.del_peer(bob_mac);
    EXPECT_OS_ERROR(e.get_peer(bob_mac), -12393, "ESP_ERR_ESPNOW_NOT_FOUND");
    EXPECT_OS_ERROR(e.del_peer(bob_mac), -12393, "ESP_ERR_ESPNOW_NOT_FOUND");
}

TEST_F(DelPeer1_3, AWrongAddressIsAValueErrorBeforeNotInit) {
    e.active(false);
    EXPECT_THROW_TEXT(e.del_peer("x"), value_error, wrong_length);
    EXPECT_THROW_TEXT(e.get_peer("x"), value_error, wrong_length);
    EXPECT_THROW_TEXT(e.mod_peer("x"), value_error, wrong_length);
}

TEST_F(GetPeer1_3, GetPeersAreInTheirOrderWithoutGroups) {
    e.add_peer(eve_mac);
    e.add_peer(mac_address::broadcast());
    e.add_peer("\x01\x00\x5e\x00\x00\x01");
    e.add_peer(bob_mac, some_key);
    const auto all = e.get_peers();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].mac, eve_mac);
    EXPECT_EQ(all[1].mac, bob_mac);
    EXPECT_TRUE(all[1].encrypt);
    EXPECT_EQ(e.get_peer(mac_address::broadcast()).mac, mac_address::broadcast());
}

TEST_F(PeerCount1_3, CountsGroupsAndEncryptedOnes) {
    EXPECT_EQ(e.peer_count(), (peer_numbers{0, 0}));
    e.add_peer(eve_mac);
    e.add_peer(mac_address::broadcast());
    e.add_peer(bob_mac, some_key);
    EXPECT_EQ(e.peer_count(), (peer_numbers{3, 1}));
}

}  // namespace
}  // namespace nowire::test
