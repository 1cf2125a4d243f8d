#include "gateway/engine_dialogue.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <deque>
#include <string>

namespace nowire::gateway::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

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

TEST(Engine, TheRadioIsGivenMoreRepliesAtATimeUntilOneIsNotAcknowledged) {
    engine_dialogue d(mute());
    std::deque<send_id> with_radio;
    const auto take = [&] {
        std::size_t given = 0;
        while (const auto event = d.engine.next_event()) {
            const auto* s = std::get_if<send_to_node>(&*event);
            if (!s) continue;
            with_radio.push_back(s->id);
            ++given;
        }
        return given;
    };
    const auto ask = [&] {
        for (int n = 1; n <= 20; ++n)
            d.engine.node_message(d.message_of(engine_dialogue::node(n), R"(["ping"])"), interface::station,
                                  d.instant_now());
        return take();
    };
    const auto end = [&](tx_status status) {
        d.engine.send_done(with_radio.front(), status, d.instant_now());
        with_radio.pop_front();
        return take();
    };
    EXPECT_EQ(ask(), 2U);
    EXPECT_EQ(end(tx_status::acked), 2U) << "one in its place, and one more";
    while (!with_radio.empty())
        end(tx_status::acked);
    EXPECT_EQ(ask(), engine_options().reply_window_limit);
    EXPECT_EQ(end(tx_status::acked), 1U);
    EXPECT_EQ(end(tx_status::not_acked), 0U);
    EXPECT_EQ(end(tx_status::not_acked), 0U);
    while (with_radio.size() > 2)
        EXPECT_EQ(end(tx_status::not_acked), 0U);
    EXPECT_EQ(end(tx_status::not_acked), 1U);
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

}  // namespace
}  // namespace nowire::gateway::test
