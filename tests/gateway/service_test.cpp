#include "gateway/gateway_world.hpp"

#include <nowire/radio/air_control.hpp>
#include <nowire/radio/identity.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace nowire::test {
namespace {

using namespace std::chrono_literals;
using node::delivery;
using node::outcome;
using testing::ElementsAreArray;

/// Asks the node's link until it gives this answer; for what the gateway learns in its own time.
bool answers(const std::function<bool()>& asked) {
    return becomes_true(asked);
}

bool broker_is_up(test_node& n) {
    return answers([&] { return n.link.ping() == outcome::ok; });
}

/// Asks for what is queued until a message is there; does not wait for the silence that ends link::get().
std::optional<delivery> fetch(test_node& n) {
    std::optional<delivery> got = n.link.next();
    (void)answers([&] {
        if (!got && n.station->send(n.link.logic().options().gateway, R"(["get"])")) got = n.link.next(100ms);
        return got.has_value();
    });
    return got;
}

TEST(Gateway, CarriesMessagesBothWays) {
    gateway_world world;
    mqtt_probe probe(world.broker.port());
    auto node = world.node(1);
    ASSERT_TRUE(broker_is_up(*node));
    EXPECT_EQ(node->link.publish("shed/temperature", "21.5", false, 1), outcome::ok);
    EXPECT_TRUE(probe.wait_for("shed/temperature", "21.5"));
    EXPECT_EQ(node->link.publish("shed/temperature", "21.6"), outcome::ok);
    EXPECT_TRUE(probe.wait_for("shed/temperature", "21.6"));

    ASSERT_EQ(node->link.subscribe("shed/#", 1), outcome::ok);
    probe.publish("allnodes", "hello");
    EXPECT_EQ(fetch(*node)->topic, "allnodes");
    EXPECT_EQ(node->link.ask_channel().value(), channel());
    probe.publish("shed/light", "he said \"on\" é");
    EXPECT_EQ(fetch(*node), (delivery{"shed/light", "he said \"on\" é", false}));
}

TEST(Gateway, KeepsTheRetainFlagBothWays) {
    gateway_world world;
    mqtt_probe probe(world.broker.port(), "other");
    probe.publish("state", "kept", true);
    auto node = world.node(1);
    ASSERT_TRUE(broker_is_up(*node));
    ASSERT_EQ(node->link.subscribe("state"), outcome::ok);
    EXPECT_EQ(fetch(*node), (delivery{"state", "kept", true}));
    auto late = world.node(2);
    ASSERT_EQ(late->link.subscribe("+"), outcome::ok);
    EXPECT_EQ(fetch(*late), (delivery{"state", "kept", true}));

    ASSERT_EQ(node->link.publish("mine", "mine", true, 1), outcome::ok);
    ASSERT_EQ(node->link.publish("mine/after", "x", false, 1), outcome::ok);
    ASSERT_TRUE(answers([&] {
        mqtt_probe later(world.broker.port(), "mine");
        return later.wait_for([](const auto& all) { return !all.empty() && all[0].retained; }, 500ms);
    }));
}

TEST(Gateway, ReportsToTheBroker) {
    gateway_world world;
    mqtt_probe probe(world.broker.port());
    auto node = world.node(1);
    // Retained ones would tell more: the first "connected" may have come before the probe did.
    const std::string junk = R"(["bogus"])";
    ASSERT_TRUE(node->station->send(world.gateway->address(), junk));
    EXPECT_TRUE(probe.wait_for_ending(
        "gw_errors", " Warning: unknown command bogus from node " + node->station->address().to_hex()));
    world.broker.kill();
    world.broker.start();
    ASSERT_TRUE(probe.wait_until_ready());
    EXPECT_TRUE(broker_is_up(*node));
    EXPECT_TRUE(world.gateway->says("the broker is gone"));
}

TEST(Gateway, AnswersFromTheAddressThatItWasWrittenTo) {
    gateway_world world;
    int number = 0;
    for (const auto& address : {world.gateway->address(), world.gateway->soft_ap()}) {
        test_node node(world.hub.socket(), ++number, address);
        ASSERT_TRUE(node.station->send(address, R"(["chan"])"));
        const auto answer = node.station->receive(5s);
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->source, address);
        EXPECT_EQ(std::string(answer->payload.begin(), answer->payload.end()), "1");
    }
}

gateway::service_options with(const resolver_gate& gate) {
    gateway::service_options o;
    o.mqtt.resolve = gate.function();
    return o;
}

TEST(Gateway, ServesNodesBeforeTheFirstBrokerAndPublishesInOrderWhenThereIsOne) {
    resolver_gate gate;
    gateway_world world(with(gate), {.running = false});
    auto node = world.node(1);
    EXPECT_EQ(node->link.ping(), outcome::broker_out);
    EXPECT_EQ(node->link.ask_channel().value(), channel());
    EXPECT_TRUE(world.gateway->says("cannot connect to the broker 127.0.0.1:" + std::to_string(world.broker.port()) +
                                    ": Connection refused"));
    std::vector<std::string> sent;
    for (int i = 0; i < 100; ++i) {
        sent.push_back(std::to_string(i));
        ASSERT_EQ(node->link.publish("t", sent.back(), false, 1), outcome::ok);
    }
    // The probe is to see all, so it comes first.
    gate.close();
    ASSERT_TRUE(gate.holds_somebody());
    world.broker.start();
    mqtt_probe probe(world.broker.port());
    gate.open();
    ASSERT_TRUE(probe.wait_for("t", "99"));
    EXPECT_THAT(probe.payloads("t"), ElementsAreArray(sent));
    EXPECT_TRUE(broker_is_up(*node));
}

TEST(Gateway, LosesNothingWhenTheBrokerIsKilledAndComesBack) {
    resolver_gate gate;
    gateway_world world(with(gate));
    mqtt_probe probe(world.broker.port());
    auto node = world.node(1);
    ASSERT_TRUE(broker_is_up(*node));
    ASSERT_EQ(node->link.subscribe("command"), outcome::ok);
    std::vector<std::string> sent;
    const auto publish = [&] {
        sent.push_back(std::to_string(sent.size()));
        ASSERT_EQ(node->link.publish("t", sent.back(), false, 1), outcome::ok);
    };
    for (int i = 0; i < 10; ++i)
        publish();
    ASSERT_TRUE(probe.wait_for("t", "9"));
    gate.close();
    world.broker.kill();
    ASSERT_TRUE(world.gateway->says("the broker is gone"));
    EXPECT_EQ(node->link.ping(), outcome::broker_out);
    for (int i = 0; i < 20; ++i)
        publish();
    // A subscription made meanwhile keeps nobody waiting.
    ASSERT_TRUE(node->station->send(world.gateway->address(), R"(["late", 1])"));
    EXPECT_EQ(node->link.ask_channel().value(), channel());

    world.broker.start();
    ASSERT_TRUE(probe.wait_until_ready());
    gate.open();
    ASSERT_TRUE(broker_is_up(*node));
    publish();
    ASSERT_TRUE(probe.wait_for("t", "30"));
    EXPECT_THAT(probe.payloads("t"), ElementsAreArray(sent));
    EXPECT_TRUE(probe.wait_for_ending("gw_status", " WiFi or broker is down."));
    EXPECT_TRUE(probe.wait_for_ending(
        "gw_status", " Gateway " + world.gateway->address().to_hex() + " connected to broker 127.0.0.1."));
    probe.publish("command", "go");
    EXPECT_EQ(fetch(*node)->payload, "go");
    probe.publish("late", "too");
    EXPECT_EQ(fetch(*node)->payload, "too");
}

TEST(Gateway, AHangingNameLookupDelaysNoReply) {
    resolver_gate gate(false);
    gateway_world world(with(gate));
    auto node = world.node(1);
    ASSERT_TRUE(gate.holds_somebody());
    for (int i = 0; i < 50; ++i)
        ASSERT_EQ(node->link.publish("t", std::to_string(i), false, 1), outcome::ok);
    EXPECT_EQ(node->link.ping(), outcome::broker_out);
    EXPECT_EQ(gate.asked(), 1);
    gate.open();
    EXPECT_TRUE(broker_is_up(*node));
}

TEST(Gateway, EndsWhileANameLookupHangs) {
    resolver_gate gate(false);
    gateway_world world(with(gate));
    ASSERT_TRUE(gate.holds_somebody());
    EXPECT_TRUE(world.gateway->stop());
    world.gateway.reset();
    EXPECT_TRUE(gate.holds_somebody());
    gate.open();
}

TEST(Gateway, TriesAgainBesideANameLookupThatHangsForTooLong) {
    resolver_gate gate(false);
    auto options = with(gate);
    options.mqtt.connect_timeout = 50ms;
    gateway_world world(options);
    ASSERT_TRUE(becomes_true([&] { return gate.asked() == 3; }));
    EXPECT_TRUE(world.gateway->says("take too long"));
    auto node = world.node(1);
    EXPECT_EQ(node->link.ping(), outcome::broker_out);
    EXPECT_EQ(gate.asked(), 3) << "no more than three threads may hang";
    gate.open();
    EXPECT_TRUE(broker_is_up(*node));
}

TEST(Gateway, SaysThatTheBrokerRefusesItAndServesNodes) {
    gateway_world world({}, {.anonymous = false, .user = "gateway", .password = "right"});
    EXPECT_TRUE(world.gateway->says("cannot connect to the broker 127.0.0.1:" + std::to_string(world.broker.port()) +
                                    ": the broker refuses us: Connection Refused: "
                                    "not authorised."));
    auto node = world.node(1);
    EXPECT_EQ(node->link.ping(), outcome::broker_out);
    EXPECT_EQ(node->link.publish("t", "x"), outcome::ok);
}

TEST(Gateway, PresentsUserNameAndPassword) {
    gateway::service_options options;
    options.mqtt.user = "gateway";
    options.mqtt.password = gateway::password("right");
    gateway_world world(options, {.anonymous = false, .user = "gateway", .password = "right"});
    auto node = world.node(1);
    EXPECT_TRUE(broker_is_up(*node));
}

TEST(Gateway, NoticesABrokerThatIsSilent) {
    gateway::service_options options;
    options.mqtt.keepalive = 5s;
    gateway_world world(options);
    auto node = world.node(1);
    ASSERT_TRUE(broker_is_up(*node));
    world.broker.freeze();
    EXPECT_TRUE(world.gateway->says("the broker is gone"));
    EXPECT_EQ(node->link.ping(), outcome::broker_out);
    EXPECT_EQ(node->link.publish("t", "x"), outcome::ok);
    world.broker.thaw();
    EXPECT_TRUE(broker_is_up(*node));
}

TEST(Gateway, FlushesWhatItHasWhenItIsStopped) {
    gateway_world world;
    mqtt_probe probe(world.broker.port());
    auto node = world.node(1);
    ASSERT_TRUE(broker_is_up(*node));
    for (int i = 0; i < 20; ++i)
        ASSERT_EQ(node->link.publish("t", std::to_string(i), false, 1), outcome::ok);
    EXPECT_TRUE(world.gateway->stop());
    EXPECT_TRUE(probe.wait_for("t", "19"));
    world.gateway->with([](auto& s) { EXPECT_EQ(s.engine().unpublished(), 0U); });
}

TEST(Gateway, SaysWhatIsLostWhenItIsStoppedWithoutABroker) {
    gateway_world world({}, {.running = false});
    auto node = world.node(1);
    ASSERT_EQ(node->link.publish("t", "x", false, 1), outcome::ok);
    EXPECT_TRUE(world.gateway->stop());
    EXPECT_TRUE(world.gateway->says("1 publication is lost"));
}

TEST(Gateway, SubscriptionsThatOverlapBringEachMessageOnce) {
    gateway_world world;
    mqtt_probe probe(world.broker.port(), "none");
    auto wide = world.node(1);
    auto narrow = world.node(2);
    ASSERT_TRUE(broker_is_up(*wide));
    ASSERT_EQ(narrow->link.subscribe("home/x"), outcome::ok);
    ASSERT_EQ(wide->link.subscribe("home/#"), outcome::ok);
    // Both subscriptions are made when a message of each has come.
    probe.publish("home/x", "first");
    ASSERT_TRUE(fetch(*narrow));
    ASSERT_TRUE(fetch(*wide));
    for (int i = 0; i < 5; ++i)
        probe.publish("home/x", std::to_string(i));
    probe.publish("allnodes", "last");
    for (auto* n : {wide.get(), narrow.get()}) {
        std::vector<std::string> got;
        while (got.empty() || got.back() != "last") {
            const auto m = fetch(*n);
            ASSERT_TRUE(m);
            got.push_back(m->payload);
        }
        EXPECT_THAT(got, testing::ElementsAre("0", "1", "2", "3", "4", "last"));
    }
}

TEST(Gateway, FiftyNodesPublishAndAreReached) {
    gateway_world world;
    mqtt_probe probe(world.broker.port());
    std::vector<std::unique_ptr<test_node>> nodes;
    for (int n = 0; n < 50; ++n)
        nodes.push_back(world.node(n));
    ASSERT_TRUE(broker_is_up(*nodes[0]));
    for (int round = 0; round < 3; ++round)
        for (int n = 0; n < 50; ++n)
            ASSERT_EQ(nodes[static_cast<std::size_t>(n)]->link.publish("n/" + std::to_string(n), std::to_string(round),
                                                                       false, 1),
                      outcome::ok);
    probe.publish("allnodes", "all");
    for (int n = 0; n < 50; ++n) {
        EXPECT_TRUE(probe.wait_for("n/" + std::to_string(n), "2"));
        EXPECT_THAT(probe.payloads("n/" + std::to_string(n)), testing::ElementsAre("0", "1", "2"));
        EXPECT_EQ(fetch(*nodes[static_cast<std::size_t>(n)]), (delivery{"allnodes", "all", false}));
    }
}

TEST(Gateway, GivesANodeThatIsGoneTenTransmissionsAndNoMore) {
    gateway_world world;
    auto deaf = world.node(1);
    auto other = world.node(2);
    ASSERT_TRUE(broker_is_up(*other));
    const auto transmissions = [&] { return air_control::status(world.folder / "air")->hub.statistics.transmissions; };
    deaf->station->device().set_receiving(false);
    const auto before = transmissions();
    ASSERT_EQ(deaf->station->send(world.gateway->address(), R"(["ping"])")->result, tx_status::acked);
    // Its answer leaves the gateway's radio before the other's.
    EXPECT_EQ(other->link.ping(), outcome::ok);
    // Two that collide are sent again; 32 transmissions to the one that is gone would be 22 more.
    EXPECT_GE(transmissions() - before, 1 + 10 + 1 + 1);
    EXPECT_LE(transmissions() - before, 1 + 10 + 1 + 1 + 10);
}

TEST(Gateway, SurvivesRubbish) {
    gateway_world world;
    mqtt_probe probe(world.broker.port());
    auto good = world.node(1);
    auto bad = world.node(2);
    ASSERT_TRUE(broker_is_up(*good));
    std::mt19937 random(1);
    for (int i = 0; i < 200; ++i) {
        std::string rubbish(1 + random() % 100, ' ');
        std::ranges::generate(rubbish, [&] { return static_cast<char>(random()); });
        if (i % 2 == 0) rubbish = R"(["t", ")" + std::string(random() % 200, '/') + R"(", 5, {}])";
        ASSERT_TRUE(bad->station->send(world.gateway->address(), rubbish));
    }
    // Each of these ends a MicroPython gateway, or its publisher.
    for (const auto* text : {"5", "null", R"({"a":1})", R"([["x"], 1])", R"(["w/x", 2])", R"(["shed", 12, false, 0])",
                             R"(["shed", "x", false, 5])"})
        ASSERT_TRUE(bad->station->send(world.gateway->address(), text));
    ASSERT_TRUE(bad->station->send(world.gateway->address(), R"([")" + std::string(230, '/') + R"(", "x", false, 1])"));
    for (int i = 0; i < 3; ++i)
        probe.publish("allnodes", "\xff\xfe" + std::string(1000, '\xff'));
    EXPECT_EQ(good->link.publish("t", "fine", false, 1), outcome::ok);
    EXPECT_TRUE(probe.wait_for("t", "fine"));
}

TEST(Gateway, GoesOnWhenItsAirIsBack) {
    auto world = std::make_unique<gateway_world>();
    mqtt_probe probe(world->broker.port());
    const auto socket = world->hub.socket();
    const auto address = world->gateway->address();
    world->hub.kill();
    EXPECT_TRUE(world->gateway->says("the radio is gone"));
    hub_process again(socket);
    EXPECT_TRUE(world->gateway->says("the radio is back"));
    test_node node(socket, 1, address);
    EXPECT_TRUE(broker_is_up(node));
    EXPECT_EQ(node.link.publish("t", "x", false, 1), outcome::ok);
    EXPECT_TRUE(probe.wait_for("t", "x"));
    EXPECT_TRUE(probe.wait_for_ending("gw_errors", " the radio is back"));
}

TEST(Gateway, EncryptedNodesAreAnsweredEncrypted) {
    const auto lmk = *ccmp::lmk::parse("0123456789abcdef");
    const auto pmk = *ccmp::pmk::parse("fedcba9876543210");
    temporary_folder folder;
    broker mosquitto;
    hub_process hub(folder / "air");
    station_options secrets;
    secrets.pmk = pmk;
    for (const auto* name : {"node1", "node2"})
        secrets.lmks.emplace(mac_from_name(name), lmk);
    gateway::service_options options;
    options.mqtt.port = mosquitto.port();
    running_gateway gateway(hub.socket(), options, secrets);
    int number = 0;
    for (const auto& address : {gateway.address(), gateway.soft_ap()}) {
        station_options mine;
        mine.pmk = pmk;
        mine.lmks.emplace(address, lmk);
        test_node node(hub.socket(), ++number, address, mine);
        ASSERT_TRUE(node.station->send(address, R"(["chan"])"));
        const auto answer = node.station->receive(5s);
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->source, address);
        EXPECT_TRUE(answer->was_encrypted);
    }
}

}  // namespace
}  // namespace nowire::test
