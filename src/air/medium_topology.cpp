/// Who reaches whom: kept for each radio, so that a frame costs nothing but at those whom it reaches.

#include "air/medium_state.hpp"
#include "air/phy.hpp"
#include "air/propagation.hpp"

#include <algorithm>
#include <cmath>

namespace nowire::air {

namespace {

constexpr double power_without_positions = -40;

void drop(std::vector<neighbour>& reach, const node& n) {
    const auto found = std::ranges::find(reach, &n, &neighbour::at);
    if (found == reach.end()) return;
    *found = reach.back();
    reach.pop_back();
}

}  // namespace

std::optional<neighbour> medium::state::reach_between(const node& from, node& to, channel sent_on) const {
    const int distance = channels_between(sent_on, to.as.setup.on);
    if (distance > 0 && !options.leakage) return std::nullopt;

    link settings;
    if (!link_settings.empty()) {
        const auto set = link_settings.find({from.identity, to.identity});
        if (set != link_settings.end()) settings = set->second;
    }
    double dbm = power_without_positions;
    if (settings.rssi)
        dbm = *settings.rssi;
    else if (from.as.at && to.as.at)
        dbm = from.as.tx_power -
              loss_over(std::hypot(from.as.at->x - to.as.at->x, from.as.at->y - to.as.at->y), options.path) -
              shadowing_between(from.identity, to.identity, options.path, options.seed);
    dbm += leakage(distance);
    if (dbm < least_power) return std::nullopt;

    const double loss = 1 - (1 - settings.loss.value_or(options.loss)) * (1 - from.as.loss) * (1 - to.as.loss);
    return neighbour{.at = &to, .dbm = dbm, .mw = milliwatts(dbm), .loss = loss, .same_channel = distance == 0};
}

bool medium::state::loses(node& from, const neighbour& by) {
    if (by.loss <= 0) return false;
    auto& draws =
        from.draws.try_emplace(by.at->id, seed_of(options.seed, from.identity, by.at->identity)).first->second;
    if (!draws.chance(by.loss)) return false;
    ++statistics.losses;
    return true;
}

void medium::state::tune(node& n, channel on) {
    n.as.setup.on = on;
    // A radio does not hear while it transmits, be it on the channel that it is leaving.
    n.on_channel_since = now;
    for (const auto& f : flights)
        if (f->begun && f->from == &n) n.on_channel_since = f->end;
    n.rx = receiver();
    n.rx.transmitting = n.on_channel_since > now;
    n.rx.idle_from = now;
    all.push_back(&n);
    for (auto* other : all) {
        if (other == &n) continue;
        if (const auto there = reach_between(n, *other, on)) n.reach.push_back(*there);
        if (const auto back = reach_between(*other, n, other->as.setup.on)) other->reach.push_back(*back);
    }
    overhear(n);
}

void medium::state::untune(node& n) {
    for (const auto& f : flights)
        std::erase_if(f->arrivals, [&](const auto& a) { return a.by.at == &n; });
    std::erase(all, &n);
    for (auto* other : all)
        drop(other->reach, n);
    n.reach.clear();
}

void medium::state::relink(node& n) {
    for (auto* other : all) {
        if (other == &n) continue;
        relink(n, *other);
        relink(*other, n);
    }
}

void medium::state::relink(node& from, node& to) {
    drop(from.reach, to);
    if (const auto reached = reach_between(from, to, from.as.setup.on)) from.reach.push_back(*reached);
}

}  // namespace nowire::air
