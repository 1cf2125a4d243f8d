#include "gateway/engine_dialogue.hpp"

#include <gmock/gmock.h>

#include <string>

namespace nowire::gateway::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST(Engine, AnswersEachRequestAsTheMicroPythonGatewayDoes) {
    engine_dialogue d(mute());
    d.says(1, R"(["ping"])");
    d.says(1, R"(["chan"])");
    d.says(1, R"(["shed", "Count 0", false, 1])");
    d.says(1, R"(["foo_topic", 1])");
    d.says(1, R"(["get"])");
    d.settle();
    EXPECT_THAT(d.heard_by(1), ElementsAre("DOWN", "6", "ACK"));
    d.broker(true);
    d.says(1, R"(["ping"])");
    d.settle();
    EXPECT_THAT(d.heard_by(1), ElementsAre("UP"));
    EXPECT_THAT(d.at_broker(), ElementsAre("SUB allnodes 1", "SUB foo_topic 1", "shed Count 0"));
}

TEST(Engine, SaysTheChannelItIsOn) {
    engine_dialogue d(mute());
    d.engine.set_channel(*channel::from_number(13));
    d.says(1, R"(["chan"])");
    d.settle();
    EXPECT_THAT(d.heard_by(1), ElementsAre("13"));
}

TEST(Engine, ASessionOfTheSyncDemo) {
    engine_dialogue d(mute());
    d.broker(true);
    for (const auto* said : {R"(["foo_topic", 1])", R"(["chan"])", R"(["ping"])", R"(["shed", "Count 0", false, 1])"})
        d.says(1, said);
    d.mqtt("foo_topic", "hello");
    d.mqtt("allnodes", "he said \"hi\" é");
    d.settle();
    EXPECT_THAT(d.heard_by(1), ElementsAre("6", "UP", "ACK"));
    d.says(1, R"(["get"])");
    d.settle();
    EXPECT_THAT(d.heard_by(1),
                ElementsAre(R"(["foo_topic", "hello", false])", "[\"allnodes\", \"he said \\\"hi\\\" é\", false]"));
    d.says(1, R"(["get"])");
    d.settle();
    EXPECT_THAT(d.heard_by(1), IsEmpty());
}

TEST(Engine, AgetIsAnsweredBeforeTheQueueInOrder) {
    engine_dialogue d(mute());
    d.broker(true);
    d.says(1, R"(["ping"])");
    for (int i = 0; i < 3; ++i)
        d.mqtt("allnodes", std::to_string(i));
    d.says(1, R"(["aget"])");
    d.settle();
    EXPECT_THAT(d.heard_by(1), ElementsAre("UP", "UP", delivery_of("allnodes", 0), delivery_of("allnodes", 1),
                                           delivery_of("allnodes", 2)));
    d.broker(false);
    d.says(1, R"(["aget"])");
    d.settle();
    EXPECT_THAT(d.heard_by(1), ElementsAre("DOWN"));
}

TEST(Engine, AReplyGoesAheadOfWhatIsQueued) {
    engine_dialogue d(mute());
    d.broker(true);
    d.says(1, R"(["ping"])");
    for (int i = 0; i < 4; ++i)
        d.mqtt("allnodes", std::to_string(i));
    d.settle();
    d.heard_by(1);
    d.says(1, R"(["get"])");
    d.run_for(4ms);  // the first is acknowledged, the others wait
    d.says(1, R"(["shed", "echo", false, 0])");
    d.settle();
    EXPECT_THAT(d.heard_by(1), ElementsAre(delivery_of("allnodes", 0), "ACK", delivery_of("allnodes", 1),
                                           delivery_of("allnodes", 2), delivery_of("allnodes", 3)));
}

TEST(Engine, SendsNothingToASyncNodeThatItDidNotAskFor) {
    engine_dialogue d(with(mute(), [](auto& o) { o.low_power = false; }));
    d.broker(true);
    d.says(1, R"(["ping"])");
    d.says(1, R"(["get"])");
    d.settle();
    d.heard_by(1);
    d.mqtt("allnodes", "0");
    d.settle();
    EXPECT_THAT(d.heard_by(1), IsEmpty());
    d.says(1, R"(["shed", "x", false, 0])");
    d.settle();
    EXPECT_THAT(d.heard_by(1), ElementsAre("ACK"));
}

TEST(Engine, WithoutLowPowerModeItPushesToNodesThatAlwaysListen) {
    engine_dialogue d(with(mute(), [](auto& o) { o.low_power = false; }));
    d.broker(true);
    d.says(1, R"(["aget"])");
    d.settle();
    d.heard_by(1);
    d.mqtt("allnodes", "0");
    d.settle();
    EXPECT_THAT(d.heard_by(1), ElementsAre(delivery_of("allnodes", 0)));
    // One that fetches with get is a sync node again.
    d.says(1, R"(["get"])");
    d.settle();
    d.mqtt("allnodes", "1");
    d.settle();
    EXPECT_THAT(d.heard_by(1), IsEmpty());
}

TEST(Engine, InLowPowerModeItPushesToNobody) {
    engine_dialogue d(mute());
    d.broker(true);
    d.says(1, R"(["aget"])");
    d.settle();
    d.heard_by(1);
    d.mqtt("allnodes", "0");
    d.settle();
    EXPECT_THAT(d.heard_by(1), IsEmpty());
}

TEST(Engine, RepliesLeaveFromTheInterfaceThatTheNodeWroteTo) {
    engine_dialogue d(mute());
    d.says(engine_dialogue::node(1), R"(["ping"])", interface::soft_ap);
    d.says(engine_dialogue::node(2), R"(["ping"])", interface::station);
    d.says(engine_dialogue::node(1), R"(["ping"])", std::nullopt);
    d.settle();
    ASSERT_THAT(d.sent, SizeIs(3));
    EXPECT_EQ(d.sent[0].via, interface::soft_ap);
    EXPECT_EQ(d.sent[1].via, interface::station);
    EXPECT_EQ(d.sent[2].via, interface::soft_ap) << "a broadcast does not change it";
}

// Publications.

TEST(Engine, InStrictModeAnOutageGivesSixAckFourNakThenBad) {
    engine_dialogue d(with(mute(), [](auto& o) { o.be_strict(); }));
    texts expected;
    for (int i = 0; i < 12; ++i) {
        d.says(1, R"(["shed", ")" + std::to_string(i) + R"(", false, 1])");
        expected.emplace_back(i < 6 ? "ACK" : i < 10 ? "NAK" : "BAD");
    }
    d.settle();
    EXPECT_EQ(d.heard_by(1), expected);
    d.broker(true);
    d.settle();
    texts published;
    for (int i = 0; i < 10; ++i)
        published.push_back("shed " + std::to_string(i));
    auto log = d.at_broker();
    std::erase_if(log, [](const auto& l) { return l.starts_with("SUB"); });
    EXPECT_EQ(log, published);
    EXPECT_EQ(d.engine.statistics().refused, 2U);
    EXPECT_EQ(d.engine.unpublished(), 0U);
}

TEST(Engine, KeepsPublicationsThroughAnOutageAndPublishesThemInOrder) {
    engine_dialogue d(mute());
    for (int i = 0; i < 500; ++i) {
        d.says(i % 7, R"(["t", ")" + std::to_string(i) + R"(", false, 1])");
        d.run_for(10ms);
        if (i == 100) d.broker(true);
        if (i == 200) d.broker(false);
    }
    d.broker(true);
    d.settle();
    texts expected;
    for (int i = 0; i < 500; ++i)
        expected.push_back("t " + std::to_string(i));
    auto log = d.at_broker();
    std::erase_if(log, [](const auto& l) { return l.starts_with("SUB"); });
    EXPECT_EQ(log, expected);
    EXPECT_THAT(d.heard_by(0), testing::Each("ACK"));
}

TEST(Engine, WhatTheBrokerDidNotAcknowledgeIsPublishedAgainFirst) {
    engine_dialogue d(mute());
    d.broker_silent = true;
    d.broker(true);
    for (int i = 0; i < 3; ++i)
        d.says(1, R"(["t", ")" + std::to_string(i) + R"(", true, 1])");
    d.at_broker();
    d.broker(false);
    d.says(1, R"(["t", "3", false, 0])");
    d.broker_silent = false;
    d.broker(true);
    d.settle();
    auto log = d.at_broker();
    std::erase_if(log, [](const auto& l) { return l.starts_with("SUB"); });
    EXPECT_THAT(log, ElementsAre("t 0", "t 1", "t 2", "t 3"));
}

TEST(Engine, APublicationKeepsItsRetainFlagAndQos) {
    class engine e(mute());
    const auto publish_of = [&e](std::string_view text) {
        static std::uint16_t number = 0;
        message m;
        m.source = engine_dialogue::node(1);
        m.payload.assign(text.begin(), text.end());
        m.sequence_number = ++number;
        e.node_message(m, interface::station, {});
        while (const auto event = e.next_event())
            if (const auto* p = std::get_if<publish>(&*event)) return *p;
        return publish();
    };
    e.broker_up({});
    const auto first = publish_of(R"(["a", "1", true, 0])");
    EXPECT_TRUE(first.retain);
    EXPECT_EQ(first.qos, 0);
    const auto second = publish_of(R"(["a", "1", false, 1])");
    EXPECT_FALSE(second.retain);
    EXPECT_EQ(second.qos, 1);
}

TEST(Engine, SendsALateAckAfterANakOnlyToANodeThatUsesAget) {
    engine_dialogue d(with(mute(), [](auto& o) { o.be_strict(); }));
    for (const int n : {1, 2})
        d.says(n, n == 1 ? R"(["aget"])" : R"(["get"])");
    for (int i = 0; i < 6; ++i)
        d.says(3, R"(["fill", "x", false, 1])");
    d.says(1, R"(["t", "1", false, 1])");
    d.says(2, R"(["t", "2", false, 1])");
    d.settle();
    EXPECT_THAT(d.heard_by(1), ElementsAre("DOWN", "NAK"));
    EXPECT_THAT(d.heard_by(2), ElementsAre("NAK"));
    d.heard_by(3);
    d.broker_silent = true;
    d.broker(true);
    d.settle();
    EXPECT_THAT(d.heard_by(1), IsEmpty()) << "it is not at the broker yet";
    d.broker(false);
    d.broker_silent = false;
    d.broker(true);
    d.settle();
    EXPECT_THAT(d.heard_by(1), ElementsAre("ACK"));
    EXPECT_THAT(d.heard_by(2), IsEmpty());
    EXPECT_THAT(d.heard_by(3), IsEmpty()) << "these were answered ACK at once";
}

TEST(Engine, ALateAckThatIsNotHeardComesAgainWithTheNextAgetBehindUp) {
    engine_dialogue d(with(mute(), [](auto& o) { o.be_strict(); }));
    d.says(1, R"(["aget"])");
    for (int i = 0; i < 7; ++i)
        d.says(1, R"(["t", "x", false, 1])");
    d.settle();
    d.heard_by(1);
    d.absent.insert(engine_dialogue::node(1));
    d.broker(true);
    d.mqtt("allnodes", "0");
    d.settle();
    d.absent.clear();
    d.says(1, R"(["aget"])");
    d.settle();
    EXPECT_THAT(d.heard_by(1), ElementsAre("UP", "ACK", delivery_of("allnodes", 0)));
}

TEST(Engine, ABadPublicationIsAnsweredBadAndReported) {
    engine_dialogue d(quiet());
    d.broker(true);
    d.settle();
    d.at_broker();
    for (const auto* said :
         {R"(["shed", 12, false, 0])", R"(["shed", "x", false, 5])", R"(["a/#", "x", false, 0])",
          R"(["", "x", false, 0])", "[\"a\\u0000\", \"x\", false, 0]", "[\"\xff\", \"x\", false, 0]"})
        d.says(1, said);
    d.settle();
    EXPECT_THAT(d.heard_by(1), ElementsAre("BAD", "BAD", "BAD", "BAD", "BAD", "BAD"));
    EXPECT_THAT(
        d.at_broker(),
        ElementsAre(
            "SUB allnodes 1",
            "gw_errors 20/11/2026 21:41:11 Malformed message ['shed', 12, False, 0] from node 240ac4000001",
            "gw_errors 20/11/2026 21:41:11 Malformed message ['shed', 'x', False, 5] from node 240ac4000001",
            "gw_errors 20/11/2026 21:41:11 Cannot publish to \"a/#\" from node 240ac4000001: it has a wildcard",
            "gw_errors 20/11/2026 21:41:11 Cannot publish to \"\" from node 240ac4000001: it is empty",
            "gw_errors 20/11/2026 21:41:11 Cannot publish to \"a\\x00\" from node 240ac4000001: it has a control "
            "character",
            "gw_errors 20/11/2026 21:41:11 Cannot publish to \"\\xff\" from node 240ac4000001: it is not UTF-8"));
}

TEST(Engine, PayloadsThatAreNotUtf8GoUpAsTheyAre) {
    engine_dialogue d(mute());
    d.broker(true);
    d.settle();
    d.at_broker();
    d.says(1, "[\"t\", \"\xff\xc0 é \\u20ac\\u0000\", false, 0]");
    d.settle();
    EXPECT_THAT(d.at_broker(), Contains("t \xff\xc0 é €\0"s));
}

TEST(Engine, GivesUpAPublicationThatEndsEveryConnection) {
    engine_dialogue d(with(quiet(), [](auto& o) { o.publish_attempts = 3; }));
    d.broker_silent = true;
    d.says(1, R"(["poison", "x", false, 1])");
    d.says(1, R"(["good", "y", false, 1])");
    for (int i = 0; i < 3; ++i) {
        d.broker(true);
        EXPECT_THAT(d.at_broker(), Contains("poison x"));
        d.broker(false);
    }
    d.broker_silent = false;
    d.broker(true);
    d.settle();
    const auto log = d.at_broker();
    EXPECT_THAT(log, Contains("good y"));
    EXPECT_THAT(log, Not(Contains("poison x")));
    EXPECT_THAT(log, Contains(testing::HasSubstr("Gave up publishing to poison from node 240ac4000001")));
    EXPECT_EQ(d.engine.statistics().lost, 1U);
}

}  // namespace
}  // namespace nowire::gateway::test
