#include "gateway/downlink.hpp"

#include <nowire/node/messages.hpp>

namespace nowire::gateway {

void downlink::reply(node_state& n, std::string text, time_point now) {
    ++n.replies;
    replies_.push_back({n.address, std::move(text), now});
}

void downlink::fetch(node_state& n, time_point now) {
    n.fetching = true;
    n.acking = true;
    consider(n, now);
}

void downlink::send_late_acks(node_state& n, time_point now) {
    n.acking = true;
    consider(n, now);
}

bool downlink::has_something(const node_state& n) {
    return (n.acking && n.late_acks > 0) || (n.fetching && !n.queue.empty());
}

/// Puts the node into the list it belongs to, if it is in none.
void downlink::consider(node_state& n, time_point now) {
    if (n.listed || n.data_in_flight || n.replies > 0) return;
    if (!has_something(n)) {
        n.fetching = n.acking = false;
        return;
    }
    n.listed = true;
    if (n.free_at > now) {
        resting_.emplace(n.free_at, n.address);
    } else {
        ready_.push_back(n.address);
    }
}

std::optional<send_to_node> downlink::next(time_point now) {
    if (auto reply = next_reply(now)) return reply;
    return next_data(now);
}

std::optional<send_to_node> downlink::next_reply(time_point now) {
    while (replies_in_flight_ < options_.reply_window + more_replies_ && !replies_.empty()) {
        auto first = std::move(replies_.front());
        replies_.pop_front();
        auto* n = nodes_.find(first.node);
        if (!n || n->replies == 0) continue;
        if (!n->polls && now - first.since > options_.reply_deadline) {
            // Its node has given up, and would take it for the answer to what it asks next.
            ++stale_replies_;
            --n->replies;
            consider(*n, now);
            continue;
        }
        ++replies_in_flight_;
        return launch(*n, std::move(first.text), {.node = n->address, .what = kind::reply});
    }
    return std::nullopt;
}

std::optional<send_to_node> downlink::next_data(time_point now) {
    while (data_in_flight_ < options_.data_window && !ready_.empty()) {
        auto* n = nodes_.find(ready_.front());
        ready_.pop_front();
        if (!n || !n->listed) continue;
        n->listed = false;
        // A reply may have come in between, whose end lists the node again.
        if (n->replies > 0 || n->data_in_flight || n->free_at > now || !has_something(*n)) {
            consider(*n, now);
            continue;
        }
        ++data_in_flight_;
        n->data_in_flight = true;
        if (n->acking && n->late_acks > 0)
            return launch(*n, node::encode(node::downlink(node::word::ack)),
                          {.node = n->address, .what = kind::late_ack});
        const auto& oldest = n->queue.front();
        n->sending = oldest.number;
        return launch(*n, *oldest.encoded, {.node = n->address, .what = kind::data, .number = oldest.number});
    }
    return std::nullopt;
}

send_to_node downlink::launch(node_state& n, std::string payload, flight f) {
    const auto id = ++last_id_;
    flights_.emplace(id, f);
    return {send_id(id), n.address, n.via, std::move(payload)};
}

downlink::report downlink::done(send_id id, tx_status status, time_point now) {
    const auto found = flights_.find(static_cast<std::uint64_t>(id));
    if (found == flights_.end()) return {};
    const flight f = found->second;
    flights_.erase(found);
    --(f.what == kind::reply ? replies_in_flight_ : data_in_flight_);
    auto* n = nodes_.find(f.node);
    if (!n) return {};

    const bool arrived = status == tx_status::acked || status == tx_status::sent ||
                         (status == tx_status::unconfirmed && options_.unconfirmed_is_delivered);
    report result{.what = ended::other, .node = f.node};
    if (f.what == kind::reply) {
        if (n->replies > 0) --n->replies;
        if (!arrived)
            more_replies_ = 0;
        else if (options_.reply_window + more_replies_ < options_.reply_window_limit)
            ++more_replies_;
    } else {
        n->data_in_flight = false;
        n->sending = 0;
        if (f.what == kind::late_ack) {
            if (arrived && n->late_acks > 0) --n->late_acks;
        } else if (arrived) {
            if (!n->queue.empty() && n->queue.front().number == f.number) n->queue.pop_front();
            result.what = ended::delivered;
        } else {
            result.what = status == tx_status::not_acked ? ended::not_answered : ended::not_known;
        }
    }
    // A node that does not hear one message will not hear the next: it gets the rest when it asks again.
    if (!arrived) n->fetching = n->acking = false;
    n->free_at = now + options_.send_gap;
    consider(*n, now);
    return result;
}

void downlink::advance(time_point now) {
    while (!resting_.empty() && resting_.begin()->first <= now) {
        auto* n = nodes_.find(resting_.begin()->second);
        resting_.erase(resting_.begin());
        if (!n || !n->listed) continue;
        n->listed = false;
        consider(*n, now);
    }
}

std::optional<time_point> downlink::next_deadline() const {
    if (resting_.empty()) return std::nullopt;
    return resting_.begin()->first;
}

}  // namespace nowire::gateway
