#pragma once

#include <nowire/gateway/engine.hpp>

#include <cstddef>
#include <deque>
#include <optional>

namespace nowire::gateway {

/// What is to be published, in order. The first few, up to the window, are with the broker or, while that is away, next
/// in line for it; the others wait.
class outbox {
  public:
    struct item {
        publish what;
        mac_address from;       ///< the node; zero: the gateway itself
        bool owes_ack = false;  ///< the node was answered NAK and is to be told when it is published
        unsigned attempts = 0;  ///< connections that ended while it was the oldest one unacknowledged
    };

    outbox(std::size_t capacity, std::size_t window) : capacity_(capacity), window_(window) {}

    /// Items outside the window.
    std::size_t waiting() const { return items_.size() > window_ ? items_.size() - window_ : 0; }
    bool full() const { return items_.size() >= window_ + capacity_; }
    std::size_t size() const { return items_.size(); }

    /// Must not be full.
    item& push(item i);
    /// Drops the oldest one that is not with the broker. @returns false if there was none to drop.
    bool drop_oldest();

    /// The next one to hand to the broker, if its window has room.
    const publish* next();
    /// Takes out one that was handed to the broker; nothing if it is not known (any more).
    std::optional<item> finish(publish_id id);
    /// What was handed to the broker and not finished is to be handed to it again. @returns the oldest of these, taken
    /// out, if it has had `attempts`.
    std::optional<item> connection_lost(unsigned attempts);

  private:
    std::deque<item> items_;
    std::size_t handed_ = 0;  ///< that many at the front are with the broker
    std::size_t capacity_;
    std::size_t window_;
};

}  // namespace nowire::gateway
