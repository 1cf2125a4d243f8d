/// spec/micropython-pycom.md, part 1.10: the stream of packets.

#include "micropython/chips.hpp"

#include <nowire/micropython/espnow_v1.hpp>

#include <gtest/gtest.h>

namespace nowire::test {
namespace {

using namespace nowire::micropython;

std::string packet(const mac_address& mac, const std::string& msg) {
    return std::string("\x99") + static_cast<char>(msg.size()) + std::string(bytes_like(mac).text()) + msg;
}

struct Stream1_10 : testing::Test {
    Stream1_10() {
        c.up();
        e.init();
    }
    void hear_two() {
        c.hear("one");
        c.hear("three", eve_mac);
    }
    fake_chip c;
    v1::ESPNow e{c.it};
    const std::string first = packet(bob_mac, "one");
    const std::string second = packet(eve_mac, "three");
};

TEST_F(Stream1_10, NothingWaitingIsNone) {
    std::array<std::uint8_t, 10> memory{};
    EXPECT_EQ(e.read(), std::nullopt);
    EXPECT_EQ(e.read(100), std::nullopt);
    EXPECT_EQ(e.read1(), std::nullopt);
    EXPECT_EQ(e.readinto(memory), std::nullopt);
    EXPECT_EQ(e.readinto1(memory), std::nullopt);
}

TEST_F(Stream1_10, ReadIsAllPackets) {
    hear_two();
    EXPECT_EQ(e.read(), first + second);
    EXPECT_FALSE(e.poll());
}

TEST_F(Stream1_10, Read1WithoutASizeIsAllPacketsToo) {
    hear_two();
    EXPECT_EQ(e.read1(), first + second);
    hear_two();
    EXPECT_EQ(e.read(-1), first + second);
}

TEST_F(Stream1_10, Read1WithASizeIsOnePacket) {
    hear_two();
    EXPECT_EQ(e.read1(100), first);
    EXPECT_EQ(e.read1(13), second);
}

TEST_F(Stream1_10, ReadWithASizeIsAsManyWholePacketsAsItHolds) {
    hear_two();
    EXPECT_EQ(e.read(23), first);
    EXPECT_EQ(e.read(13), second);
    hear_two();
    EXPECT_EQ(e.read(24), first + second);
}

TEST_F(Stream1_10, ReadIntoFillsAndReturnsTheSize) {
    hear_two();
    std::array<std::uint8_t, 30> memory{};
    EXPECT_EQ(e.readinto(memory), 24U);
    EXPECT_EQ(bytes_like(memory).text().substr(0, 24), first + second);
    hear_two();
    EXPECT_EQ(e.readinto1(memory), 11U);
    EXPECT_EQ(e.readinto1(memory), 13U);
}

TEST_F(Stream1_10, ASizeBelowOnePacketIsAValueErrorAndLosesNothing) {
    hear_two();
    std::array<std::uint8_t, 10> memory{};
    EXPECT_THROW_TEXT(e.read(10), value_error, "ESP-Now: Buffer too small");
    EXPECT_THROW_TEXT(e.read1(0), value_error, "ESP-Now: Buffer too small");
    EXPECT_THROW_TEXT(e.readinto(memory), value_error, "ESP-Now: Buffer too small");
    EXPECT_THROW_TEXT(e.readinto1(memory), value_error, "ESP-Now: Buffer too small");
    EXPECT_EQ(e.read(), first + second);
}

TEST_F(Stream1_10, WriteSendsPacketsWithoutWaiting) {
    c.answer(std::nullopt);
    e.add_peer(bob_mac);
    e.add_peer(eve_mac);
    EXPECT_EQ(e.write(first + second), 24U);
    EXPECT_EQ(c.sent(), 2U);
    EXPECT_EQ(c.sent_to(), eve_mac);
    EXPECT_EQ(e.stats().tx_packets, 2U);
    EXPECT_EQ(e.write(""), 0U);
}

TEST_F(Stream1_10, WriteRefusesWhatIsNoPacket) {
    e.add_peer(bob_mac);
    EXPECT_THROW_TEXT(e.write("hello"), value_error, "ESP-Now: Bad packet");
    EXPECT_THROW_TEXT(e.write("\x99\x01"), value_error, "ESP-Now: Buffer too small for packet");
    EXPECT_THROW_TEXT(e.write(first.substr(0, 10)), value_error, "ESP-Now: Buffer too small for packet");
    EXPECT_THROW_TEXT(e.write(first + "x"), value_error, "ESP-Now: Bad packet");
    EXPECT_EQ(c.sent(), 1U) << "what stands before is sent";
}

TEST_F(Stream1_10, WriteToAStrangerIsNotFound) {
    EXPECT_OS_ERROR(e.write(first), -12393, "ESP_ERR_ESPNOW_NOT_FOUND");
}

TEST_F(Stream1_10, WhatIsReadCanBeWritten) {
    c.hear("echo");
    e.add_peer(bob_mac);
    EXPECT_EQ(e.write(*e.read()), 12U);
    EXPECT_EQ(c.sent_to(), bob_mac);
}

}  // namespace
}  // namespace nowire::test
