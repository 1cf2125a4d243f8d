#pragma once

#include "gateway/node_table.hpp"

#include <nowire/gateway/engine.hpp>

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

namespace nowire::gateway {

/// Decides what the radio sends next. Replies go first, in the order in which they came up. Then come late ACKs and
/// queued messages, one node after the other in turn; a node gets one at a time, the next one when the last was
/// acknowledged and its buffer had time to empty, and none while a reply to it is under way.
class downlink {
  public:
    downlink(const engine_options& options, node_table& nodes) : options_(options), nodes_(nodes) {}

    void reply(node_state& n, std::string text, time_point now);
    /// Sends what is queued for the node until that is all gone, or one is not acknowledged.
    void fetch(node_state& n, time_point now);
    /// Sends the late ACKs that are owed to the node, at once.
    void send_late_acks(node_state& n, time_point now);

    /// The next message for the radio, if it is to have one now.
    std::optional<send_to_node> next(time_point now);

    enum class ended : std::uint8_t {
        other,         ///< a reply or a late ACK, or a send that is not known (any more)
        delivered,     ///< a queued message
        not_answered,  ///< a queued message that nobody acknowledged
        not_known,     ///< one that may or may not have arrived: it stays in the queue
    };
    struct report {
        ended what = ended::other;
        mac_address node;
    };
    report done(send_id id, tx_status status, time_point now);

    void advance(time_point now);
    std::optional<time_point> next_deadline() const;

    /// Whether the oldest message in the node's queue is with the radio.
    static bool is_sending_oldest(const node_state& n) {
        return !n.queue.empty() && n.sending == n.queue.front().number;
    }
    std::uint64_t stale_replies() const { return stale_replies_; }

  private:
    enum class kind : std::uint8_t { reply, late_ack, data };
    struct flight {
        mac_address node;
        kind what = kind::reply;
        std::uint64_t number = 0;  ///< of the queued message
    };
    struct waiting_reply {
        mac_address node;
        std::string text;
        time_point since;
    };

    static bool has_something(const node_state& n);
    void consider(node_state& n, time_point now);
    std::optional<send_to_node> next_reply(time_point now);
    std::optional<send_to_node> next_data(time_point now);
    send_to_node launch(node_state& n, std::string payload, flight f);

    const engine_options& options_;
    node_table& nodes_;
    std::deque<waiting_reply> replies_;
    std::deque<mac_address> ready_;
    std::set<std::pair<time_point, mac_address>> resting_;  ///< nodes whose buffer empties until then
    std::unordered_map<std::uint64_t, flight> flights_;
    std::size_t replies_in_flight_ = 0;
    std::size_t more_replies_ = 0;  ///< at a time, beyond the window
    std::size_t data_in_flight_ = 0;
    std::uint64_t last_id_ = 0;
    std::uint64_t stale_replies_ = 0;
};

}  // namespace nowire::gateway
