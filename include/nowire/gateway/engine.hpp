#pragma once

#include <nowire/device/message.hpp>
#include <nowire/gateway/engine_options.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The gateway between ESP-NOW nodes and an MQTT broker.
namespace nowire::gateway {

/// Both times at once: the air's for what concerns nodes, the wall's for what people read.
struct instant {
    time_point air;  ///< on the station's clock
    wall_time wall;  ///< of the machine
};

/// Names a send_to_node until its send_done().
enum class send_id : std::uint64_t {};
/// Names a publish until its answer.
enum class publish_id : std::uint64_t {};

/// Send this to a node, from the interface that it wrote to. To be answered by engine::send_done().
struct send_to_node {
    send_id id{};      ///< for send_done()
    mac_address node;  ///< the address that it wrote from
    interface via = interface::station;
    std::string payload;  ///< of one ESP-NOW message, within the node's downlink limit
};

/// Publish this. To be answered by publish_done() when the broker has it (QoS 1) or it was sent (QoS 0), by
/// publish_failed(), or by broker_down(), after which it comes again.
struct publish {
    publish_id id{};      ///< for the answer
    std::string topic;    ///< one that brokers take, see node::topic_fault()
    std::string payload;  ///< any bytes
    int qos = 0;          ///< 0 or 1
    bool retain = false;  ///< the broker is to keep it
};

/// Subscribe at the broker, also where that was done before: then it is to send its retained messages again. To be
/// answered by subscribed() or broker_down().
struct subscribe {
    std::string filter;  ///< one that brokers take, see node::filter_fault()
    int qos = 0;         ///< 0 or 1
};

/// Unsubscribe at the broker. Needs no answer.
struct unsubscribe {
    std::string filter;  ///< as it was subscribed to
};

/// The node is forgotten; whatever was kept for it outside may go too.
struct forget_node {
    mac_address node;  ///< its station or SoftAP address, as it was known by
};

/// What the engine wants done.
using engine_event = std::variant<send_to_node, publish, subscribe, unsubscribe, forget_node>;

/// What an engine counted since it was made.
struct engine_statistics {
    std::uint64_t messages = 0;       ///< from nodes, all of them
    std::uint64_t duplicates = 0;     ///< repetitions of one of them, dropped
    std::uint64_t junk = 0;           ///< no message of the protocol
    std::uint64_t publications = 0;   ///< taken into the queue
    std::uint64_t refused = 0;        ///< publications answered BAD
    std::uint64_t published = 0;      ///< publications that the broker has
    std::uint64_t lost = 0;           ///< publications given up: see engine_options::publish_attempts
    std::uint64_t queued = 0;         ///< subscribed messages put into a node's queue, one per node
    std::uint64_t delivered = 0;      ///< acknowledged by the node
    std::uint64_t overflowed = 0;     ///< dropped from a node's full queue
    std::uint64_t undeliverable = 0;  ///< subscribed messages too long or not UTF-8, one per node
    std::uint64_t stale_replies = 0;  ///< replies that came too late to be sent
    std::uint64_t lost_reports = 0;   ///< reports dropped before the broker had them
};

/// What is known of a node.
struct node_info {
    mac_address address;     ///< that it writes from
    time_point last_seen;    ///< when its last message came
    bool polls = false;      ///< asks with aget
    std::size_t queued = 0;  ///< messages kept for it
};

/// The gateway without any I/O: it is told what nodes and broker sent and what became of its own sends, and says what
/// to do next in events that are drained after each call. The protocol with the nodes is that of Peter Hinch's
/// MicroPython gateway, whose nodes work with it unchanged (node/messages.hpp); what differs is that it survives every
/// message and every fault of the broker:
///
/// - Each publication gets exactly one of ACK, NAK and BAD, ahead of anything queued for its node; aget gets UP or DOWN
///   first. A node that does not use aget is sent nothing it did not ask for.
/// - A node that uses aget and was answered NAK gets a late ACK once its publication is at the broker.
/// - Publications wait in a bounded queue while the broker is away, and go out in order when it is back. Subscriptions
///   made meanwhile, and all others, are made then.
/// - A queued message is kept until the node's radio acknowledged it. One that a node cannot take (too long, not UTF-8)
///   is reported and dropped instead of blocking those behind it.
/// - Filters with wildcards work; where one covers another, the broker is asked for the wider one alone, since some
///   send a message once for each filter that matches. Retained messages reach late subscribers too.
///
/// Nothing here waits, throws for what came from outside, or knows a clock. Not thread-safe.
class engine {
  public:
    /// @throws std::invalid_argument for a topic of its own that no broker takes, a window, a node queue or a node
    /// limit of 0.
    explicit engine(engine_options options, channel on = channel());
    ~engine();
    /// What is moved from may only be assigned to or destroyed.
    engine(engine&&) noexcept;
    /// As the constructor; what the engine had kept is gone.
    engine& operator=(engine&&) noexcept;

    /// A node's message. @param to  the interface it was sent to; nothing where it was sent to a group.
    void node_message(const message& m, std::optional<interface> to, instant now);
    /// A send has ended.
    void send_done(send_id id, tx_status status, instant now);

    /// Connected to the broker, with no subscriptions there.
    void broker_up(instant now);
    /// Not any more; what was not acknowledged must be published again.
    void broker_down(instant now);
    /// Whether broker_up() was called last, not broker_down().
    bool is_broker_up() const;
    /// The broker has it.
    void publish_done(publish_id id, instant now);
    /// It can never be published: `why` goes to the error topic.
    void publish_failed(publish_id id, std::string_view why, instant now);
    /// The broker's answer to a subscribe. @param granted  the QoS; nothing: refused.
    void subscribed(std::string_view filter, std::optional<int> granted, instant now);
    /// A message from the broker to a filter that is subscribed to.
    void mqtt_message(std::string_view topic, std::string_view payload, bool retained, instant now);

    /// The channel that nodes are told.
    void set_channel(channel on);
    /// Puts a sentence on the error topic.
    void report_error(std::string_view text, instant now);

    /// To be called when next_deadline() has come.
    void advance(instant now);
    /// When advance() has something to do, on the air's clock; nothing: not before something else happens.
    std::optional<time_point> next_deadline() const;

    /// The oldest event not yet taken.
    std::optional<engine_event> next_event();

    /// Publications and reports that are not at the broker yet.
    std::size_t unpublished() const;
    /// The nodes known, in no order.
    std::vector<node_info> nodes() const;
    /// What it counted so far; the reference stays valid as long as the engine lives and is not moved from.
    const engine_statistics& statistics() const;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace nowire::gateway
