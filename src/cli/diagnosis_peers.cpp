#include "cli/diagnosis.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace nowire::cli {

namespace {

using air::protocol::radio_status;

/// Of which more are only counted, so that a gateway's line stays one.
constexpr std::size_t most_in_text = 20;

/// The devices of an air by what they are reached at.
using directory = std::map<mac_address, const radio_status*>;

directory devices_of(const std::vector<radio_status>& radios) {
    directory all;
    for (const auto& r : radios)
        for (const auto& address : {r.radio.setup.station, r.radio.setup.soft_ap})
            if (address) all.emplace(*address, &r);
    return all;
}

const radio_status* find(const directory& devices, const mac_address& address) {
    const auto found = devices.find(address);
    return found == devices.end() ? nullptr : found->second;
}

std::string name_at(const directory& devices, const mac_address& address) {
    const auto* device = find(devices, address);
    return device ? "'" + device->radio.name + "' (" + address.to_string() + ")" : address.to_string();
}

/// The first ones, and how many more there are.
std::string listed(const std::vector<std::string>& each, std::size_t count) {
    const auto shown = std::min(each.size(), most_in_text);
    auto text = fmt::format("{}", fmt::join(each.begin(), each.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    if (count > shown) text += fmt::format(" and {} more", count - shown);
    return text;
}

void show_peers(diagnosis& d, const radio_status& r, const directory& devices) {
    std::vector<std::string> each;
    each.reserve(r.peers.listed.size());
    for (const auto& p : r.peers.listed)
        each.push_back(name_at(devices, p.address) +
                       (p.on ? fmt::format(" on channel {}", p.on->number()) : " on its own channel") +
                       (p.encrypt ? " encrypted" : ""));
    auto text = name_of(r);
    if (r.peers.count == 0)
        text += " has no peers";
    else
        text += fmt::format(" has {} peer(s): {}", r.peers.count, listed(each, r.peers.count));
    d.ok("peers", std::move(text), r);
}

void check_channel(diagnosis& d, const radio_status& r, const peer_summary& p, const radio_status& other,
                   const std::string& peer_name) {
    const auto own = r.radio.setup.on;
    const auto there = other.radio.setup.on;
    if (p.on.value_or(own) == there) return;
    const auto where =
        p.on ? fmt::format("channel {}", p.on->number()) : fmt::format("its own channel, which is {}", own.number());
    d.warn("peers",
           fmt::format("{} has its peer {} on {}, but that is on channel {}", name_of(r), peer_name, where,
                       there.number()),
           "put both on one channel, and add the peer with that or with none");
}

/// What keeps an encrypted peer from understanding; told by the one that has the key.
void check_encryption(diagnosis& d, const radio_status& r, const peer_summary& p, const radio_status& other,
                      const directory& devices) {
    const auto& setup = r.radio.setup;
    const auto sender = p.via == interface::soft_ap ? setup.soft_ap : setup.station;
    if (!p.encrypt || !sender) return;
    const auto back = std::ranges::find(other.peers.listed, *sender, &peer_summary::address);
    const bool known = back != other.peers.listed.end();
    if (known ? back->encrypt : other.peers.count > other.peers.listed.size()) return;
    const auto there = name_at(devices, p.address);
    d.warn(
        "peers",
        fmt::format("{} has its peer {} encrypted, but that has {} {}: neither understands what the other sends to it",
                    name_of(r), there, known ? "a plain peer" : "no peer", name_at(devices, *sender)),
        "give both the same LMK, each below the other's address, for example with --keys");
}

}  // namespace

void check_peers(diagnosis& d, const std::vector<radio_status>& radios) {
    const auto devices = devices_of(radios);
    for (const auto& r : radios) {
        show_peers(d, r, devices);
        std::vector<std::string> nowhere;
        for (const auto& p : r.peers.listed) {
            if (p.address.is_group()) continue;
            const auto* other = find(devices, p.address);
            if (!other) {
                nowhere.push_back(p.address.to_string());
            } else if (other != &r) {
                check_channel(d, r, p, *other, name_at(devices, p.address));
                check_encryption(d, r, p, *other, devices);
            }
        }
        if (!nowhere.empty())
            d.hint("peers",
                   fmt::format("{} has {} peer(s) that no device on this air is: {}", name_of(r), nowhere.size(),
                               listed(nowhere, nowhere.size())),
                   "they may be off; else look at the addresses");
    }
}

}  // namespace nowire::cli
