#include "gateway/engine_dialogue.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <stdexcept>
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

using texts = std::vector<std::string>;

engine_options quiet() {
    engine_options o;
    o.gateway_id = "240ac4aaaa01";
    o.broker_name = "127.0.0.1";
    return o;
}

engine_options mute() {
    auto o = quiet();
    o.errors.reset();
    o.status.reset();
    return o;
}

template <class Change>
engine_options with(engine_options o, Change change) {
    change(o);
    return o;
}

std::string delivery_of(const std::string& topic, int number) {
    return "[\"" + topic + "\", \"" + std::to_string(number) + "\", false]";
}

// Requests and replies.

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
        expected.push_back(i < 6 ? "ACK" : i < 10 ? "NAK" : "BAD");
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

// Queues for nodes.

TEST(Engine, ASleepersFullQueueDropsTheOldestAndSaysSoOnce) {
    engine_dialogue d(with(quiet(), [](auto& o) { o.node_queue = 9; }));
    d.broker(true);
    d.says(1, R"(["ping"])");
    d.settle();
    d.heard_by(1);
    d.at_broker();
    for (int i = 0; i < 12; ++i)
        d.mqtt("allnodes", std::to_string(i));
    d.settle();
    EXPECT_THAT(d.at_broker(), ElementsAre("gw_status 20/11/2026 21:41:11 Gateway:  node 240ac4000001 queue full"));
    d.says(1, R"(["get"])");
    d.settle();
    texts expected;
    for (int i = 3; i < 12; ++i)
        expected.push_back(delivery_of("allnodes", i));
    EXPECT_EQ(d.heard_by(1), expected);
    EXPECT_EQ(d.engine.statistics().overflowed, 3U);
    EXPECT_EQ(d.engine.statistics().delivered, 9U);
}

TEST(Engine, AMessageIsKeptUntilTheNodesRadioAcknowledgedIt) {
    engine_dialogue d(quiet());
    d.broker(true);
    d.says(1, R"(["ping"])");
    for (int i = 0; i < 3; ++i)
        d.mqtt("allnodes", std::to_string(i));
    d.settle();
    d.at_broker();
    d.absent.insert(engine_dialogue::node(1));
    d.says(1, R"(["get"])");
    d.settle();
    EXPECT_THAT(d.at_broker(), ElementsAre("gw_errors 20/11/2026 21:41:11 Peer 240ac4000001 not responding"));
    d.absent.clear();
    d.heard_by(1);
    d.says(1, R"(["get"])");
    d.settle();
    EXPECT_THAT(d.heard_by(1),
                ElementsAre(delivery_of("allnodes", 0), delivery_of("allnodes", 1), delivery_of("allnodes", 2)));
}

TEST(Engine, AMessageOnTheAirIsNotTheOneThatAFullQueueDrops) {
    engine_dialogue d(with(mute(), [](auto& o) { o.node_queue = 2; }));
    d.says(1, R"(["ping"])");
    for (int i = 0; i < 2; ++i)
        d.mqtt("allnodes", std::to_string(i));
    d.settle();
    d.heard_by(1);
    d.absent.insert(engine_dialogue::node(1));
    d.says(1, R"(["get"])");
    d.run_for(10ms);
    for (int i = 2; i < 4; ++i)
        d.mqtt("allnodes", std::to_string(i));
    d.settle();
    d.absent.clear();
    d.says(1, R"(["get"])");
    d.settle();
    EXPECT_THAT(d.heard_by(1),
                ElementsAre(delivery_of("allnodes", 0), delivery_of("allnodes", 2), delivery_of("allnodes", 3)));
}

TEST(Engine, WhatTheRadioCannotConfirmStaysUnlessItNeverCan) {
    for (const bool never : {false, true}) {
        engine_dialogue d(with(mute(), [never](auto& o) { o.unconfirmed_is_delivered = never; }));
        d.present_status = tx_status::unconfirmed;
        d.says(1, R"(["ping"])");
        d.mqtt("allnodes", "0");
        d.says(1, R"(["get"])");
        d.settle();
        ASSERT_THAT(d.engine.nodes(), SizeIs(1));
        EXPECT_EQ(d.engine.nodes()[0].queued, never ? 0U : 1U);
    }
}

TEST(Engine, ABurstIsPacedForANodeWhoseBufferHoldsTwoFrames) {
    engine_dialogue d(mute());
    d.says(1, R"(["ping"])");
    for (int i = 0; i < 5; ++i)
        d.mqtt("allnodes", std::to_string(i));
    d.settle();
    d.sent.clear();
    d.says(1, R"(["get"])");
    d.settle();
    ASSERT_THAT(d.sent, SizeIs(5));
    for (std::size_t i = 1; i < 5; ++i)
        EXPECT_GE(d.sent[i].when - d.sent[i - 1].when, 8ms + 3ms);
}

TEST(Engine, AnAbsentNodeDelaysNobodyElse) {
    engine_dialogue d(mute());
    for (int n = 1; n <= 10; ++n)
        d.says(n, R"(["ping"])");
    d.settle();
    for (int i = 0; i < 20; ++i)
        d.mqtt("allnodes", std::to_string(i));
    for (int n = 1; n <= 5; ++n)
        d.absent.insert(engine_dialogue::node(n));
    d.sent.clear();
    for (int n = 1; n <= 10; ++n)
        d.says(n, R"(["get"])");
    d.run_for(1ms);
    // The first of the absent ones is on the air already, the others are not.
    const auto asked = d.now;
    d.says(11, R"(["ping"])");
    d.run_for(199ms);
    const auto reply = std::ranges::find(d.sent, engine_dialogue::node(11), &heard::node);
    ASSERT_NE(reply, d.sent.end());
    EXPECT_LE(reply->when - asked.time_since_epoch(), 100ms);
    d.settle();
    for (int n = 6; n <= 10; ++n)
        EXPECT_THAT(d.heard_by(n), SizeIs(21)) << "DOWN and 20 messages";
}

TEST(Engine, AHundredNodesEachGetTheirReplyInTime) {
    engine_dialogue d(mute());
    d.broker(true);
    d.settle();
    for (int round = 0; round < 5; ++round) {
        std::vector<duration> asked;
        d.sent.clear();
        for (int n = 0; n < 100; ++n) {
            asked.push_back(d.now.time_since_epoch());
            d.says(n, R"(["t", ")" + std::to_string(n) + R"(", false, 1])");
            d.run_for(3ms);
        }
        d.settle();
        ASSERT_THAT(d.sent, SizeIs(100));
        for (std::size_t n = 0; n < 100; ++n) {
            EXPECT_EQ(d.sent[n].node, engine_dialogue::node(static_cast<int>(n)));
            EXPECT_EQ(d.sent[n].text, "ACK");
            EXPECT_LE(d.sent[n].when - asked[n], 20ms);
        }
    }
    EXPECT_THAT(d.engine.nodes(), SizeIs(100));
    d.mqtt("allnodes", "0");
    for (int n = 0; n < 100; ++n)
        d.says(n, R"(["get"])");
    d.settle();
    for (int n = 0; n < 100; ++n)
        EXPECT_THAT(d.heard_by(n), Contains(delivery_of("allnodes", 0))) << n;
}

TEST(Engine, AReplyTooLateToBeOneIsNotSentToASyncNode) {
    engine_dialogue d(with(mute(), [](auto& o) { o.reply_window = 1; }));
    for (int n = 1; n <= 5; ++n)
        d.absent.insert(engine_dialogue::node(n));
    for (int n = 1; n <= 5; ++n)
        d.says(n, R"(["ping"])");
    d.says(6, R"(["ping"])");
    d.says(7, R"(["aget"])");
    d.settle();
    EXPECT_THAT(d.heard_by(6), IsEmpty());
    EXPECT_THAT(d.heard_by(7), ElementsAre("DOWN")) << "it always listens";
    EXPECT_EQ(d.engine.statistics().stale_replies, 3U) << "nodes 4, 5 and 6";
}

TEST(Engine, RefusesWhatANodeCannotTakeInsteadOfBlockingItsQueue) {
    engine_dialogue d(quiet());
    d.broker(true);
    d.says(1, R"(["ping"])");
    d.settle();
    d.heard_by(1);
    d.at_broker();
    const std::string fits(250 - 15 - 8, 'x');
    d.mqtt("allnodes", fits);
    d.mqtt("allnodes", fits + "x");
    d.mqtt("allnodes", std::string(100'000, 'x'));
    d.mqtt("allnodes", "\xff\xfe");
    d.mqtt("allnodes", "last");
    d.says(1, R"(["get"])");
    d.settle();
    EXPECT_THAT(d.heard_by(1),
                ElementsAre("[\"allnodes\", \"" + fits + "\", false]", R"(["allnodes", "last", false])"));
    EXPECT_THAT(
        d.at_broker(),
        ElementsAre("gw_errors 20/11/2026 21:41:11 Message on topic allnodes is too long (251 bytes) for node "
                    "240ac4000001",
                    "gw_errors 20/11/2026 21:41:11 Message on topic allnodes is too long (100000 bytes) for node "
                    "240ac4000001",
                    "gw_errors 20/11/2026 21:41:11 Message on topic allnodes is no UTF-8 text: not sent to nodes"));
}

TEST(Engine, Version2NodesGetLongMessages) {
    engine_dialogue d(with(mute(), [](auto& o) { o.v2_nodes.insert(engine_dialogue::node(1)); }));
    d.says(1, R"(["ping"])");
    auto v2 = d.message_of(engine_dialogue::node(2), R"(["ping"])");
    v2.version = 2;
    d.hears(v2);
    d.says(3, "[\"t\", \"" + std::string(240, 'x') + "\", false, 0]");
    d.says(4, R"(["ping"])");
    d.settle();
    d.mqtt("allnodes", std::string(1400, 'x'));
    d.mqtt("allnodes", std::string(1470, 'x'));
    for (int n = 1; n <= 4; ++n) {
        d.heard_by(n);
        d.says(n, R"(["get"])");
    }
    d.settle();
    for (int n = 1; n <= 3; ++n)
        EXPECT_THAT(d.heard_by(n), SizeIs(1)) << n;
    EXPECT_THAT(d.heard_by(4), IsEmpty());
}

TEST(Engine, ARepeatedFrameCountsOnce) {
    engine_dialogue d(mute());
    const auto m = d.message_of(engine_dialogue::node(1), R"(["t", "1", false, 1])");
    for (int i = 0; i < 4; ++i)
        d.hears(m);
    auto other = m;
    other.random[0] = 1;
    d.hears(other);
    other.sequence_number = 77;
    d.hears(other);
    other.source = engine_dialogue::node(2);
    d.hears(other);
    // Other bytes are another message, whatever its numbers.
    auto same_numbers = d.message_of(engine_dialogue::node(1), R"(["t", "2", false, 1])");
    same_numbers.sequence_number = m.sequence_number;
    d.hears(same_numbers);
    // A sender that never changes its numbers is not shut out for ever.
    auto later = m;
    later.time += 300ms;
    d.hears(later);
    d.settle();
    EXPECT_EQ(d.engine.statistics().publications, 6U);
    EXPECT_EQ(d.engine.statistics().duplicates, 3U);
    EXPECT_THAT(d.heard_by(1), SizeIs(5));
}

TEST(Engine, ForgetsTheLongestSilentNodeWhenItKnowsTooMany) {
    engine_dialogue d(with(mute(), [](auto& o) { o.node_limit = 3; }));
    d.broker(true);
    for (int n = 1; n <= 3; ++n) {
        d.says(n, R"(["own)" + std::to_string(n) + R"(", 0])");
        d.run_for(10ms);
    }
    d.says(1, R"(["ping"])");
    d.run_for(10ms);
    d.at_broker();
    d.says(4, R"(["ping"])");
    d.run_for(10ms);
    EXPECT_THAT(d.at_broker(), ElementsAre("UNSUB own2", "SUB allnodes 1"));
    EXPECT_THAT(d.engine.nodes(), SizeIs(3));
}

// Reports.

TEST(Engine, ReportsJunkAsTheMicroPythonGatewayDoesAndAnswersNothing) {
    engine_dialogue d(with(quiet(), [](auto& o) { o.debug = true; }));
    d.broker(true);
    d.settle();
    d.at_broker();
    for (const auto* said : {"not json", R"(["bogus"])", R"(["a","b",false])", "[]", R"("abc")", "5", R"({"a":1})",
                             R"([["x"], 1])", R"(["w/x", 2])", R"(["a/#/b", 1])"})
        d.says(49, said);
    d.settle();
    EXPECT_THAT(d.heard_by(49), IsEmpty());
    const texts expected = {
        "gw_status 20/11/2026 21:41:11 Unformatted message bytearray(b'not json') from node 240ac4000031",
        "SUB allnodes 1",
        "gw_errors 20/11/2026 21:41:11 Warning: unknown command bogus from node 240ac4000031",
        "gw_errors 20/11/2026 21:41:11 Malformed message ['a', 'b', False] from node 240ac4000031",
        "gw_errors 20/11/2026 21:41:11 Malformed message [] from node 240ac4000031",
        "gw_errors 20/11/2026 21:41:11 Malformed message abc from node 240ac4000031",
        "gw_errors 20/11/2026 21:41:11 Malformed message 5 from node 240ac4000031",
        "gw_errors 20/11/2026 21:41:11 Malformed message {'a': 1} from node 240ac4000031",
        "gw_errors 20/11/2026 21:41:11 Malformed message [['x'], 1] from node 240ac4000031",
    };
    auto log = d.at_broker();
    ASSERT_GE(log.size(), expected.size());
    log.resize(expected.size());
    EXPECT_EQ(log, expected);
}

TEST(Engine, UnformattedMessagesRegisterNoNodeAndAreReportedOnlyInDebug) {
    engine_dialogue d(quiet());
    d.broker(true);
    d.settle();
    d.at_broker();
    d.says(1, "not json");
    d.says(1, "\xff\xff");
    d.settle();
    EXPECT_THAT(d.at_broker(), IsEmpty());
    EXPECT_THAT(d.engine.nodes(), IsEmpty());
}

TEST(Engine, ReportsTheBrokersComingAndGoing) {
    engine_dialogue d(with(quiet(), [](auto& o) { o.utc_offset = [](wall_time) { return 3600s; }; }));
    d.broker(true);
    EXPECT_THAT(d.at_broker(),
                ElementsAre("gw_status 20/11/2026 22:41:06 Gateway 240ac4aaaa01 connected to broker 127.0.0.1."));
    d.settle();
    d.broker(false);
    d.settle();
    EXPECT_THAT(d.at_broker(), IsEmpty());
    d.broker(true);
    EXPECT_THAT(d.at_broker(),
                ElementsAre("gw_status 20/11/2026 22:41:11 WiFi or broker is down.",
                            "gw_status 20/11/2026 22:41:16 Gateway 240ac4aaaa01 connected to broker 127.0.0.1."));
}

TEST(Engine, WritesDaysWithoutAndTimesWithLeadingZeros) {
    engine_dialogue d(quiet());
    d.wall = wall_time(1785547984s);  // 2026-08-01 01:33:04 UTC
    d.broker(true);
    EXPECT_THAT(d.at_broker(),
                ElementsAre("gw_status 1/8/2026 01:33:04 Gateway 240ac4aaaa01 connected to broker 127.0.0.1."));
}

TEST(Engine, WritesReportsAsJsonOnDemand) {
    engine_dialogue d(with(quiet(), [](auto& o) { o.format = status_format::json; }));
    d.broker(true);
    d.settle();
    d.at_broker();
    d.says(1, R"(["bo\"gus"])");
    EXPECT_THAT(d.at_broker(), Contains(R"(gw_errors {"time": "2026-11-20T21:41:11Z", "kind": "error", "text": )"
                                        R"("Warning: unknown command bo\"gus from node 240ac4000001"})"));
}

TEST(Engine, KeepsAFewReportsThroughAnOutage) {
    engine_dialogue d(with(quiet(), [](auto& o) { o.report_queue = 10; }));
    for (int i = 0; i < 1000; ++i)
        d.says(1, "[\"bogus" + std::to_string(i) + "\"]");
    EXPECT_LE(d.engine.unpublished(), 18U);
    EXPECT_EQ(d.engine.statistics().lost_reports + d.engine.unpublished(), 1000U);
    d.broker(true);
    EXPECT_THAT(d.at_broker(), Contains(testing::HasSubstr("bogus999")).Times(0));
    d.settle();
    EXPECT_THAT(d.at_broker(), Contains(testing::HasSubstr("bogus999")));
}

TEST(Engine, ReportsToItsOwnReadersDoNotBreedReports) {
    engine_dialogue d(with(quiet(), [](auto& o) {
        o.node_queue = 1;
        o.debug = true;
    }));
    d.broker(true);
    d.settle();
    d.at_broker();
    d.mqtt("gw_status", "nobody has it");
    d.settle();
    EXPECT_THAT(d.at_broker(), IsEmpty());
    d.says(1, R"(["gw_status", 0])");
    d.says(1, R"(["gw_errors", 0])");
    d.settle();
    d.at_broker();
    for (int i = 0; i < 3; ++i) {
        d.mqtt("gw_status", std::string(300, 'x'));
        d.mqtt("gw_errors", "\xff");
        d.mqtt("gw_status", "short");
    }
    d.settle();
    EXPECT_THAT(d.at_broker(), IsEmpty());
}

TEST(Engine, MutedReportsGoNowhere) {
    engine_dialogue d(mute());
    d.broker(true);
    d.says(1, R"(["bogus"])");
    d.mqtt("nobody", "x");
    d.settle();
    EXPECT_THAT(d.at_broker(), ElementsAre("SUB allnodes 1"));
}

TEST(Engine, RefusesOptionsThatCanNeverBeRight) {
    const auto fails = [](auto change) {
        EXPECT_THROW({ class engine e(with(quiet(), change)); }, std::invalid_argument);
    };
    fails([](auto& o) { o.errors->topic = "a/#"; });
    fails([](auto& o) { o.status->topic = ""; });
    fails([](auto& o) { o.all_nodes_topic = "+"; });
    fails([](auto& o) { o.publish_window = 0; });
    fails([](auto& o) { o.data_window = 0; });
    fails([](auto& o) { o.node_queue = 0; });
}

}  // namespace
}  // namespace nowire::gateway::test
