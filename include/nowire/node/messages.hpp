#pragma once

#include <nowire/frame/channel.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <variant>

/// The messages between a node and its gateway, to the byte as Peter Hinch's micropython-mqtt gateway and its nodes
/// exchange them (their wire format is compatible; the code is not theirs). Each is the payload of one ESP-NOW message:
///
///     node -> gateway   ["ping"]   ["get"]   ["aget"]   ["chan"]          commands
///                       ["topic", 1]                                      subscribe, QoS
///                       ["topic", "payload", false, 1]                    publish, retain, QoS
///     gateway -> node   ACK   NAK   BAD   UP   DOWN   11                  bare words, the channel in decimal
///                       ["topic", "payload", false]                       a subscribed message, retain flag
namespace nowire::node {

/// A node's requests without arguments.
enum class command : std::uint8_t {
    ping,         ///< is the broker there? Answered by up or down.
    get,          ///< send what is queued for me. Nothing at all is sent if that is nothing.
    aget,         ///< ping and get in one, from a node that always listens: up or down first, then the queue
    ask_channel,  ///< which channel are you on? Answered by the channel.
};

/// Answered by nothing but the MAC's acknowledgement.
struct subscription {
    std::string filter;  ///< an MQTT topic filter, UTF-8
    int qos = 0;         ///< 0 or 1
    friend bool operator==(const subscription&, const subscription&) = default;
};

/// Answered by exactly one of ack, nak and bad.
struct publication {
    std::string topic;    ///< MQTT, UTF-8
    std::string payload;  ///< text
    bool retain = false;  ///< the broker is to keep it for later subscribers
    int qos = 0;          ///< 0 or 1
    friend bool operator==(const publication&, const publication&) = default;
};

/// From node to gateway.
using uplink = std::variant<command, subscription, publication>;

/// A gateway's bare words.
enum class word : std::uint8_t {
    ack,   ///< the publication is queued at the gateway
    nak,   ///< so it is, but the queue is long: the broker is probably away
    bad,   ///< the publication was dropped: the queue is full
    up,    ///< the gateway is connected to its broker
    down,  ///< it is not
};

/// A message that the node subscribed to.
struct delivery {
    std::string topic;      ///< the one it was published to
    std::string payload;    ///< UTF-8
    bool retained = false;  ///< the broker had kept it from before
    friend bool operator==(const delivery&, const delivery&) = default;
};

/// From gateway to node.
using downlink = std::variant<word, channel, delivery>;

/// Why a node's message is none.
struct malformed {
    /// What is wrong with it.
    enum class kind : std::uint8_t {
        unformatted,      ///< no JSON
        unknown_command,  ///< a list of one that is no command
        shape,            ///< JSON, but none of the forms
        publication,      ///< a list of four with something wrong in it: its node waits for an answer
    };
    kind what = kind::unformatted;  ///< how far it could be read
    /// As his gateway reports it: "Malformed message ['a', 'b', False]".
    std::string text;

    friend bool operator==(const malformed&, const malformed&) = default;
};

/// The payload of the ESP-NOW message, however long; nothing is checked.
std::string encode(const uplink& message);
/// The payload of the ESP-NOW message, however long; nothing is checked.
std::string encode(const downlink& message);

/// Reads what a node sent. Errors: `malformed` alone, whatever the bytes. Retain may be 0 or 1 too, and QoS a
/// truth value, as Python takes them; the payload must be a string; topics are not looked at.
std::expected<uplink, malformed> parse_uplink(std::span<const std::uint8_t> bytes);

/// Reads what a gateway sent. Errors: a text that says what is wrong with it.
std::expected<downlink, std::string> parse_downlink(std::span<const std::uint8_t> bytes);

/// The bare word: "ACK".
std::string_view to_string(word w);

}  // namespace nowire::node
