#pragma once

#include <nowire/device/message.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace nowire {

/// Where received messages wait for their reader. Bounded; when full the newest is dropped and counted, as the chips'
/// rings do it.
class inbox {
  public:
    struct limits {
        std::size_t messages = 4096;
        /// Room in bytes, of which a message takes `overhead` plus its payload; 0: only `messages` counts.
        std::size_t bytes = 0;
        std::size_t overhead = 0;
    };

    explicit inbox(limits l);

    /// @returns false if there was no room: then it counts as dropped.
    bool push(message m);
    std::optional<message> pop();
    void clear();

    bool empty() const;
    std::size_t size() const;
    std::uint64_t dropped() const;

  private:
    limits limits_;
    std::deque<message> messages_;
    std::size_t bytes_ = 0;
    std::uint64_t dropped_ = 0;
};

}  // namespace nowire
