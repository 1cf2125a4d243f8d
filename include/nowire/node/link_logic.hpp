#pragma once

#include <nowire/device/message.hpp>
#include <nowire/node/messages.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace nowire::node {

/// How a node speaks with its gateway.
struct link_options {
    /// The gateway, by its station or its SoftAP address: replies may come from either (SoftAP = station + 1).
    mac_address gateway;
    /// The longest message that the gateway can take: 250 bytes, or up to 1470 where both ends are version 2.
    std::size_t payload_limit = 250;
    /// How long to wait for a reply after the message was acknowledged, and after each message that comes before it.
    duration reply_timeout = std::chrono::milliseconds(200);
    /// How long nothing must come before get() is over.
    duration silence = std::chrono::milliseconds(200);
    /// Refuses to publish text that is not ASCII: one such message costs the MicroPython gateway its broker connection
    /// for seconds (its MQTT client counts characters, not bytes). Off for a gateway that can count.
    bool ascii_only = true;
    /// Asks whether the broker is up before it subscribes: a new subscription during an outage stops the MicroPython
    /// gateway from serving anybody until the outage is over.
    bool ping_before_subscribe = true;
    /// Subscribed messages that wait for their reader; when full, the oldest is dropped and counted.
    std::size_t queue_limit = 1000;
};

/// How a request ended.
enum class outcome : std::uint8_t {
    ok,           ///< publish: the gateway has it; ping: the broker is up; others: acknowledged
    broker_out,   ///< publish: kept, but do not send more until ping() says ok; ping: the broker is down
    esp_fail,     ///< not acknowledged by the gateway's radio, or never sent
    pub_fail,     ///< publish: dropped by the gateway, its queue is full
    no_reply,     ///< acknowledged, but no answer in time: a publication may or may not have been taken
    unconfirmed,  ///< the radio cannot tell whether it was acknowledged, and no answer came
};
/// The enumerator's name: "broker_out".
std::string_view to_string(outcome o);

/// One end of a link from a node to its gateway, without any I/O: it is asked for the message to send, told what became
/// of it and what came in, and says how the request ended. One request at a time. Subscribed messages that come at any
/// time go to its queue, so none is lost between a request and its reply.
///
/// Not thread-safe.
class link_logic {
  public:
    /// @throws std::system_error with errc::argument if the gateway's address is zero or a group.
    explicit link_logic(link_options options);

    /// Begins a request. @returns the payload to send to options().gateway. Call sent() when that has ended.
    /// argument: a topic, filter or QoS that a broker would not take, a message that is too long, or text that is not
    /// ASCII where that is asked for; the text says which. Throws std::logic_error while another request is running.
    std::expected<std::string, error> publish(const publication& p);
    /// What subscribe() would refuse; nothing if it would not.
    std::optional<error> fault_of(const subscription& s) const;
    /// Begins a request as publish() does. argument: what fault_of() says. Throws std::logic_error as publish() does.
    std::expected<std::string, error> subscribe(const subscription& s);
    /// Begins a request without arguments. @returns the payload, as publish() does.
    /// @throws std::logic_error while another request is running.
    std::string ask(command c);

    /// The send has ended; not_sent counts as not acknowledged.
    void sent(tx_status status, time_point now);
    /// A message came. @returns false if it is not from the gateway: then it was not looked at.
    bool receive(const message& m, time_point now);
    /// Time has passed: to be called when deadline() has come.
    void advance(time_point now);
    /// When the running request ends if nothing comes; nothing while it is not acknowledged yet, or none runs.
    std::optional<time_point> deadline() const { return deadline_; }

    /// Whether a request is running.
    bool busy() const { return running_ != request::none; }
    /// How the last request ended; meaningful when not busy.
    outcome result() const { return result_; }
    /// What the gateway said its channel is, in answer to the last ask_channel.
    std::optional<channel> reported_channel() const { return reported_channel_; }

    /// The oldest subscribed message.
    std::optional<delivery> next();
    /// Subscribed messages that wait for next().
    std::size_t waiting() const { return queue_.size(); }
    /// Subscribed messages that the full queue lost.
    std::uint64_t dropped() const { return dropped_; }
    /// Messages from the gateway that were no answer to anything, or no message at all.
    std::uint64_t strays() const { return strays_; }

    /// The options that it was made with.
    const link_options& options() const { return options_; }

  private:
    enum class request : std::uint8_t { none, publish, subscribe, ping, get, aget, ask_channel };

    void begin(request r);
    void end(outcome o);
    bool is_gateway(const mac_address& address) const;
    bool take_word(word w);
    duration timeout() const;

    link_options options_;
    request running_ = request::none;
    bool confirmed_ = false;
    bool aget_answered_ = false;
    std::optional<time_point> deadline_;
    outcome result_ = outcome::ok;
    std::optional<channel> reported_channel_;
    std::deque<delivery> queue_;
    std::uint64_t dropped_ = 0;
    std::uint64_t strays_ = 0;
};

}  // namespace nowire::node
