#pragma once

#include <nowire/device/message.hpp>
#include <nowire/frame/mac_address.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace nowire::gateway {

/// A subscribed message on its way to one node or many, as it goes on the air.
struct queued_message {
    std::uint64_t number = 0;
    std::shared_ptr<const std::string> encoded;
};

/// What the gateway knows of one node.
struct node_state {
    mac_address address;
    interface via = interface::station;  ///< the interface it wrote to last
    time_point last_seen;
    bool polls = false;     ///< it uses aget: it listens always, and waits for a late ACK
    bool version2 = false;  ///< it has sent a version 2 message
    std::size_t subscriptions = 0;

    std::deque<queued_message> queue;
    bool overflow_told = false;  ///< "queue full" was reported and nothing fetched since
    unsigned late_acks = 0;      ///< ACKs owed for publications that were answered NAK

    bool fetching = false;  ///< the queue is being sent to it
    bool acking = false;    ///< its late ACKs are
    bool data_in_flight = false;
    std::uint64_t sending = 0;  ///< the queued message in flight; 0: none
    unsigned replies = 0;       ///< not sent yet, or not acknowledged
    time_point free_at;         ///< when its buffer has room again
    bool listed = false;        ///< it stands in one of the downlink's lists

    struct fingerprint {
        std::uint16_t sequence_number = 0;
        std::array<std::uint8_t, 4> random{};
        std::size_t hash = 0;
        time_point time;
    };
    std::array<std::optional<fingerprint>, 4> recent;  ///< its last frames
    std::size_t next_recent = 0;
};

/// The nodes, by address. References stay valid until the node is erased.
class node_table {
  public:
    node_state* find(const mac_address& address) {
        const auto found = nodes_.find(address);
        return found == nodes_.end() ? nullptr : &found->second;
    }
    node_state& add(const mac_address& address) {
        auto& n = nodes_[address];
        n.address = address;
        return n;
    }
    void erase(const mac_address& address) { nodes_.erase(address); }
    std::size_t size() const { return nodes_.size(); }
    auto begin() const { return nodes_.begin(); }
    auto end() const { return nodes_.end(); }

    /// The one not heard of for longest; nullptr if there is none.
    const node_state* longest_silent() const {
        const node_state* oldest = nullptr;
        for (const auto& [address, n] : nodes_)
            if (!oldest || n.last_seen < oldest->last_seen) oldest = &n;
        return oldest;
    }

  private:
    std::unordered_map<mac_address, node_state> nodes_;
};

/// Whether `m` is a frame that was heard already: the same sequence number, random value and bytes within `window`.
/// Remembers it.
bool is_repetition(node_state& n, const message& m, duration window);

}  // namespace nowire::gateway
