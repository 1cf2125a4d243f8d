#include "gateway/engine_state.hpp"

#include <nowire/frame/text.hpp>

namespace nowire::gateway {

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
    if (!is_utf8(payload)) {
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

}  // namespace nowire::gateway
