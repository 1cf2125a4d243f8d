#pragma once

#include <nowire/device/message.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

namespace nowire {

/// Where received messages wait for their reader. Bounded; when full the newest is dropped and counted, as the chips'
/// rings do it. Not thread-safe.
class inbox {
  public:
    /// How much an inbox holds.
    struct limits {
        std::size_t messages = 4096;  ///< at most so many
        /// Room in bytes, of which a message takes `overhead` plus its payload; 0: only `messages` counts.
        std::size_t bytes = 0;
        std::size_t overhead = 0;  ///< bytes that a message takes besides its payload
    };

    /// An empty inbox.
    explicit inbox(limits l);
    inbox(const inbox&) = delete;
    inbox& operator=(const inbox&) = delete;

    /// @returns false if there was no room: then it counts as dropped.
    bool push(message m);
    /// The oldest message.
    std::optional<message> pop();
    /// Throws all messages away; they do not count as dropped.
    void clear();
    /// Holds so much from now on. What is in it already stays.
    void set_limits(limits l);

    /// Whether no message waits.
    bool empty() const;
    /// Messages that wait.
    std::size_t size() const;
    /// Bytes of the oldest message's payload; nothing: none waits.
    std::optional<std::size_t> next_size() const;
    /// Messages that were put into it, since it was made.
    std::uint64_t stored() const;
    /// Messages for which there was no room, since the inbox was made.
    std::uint64_t dropped() const;

    /// Called with true when the inbox has become empty and with false when it no longer is. One listener, called from
    /// inside push(), pop() and clear(); it must not call those. That of a station's inbox is the station's, which
    /// keeps its message descriptor by it.
    void on_edge(std::function<void(bool empty)> listener);

  private:
    std::size_t room_of(const message& m) const;
    void tell_if_changed(bool was_empty);

    limits limits_;
    std::deque<message> messages_;
    std::size_t bytes_ = 0;
    std::uint64_t stored_ = 0;
    std::uint64_t dropped_ = 0;
    std::function<void(bool)> listener_;
};

}  // namespace nowire
