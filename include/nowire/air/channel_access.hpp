#pragma once

#include <nowire/frame/time.hpp>

#include <cstdint>
#include <deque>
#include <optional>

namespace nowire::air {

enum class radio_id : std::uint32_t;

/// Decides which of the radios that share a channel transmits next, and when: each asks for every single transmission,
/// retries included, and says how long the channel must have been free for it (AIFS and the backoff it drew).
///
/// This one is ideal: radios are served in the order in which they asked, everybody senses everybody, and nobody ever
/// transmits over another. A model with contention counts the backoffs down together and grants several at once.
class channel_access {
  public:
    struct grant {
        radio_id who;
        time_point start;

        friend bool operator==(const grant&, const grant&) = default;
    };

    /// Puts `who`, which has no request here, at the end of the line.
    void request(radio_id who, duration wait, time_point now);
    /// Takes a request back; nothing happens if there is none.
    void withdraw(radio_id who, time_point now);

    /// Who transmits next if nobody else asks or withdraws before; nothing while the channel is taken or nobody asks.
    std::optional<grant> next() const;
    /// The radio that next() names begins: its request is fulfilled, and the channel is taken.
    void begin();
    /// The channel is free again.
    void release(time_point now);

  private:
    struct waiting {
        radio_id who;
        duration wait;
    };

    std::deque<waiting> line_;
    /// Since when the first in the line counts down: the channel has been free and it has been first.
    time_point turn_;
    bool taken_ = false;
};

}  // namespace nowire::air
