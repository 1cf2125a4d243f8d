#include "station/station_peers.hpp"

#include <iterator>

namespace nowire::detail {

namespace {

interface interface_for(const device& d) {
    return !d.is_up(interface::station) && d.is_up(interface::soft_ap) ? interface::soft_ap : interface::station;
}

/// Whether a peer looks as it was added here.
bool is_as_added(const peer& p) {
    return !p.encrypt && !p.on && !p.tx_rate && p.user_data == 0;
}

}  // namespace

std::expected<void, errc> automatic_peers::provide(device& d, const mac_address& destination) {
    const auto known = by_address_.find(destination);
    if (const auto* existing = d.find_peer(destination)) {
        if (known == by_address_.end() || !is_as_added(*existing) || d.is_up(existing->via)) return {};
        auto moved = *existing;
        moved.via = interface_for(d);
        return d.modify_peer(moved);
    }
    if (known != by_address_.end()) {  // the program removed it
        entries_.erase(known->second);
        by_address_.erase(known);
    }
    if (entries_.size() >= limit)
        if (const auto made = make_room(d); !made && entries_.size() >= limit) return made;

    peer added;
    added.address = destination;
    added.via = interface_for(d);
    auto done = d.add_peer(added);
    if (!done && done.error() == errc::peer_list_full) {
        if (const auto made = make_room(d); !made) return made;
        done = d.add_peer(added);
    }
    if (!done) return done;
    by_address_[destination] = entries_.insert(entries_.end(), {.address = destination});
    return {};
}

std::expected<void, errc> automatic_peers::make_room(device& d) {
    auto why = errc::peer_list_full;
    for (auto at = entries_.begin(); at != entries_.end();) {
        const auto* existing = d.find_peer(at->address);
        const bool ours = existing != nullptr && is_as_added(*existing);
        if (ours && at->in_flight > 0) {
            why = errc::no_memory;
            ++at;
            continue;
        }
        const auto address = at->address;
        by_address_.erase(address);
        at = entries_.erase(at);
        if (ours) return d.remove_peer(address);
    }
    return std::unexpected(why);
}

void automatic_peers::sent(const mac_address& destination) {
    const auto known = by_address_.find(destination);
    if (known == by_address_.end()) return;
    ++known->second->in_flight;
    entries_.splice(entries_.end(), entries_, known->second);
}

void automatic_peers::completed(const mac_address& destination) {
    const auto known = by_address_.find(destination);
    if (known != by_address_.end() && known->second->in_flight > 0) --known->second->in_flight;
}

}  // namespace nowire::detail
