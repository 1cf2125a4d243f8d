#pragma once

#include "gateway/downlink.hpp"
#include "gateway/node_table.hpp"
#include "gateway/outbox.hpp"
#include "gateway/subscription_table.hpp"

#include <nowire/gateway/engine.hpp>
#include <nowire/node/messages.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nowire::gateway {

/// What an engine is made of: who the nodes are, what waits for the broker, what waits for nodes, and the events that
/// were not taken yet. engine.cpp has what holds it together, engine_nodes.cpp and engine_broker.cpp the two sides.
struct engine::state {
    state(engine_options o, channel c);

    engine_options options;
    channel on;
    bool broker_up = false;
    node_table nodes;
    subscription_table subscriptions;
    outbox publications;
    outbox reports;
    downlink down;
    std::deque<engine_event> events;
    engine_statistics statistics;
    std::uint64_t last_publish_id = 0;
    std::uint64_t last_message_number = 0;

    node_state& node_of(const mac_address& address, instant now);
    void forget(mac_address address);
    void command(node_state& n, node::command c, instant now);
    void subscribe(node_state& n, const node::subscription& s, instant now);
    void publication(node_state& n, node::publication p, instant now);
    void malformed(node_state* n, const mac_address& from, const node::malformed& m, instant now);
    void reply(node_state& n, const node::downlink& text, instant now) { down.reply(n, node::encode(text), now.air); }
    void published(const outbox::item& i, instant now);
    void enqueue(node_state& n, const std::shared_ptr<const std::string>& encoded, bool may_report, instant now);
    std::size_t limit_of(const node_state& n) const;
    void report(const std::optional<own_topic>& where, std::string_view kind, std::string_view text, instant now);
    void error(std::string_view text, instant now) { report(options.errors, "error", text, now); }
    void status(std::string_view text, instant now) { report(options.status, "status", text, now); }
    void pump(instant now);
};

}  // namespace nowire::gateway
