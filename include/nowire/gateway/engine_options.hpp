#pragma once

#include <nowire/frame/channel.hpp>
#include <nowire/frame/mac_address.hpp>
#include <nowire/frame/time.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

namespace nowire::gateway {

/// The time of day, for what people read.
using wall_time = std::chrono::system_clock::time_point;

/// How reports on the status and error topics are written.
enum class status_format : std::uint8_t {
    hinch,  ///< as the MicroPython gateway does: "20/11/2026 21:41:06 Warning: ..."
    json,   ///< {"time": "2026-11-20T20:41:06Z", "kind": "error", "text": "Warning: ..."}
};

/// A topic that the gateway itself publishes to.
struct own_topic {
    std::string topic;    ///< without wildcards
    bool retain = false;  ///< the broker is to keep the last one
    int qos = 0;          ///< 0 or 1
};

/// How a gateway serves its nodes. Lengths are in bytes, queues in messages.
struct engine_options {
    /// How reports name this gateway and its broker.
    std::string gateway_id = "gateway";
    std::string broker_name = "broker";  ///< in reports

    /// Publications of nodes that wait for the broker; one more is answered BAD and dropped.
    std::size_t publish_queue = 10'000;
    /// More of them than this: NAK, which asks the node to wait with the next.
    std::size_t nak_above = 5'000;
    /// Publications handed to the broker and not acknowledged by it. They do not count as waiting, not even while the
    /// broker is away.
    std::size_t publish_window = 64;
    /// A publication that was the oldest one unacknowledged when this many connections in a row ended is dropped: it is
    /// what the broker ends them for.
    unsigned publish_attempts = 10;
    /// Reports that wait for the broker; then the oldest is dropped.
    std::size_t report_queue = 100;

    /// Messages kept for each node until it fetches them; then the oldest is dropped.
    std::size_t node_queue = 64;
    /// Nodes known; then the one not heard of for longest is forgotten.
    std::size_t node_limit = 4096;
    std::size_t subscriptions_per_node = 64;  ///< one more is reported and not made
    /// On: messages wait until the node asks. Off: they go at once to nodes that ask with aget, since those listen
    /// always; to others never unasked, as they would take them for an answer.
    bool low_power = true;
    /// The longest message sent to a node: 250 bytes to version 1, more to nodes in v2_nodes and to those that have
    /// sent a version 2 message.
    std::size_t downlink_limit = 250;
    std::size_t downlink_limit_v2 = 1470;  ///< the same to nodes of version 2
    std::set<mac_address> v2_nodes;        ///< known to be of version 2 from the first message on

    /// Between the acknowledgement of one message and the next one to the same node, whose buffer holds two.
    duration send_gap = std::chrono::milliseconds(8);
    /// A reply that could not be handed to the radio for so long is not sent to a node that no longer waits for it.
    duration reply_deadline = std::chrono::milliseconds(200);
    /// Replies, and queued messages, that the radio is given at a time. It sends in order, and one to a node that is
    /// gone keeps it busy for 90 ms.
    std::size_t reply_window = 2;
    /// One more reply at a time for each that was acknowledged, up to this, until one is not: where all nodes are there
    /// a queue in the radio holds nobody up, and spares both sides the waiting for each other.
    std::size_t reply_window_limit = 8;
    std::size_t data_window = 1;  ///< the same of queued messages
    /// The same frame (sender, sequence number, random value and bytes) again within this time is a repetition.
    duration duplicate_window = std::chrono::milliseconds(250);
    /// How long after a subscription's acknowledgement its retained messages may come.
    duration retained_window = std::chrono::seconds(2);
    /// For a radio that cannot tell what was acknowledged: a queued message counts as delivered once it was sent.
    bool unconfirmed_is_delivered = false;

    /// Every node is subscribed to this; empty: to nothing.
    std::string all_nodes_topic = "allnodes";
    int all_nodes_qos = 1;  ///< 0 or 1
    /// Where errors and status go; nothing: nowhere.
    std::optional<own_topic> errors = own_topic{"gw_errors", false, 1};
    std::optional<own_topic> status = own_topic{"gw_status", false, 0};  ///< connections and what else is no error
    status_format format = status_format::hinch;                         ///< of reports on both topics
    /// Reports every message to a node, and what was no message at all.
    bool debug = false;
    /// Local time minus UTC, for the time stamps of status_format::hinch; empty: UTC.
    std::function<std::chrono::seconds(wall_time)> utc_offset;

    /// The MicroPython gateway's own numbers: 9 publications besides the one under way, NAK above 5, 9 messages for
    /// each node.
    void be_strict() {
        publish_queue = 9;
        nak_above = 5;
        publish_window = 1;
        node_queue = 9;
    }
};

}  // namespace nowire::gateway
