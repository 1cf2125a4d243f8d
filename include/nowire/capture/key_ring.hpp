#pragma once

#include <nowire/ccmp/key.hpp>
#include <nowire/frame/mac_address.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <span>
#include <utility>

namespace nowire::capture {

/// The keys that a capture's encrypted frames are tried with. As on the devices, a key belongs to a peer; a frame
/// between two devices has the key under the address of either. Wipes itself. Belongs to one thread.
class key_ring {
  public:
    /// Adds a key; one peer may have several, for example from before and after a change.
    void add(const mac_address& peer, ccmp::key key) { keys_.emplace(peer, std::move(key)); }

    /// Keys in it, those of all peers together.
    std::size_t size() const { return keys_.size(); }

    /// Whether there is a key for a frame between the two.
    bool has_key(const mac_address& a1, const mac_address& a2) const {
        return keys_.contains(a1) || keys_.contains(a2);
    }

    /// Checks and decrypts a protected MPDU (without FCS) with the keys of its source, then of its destination.
    /// @param out  at least mpdu.size() - frame::header_size - ccmp::overhead bytes; must not overlap `mpdu`.
    /// Errors: ccmp::reject::wrong_mic if no key fits or there is none; else what the MPDU is rejected for.
    std::expected<ccmp::unprotected, ccmp::reject> unprotect(std::span<std::uint8_t> out,
                                                             std::span<const std::uint8_t> mpdu);

  private:
    std::multimap<mac_address, ccmp::key> keys_;
};

}  // namespace nowire::capture
