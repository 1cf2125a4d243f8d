#include <nowire/air/channel_access.hpp>

#include <gtest/gtest.h>

#include <chrono>

namespace nowire::air {

namespace {

using std::chrono::microseconds;
using grant = channel_access::grant;

constexpr radio_id a{1};
constexpr radio_id b{2};
constexpr radio_id c{3};

constexpr time_point at(int us) {
    return time_point(microseconds(us));
}

}  // namespace

TEST(ChannelAccess, GrantsNothingToNobody) {
    EXPECT_EQ(channel_access().next(), std::nullopt);
}

TEST(ChannelAccess, LetsARadioBeginAfterItsWait) {
    channel_access access;
    access.request(a, microseconds(50), at(100));
    EXPECT_EQ(access.next(), (grant{a, at(150)}));
    access.begin();
    EXPECT_EQ(access.next(), std::nullopt);
}

TEST(ChannelAccess, ServesRadiosInTheOrderInWhichTheyAsked) {
    channel_access access;
    access.request(a, microseconds(110), at(0));
    access.request(b, microseconds(50), at(1));
    access.request(c, microseconds(70), at(2));
    EXPECT_EQ(access.next(), (grant{a, at(110)}));
    access.begin();
    EXPECT_EQ(access.next(), std::nullopt) << "the channel is taken";
    access.release(at(1000));
    EXPECT_EQ(access.next(), (grant{b, at(1050)})) << "it counts from when the channel is free";
    access.begin();
    access.request(b, microseconds(50), at(1100));
    access.release(at(2000));
    EXPECT_EQ(access.next(), (grant{c, at(2070)}));
    access.begin();
    access.release(at(3000));
    EXPECT_EQ(access.next(), (grant{b, at(3050)}));
}

TEST(ChannelAccess, CountsFromTheRequestWhereTheChannelWasFree) {
    channel_access access;
    access.release(at(10));
    access.request(a, microseconds(50), at(5000));
    EXPECT_EQ(access.next(), (grant{a, at(5050)}));
}

TEST(ChannelAccess, GivesTheTurnOfWhoWithdrawsToTheNext) {
    channel_access access;
    access.request(a, microseconds(110), at(0));
    access.request(b, microseconds(50), at(0));
    access.withdraw(a, at(90));
    EXPECT_EQ(access.next(), (grant{b, at(140)})) << "nobody begins in the past";
    access.withdraw(c, at(100));
    EXPECT_EQ(access.next(), (grant{b, at(140)}));
    access.withdraw(b, at(100));
    EXPECT_EQ(access.next(), std::nullopt);
}

TEST(ChannelAccess, DoesNotCountWhileTheChannelIsTaken) {
    channel_access access;
    access.request(a, microseconds(50), at(0));
    access.begin();
    access.request(b, microseconds(50), at(100));
    access.request(c, microseconds(70), at(100));
    access.withdraw(b, at(200));
    access.release(at(1000));
    EXPECT_EQ(access.next(), (grant{c, at(1070)}));
}

}  // namespace nowire::air
