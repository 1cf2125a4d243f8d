#include "gateway/engine_dialogue.hpp"

#include <gmock/gmock.h>

#include <string>

namespace nowire::gateway::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// Subscriptions as nodes and broker see them; nothing is said about errors but where a test asks.
class Subscriptions : public testing::Test {
  protected:
    static engine_options options() {
        engine_options o;
        o.all_nodes_topic = "";
        o.status.reset();
        return o;
    }

    void fetch(int n) {
        d.says(n, R"(["get"])");
        d.settle();
    }

    void subscribe(int n, const std::string& filter, int qos = 0) {
        d.says(n, "[\"" + filter + "\", " + std::to_string(qos) + "]");
    }

    engine_dialogue d{options()};
};

TEST_F(Subscriptions, AreMadeAtTheBrokerOnceAndRenewedWhenItIsBack) {
    subscribe(1, "a", 1);
    EXPECT_THAT(d.at_broker(), IsEmpty());
    d.broker(true);
    subscribe(1, "a", 1);
    subscribe(1, "b");
    d.settle();
    EXPECT_THAT(d.at_broker(), ElementsAre("SUB a 1", "SUB b 0"));
    subscribe(1, "a", 1);
    d.settle();
    EXPECT_THAT(d.at_broker(), IsEmpty());
    d.broker(false);
    d.broker(true);
    EXPECT_THAT(d.at_broker(), ElementsAre("SUB a 1", "SUB b 0"));
}

TEST_F(Subscriptions, MadeDuringAnOutageDelayNobody) {
    subscribe(1, "a");
    d.says(1, R"(["ping"])");
    d.says(2, R"(["chan"])");
    d.run_for(10ms);
    EXPECT_THAT(d.heard_by(1), ElementsAre("DOWN"));
    EXPECT_THAT(d.heard_by(2), ElementsAre("6"));
}

TEST_F(Subscriptions, GoToTheNodesThatHaveThemAlone) {
    d.broker(true);
    subscribe(1, "a");
    subscribe(2, "a");
    subscribe(2, "b");
    d.mqtt("a", "1");
    d.mqtt("b", "2");
    for (const int n : {1, 2, 3})
        fetch(n);
    EXPECT_THAT(d.heard_by(1), ElementsAre(R"(["a", "1", false])"));
    EXPECT_THAT(d.heard_by(2), ElementsAre(R"(["a", "1", false])", R"(["b", "2", false])"));
    EXPECT_THAT(d.heard_by(3), IsEmpty());
}

TEST_F(Subscriptions, WithWildcardsWork) {
    d.broker(true);
    subscribe(1, "w/#");
    subscribe(2, "+/x");
    subscribe(3, "w/1");
    for (const auto* topic : {"w", "w/1", "w/x", "v/x", "v/1"})
        d.mqtt(topic, "!");
    d.settle();
    for (const int n : {1, 2, 3})
        fetch(n);
    EXPECT_THAT(d.heard_by(1), ElementsAre(R"(["w", "!", false])", R"(["w/1", "!", false])", R"(["w/x", "!", false])"));
    EXPECT_THAT(d.heard_by(2), ElementsAre(R"(["w/x", "!", false])", R"(["v/x", "!", false])"));
    EXPECT_THAT(d.heard_by(3), ElementsAre(R"(["w/1", "!", false])"));
    EXPECT_THAT(d.at_broker(), Contains(testing::EndsWith("No nodes subscribed to topic v/1")));
}

TEST_F(Subscriptions, ANodeWithSeveralMatchingFiltersGetsAMessageOnce) {
    d.broker(true);
    for (const auto* filter : {"#", "a/#", "a/+", "a/b"})
        subscribe(1, filter);
    d.mqtt("a/b", "1");
    fetch(1);
    EXPECT_THAT(d.heard_by(1), ElementsAre(R"(["a/b", "1", false])"));
}

TEST_F(Subscriptions, OfWhichOneCoversTheOtherOnlyTheWiderIsMadeAtTheBroker) {
    d.broker(true);
    subscribe(1, "a/b", 1);
    subscribe(2, "c");
    d.settle();
    EXPECT_THAT(d.at_broker(), ElementsAre("SUB a/b 1", "SUB c 0"));
    subscribe(2, "a/#");
    d.settle();
    EXPECT_THAT(d.at_broker(), ElementsAre("SUB a/# 0", "UNSUB a/b"));
    subscribe(3, "a/x", 1);
    d.settle();
    EXPECT_THAT(d.at_broker(), ElementsAre("SUB a/# 1")) << "for its QoS and retained messages";
    d.broker(false);
    d.broker(true);
    EXPECT_THAT(d.at_broker(), UnorderedElementsAre("SUB a/# 1", "SUB c 0"));
}

TEST_F(Subscriptions, ThatAWiderOneCarriedAreMadeWhenItIsRefusedOrGoes) {
    d.refused.insert("a/#");
    d.broker(true);
    subscribe(1, "a/#");
    subscribe(2, "a/b");
    d.settle();
    EXPECT_THAT(d.at_broker(),
                ElementsAre("SUB a/# 0", "SUB a/b 0", testing::EndsWith("The broker refuses the subscription to a/#")));
    d.mqtt("a/b", "1");
    fetch(2);
    EXPECT_THAT(d.heard_by(2), ElementsAre(R"(["a/b", "1", false])"));
}

TEST(SubscriptionsOfForgottenNodes, LeaveTheBrokerAndTheOnesTheyCarriedAreMade) {
    engine_options o;
    o.all_nodes_topic = "";
    o.status.reset();
    o.node_limit = 2;
    engine_dialogue d(o);
    d.broker(true);
    d.says(1, R"(["a/#", 0])");
    d.run_for(10ms);
    d.says(2, R"(["a/b", 0])");
    d.run_for(10ms);
    d.at_broker();
    d.says(3, R"(["ping"])");
    d.settle();
    EXPECT_THAT(d.at_broker(), ElementsAre("UNSUB a/#", "SUB a/b 0"));
    d.mqtt("a/b", "1");
    d.says(2, R"(["get"])");
    d.settle();
    EXPECT_THAT(d.heard_by(2), ElementsAre(R"(["a/b", "1", false])"));
}

TEST_F(Subscriptions, FetchRetainedMessagesForEachLateSubscriberAndForNobodyElse) {
    d.retained["a"] = "kept";
    d.broker(true);
    subscribe(1, "a");
    d.settle();
    subscribe(2, "a");
    d.settle();
    subscribe(3, "+");
    d.settle();
    for (const int n : {1, 2, 3}) {
        fetch(n);
        EXPECT_THAT(d.heard_by(n), ElementsAre(R"(["a", "kept", true])")) << n;
    }
    subscribe(1, "a");
    d.settle();
    fetch(1);
    EXPECT_THAT(d.heard_by(1), IsEmpty()) << "it had subscribed before";
}

TEST_F(Subscriptions, ManyAtOnceFetchRetainedMessagesOnceForEach) {
    d.retained["a"] = "kept";
    d.broker(true);
    for (int n = 1; n <= 50; ++n)
        subscribe(n, "a");
    d.run_for(500ms);
    for (int n = 51; n <= 60; ++n)
        subscribe(n, "a");
    d.settle();
    EXPECT_LE(d.at_broker().size(), 4U) << "not one SUBSCRIBE for each";
    for (int n = 1; n <= 60; ++n) {
        fetch(n);
        EXPECT_THAT(d.heard_by(n), ElementsAre(R"(["a", "kept", true])")) << n;
    }
}

TEST_F(Subscriptions, FetchRetainedMessagesThroughAWiderOne) {
    d.retained["a/b"] = "kept";
    d.retained["a/c"] = "other";
    d.broker(true);
    subscribe(1, "a/#");
    d.settle();
    fetch(1);
    d.heard_by(1);
    subscribe(2, "a/b");
    d.settle();
    fetch(1);
    fetch(2);
    EXPECT_THAT(d.heard_by(1), IsEmpty());
    EXPECT_THAT(d.heard_by(2), ElementsAre(R"(["a/b", "kept", true])"));
}

TEST_F(Subscriptions, FetchRetainedMessagesAgainAfterAnOutage) {
    d.broker(true);
    subscribe(1, "a");
    d.settle();
    d.broker(false);
    d.retained["a"] = "changed";
    d.broker(true);
    d.settle();
    fetch(1);
    EXPECT_THAT(d.heard_by(1), ElementsAre(R"(["a", "changed", true])"));
}

TEST_F(Subscriptions, TakeRetainedMessagesThatComeBeforeTheAnswer) {
    d.broker_silent = true;
    d.broker(true);
    subscribe(1, "a");
    d.mqtt("a", "kept", true);
    d.engine.subscribed("a", 0, d.instant_now());
    fetch(1);
    EXPECT_THAT(d.heard_by(1), ElementsAre(R"(["a", "kept", true])"));
}

TEST_F(Subscriptions, ThatAreMadeBetweenAFetchAndItsAnswerAreFetchedForAgain) {
    d.broker_silent = true;
    d.broker(true);
    subscribe(1, "a");
    d.mqtt("a", "kept", true);
    subscribe(2, "a");
    subscribe(3, "a");
    EXPECT_THAT(d.at_broker(), ElementsAre("SUB a 0"));
    d.run_for(3s);
    d.engine.subscribed("a", 0, d.instant_now());
    d.run_for(3s);
    d.mqtt("a", "kept", true);
    d.engine.subscribed("a", 0, d.instant_now());
    d.run_for(1ms);
    EXPECT_THAT(d.at_broker(), ElementsAre("SUB a 0")) << "one for both";
    for (const int n : {1, 2, 3}) {
        fetch(n);
        EXPECT_THAT(d.heard_by(n), ElementsAre(R"(["a", "kept", true])")) << n;
    }
}

TEST_F(Subscriptions, ThatAreAnsweredAfterAWiderOneAreGivenUpForIt) {
    d.broker_silent = true;
    d.broker(true);
    subscribe(1, "a/b");
    subscribe(2, "a/#");
    d.engine.subscribed("a/#", 0, d.instant_now());
    d.engine.subscribed("a/b", 0, d.instant_now());
    d.run_for(1ms);
    d.mqtt("none", "");
    EXPECT_THAT(d.at_broker(), testing::IsSupersetOf({"SUB a/b 0", "SUB a/# 0", "UNSUB a/b"}));
}

TEST_F(Subscriptions, KeepTheirFirstQosAndSaySo) {
    d.broker(true);
    subscribe(1, "foo_topic", 1);
    subscribe(2, "foo_topic", 0);
    d.mqtt("foo_topic", "x");
    fetch(2);
    EXPECT_THAT(d.heard_by(2), ElementsAre(R"(["foo_topic", "x", false])"));
    EXPECT_THAT(d.at_broker(),
                Contains(testing::EndsWith("Warning: attempt to change qos of existing subscription: foo_topic")));
}

TEST(SubscriptionsOfOneNode, AreBounded) {
    engine_options o;
    o.all_nodes_topic = "";
    o.subscriptions_per_node = 5;
    engine_dialogue d(o);
    d.broker(true);
    d.settle();
    d.at_broker();
    for (int i = 0; i < 6; ++i)
        d.says(1, "[\"t" + std::to_string(i) + "\", 0]");
    d.says(1, R"(["t0", 0])");
    d.settle();
    EXPECT_THAT(d.at_broker(), ElementsAre("SUB t0 0", "SUB t1 0", "SUB t2 0", "SUB t3 0", "SUB t4 0",
                                           testing::EndsWith("Too many subscriptions: \"t5\" from node 240ac4000001")));
}

}  // namespace
}  // namespace nowire::gateway::test
