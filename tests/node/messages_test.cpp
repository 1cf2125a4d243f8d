#include <nowire/node/messages.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace nowire::node {
namespace {

std::vector<std::uint8_t> bytes(std::string_view text) {
    return {text.begin(), text.end()};
}

struct uplink_case {
    uplink message;
    const char* wire;
};

/// What MicroPython nodes put on the air, byte for byte.
const std::vector<uplink_case>& uplinks() {
    static const std::vector<uplink_case> cases = {
        {command::ping, R"(["ping"])"},
        {command::get, R"(["get"])"},
        {command::aget, R"(["aget"])"},
        {command::ask_channel, R"(["chan"])"},
        {subscription{"foo_topic", 1}, R"(["foo_topic", 1])"},
        {subscription{"a/+/#", 0}, R"(["a/+/#", 0])"},
        {publication{"shed", "Count 0", false, 1}, R"(["shed", "Count 0", false, 1])"},
        {publication{"shed", "Count 0 ESPNow fails 0 Broker fails 0 mem_free 1846688", false, 1},
         R"(["shed", "Count 0 ESPNow fails 0 Broker fails 0 mem_free 1846688", false, 1])"},
        {publication{"t", R"({"k": 1})", true, 0}, R"(["t", "{\"k\": 1}", true, 0])"},
        {publication{"t", "", false, 0}, R"(["t", "", false, 0])"},
        {publication{"é", "21 °C\n", false, 0}, "[\"é\", \"21 °C\\n\", false, 0]"},
    };
    return cases;
}

TEST(Messages, UplinksHaveTheBytesOfMicroPythonNodes) {
    for (const auto& c : uplinks()) {
        EXPECT_EQ(encode(c.message), c.wire);
        const auto parsed = parse_uplink(bytes(c.wire));
        ASSERT_TRUE(parsed) << c.wire;
        EXPECT_EQ(*parsed, c.message) << c.wire;
    }
}

TEST(Messages, DownlinksHaveTheBytesOfTheMicroPythonGateway) {
    const std::vector<std::pair<downlink, std::string>> cases = {
        {word::ack, "ACK"},
        {word::nak, "NAK"},
        {word::bad, "BAD"},
        {word::up, "UP"},
        {word::down, "DOWN"},
        {*channel::from_number(3), "3"},
        {*channel::from_number(11), "11"},
        {delivery{"foo_topic", "hello", false}, R"(["foo_topic", "hello", false])"},
        {delivery{"foo_topic", "hello", true}, R"(["foo_topic", "hello", true])"},
    };
    for (const auto& [message, wire] : cases) {
        EXPECT_EQ(encode(message), wire);
        const auto parsed = parse_downlink(bytes(wire));
        ASSERT_TRUE(parsed) << wire;
        EXPECT_EQ(*parsed, message) << wire;
    }
}

TEST(Messages, ADeliveryWithEscapesIsTheMeasuredOne) {
    // As the MicroPython gateway was seen to send it for the MQTT payload: he said "hi" é
    const std::vector<std::uint8_t> measured = {0x5b, 0x22, 0x61, 0x6c, 0x6c, 0x6e, 0x6f, 0x64, 0x65, 0x73,
                                                0x22, 0x2c, 0x20, 0x22, 0x68, 0x65, 0x20, 0x73, 0x61, 0x69,
                                                0x64, 0x20, 0x5c, 0x22, 0x68, 0x69, 0x5c, 0x22, 0x20, 0xc3,
                                                0xa9, 0x22, 0x2c, 0x20, 0x66, 0x61, 0x6c, 0x73, 0x65, 0x5d};
    EXPECT_EQ(bytes(encode(downlink(delivery{"allnodes", "he said \"hi\" é", false}))), measured);
}

TEST(Messages, TakesTruthValuesAndNumbersForEachOtherAsPythonDoes) {
    EXPECT_EQ(*parse_uplink(bytes(R"(["t", "p", 1, true])")), uplink(publication{"t", "p", true, 1}));
    EXPECT_EQ(*parse_uplink(bytes(R"(["t", false])")), uplink(subscription{"t", 0}));
}

struct junk_case {
    const char* wire;
    malformed::kind what;
    const char* text;
};

TEST(Messages, SaysWhatIsWrongAsTheMicroPythonGatewayDoes) {
    using enum malformed::kind;
    const std::vector<junk_case> cases = {
        {"not json", unformatted, "Unformatted message bytearray(b'not json')"},
        {"", unformatted, "Unformatted message bytearray(b'')"},
        {"[\"ping\"", unformatted, "Unformatted message bytearray(b'[\"ping\"')"},
        {"\xff\x01", unformatted, "Unformatted message bytearray(b'\\xff\\x01')"},
        {R"(["bogus"])", unknown_command, "Warning: unknown command bogus"},
        {R"([5])", unknown_command, "Warning: unknown command 5"},
        {R"(["a","b",false])", shape, "Malformed message ['a', 'b', False]"},
        {R"([])", shape, "Malformed message []"},
        {R"("abc")", shape, "Malformed message abc"},
        {R"("abcd")", shape, "Malformed message abcd"},
        {R"({"a": 1, "b": 2, "c": 3})", shape, "Malformed message {'a': 1, 'b': 2, 'c': 3}"},
        // Each of these ends the MicroPython gateway or its publisher.
        {"5", shape, "Malformed message 5"},
        {"null", shape, "Malformed message None"},
        {R"({"a":1})", shape, "Malformed message {'a': 1}"},
        {R"([["x"], 1])", shape, "Malformed message [['x'], 1]"},
        {R"(["w/x", 2])", shape, "Malformed message ['w/x', 2]"},
        {R"(["w/x", "1"])", shape, "Malformed message ['w/x', '1']"},
        {R"(["shed", 12, false, 0])", publication, "Malformed message ['shed', 12, False, 0]"},
        {R"(["shed", "x", false, 5])", publication, "Malformed message ['shed', 'x', False, 5]"},
        {R"(["shed", "x", null, 0])", publication, "Malformed message ['shed', 'x', None, 0]"},
        {R"(["shed", "x", false, 1.0])", publication, "Malformed message ['shed', 'x', False, 1.0]"},
        {R"([1, 2, 3, 4])", publication, "Malformed message [1, 2, 3, 4]"},
        {R"([1, 2, 3, 4, 5])", shape, "Malformed message [1, 2, 3, 4, 5]"},
    };
    for (const auto& c : cases) {
        const auto parsed = parse_uplink(bytes(c.wire));
        ASSERT_FALSE(parsed) << c.wire;
        EXPECT_EQ(parsed.error().what, c.what) << c.wire;
        EXPECT_EQ(parsed.error().text, c.text);
    }
}

TEST(Messages, RefusesDownlinksThatAreNone) {
    for (const auto* wire : {"", "ack", "ACK ", "0", "15", "-3", "99999999999999999999", "3.0", "[]", R"(["t", "p"])",
                             R"(["t", "p", false, 1])", R"(["t", 5, false])", R"([1, "p", false])",
                             R"(["t", "p", "x"])", R"("ACK")", "null", "{}", "\xff"})
        EXPECT_FALSE(parse_downlink(bytes(wire))) << wire;
}

TEST(Messages, EveryCutAndEveryFlippedBitOfAMessageIsReadSafely) {
    for (const auto& c : uplinks()) {
        const auto whole = bytes(c.wire);
        for (std::size_t i = 0; i < whole.size(); ++i) {
            EXPECT_FALSE(parse_uplink(std::span(whole).first(i)));
            for (int bit = 0; bit < 8; ++bit) {
                auto flipped = whole;
                flipped[i] = static_cast<std::uint8_t>(flipped[i] ^ (1U << bit));
                const auto parsed = parse_uplink(flipped);
                if (!parsed) {
                    EXPECT_TRUE(std::ranges::all_of(parsed.error().text, [](char t) { return t >= 0x20 && t < 0x7f; }));
                }
                if (const auto down = parse_downlink(flipped)) {
                    EXPECT_FALSE(encode(*down).empty());
                }
            }
        }
    }
}

}  // namespace
}  // namespace nowire::node
