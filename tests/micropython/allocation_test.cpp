/// irecv() allocates nothing (spec/micropython-pycom.md, parts 1.3 and 2), on this side of the chip: its thread has put
/// the messages into the ring before they are counted.

#include "device/counting_new.hpp"
#include "micropython/chips.hpp"

#include <nowire/micropython/espnow_v1.hpp>

#include <gtest/gtest.h>

namespace nowire::test {
namespace {

constexpr int rounds = 100;

TEST(Irecv1_3, AllocatesNothing) {
    fake_chip c;
    micropython::ESPNow e(c.it);
    e.config({.rxbuf = 65'535});
    c.up();
    e.active(true);
    c.hear("this one is put into peers_table");
    for (int i = 0; i < rounds; ++i)
        c.hear(std::string(250, 'x'));
    ASSERT_TRUE(e.irecv(0));
    const auto before = allocations();
    int heard = 0;
    while (e.irecv(0))
        ++heard;
    EXPECT_EQ(allocations() - before, 0U) << "neither for messages nor for the timeout at their end";
    EXPECT_EQ(heard, rounds);
}

TEST(RecvInto1_5, AllocatesNothing) {
    fake_chip c;
    micropython::ESPNow e(c.it);
    c.up();
    e.active(true);
    c.hear("this one is put into peers_table");
    c.hear("x");
    micropython::message_list data;
    e.recvinto(data);
    const auto before = allocations();
    EXPECT_EQ(e.recvinto(data, 0), 1U);
    EXPECT_EQ(e.recvinto(data, 0), 0U);
    EXPECT_EQ(allocations() - before, 0U);
}

TEST(V1Irecv1_10, AllocatesNothing) {
    fake_chip c;
    micropython::v1::ESPNow e(c.it);
    c.up();
    e.init();
    c.hear("x");
    c.hear("y");
    const auto before = allocations();
    EXPECT_TRUE(e.irecv(0));
    EXPECT_TRUE(e.irecv(0));
    EXPECT_FALSE(e.irecv(0));
    EXPECT_EQ(allocations() - before, 0U);
}

TEST(Recv1_3, AllocatesForEachMessage) {
    fake_chip c;
    micropython::ESPNow e(c.it);
    c.up();
    e.active(true);
    c.hear("x");
    e.recv(0);
    c.hear(std::string(250, 'x'));
    const auto before = allocations();
    EXPECT_TRUE(e.recv(0));
    EXPECT_GT(allocations() - before, 0U) << "so the counting counts";
}

}  // namespace
}  // namespace nowire::test
