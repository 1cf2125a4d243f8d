#include <nowire/node/link.hpp>
#include <nowire/radio/simulation.hpp>

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <system_error>
#include <vector>

namespace nowire::node {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// A gateway that answers by a table, on a station of the same simulated air.
class scripted_gateway {
  public:
    scripted_gateway(simulation& air, channel on) : ticker_(*air.make_radio({.name = "ticker"})) {
        auto radio = *air.make_radio({.name = "gateway", .on = on});
        station_.emplace(std::move(radio), [] {
            station_options o;
            o.device.soft_ap_up = true;
            return o;
        }());
        tick();
    }

    mac_address address() const { return station_->address(); }
    mac_address soft_ap() const { return station_->device().address(interface::soft_ap); }

    /// What is answered to a message, one after the other; to others nothing.
    std::map<std::string, std::vector<std::string>> answers;
    std::vector<std::string> heard;

    void send(const mac_address& node, const std::string& text) {
        EXPECT_TRUE(station_->send_then(node, bytes(text), {}));
        station_->flush();
    }

  private:
    static std::span<const std::uint8_t> bytes(const std::string& text) {
        return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    }

    /// The gateway's turn, each millisecond of the air's time; what its radio heard is in the inbox by then.
    void tick() {
        while (const auto m = station_->inbox().pop()) {
            heard.emplace_back(m->payload.begin(), m->payload.end());
            for (const auto& answer : answers[heard.back()])
                send(m->source, answer);
        }
        ticker_->clock().call_at(ticker_->clock().now() + 1ms, [this] { tick(); });
    }

    std::unique_ptr<radio> ticker_;
    std::optional<station> station_;
};

class Link : public testing::Test {
  protected:
    simulation air;
    scripted_gateway gateway{air, *channel::from_number(6)};
    station node{*air.make_radio({.name = "node", .on = *channel::from_number(6)})};
    link to_gateway{node, {.gateway = gateway.soft_ap()}};
};

TEST_F(Link, PublishesAndHearsTheAnswer) {
    gateway.answers[R"(["shed", "21", false, 1])"] = {"ACK"};
    gateway.answers[R"(["shed", "22", true, 0])"] = {"NAK"};
    gateway.answers[R"(["shed", "23", false, 0])"] = {"BAD"};
    EXPECT_EQ(to_gateway.publish("shed", "21", false, 1), outcome::ok);
    EXPECT_EQ(to_gateway.publish("shed", "22", true), outcome::broker_out);
    EXPECT_EQ(to_gateway.publish("shed", "23"), outcome::pub_fail);
    EXPECT_EQ(to_gateway.publish("shed", "24"), outcome::no_reply);
}

TEST_F(Link, ToldOfAGatewayThatIsNotThere) {
    link nowhere(node, {.gateway = mac_address({0x24, 0x0a, 0xc4, 0, 0, 9})});
    EXPECT_EQ(nowhere.publish("shed", "21"), outcome::esp_fail);
    EXPECT_EQ(nowhere.subscribe("shed"), outcome::esp_fail);
}

TEST_F(Link, SubscribesOnlyWhileTheBrokerIsUp) {
    gateway.answers[R"(["ping"])"] = {"DOWN"};
    EXPECT_EQ(to_gateway.subscribe("foo", 1), outcome::broker_out);
    EXPECT_THAT(gateway.heard, ElementsAre(R"(["ping"])"));
    gateway.answers[R"(["ping"])"] = {"UP"};
    EXPECT_EQ(to_gateway.subscribe("foo", 1), outcome::ok);
    air.run_for(2ms);
    EXPECT_THAT(gateway.heard, ElementsAre(R"(["ping"])", R"(["ping"])", R"(["foo", 1])"));
}

TEST_F(Link, RefusesBeforeItSends) {
    const auto refused = to_gateway.publish("a/#", "x");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::argument);
    EXPECT_FALSE(to_gateway.subscribe("a/#/b"));
    EXPECT_THAT(gateway.heard, IsEmpty());
}

TEST_F(Link, KeepsSubscribedMessagesThatComeInBetween) {
    gateway.answers[R"(["ping"])"] = {R"(["foo", "1", false])", "UP", R"(["foo", "2", true])"};
    EXPECT_EQ(to_gateway.ping(), outcome::ok);
    EXPECT_EQ(to_gateway.next(100ms), (delivery{"foo", "1", false}));
    EXPECT_EQ(to_gateway.next(100ms), (delivery{"foo", "2", true}));
    EXPECT_EQ(to_gateway.next(), std::nullopt);
}

TEST_F(Link, FetchesWhatIsQueued) {
    gateway.answers[R"(["get"])"] = {R"(["foo", "1", false])", R"(["foo", "2", false])"};
    EXPECT_EQ(to_gateway.get(), outcome::ok);
    EXPECT_EQ(to_gateway.next()->payload, "1");
    EXPECT_EQ(to_gateway.next()->payload, "2");
    gateway.answers[R"(["aget"])"] = {"DOWN", R"(["foo", "3", false])"};
    EXPECT_EQ(to_gateway.aget(), outcome::broker_out);
    EXPECT_EQ(to_gateway.next()->payload, "3");
}

TEST_F(Link, WaitsForAMessageThatComesUnasked) {
    gateway.send(node.address(), R"(["foo", "now", false])");
    EXPECT_EQ(to_gateway.next(1s), (delivery{"foo", "now", false}));
    const auto before = node.clock().now();
    EXPECT_EQ(to_gateway.next(50ms), std::nullopt);
    EXPECT_EQ(node.clock().now() - before, 50ms);
}

TEST_F(Link, AWordFromBeforeIsNoAnswer) {
    gateway.send(node.address(), "ACK");
    air.run_for(10ms);
    EXPECT_EQ(to_gateway.publish("shed", "21"), outcome::no_reply);
    EXPECT_EQ(to_gateway.logic().strays(), 1U);
}

TEST_F(Link, HandsOnWhatOthersSay) {
    station other(*air.make_radio({.name = "other", .on = *channel::from_number(6)}));
    std::vector<mac_address> heard;
    to_gateway.on_other([&](const message& m) { heard.push_back(m.source); });
    ASSERT_TRUE(other.send(node.address(), "hello"));
    to_gateway.next();
    EXPECT_THAT(heard, ElementsAre(other.address()));
}

TEST_F(Link, FindsTheGatewaysChannel) {
    gateway.answers[R"(["chan"])"] = {"6"};
    node.device().set_channel(channel(), node.clock().now());
    node.flush();
    EXPECT_EQ(to_gateway.scan().value(), channel::from_number(6));
    EXPECT_EQ(node.device().home_channel(), channel::from_number(6));
    EXPECT_EQ(to_gateway.ask_channel().value(), channel::from_number(6));
}

TEST_F(Link, BelievesTheChannelThatTheGatewayNames) {
    gateway.answers[R"(["chan"])"] = {"7"};
    EXPECT_EQ(to_gateway.scan().value(), channel::from_number(7));
    EXPECT_EQ(node.device().home_channel(), channel::from_number(7));
}

TEST_F(Link, AScanThatFindsNothingChangesNothing) {
    link nowhere(node, {.gateway = mac_address({0x24, 0x0a, 0xc4, 0, 0, 9})});
    EXPECT_EQ(nowhere.scan().value(), std::nullopt);
    EXPECT_EQ(node.device().home_channel(), channel::from_number(6));
}

}  // namespace
}  // namespace nowire::node
