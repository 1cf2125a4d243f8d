#include "cli/program.hpp"

#include "gateway/broker.hpp"
#include "gateway/mqtt_probe.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

namespace nowire::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* gateway_mac = "02:00:00:00:00:10";
constexpr const char* gateway_soft_ap = "02:00:00:00:00:11";
constexpr const char* node_mac = "02:00:00:00:00:20";

std::string radio(const std::string& mac, const std::string& more = {}) {
    return "air:?mac=" + mac + more;
}

sandbox::running start_gateway(const sandbox& box, const std::string& broker, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"gateway", "--broker", broker, "--radio", radio(gateway_mac)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto gateway = box.start_nowire(arguments);
    EXPECT_TRUE(gateway.says("Gateway id 02:00:00:00:00:10 (station), 02:00:00:00:00:11 (SoftAP), channel 1"))
        << gateway.err();
    return gateway;
}

sandbox::result node(const sandbox& box, std::vector<std::string> arguments, const std::string& gateway = gateway_mac,
                     const std::string& keys = {}) {
    std::vector<std::string> all = {"node", "--gateway", gateway, "--radio", radio(node_mac)};
    if (!keys.empty()) all.insert(all.end(), {"--keys", keys});
    all.insert(all.end(), arguments.begin(), arguments.end());
    return box.nowire(all);
}

int end_of(sandbox::running& program) {
    program.process.signal(SIGTERM);
    return program.process.wait(std::chrono::steady_clock::now() + std::chrono::seconds(30)).value_or(-1);
}

TEST(GatewayProgram, CarriesMessagesBetweenNodesAndBroker) {
    const sandbox box;
    broker mosquitto;
    mqtt_probe probe(mosquitto.port());
    auto gateway = start_gateway(box, mosquitto.url());
    ASSERT_TRUE(gateway.says("connected to the broker 127.0.0.1:" + std::to_string(mosquitto.port())));

    const auto published = node(box, {"publish", "shed/t", "21.5", "--retain", "--qos", "1", "--json"});
    EXPECT_EQ(published.status, 0) << published.err;
    EXPECT_EQ(json::parse(published.out), json({{"topic", "shed/t"}, {"result", "ok"}}));
    EXPECT_TRUE(probe.wait_for("shed/t", "21.5"));

    EXPECT_EQ(node(box, {"ping"}, gateway_soft_ap).out, "ok\n");
    EXPECT_EQ(json::parse(node(box, {"chan", "--json"}).out), json({{"channel", 1}}));
    const auto got = node(box, {"subscribe", "shed/#", "-c", "1", "--json"});
    EXPECT_EQ(got.status, 0) << got.err;
    EXPECT_EQ(json::parse(got.out), json({{"topic", "shed/t"}, {"payload", "21.5"}, {"retained", true}}));

    probe.publish("shed/u", "é");
    probe.publish("allnodes", "last");
    std::string polled;
    // The broker has these now; the gateway gets them in its own time.
    while (!polled.ends_with("allnodes last\n")) {
        const auto poll = node(box, {"poll"});
        ASSERT_EQ(poll.status, 0) << poll.err;
        polled += poll.out;
    }
    EXPECT_EQ(polled, "shed/u é\nallnodes last\n");
    EXPECT_EQ(end_of(gateway), 0);
}

TEST(GatewayProgram, ScansForItsChannel) {
    const sandbox box;
    auto gateway =
        box.start_nowire({"gateway", "--broker", "mqtt://127.0.0.1:1", "--radio", radio(gateway_mac, "&channel=3")});
    ASSERT_TRUE(gateway.says("channel 3"));
    const auto result = node(box, {"--scan", "publish", "t", "x"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("the gateway is on channel 3"));
}

TEST(GatewayProgram, TellsWithItsExitStatusHowItWent) {
    const sandbox box;
    const auto nobody = node(box, {"publish", "t", "x"});
    EXPECT_EQ(nobody.status, 3);
    EXPECT_EQ(nobody.out, "esp_fail\n");
    EXPECT_THAT(nobody.err, HasSubstr("nobody on this air has the address 02:00:00:00:00:10"));

    {
        auto mute = box.start_nowire({"listen", "--radio", radio(gateway_mac)});
        ASSERT_TRUE(mute.says("listening as"));
        const auto unanswered = node(box, {"publish", "t", "x"});
        EXPECT_EQ(unanswered.status, 4);
        EXPECT_EQ(unanswered.out, "no_reply\n");
        end_of(mute);
    }

    auto gateway = start_gateway(box, "mqtt://127.0.0.1:1");
    ASSERT_TRUE(gateway.says("cannot connect to the broker 127.0.0.1:1: Connection refused"));
    EXPECT_EQ(node(box, {"publish", "t", "x"}).status, 0) << "kept for the broker";
    EXPECT_EQ(node(box, {"ping"}).status, 1);
    EXPECT_EQ(node(box, {"subscribe", "t"}).status, 1);
    EXPECT_EQ(node(box, {"publish", "a/#", "x"}).status, 2);
    EXPECT_EQ(node(box, {"publish", "t", "é"}).status, 2);
    EXPECT_EQ(node(box, {"--utf8", "publish", "t", "é"}).status, 0);
    EXPECT_EQ(node(box, {"publish", "t", std::string(300, 'x')}).status, 2);
    EXPECT_EQ(node(box, {"publish", "t", "x", "--qos", "2"}).status, 2);
    EXPECT_EQ(node(box, {"ping"}, "kitchen").status, 2);
    EXPECT_EQ(box.nowire({"node", "ping"}).status, 2);
    EXPECT_EQ(end_of(gateway), 0);
    EXPECT_THAT(gateway.err(), HasSubstr("2 publications are lost"));
}

TEST(GatewayProgram, SaysWhatIsWrongWithItsOptions) {
    const sandbox box;
    for (const auto* url : {"localhost", "mqtt://", "mqtt://me:secret@host"}) {
        const auto result = box.nowire({"gateway", "--broker", url});
        EXPECT_EQ(result.status, 2) << url;
        EXPECT_EQ(result.err.find("secret"), std::string::npos);
    }
    EXPECT_EQ(box.nowire({"gateway", "--status-format", "xml"}).status, 2);
    const auto password = box.file("password", "right\n");
    EXPECT_EQ(box.nowire({"gateway", "--mqtt-password-file", password}).status, 2) << "no user";
    chmod(password.c_str(), 0640);
    const auto open_to_others = box.nowire({"gateway", "--mqtt-user", "me", "--mqtt-password-file", password});
    EXPECT_EQ(open_to_others.status, 2);
    EXPECT_THAT(open_to_others.err, HasSubstr("chmod 600"));
    EXPECT_EQ(box.nowire({"gateway", "--mqtt-user", "me", "--mqtt-password-file", password + "x"}).status, 2);
}

TEST(GatewayProgram, ReadsThePasswordFromAFile) {
    const sandbox box;
    broker mosquitto({.anonymous = false, .user = "me", .password = "right"});
    auto right = start_gateway(box, "mqtt://me@127.0.0.1:" + std::to_string(mosquitto.port()),
                               {"--mqtt-password-file", box.file("password", "right\n")});
    EXPECT_TRUE(right.says("connected to the broker"));
    EXPECT_EQ(end_of(right), 0);
    auto wrong = start_gateway(box, mosquitto.url(),
                               {"--mqtt-user", "me", "--mqtt-password-file", box.file("password", "wrong\n")});
    EXPECT_TRUE(wrong.says("the broker refuses us: Connection Refused: not authorised"));
}

TEST(GatewayProgram, WithKeysItKeepsPacketNumbersOrDoesNotStart) {
    const sandbox box;
    const std::string keys = "pmk = \"0123456789abcdef\"\n[lmk]\n\"";
    const auto mine = box.file("gateway.toml", keys + node_mac + "\" = \"fedcba9876543210\"\n");
    const auto nodes = box.file("node.toml", keys + gateway_mac + "\" = \"fedcba9876543210\"\n");
    // Where the state folder should be, there is a file.
    box.file("state", "");
    const auto refused = box.nowire({"gateway", "--radio", radio(gateway_mac), "--keys", mine});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("packet numbers"));
    std::filesystem::remove(box.folder() / "state");

    auto gateway = start_gateway(box, "mqtt://127.0.0.1:1", {"--keys", mine});
    const auto answered = node(box, {"chan"}, gateway_mac, nodes);
    EXPECT_EQ(answered.status, 0) << answered.err;
    EXPECT_EQ(answered.out, "1\n");
    EXPECT_EQ(node(box, {"chan"}).status, 4) << "plain from a node with a key is not heard";
    EXPECT_EQ(end_of(gateway), 0);

    std::filesystem::remove_all(box.folder() / "state");
    box.file("state", "");
    auto allowed = start_gateway(box, "mqtt://127.0.0.1:1", {"--keys", mine, "--allow-volatile-packet-numbers"});
    EXPECT_EQ(end_of(allowed), 0);
}

TEST(GatewayProgram, PublishesWhatItHasBeforeItEnds) {
    const sandbox box;
    broker mosquitto;
    mqtt_probe probe(mosquitto.port(), "t");
    auto gateway = start_gateway(box, mosquitto.url());
    ASSERT_TRUE(gateway.says("connected to the broker"));
    for (int i = 0; i < 5; ++i)
        ASSERT_EQ(node(box, {"publish", "t", std::to_string(i), "--qos", "1"}).status, 0);
    EXPECT_EQ(end_of(gateway), 0);
    EXPECT_TRUE(probe.wait_for("t", "4"));
    EXPECT_THAT(probe.payloads("t"), testing::ElementsAre("0", "1", "2", "3", "4"));
}

}  // namespace
}  // namespace nowire::test
