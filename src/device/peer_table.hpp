#pragma once

#include "device/dedupe.hpp"

#include <nowire/ccmp/key.hpp>
#include <nowire/ccmp/packet_number.hpp>
#include <nowire/ccmp/replay_window.hpp>
#include <nowire/device/device.hpp>
#include <nowire/device/peer.hpp>
#include <nowire/device/peer_report.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace nowire::detail {

/// What is kept of an encrypted peer besides what the caller said.
struct peer_key {
    ccmp::key key;
    /// The peer table's; never nullptr.
    ccmp::packet_number_source* numbers;
    /// Of frames that this key authenticated. Apart from the plain ones', so that nobody without the key can push
    /// anything out of it or put anything in.
    recent_randoms seen = {};
    ccmp::replay_window replays = {};
};

struct peer_entry {
    peer info;
    std::optional<peer_key> secure;  ///< set exactly where info.encrypt is
};

/// The peers in the order in which they were added, their keys, and the packet numbers of every key that was ever
/// installed: neither a peer that is removed and added again nor two peers with the same key use a number twice.
class peer_table {
  public:
    peer_table(std::optional<std::size_t> limit, std::optional<std::size_t> encrypted_limit,
               device::packet_number_factory packet_numbers);

    /// Errors and their order as device::add_peer() and device::modify_peer() have them; nothing is changed then.
    /// @param own  the address of the interface `p.via`.
    std::expected<void, errc> add(const peer& p, const ccmp::pmk& primary, const mac_address& own);
    std::expected<void, errc> modify(const peer& p, const ccmp::pmk& primary, const mac_address& own);
    std::expected<void, errc> remove(const mac_address& address);

    peer_entry* find(const mac_address& address);
    const peer_entry* find(const mac_address& address) const;
    std::vector<mac_address> addresses() const;
    /// Unicast peers only.
    std::vector<peer_entry*> unicast_peers();
    std::size_t size() const { return entries_.size(); }
    std::size_t encrypted() const { return encrypted_; }
    bool has_encrypted(interface via) const;
    void set_encrypted_limit(std::optional<std::size_t> limit) { encrypted_limit_ = limit; }
    /// How often anything was added, modified or removed.
    std::uint64_t changes() const { return changes_; }
    peer_report report() const;

  private:
    /// The source of `key` as used by `own`; nullptr if the caller's factory has none.
    ccmp::packet_number_source* numbers_of(const ccmp::key& key, const mac_address& own);
    std::expected<std::optional<peer_key>, errc> install(const peer& p, const ccmp::pmk& primary,
                                                         const mac_address& own);
    bool encrypted_full() const { return encrypted_limit_ && encrypted_ >= *encrypted_limit_; }

    std::optional<std::size_t> limit_;
    std::optional<std::size_t> encrypted_limit_;
    device::packet_number_factory packet_numbers_;
    std::list<peer_entry> entries_;
    std::unordered_map<mac_address, std::list<peer_entry>::iterator> index_;
    std::map<ccmp::fingerprint, std::unique_ptr<ccmp::packet_number_source>> sources_;
    std::size_t encrypted_ = 0;
    std::uint64_t changes_ = 0;
};

}  // namespace nowire::detail
