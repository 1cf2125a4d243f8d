#include "air/medium_state.hpp"

#include <nowire/air/medium.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace nowire::air {

namespace {

/// The range that radio::set_tx_power() names.
constexpr int least_tx_power = 2;
constexpr int most_tx_power = 20;

}  // namespace

node* medium::state::find(radio_id id) {
    const auto found = nodes.find(id);
    return found == nodes.end() ? nullptr : found->second.get();
}

bool medium::state::are_free(const radio_setup& setup, const node* but) const {
    for (const auto& address : {setup.station, setup.soft_ap}) {
        if (!address) continue;
        const auto found = addresses.find(*address);
        if (found != addresses.end() && found->second != but) return false;
    }
    return true;
}

void medium::state::take_addresses(node& n) {
    for (const auto& address : {n.as.setup.station, n.as.setup.soft_ap})
        if (address) addresses[*address] = &n;
}

void medium::state::drop_addresses(const node& n) {
    for (const auto& address : {n.as.setup.station, n.as.setup.soft_ap})
        if (address) addresses.erase(*address);
}

/// A radio with another station MAC is another end of all its links.
void medium::state::identify(node& n) {
    const auto& setup = n.as.setup;
    const auto identity =
        setup.station.value_or(n.identity.is_zero() ? setup.soft_ap.value_or(mac_address()) : n.identity);
    if (identity == n.identity) return;
    n.identity = identity;
    n.backoff = random_sequence(seed_of(options.seed, identity, mac_address()));
    n.draws.clear();
    for (auto* other : all)
        other->draws.erase(n.id);
}

medium::medium(medium_options options) : state_(std::make_unique<state>()) {
    state_->options = options;
}

medium::~medium() = default;

time_point medium::now() const {
    return state_->now;
}

std::optional<radio_id> medium::join(medium_radio radio, medium_listener& listener) {
    auto& s = *state_;
    if (!s.are_free(radio.setup, nullptr)) return std::nullopt;

    auto owned = std::make_unique<node>();
    auto& n = *owned;
    n.id = radio_id{++s.last_id};
    n.listener = &listener;
    n.as = std::move(radio);
    n.as.tx_power = std::clamp(n.as.tx_power, least_tx_power, most_tx_power);
    n.receiving_since = s.now;
    n.backoff = random_sequence(seed_of(s.options.seed, mac_address(), mac_address()));
    s.nodes.emplace(n.id, std::move(owned));
    s.take_addresses(n);
    s.identify(n);
    s.tune(n, n.as.setup.on);
    return n.id;
}

std::optional<std::string> medium::owner_of(const mac_address& address) const {
    const auto found = state_->addresses.find(address);
    if (found == state_->addresses.end()) return std::nullopt;
    return found->second->as.name;
}

void medium::leave(radio_id radio) {
    auto& s = *state_;
    const auto found = s.nodes.find(radio);
    if (found == s.nodes.end()) return;
    auto owned = std::move(found->second);
    s.nodes.erase(found);
    s.stop_waiting(*owned);
    s.untune(*owned);
    s.drop_addresses(*owned);
    for (auto* other : s.all)
        other->draws.erase(radio);
    owned->left = true;
    s.disown(std::move(owned));
}

void medium::transmit(radio_id from, nowire::transmit what) {
    auto* n = state_->find(from);
    if (!n) return;
    n->queue.push_back(std::move(what));
    state_->start_next(*n);
}

bool medium::configure(radio_id radio, const radio_setup& setup) {
    auto& s = *state_;
    auto* n = s.find(radio);
    if (!n || !s.are_free(setup, n)) return false;
    s.drop_addresses(*n);
    if (setup.receiving && !n->as.setup.receiving) n->receiving_since = s.now;
    const bool moves = setup.on != n->as.setup.on;
    const bool waits = n->state == node::sending::contending;
    if (moves) {
        s.stop_waiting(*n);
        s.untune(*n);
    }
    const auto identity = n->identity;
    n->as.setup = setup;
    s.take_addresses(*n);
    s.identify(*n);
    if (moves)
        s.tune(*n, setup.on);
    else if (n->identity != identity)
        s.relink(*n);
    if (moves && waits) s.start_next(*n);
    return true;
}

void medium::set_promiscuous(radio_id radio, bool on) {
    if (auto* n = state_->find(radio)) n->as.promiscuous = on;
}

void medium::set_tx_power(radio_id radio, int dbm) {
    auto* n = state_->find(radio);
    if (!n) return;
    n->as.tx_power = std::clamp(dbm, least_tx_power, most_tx_power);
    state_->relink(*n);
}

void medium::set_position(radio_id radio, std::optional<position> at) {
    auto* n = state_->find(radio);
    if (!n) return;
    n->as.at = at;
    state_->relink(*n);
}

void medium::set_link(const mac_address& from_station, const mac_address& to_station, link l) {
    auto& s = *state_;
    s.link_settings[{from_station, to_station}] = l;
    for (auto* from : s.all)
        for (auto* to : s.all)
            if (from != to && from->identity == from_station && to->identity == to_station) s.relink(*from, *to);
}

std::optional<time_point> medium::next_event() const {
    return state_->next_event();
}

bool medium::step_to(time_point t) {
    auto& s = *state_;
    if (s.advancing) throw std::logic_error("a listener of air::medium must not move its time");
    struct guard {
        state& s;
        ~guard() {
            s.advancing = false;
            s.gone.clear();
        }
    } at_end{s};
    s.advancing = true;
    if (s.step(t)) return true;
    s.now = std::max(s.now, t);
    return false;
}

void medium::advance_to(time_point t) {
    while (step_to(t)) {
    }
}

void medium::set_observer(std::function<void(const air_frame&)> observer) {
    state_->observer = std::move(observer);
}

const medium_statistics& medium::statistics() const {
    return state_->statistics;
}

}  // namespace nowire::air
