#include "device/peer_table.hpp"

#include <algorithm>
#include <utility>

namespace nowire::detail {

namespace {

/// What no peer can be, whatever the table holds. A number that is no interface comes from C programs.
bool is_possible(const peer& p) {
    const bool known_interface = p.via == interface::station || p.via == interface::soft_ap;
    return known_interface && !(p.encrypt && p.address.is_group());
}

}  // namespace

peer_table::peer_table(std::optional<std::size_t> limit, std::optional<std::size_t> encrypted_limit,
                       device::packet_number_factory packet_numbers)
    : limit_(limit), encrypted_limit_(encrypted_limit), packet_numbers_(std::move(packet_numbers)) {}

ccmp::packet_number_source* peer_table::numbers_of(const ccmp::key& key, const mac_address& own) {
    const auto id = key.fingerprint(own);
    if (const auto known = sources_.find(id); known != sources_.end()) return known->second.get();
    if (!packet_numbers_) return nullptr;
    auto source = packet_numbers_(key, own);
    if (!source) return nullptr;
    return sources_.emplace(id, std::move(source)).first->second.get();
}

std::expected<std::optional<peer_key>, errc> peer_table::install(const peer& p, const ccmp::pmk& primary,
                                                                 const mac_address& own) {
    if (!p.encrypt) return std::nullopt;
    auto key = ccmp::key::derive(primary, p.lmk);
    auto* numbers = numbers_of(key, own);
    if (numbers == nullptr) return std::unexpected(errc::packet_numbers);
    return peer_key{.key = std::move(key), .numbers = numbers};
}

std::expected<void, errc> peer_table::add(const peer& p, const ccmp::pmk& primary, const mac_address& own) {
    if (limit_ && entries_.size() >= *limit_) return std::unexpected(errc::peer_list_full);
    if (!is_possible(p)) return std::unexpected(errc::argument);
    if (index_.contains(p.address)) return std::unexpected(errc::peer_exists);
    if (p.encrypt && encrypted_full()) return std::unexpected(errc::peer_list_full);
    auto secure = install(p, primary, own);
    if (!secure) return std::unexpected(secure.error());
    entries_.push_back({.info = p, .secure = std::move(*secure)});
    index_.emplace(p.address, std::prev(entries_.end()));
    if (p.encrypt) ++encrypted_;
    ++changes_;
    return {};
}

std::expected<void, errc> peer_table::modify(const peer& p, const ccmp::pmk& primary, const mac_address& own) {
    peer_entry* entry = find(p.address);
    if (entry == nullptr) return std::unexpected(errc::peer_not_found);
    if (!is_possible(p)) return std::unexpected(errc::argument);
    if (p.encrypt && !entry->info.encrypt && encrypted_full()) return std::unexpected(errc::peer_list_full);
    if (p.encrypt && entry->info.encrypt && p.lmk == entry->info.lmk) {
        auto* numbers = numbers_of(entry->secure->key, own);
        if (numbers == nullptr) return std::unexpected(errc::packet_numbers);
        entry->secure->numbers = numbers;
    } else {
        auto secure = install(p, primary, own);
        if (!secure) return std::unexpected(secure.error());
        if (entry->info.encrypt) --encrypted_;
        if (p.encrypt) ++encrypted_;
        entry->secure = std::move(*secure);
    }
    entry->info = p;
    ++changes_;
    return {};
}

std::expected<void, errc> peer_table::remove(const mac_address& address) {
    const auto known = index_.find(address);
    if (known == index_.end()) return std::unexpected(errc::peer_not_found);
    if (known->second->info.encrypt) --encrypted_;
    entries_.erase(known->second);
    index_.erase(known);
    ++changes_;
    return {};
}

peer_entry* peer_table::find(const mac_address& address) {
    const auto known = index_.find(address);
    return known == index_.end() ? nullptr : &*known->second;
}

const peer_entry* peer_table::find(const mac_address& address) const {
    const auto known = index_.find(address);
    return known == index_.end() ? nullptr : &*known->second;
}

bool peer_table::has_encrypted(interface via) const {
    return std::ranges::any_of(entries_, [via](const peer_entry& e) { return e.info.encrypt && e.info.via == via; });
}

std::vector<mac_address> peer_table::addresses() const {
    std::vector<mac_address> all;
    all.reserve(entries_.size());
    for (const auto& entry : entries_)
        all.push_back(entry.info.address);
    return all;
}

peer_report peer_table::report() const {
    peer_report all{.count = size(), .listed = {}};
    all.listed.reserve(std::min(size(), peer_report::limit));
    for (const auto& entry : entries_) {
        if (all.listed.size() == peer_report::limit) break;
        const auto& p = entry.info;
        all.listed.push_back({.address = p.address, .on = p.on, .via = p.via, .encrypt = p.encrypt});
    }
    return all;
}

std::vector<peer_entry*> peer_table::unicast_peers() {
    std::vector<peer_entry*> all;
    for (auto& entry : entries_)
        if (!entry.info.address.is_group()) all.push_back(&entry);
    return all;
}

}  // namespace nowire::detail
