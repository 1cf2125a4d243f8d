#include "gateway/subscription_table.hpp"

#include <nowire/node/topic.hpp>

#include <algorithm>
#include <utility>

namespace nowire::gateway {

bool subscription_table::add(const mac_address& node, std::string_view filter, int qos) {
    auto found = entries_.find(filter);
    if (found == entries_.end()) {
        found = entries_.emplace(filter, entry()).first;
        found->second.qos = qos;
        if (node::has_wildcard(filter)) wildcards_.emplace(filter, &*found);
    }
    auto& e = *found;
    const auto [member, is_new] = e.second.members.emplace(node, 0);
    if (is_new) member->second = ask(carrier_of(e), e.second.qos);
    return e.second.qos == qos;
}

bool subscription_table::has(const mac_address& node, std::string_view filter) const {
    const auto found = entries_.find(filter);
    return found != entries_.end() && found->second.members.contains(node);
}

void subscription_table::remove(const mac_address& node) {
    bool wide_gone = false;
    for (auto at = entries_.begin(); at != entries_.end();) {
        if (at->second.members.erase(node) == 0 || !at->second.members.empty()) {
            ++at;
            continue;
        }
        wide_gone = wildcards_.erase(at->first) > 0 || wide_gone;
        leave_broker(*at);
        at = entries_.erase(at);
    }
    if (wide_gone) settle();
}

/// The entry that is subscribed at the broker for the sake of `e`: itself, or the widest that covers it.
subscription_table::entries::value_type& subscription_table::carrier_of(entries::value_type& e) {
    auto* widest = &e;
    for (const auto& [filter, wide] : wildcards_)
        if (!wide->second.refused && filter != widest->first && node::covers(filter, widest->first)) widest = wide;
    return *widest;
}

/// Has `e` subscribed (again) at the broker. @returns the number of the SUBSCRIBE that does it; 0 while there is no
/// broker, which will be asked for everything when there is.
std::uint64_t subscription_table::ask(entries::value_type& e, int qos) {
    auto& [filter, entry] = e;
    entry.asked_qos = std::max(entry.asked_qos, qos);
    if (!broker_up_) return 0;
    if (entry.pending != 0) {
        if (entry.follow == 0) entry.follow = ++last_number_;
        return entry.follow;
    }
    emit(e, ++last_number_);
    return entry.pending;
}

void subscription_table::emit(entries::value_type& e, std::uint64_t number) {
    e.second.pending = number;
    changes_.push_back({e.first, e.second.asked_qos});
}

void subscription_table::leave_broker(entries::value_type& e) {
    if (broker_up_ && (e.second.active || e.second.pending != 0)) changes_.push_back({e.first, std::nullopt});
    e.second.active = false;
    e.second.follow = 0;
}

/// Subscribes what no wider filter carries (any more), and unsubscribes what one does that is active.
void subscription_table::settle() {
    if (!broker_up_) return;
    for (auto& e : entries_) {
        auto& carrier = carrier_of(e);
        if (&carrier == &e) {
            if (e.second.active || e.second.pending != 0 || e.second.refused) continue;
            const auto number = ask(e, e.second.qos);
            for (auto& [node, wanted] : e.second.members)
                wanted = number;
        } else if (carrier.second.active && e.second.active) {
            leave_broker(e);
        }
    }
}

void subscription_table::broker_up() {
    broker_up_ = true;
    for (auto& e : entries_) {
        auto& carrier = carrier_of(e).second;
        carrier.asked_qos = std::max(carrier.asked_qos, e.second.qos);
    }
    for (auto& e : entries_) {
        auto& carrier = carrier_of(e);
        if (carrier.second.pending == 0) emit(carrier, ++last_number_);
        for (auto& [node, wanted] : e.second.members)
            wanted = carrier.second.pending;
    }
}

void subscription_table::broker_down() {
    broker_up_ = false;
    changes_.clear();
    for (auto& [filter, entry] : entries_) {
        entry.active = entry.refused = false;
        entry.asked_qos = entry.qos;
        entry.pending = entry.follow = entry.answered = 0;
    }
}

void subscription_table::acknowledged(std::string_view filter, std::optional<int> granted, time_point now) {
    const auto found = entries_.find(filter);
    if (found == entries_.end() || found->second.pending == 0) return;
    auto& entry = found->second;
    entry.answered = std::exchange(entry.pending, 0);
    entry.answered_at = now;
    const bool was_active = std::exchange(entry.active, granted.has_value());
    const bool was_refused = std::exchange(entry.refused, !granted);
    if (granted && entry.follow != 0) emit(*found, std::exchange(entry.follow, 0));
    entry.follow = 0;
    // A wider filter may have become active since this one was asked for.
    const auto& carrier = carrier_of(*found);
    if (&carrier != &*found && carrier.second.active) leave_broker(*found);
    if (wildcards_.contains(filter) && (was_active != entry.active || was_refused != entry.refused)) settle();
}

subscription_table::route subscription_table::find(std::string_view topic, bool retained, time_point now) {
    route r;
    if (const auto exact = entries_.find(topic); exact != entries_.end()) collect(*exact, retained, now, r);
    for (const auto& [filter, e] : wildcards_)
        if (node::matches(filter, topic)) collect(*e, retained, now, r);
    std::ranges::sort(r.nodes);
    const auto repeated = std::ranges::unique(r.nodes);
    r.nodes.erase(repeated.begin(), repeated.end());
    return r;
}

void subscription_table::collect(entries::value_type& e, bool retained, time_point now, route& r) {
    r.known = true;
    const auto& carrier = carrier_of(e).second;
    // Brokers answer a SUBSCRIBE first and send its retained messages then, but may do it the other way round.
    const bool answer_is_young = carrier.answered != 0 && now <= carrier.answered_at + retained_window_;
    const auto current = answer_is_young ? carrier.answered : carrier.pending;
    for (const auto& [node, wanted] : e.second.members)
        if (!retained || (wanted != 0 && wanted == current)) r.nodes.push_back(node);
}

std::optional<subscription_table::change> subscription_table::next_change() {
    if (changes_.empty()) return std::nullopt;
    auto first = std::move(changes_.front());
    changes_.pop_front();
    return first;
}

}  // namespace nowire::gateway
