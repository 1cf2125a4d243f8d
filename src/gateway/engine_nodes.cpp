#include "gateway/engine_state.hpp"

#include <nowire/frame/action.hpp>
#include <nowire/node/json.hpp>
#include <nowire/node/topic.hpp>

namespace nowire::gateway {

namespace {

/// A stranger's text, fit for a report.
std::string shown(const std::string& text) {
    std::string out(1, '"');
    return out.append(node::json::python_text({text})).append(1, '"');
}

}  // namespace

void engine::node_message(const message& m, std::optional<interface> to, instant now) {
    auto& s = *state_;
    ++s.statistics.messages;
    if (m.source.is_group() || m.source.is_zero()) return;
    auto* known = s.nodes.find(m.source);
    if (known && is_repetition(*known, m, s.options.duplicate_window)) {
        ++s.statistics.duplicates;
        return;
    }
    auto parsed = node::parse_uplink(m.payload);
    if (!parsed && parsed.error().what == node::malformed::kind::unformatted) {
        s.malformed(known, m.source, parsed.error(), now);
    } else {
        auto& n = s.node_of(m.source, now);
        if (!known) is_repetition(n, m, s.options.duplicate_window);
        n.last_seen = now.air;
        if (to) n.via = *to;
        n.version2 = n.version2 || m.version == 2 || m.payload.size() > frame::max_payload_v1;
        if (!parsed) {
            s.malformed(&n, m.source, parsed.error(), now);
        } else if (const auto* c = std::get_if<node::command>(&*parsed)) {
            s.command(n, *c, now);
        } else if (const auto* subscription = std::get_if<node::subscription>(&*parsed)) {
            s.subscribe(n, *subscription, now);
        } else {
            s.publication(n, std::move(std::get<node::publication>(*parsed)), now);
        }
    }
    s.pump(now);
}

node_state& engine::state::node_of(const mac_address& address, instant now) {
    if (auto* known = nodes.find(address)) return *known;
    if (nodes.size() >= options.node_limit) forget(nodes.longest_silent()->address);
    auto& n = nodes.add(address);
    n.last_seen = now.air;
    n.free_at = now.air;
    if (!options.all_nodes_topic.empty()) subscriptions.add(address, options.all_nodes_topic, options.all_nodes_qos);
    return n;
}

void engine::state::forget(mac_address address) {
    subscriptions.remove(address);
    nodes.erase(address);
    events.emplace_back(forget_node{address});
}

void engine::state::command(node_state& n, node::command c, instant now) {
    const auto broker = broker_up ? node::word::up : node::word::down;
    switch (c) {
        case node::command::ping:
            reply(n, broker, now);
            break;
        case node::command::ask_channel:
            reply(n, on, now);
            break;
        case node::command::get:
            // A node that fetches like this would take an ACK out of turn for the answer to its next publication.
            n.polls = false;
            n.late_acks = 0;
            n.overflow_told = false;
            down.fetch(n, now.air);
            break;
        case node::command::aget:
            n.polls = true;
            n.overflow_told = false;
            reply(n, broker, now);
            down.fetch(n, now.air);
            break;
    }
}

void engine::state::subscribe(node_state& n, const node::subscription& wanted, instant now) {
    const auto who = " from node " + n.address.to_hex();
    if (const auto fault = node::filter_fault(wanted.filter))
        return error("Cannot subscribe to " + shown(wanted.filter) + who + ": " + std::string(*fault), now);
    if (!subscriptions.has(n.address, wanted.filter)) {
        if (n.subscriptions >= options.subscriptions_per_node)
            return error("Too many subscriptions: " + shown(wanted.filter) + who, now);
        ++n.subscriptions;
    }
    if (!subscriptions.add(n.address, wanted.filter, wanted.qos))
        error("Warning: attempt to change qos of existing subscription: " + wanted.filter, now);
}

void engine::state::publication(node_state& n, node::publication p, instant now) {
    if (const auto fault = node::topic_fault(p.topic)) {
        ++statistics.refused;
        reply(n, node::word::bad, now);
        return error(
            "Cannot publish to " + shown(p.topic) + " from node " + n.address.to_hex() + ": " + std::string(*fault),
            now);
    }
    if (publications.full()) {
        ++statistics.refused;
        return reply(n, node::word::bad, now);
    }
    ++statistics.publications;
    auto& item = publications.push(
        {.what = {publish_id(++last_publish_id), std::move(p.topic), std::move(p.payload), p.qos, p.retain},
         .from = n.address});
    item.owes_ack = publications.waiting() > options.nak_above;
    reply(n, item.owes_ack ? node::word::nak : node::word::ack, now);
}

void engine::state::malformed(node_state* n, const mac_address& from, const node::malformed& m, instant now) {
    ++statistics.junk;
    const auto text = m.text + " from node " + from.to_hex();
    if (m.what == node::malformed::kind::unformatted) {
        if (options.debug) status(text, now);
        return;
    }
    error(text, now);
    if (n && m.what == node::malformed::kind::publication) {
        ++statistics.refused;
        reply(*n, node::word::bad, now);
    }
}

void engine::send_done(send_id id, tx_status status, instant now) {
    auto& s = *state_;
    const auto result = s.down.done(id, status, now.air);
    if (result.what == downlink::ended::delivered) ++s.statistics.delivered;
    if (result.what == downlink::ended::not_answered) s.error("Peer " + result.node.to_hex() + " not responding", now);
    s.pump(now);
}

}  // namespace nowire::gateway
