#include "gateway/downlink.hpp"
#include "gateway/node_table.hpp"
#include "gateway/outbox.hpp"
#include "gateway/report.hpp"
#include "gateway/subscription_table.hpp"

#include <nowire/frame/action.hpp>
#include <nowire/gateway/engine.hpp>
#include <nowire/node/json.hpp>
#include <nowire/node/messages.hpp>
#include <nowire/node/topic.hpp>
#include <nowire/node/utf8.hpp>

#include <deque>
#include <stdexcept>

namespace nowire::gateway {

namespace {

/// Reports handed to the broker and not acknowledged by it.
constexpr std::size_t report_window = 8;

engine_options checked(engine_options o) {
    const auto check_topic = [](const std::string& topic) {
        if (const auto fault = node::topic_fault(topic))
            throw std::invalid_argument("the topic \"" + topic + "\" cannot be used: " + std::string(*fault));
    };
    if (o.errors) check_topic(o.errors->topic);
    if (o.status) check_topic(o.status->topic);
    if (!o.all_nodes_topic.empty()) check_topic(o.all_nodes_topic);
    if (o.publish_window == 0 || o.reply_window == 0 || o.data_window == 0)
        throw std::invalid_argument("a gateway's windows must not be 0");
    if (o.node_queue == 0 || o.node_limit == 0) throw std::invalid_argument("a gateway's tables must not be empty");
    return o;
}

/// A stranger's text, fit for a report.
std::string shown(const std::string& text) {
    std::string out(1, '"');
    return out.append(node::json::python_text({text})).append(1, '"');
}

}  // namespace

struct engine::state {
    state(engine_options o, channel c)
        : options(checked(std::move(o))),
          on(c),
          subscriptions(options.retained_window),
          publications(options.publish_queue, options.publish_window),
          reports(options.report_queue, report_window),
          down(options, nodes) {}

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
    void reply(node_state& n, node::downlink text, instant now) { down.reply(n, node::encode(text), now.air); }
    void published(const outbox::item& i, instant now);
    void enqueue(node_state& n, const std::shared_ptr<const std::string>& encoded, bool may_report, instant now);
    std::size_t limit_of(const node_state& n) const;
    void report(const std::optional<own_topic>& where, std::string_view kind, std::string_view text, instant now);
    void error(std::string_view text, instant now) { report(options.errors, "error", text, now); }
    void status(std::string_view text, instant now) { report(options.status, "status", text, now); }
    void pump(instant now);
};

engine::engine(engine_options options, channel on) : state_(std::make_unique<state>(std::move(options), on)) {}
engine::~engine() = default;
engine::engine(engine&&) noexcept = default;
engine& engine::operator=(engine&&) noexcept = default;

// What nodes say.

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
    events.push_back(forget_node{address});
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

// What becomes of what is sent to nodes.

void engine::send_done(send_id id, tx_status status, instant now) {
    auto& s = *state_;
    const auto result = s.down.done(id, status, now.air);
    if (result.what == downlink::ended::delivered) ++s.statistics.delivered;
    if (result.what == downlink::ended::not_answered) s.error("Peer " + result.node.to_hex() + " not responding", now);
    s.pump(now);
}

// The broker.

void engine::broker_up(instant now) {
    auto& s = *state_;
    if (s.broker_up) return;
    s.broker_up = true;
    s.subscriptions.broker_up();
    s.status("Gateway " + s.options.gateway_id + " connected to broker " + s.options.broker_name + ".", now);
    s.pump(now);
}

void engine::broker_down(instant now) {
    auto& s = *state_;
    if (!s.broker_up) return;
    s.broker_up = false;
    s.subscriptions.broker_down();
    std::erase_if(s.events, [](const engine_event& e) {
        return std::holds_alternative<publish>(e) || std::holds_alternative<subscribe>(e) ||
               std::holds_alternative<unsubscribe>(e);
    });
    s.status("WiFi or broker is down.", now);
    if (const auto given_up = s.publications.connection_lost(s.options.publish_attempts)) {
        ++s.statistics.lost;
        s.error("Gave up publishing to " + given_up->what.topic + " from node " + given_up->from.to_hex() +
                    ": the broker ended the connection each time",
                now);
    }
    if (s.reports.connection_lost(s.options.publish_attempts)) ++s.statistics.lost_reports;
    s.pump(now);
}

bool engine::is_broker_up() const {
    return state_->broker_up;
}

void engine::publish_done(publish_id id, instant now) {
    auto& s = *state_;
    if (const auto item = s.publications.finish(id)) {
        s.published(*item, now);
    } else {
        s.reports.finish(id);
    }
    s.pump(now);
}

void engine::state::published(const outbox::item& i, instant now) {
    ++statistics.published;
    auto* n = i.owes_ack ? nodes.find(i.from) : nullptr;
    if (!n || !n->polls) return;
    ++n->late_acks;
    down.send_late_acks(*n, now.air);
}

void engine::publish_failed(publish_id id, std::string_view why, instant now) {
    auto& s = *state_;
    if (const auto item = s.publications.finish(id)) {
        ++s.statistics.lost;
        s.error("Cannot publish to " + item->what.topic + " from node " + item->from.to_hex() + ": " + std::string(why),
                now);
    } else if (s.reports.finish(id)) {
        ++s.statistics.lost_reports;
    }
    s.pump(now);
}

void engine::subscribed(std::string_view filter, std::optional<int> granted, instant now) {
    auto& s = *state_;
    s.subscriptions.acknowledged(filter, granted, now.air);
    if (!granted) s.error("The broker refuses the subscription to " + std::string(filter), now);
    s.pump(now);
}

void engine::mqtt_message(std::string_view topic, std::string_view payload, bool retained, instant now) {
    auto& s = *state_;
    // A report about a report would never end.
    const bool own = (s.options.errors && s.options.errors->topic == topic) ||
                     (s.options.status && s.options.status->topic == topic);
    const auto route = s.subscriptions.find(topic, retained, now.air);
    const std::string name(topic);
    if (!route.known) {
        if (!own) s.error("No nodes subscribed to topic " + name, now);
        return s.pump(now);
    }
    if (!node::is_utf8(payload)) {
        s.statistics.undeliverable += route.nodes.size();
        if (!own && !route.nodes.empty())
            s.error("Message on topic " + name + " is no UTF-8 text: not sent to nodes", now);
        return s.pump(now);
    }
    std::shared_ptr<const std::string> encoded;
    if (topic.size() + payload.size() <= s.options.downlink_limit_v2 + s.options.downlink_limit)
        encoded = std::make_shared<const std::string>(
            node::encode(node::downlink(node::delivery{name, std::string(payload), retained})));
    std::string too_small;
    for (const auto& address : route.nodes) {
        auto& n = *s.nodes.find(address);
        if (encoded && encoded->size() <= s.limit_of(n)) {
            s.enqueue(n, encoded, !own, now);
        } else {
            ++s.statistics.undeliverable;
            if (too_small.size() < 100) too_small += ' ' + address.to_hex();
        }
    }
    if (!too_small.empty() && !own)
        s.error("Message on topic " + name + " is too long (" +
                    std::to_string(encoded ? encoded->size() : payload.size()) + " bytes) for node" + too_small,
                now);
    s.pump(now);
}

std::size_t engine::state::limit_of(const node_state& n) const {
    return n.version2 || options.v2_nodes.contains(n.address) ? options.downlink_limit_v2 : options.downlink_limit;
}

void engine::state::enqueue(node_state& n, const std::shared_ptr<const std::string>& encoded, bool may_report,
                            instant now) {
    if (options.debug && may_report)
        status("Sending or queueing message " + *encoded + " to node " + n.address.to_hex(), now);
    ++statistics.queued;
    n.queue.push_back({++last_message_number, encoded});
    // The one that is with the radio may have arrived already.
    const std::size_t keep = options.node_queue + (downlink::is_sending_oldest(n) ? 1 : 0);
    if (n.queue.size() > keep) {
        n.queue.erase(n.queue.begin() + static_cast<std::ptrdiff_t>(keep - options.node_queue));
        ++statistics.overflowed;
        if (!n.overflow_told && may_report) status("Gateway:  node " + n.address.to_hex() + " queue full", now);
        n.overflow_told = true;
    }
    if (!options.low_power && n.polls) down.fetch(n, now.air);
}

void engine::set_channel(channel on) {
    state_->on = on;
}

void engine::report_error(std::string_view text, instant now) {
    state_->error(text, now);
    state_->pump(now);
}

void engine::state::report(const std::optional<own_topic>& where, std::string_view kind, std::string_view text,
                           instant now) {
    if (!where) return;
    if (reports.full()) {
        ++statistics.lost_reports;
        if (!reports.drop_oldest()) return;
    }
    reports.push({.what = {publish_id(++last_publish_id), where->topic, format_report(options, kind, text, now.wall),
                           where->qos, where->retain},
                  .from = {}});
}

/// Turns into events what can be done now.
void engine::state::pump(instant now) {
    while (auto change = subscriptions.next_change()) {
        if (change->qos) {
            events.push_back(gateway::subscribe{std::move(change->filter), *change->qos});
        } else {
            events.push_back(unsubscribe{std::move(change->filter)});
        }
    }
    if (broker_up) {
        while (const auto* next = publications.next())
            events.push_back(*next);
        while (const auto* next = reports.next())
            events.push_back(*next);
    }
    while (auto next = down.next(now.air))
        events.push_back(std::move(*next));
}

void engine::advance(instant now) {
    state_->down.advance(now.air);
    state_->pump(now);
}

std::optional<time_point> engine::next_deadline() const {
    return state_->down.next_deadline();
}

std::optional<engine_event> engine::next_event() {
    auto& events = state_->events;
    if (events.empty()) return std::nullopt;
    auto first = std::move(events.front());
    events.pop_front();
    return first;
}

std::size_t engine::unpublished() const {
    return state_->publications.size() + state_->reports.size();
}

std::vector<node_info> engine::nodes() const {
    std::vector<node_info> all;
    for (const auto& [address, n] : state_->nodes)
        all.push_back({address, n.last_seen, n.polls, n.queue.size()});
    return all;
}

const engine_statistics& engine::statistics() const {
    state_->statistics.stale_replies = state_->down.stale_replies();
    return state_->statistics;
}

}  // namespace nowire::gateway
