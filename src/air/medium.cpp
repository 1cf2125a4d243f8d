#include "air/medium_state.hpp"
#include "air/propagation.hpp"

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

channel_state& medium::state::channel_of(channel on) {
    const auto found = std::ranges::find(channels, on, [](const auto& c) { return c->on; });
    if (found != channels.end()) return **found;
    channels.push_back(std::make_unique<channel_state>());
    channels.back()->on = on;
    return *channels.back();
}

void medium::state::tune(node& n, channel on) {
    n.as.setup.on = on;
    // A radio does not hear while it transmits, be it on the channel that it is leaving.
    n.on_channel_since = std::max(now, n.transmits_until);
    auto& c = channel_of(on);
    c.radios.push_back(&n);
    if (n.as.promiscuous) ++c.promiscuous;
}

void medium::state::untune(node& n) {
    auto& c = channel_of(n.as.setup.on);
    std::erase(c.radios, &n);
    if (n.as.promiscuous) --c.promiscuous;
}

/// A radio with another station MAC is another end of all its links.
void medium::state::identify(node& n) {
    const auto& setup = n.as.setup;
    const auto identity =
        setup.station.value_or(n.identity.is_zero() ? setup.soft_ap.value_or(mac_address()) : n.identity);
    if (identity == n.identity && !n.links.empty()) return;
    n.identity = identity;
    n.backoff = random_sequence(seed_of(options.seed, identity, mac_address()));
    n.links.assign(slots.size(), link_state());
    for (auto& [id, other] : nodes)
        if (n.slot < other->links.size()) other->links[n.slot] = link_state();
}

link_state& medium::state::link_between(node& from, node& to) {
    if (from.links.size() <= to.slot) from.links.resize(slots.size());
    auto& l = from.links[to.slot];
    const auto version = from.version + to.version;
    if (l.version == version) return l;

    if (l.version == 0) l.random = random_sequence(seed_of(options.seed, from.identity, to.identity));
    l.version = version;
    const auto set = link_settings.find({from.identity, to.identity});
    const auto settings = set == link_settings.end() ? link() : set->second;
    l.loss = 1 - (1 - settings.loss.value_or(options.loss)) * (1 - from.as.loss) * (1 - to.as.loss);
    l.rssi = settings.rssi ? *settings.rssi : received_power(from.as.tx_power, from.as.at, to.as.at);
    return l;
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
    n.slot = static_cast<std::size_t>(std::ranges::find(s.slots, false) - s.slots.begin());
    if (n.slot == s.slots.size()) s.slots.push_back(true);
    s.slots[n.slot] = true;

    s.nodes.emplace(n.id, std::move(owned));
    s.take_addresses(n);
    s.tune(n, n.as.setup.on);
    s.identify(n);
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
    auto& n = *found->second;
    s.stop_waiting(n);
    std::erase_if(s.answers, [&](const auto& answer) { return answer.to == radio; });
    s.untune(n);
    s.drop_addresses(n);
    s.slots[n.slot] = false;
    n.left = true;
    // A radio acknowledges before its program can have done anything about the frame, leaving included.
    const auto acks = std::ranges::find_if(
        s.channels, [radio](const auto& c) { return c->now == channel_state::phase::ack && c->acker == radio; });
    if (acks != s.channels.end())
        (*acks)->departed_acker = std::move(found->second);
    else if (s.advancing)
        s.gone.push_back(std::move(found->second));
    s.nodes.erase(found);
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
    const bool waits = n->state == node::sending::waiting;
    if (moves) {
        s.stop_waiting(*n);
        s.untune(*n);
    }
    n->as.setup = setup;
    if (moves) s.tune(*n, setup.on);
    s.take_addresses(*n);
    s.identify(*n);
    if (moves && waits) s.start_next(*n);
    return true;
}

void medium::set_promiscuous(radio_id radio, bool on) {
    auto* n = state_->find(radio);
    if (!n || n->as.promiscuous == on) return;
    auto& count = state_->channel_of(n->as.setup.on).promiscuous;
    count = on ? count + 1 : count - 1;
    n->as.promiscuous = on;
}

void medium::set_tx_power(radio_id radio, int dbm) {
    auto* n = state_->find(radio);
    if (!n) return;
    n->as.tx_power = std::clamp(dbm, least_tx_power, most_tx_power);
    ++n->version;
}

void medium::set_position(radio_id radio, std::optional<position> at) {
    auto* n = state_->find(radio);
    if (!n) return;
    n->as.at = at;
    ++n->version;
}

void medium::set_link(const mac_address& from_station, const mac_address& to_station, link l) {
    state_->link_settings[{from_station, to_station}] = l;
    for (auto& [id, n] : state_->nodes)
        if (n->identity == from_station) ++n->version;
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
