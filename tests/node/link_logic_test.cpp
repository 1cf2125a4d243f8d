#include <nowire/node/link_logic.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <system_error>

namespace nowire::node {
namespace {

using namespace std::chrono_literals;

const mac_address gateway_station({0x24, 0x0a, 0xc4, 0xaa, 0xaa, 0x00});
const mac_address gateway_soft_ap({0x24, 0x0a, 0xc4, 0xaa, 0xaa, 0x01});
const mac_address stranger({0x24, 0x0a, 0xc4, 0xbb, 0xbb, 0x00});

time_point at(duration d) {
    return time_point(d);
}

/// A link and what its gateway does, on a clock that is told.
class LinkLogic : public testing::Test {
  protected:
    explicit LinkLogic(link_options o = {.gateway = gateway_soft_ap}) : link(o) {}

    bool from_gateway(std::string_view text, duration when, const mac_address& source = gateway_station) {
        message m;
        m.source = source;
        m.payload.assign(text.begin(), text.end());
        return link.receive(m, at(when));
    }

    void begin_publish() {
        ASSERT_EQ(link.publish({"shed", "21", false, 1}).value(), R"(["shed", "21", false, 1])");
        link.sent(tx_status::acked, at(1ms));
    }

    link_logic link;
};

TEST_F(LinkLogic, PublishEndsWithTheGatewaysWord) {
    const std::pair<const char*, outcome> answers[] = {
        {"ACK", outcome::ok}, {"NAK", outcome::broker_out}, {"BAD", outcome::pub_fail}};
    for (const auto& [answer, expected] : answers) {
        begin_publish();
        EXPECT_TRUE(link.busy());
        from_gateway(answer, 2ms);
        EXPECT_FALSE(link.busy());
        EXPECT_EQ(link.result(), expected) << answer;
    }
}

TEST_F(LinkLogic, NoAnswerIsNoSuccess) {
    begin_publish();
    EXPECT_EQ(link.deadline(), at(201ms));
    link.advance(at(200ms));
    EXPECT_TRUE(link.busy());
    link.advance(at(201ms));
    EXPECT_FALSE(link.busy());
    EXPECT_EQ(link.result(), outcome::no_reply);
}

TEST_F(LinkLogic, WhatTheRadioSaysDecidesWithoutAnAnswer) {
    link.ask(command::ping);
    link.sent(tx_status::not_acked, at(1ms));
    EXPECT_EQ(link.result(), outcome::esp_fail);
    link.ask(command::ping);
    link.sent(tx_status::not_sent, at(1ms));
    EXPECT_EQ(link.result(), outcome::esp_fail);
    link.ask(command::ping);
    link.sent(tx_status::unconfirmed, at(1ms));
    ASSERT_TRUE(link.busy());
    link.advance(at(1s));
    EXPECT_EQ(link.result(), outcome::unconfirmed);
    link.ask(command::ping);
    link.sent(tx_status::unconfirmed, at(1s));
    from_gateway("UP", 1001ms);
    EXPECT_EQ(link.result(), outcome::ok);
}

TEST_F(LinkLogic, TakesAnAnswerThatOvertakesTheRadiosReport) {
    link.ask(command::ping);
    from_gateway("DOWN", 1ms);
    EXPECT_FALSE(link.busy());
    EXPECT_EQ(link.result(), outcome::broker_out);
    link.sent(tx_status::not_acked, at(2ms));
    EXPECT_EQ(link.result(), outcome::broker_out);
}

TEST_F(LinkLogic, AnswersMayComeFromEitherInterfaceOfTheGateway) {
    for (const auto& configured : {gateway_station, gateway_soft_ap})
        for (const auto& source : {gateway_station, gateway_soft_ap}) {
            link_logic each({.gateway = configured});
            each.ask(command::ping);
            each.sent(tx_status::acked, at(1ms));
            message m;
            m.source = source;
            m.payload = {'U', 'P'};
            EXPECT_TRUE(each.receive(m, at(2ms)));
            EXPECT_FALSE(each.busy());
        }
}

TEST_F(LinkLogic, StrangersAreNotTheGateway) {
    begin_publish();
    EXPECT_FALSE(from_gateway("ACK", 2ms, stranger));
    EXPECT_TRUE(link.busy());
}

TEST_F(LinkLogic, ASubscribedMessageBetweenRequestAndReplyIsKept) {
    link.ask(command::ping);
    link.sent(tx_status::acked, at(0ms));
    from_gateway(R"(["foo", "hello", true])", 100ms);
    EXPECT_TRUE(link.busy());
    from_gateway("UP", 250ms);
    EXPECT_EQ(link.result(), outcome::ok);
    EXPECT_EQ(link.next(), (delivery{"foo", "hello", true}));
    EXPECT_EQ(link.next(), std::nullopt);
}

TEST_F(LinkLogic, WordsThatAnswerSomethingElseDoNotEndARequest) {
    link.ask(command::ping);
    link.sent(tx_status::acked, at(0ms));
    for (const auto* stray : {"ACK", "NAK", "BAD", "3", "rubbish", "[]"})
        from_gateway(stray, 1ms);
    EXPECT_TRUE(link.busy());
    EXPECT_EQ(link.strays(), 6U);
    from_gateway("UP", 2ms);
    from_gateway("UP", 3ms);
    EXPECT_EQ(link.strays(), 7U);
}

TEST_F(LinkLogic, GetEndsWithSilence) {
    EXPECT_EQ(link.ask(command::get), R"(["get"])");
    link.sent(tx_status::acked, at(0ms));
    from_gateway(R"(["a", "1", false])", 150ms);
    from_gateway(R"(["a", "2", false])", 300ms);
    link.advance(at(499ms));
    EXPECT_TRUE(link.busy());
    link.advance(at(500ms));
    EXPECT_FALSE(link.busy());
    EXPECT_EQ(link.result(), outcome::ok);
    EXPECT_EQ(link.waiting(), 2U);
}

TEST_F(LinkLogic, GetWithNothingQueuedIsFine) {
    link.ask(command::get);
    link.sent(tx_status::acked, at(0ms));
    link.advance(at(200ms));
    EXPECT_EQ(link.result(), outcome::ok);
}

TEST_F(LinkLogic, AgetTellsOfTheBrokerAndWaitsForTheQueue) {
    link.ask(command::aget);
    link.sent(tx_status::acked, at(0ms));
    from_gateway("DOWN", 10ms);
    EXPECT_TRUE(link.busy());
    from_gateway(R"(["a", "1", false])", 30ms);
    link.advance(at(230ms));
    EXPECT_EQ(link.result(), outcome::broker_out);
    EXPECT_EQ(link.waiting(), 1U);

    link.ask(command::aget);
    link.sent(tx_status::acked, at(300ms));
    link.advance(at(500ms));
    EXPECT_EQ(link.result(), outcome::no_reply);
}

TEST_F(LinkLogic, LearnsTheChannel) {
    EXPECT_EQ(link.ask(command::ask_channel), R"(["chan"])");
    link.sent(tx_status::acked, at(0ms));
    from_gateway("11", 5ms);
    EXPECT_EQ(link.result(), outcome::ok);
    EXPECT_EQ(link.reported_channel(), channel::from_number(11));
    link.ask(command::ask_channel);
    EXPECT_EQ(link.reported_channel(), std::nullopt);
}

TEST_F(LinkLogic, ASubscriptionIsAnsweredByTheRadioAlone) {
    EXPECT_EQ(link.subscribe({"foo/#", 1}).value(), R"(["foo/#", 1])");
    link.sent(tx_status::acked, at(0ms));
    EXPECT_EQ(link.result(), outcome::ok);
    ASSERT_TRUE(link.subscribe({"foo/#", 1}));
    link.sent(tx_status::unconfirmed, at(0ms));
    EXPECT_EQ(link.result(), outcome::unconfirmed);
}

TEST_F(LinkLogic, NeverSendsWhatWouldHarmAMicroPythonGateway) {
    const publication harmful[] = {{"", "x", false, 0},
                                   {"a/+", "x", false, 0},
                                   {"a", "x", false, 2},
                                   {"a", "x", false, -1},
                                   {"a", "é", false, 0},
                                   {"é", "x", false, 0},
                                   {"a", "\xff", false, 0},
                                   {"a\nb", "x", false, 0},
                                   {std::string("a\0", 2), "x", false, 0},
                                   {"a", std::string(232, 'x'), false, 0}};
    for (const auto& p : harmful) {
        const auto refused = link.publish(p);
        ASSERT_FALSE(refused) << p.topic;
        EXPECT_EQ(refused.error().code, errc::argument);
        EXPECT_FALSE(refused.error().text.empty());
    }
    for (const auto& s : {subscription{"a/#/b", 0}, subscription{"a", 2}, subscription{"", 0}, subscription{"é", 0}})
        EXPECT_FALSE(link.subscribe(s)) << s.filter;
    EXPECT_FALSE(link.busy());
    EXPECT_TRUE(link.publish({"a", std::string(231, 'x'), false, 0}));
}

TEST(LinkLogicOptions, TextBeyondAsciiCanBeAllowed) {
    link_logic link({.gateway = gateway_station, .ascii_only = false});
    EXPECT_EQ(link.publish({"t", "21 °C", false, 0}).value(), "[\"t\", \"21 °C\", false, 0]");
}

TEST(LinkLogicOptions, AFullQueueDropsTheOldest) {
    link_logic link({.gateway = gateway_station, .queue_limit = 2});
    for (const auto* text : {R"(["t", "1", false])", R"(["t", "2", false])", R"(["t", "3", false])"}) {
        message m;
        m.source = gateway_station;
        m.payload.assign(text, text + std::string_view(text).size());
        link.receive(m, at(0ms));
    }
    EXPECT_EQ(link.dropped(), 1U);
    EXPECT_EQ(link.next()->payload, "2");
}

TEST(LinkLogicOptions, AGatewayIsNoGroup) {
    EXPECT_THROW(link_logic({.gateway = mac_address::broadcast()}), std::system_error);
    EXPECT_THROW(link_logic({.gateway = mac_address()}), std::system_error);
}

TEST_F(LinkLogic, OneRequestAtATime) {
    link.ask(command::ping);
    EXPECT_THROW(link.ask(command::ping), std::logic_error);
}

}  // namespace
}  // namespace nowire::node
