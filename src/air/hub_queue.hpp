#pragma once

#include <nowire/air/protocol.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace nowire::air {

/// What waits to be sent to one client: messages, several to a packet where they wait. Answers are never lost; frames
/// are, while the client is too slow, and it is told where in the sequence and how many.
///
/// Bounded as long as whoever asks for answers stops at is_full().
class hub_queue {
  public:
    /// Frames beyond these bytes are lost.
    static constexpr std::size_t frame_limit = std::size_t{256} << 10;
    /// No more requests are taken from a client that has left so much unread.
    static constexpr std::size_t answer_limit = std::size_t{512} << 10;

    void add_answer(const protocol::hub_message& answer);
    /// An answer that can wait for what comes next, to go with it in one packet.
    void add_done(const protocol::transmit_done& done);
    /// @returns whether the frame was taken; false: it is lost and counted.
    bool add_frame(const protocol::received& frame);

    enum class flushed {
        all,
        some,    ///< the socket is full
        broken,  ///< there is nobody to send to any more
    };
    /// Sends what the socket takes.
    flushed flush(int socket);

    bool empty() const { return packets_.empty(); }
    /// Whether all that waits are answers that can.
    bool can_wait() const { return !urgent_; }
    bool is_full() const { return bytes_ >= answer_limit; }
    /// Messages ever added.
    std::uint64_t messages() const { return messages_; }
    /// Frames ever lost.
    std::uint64_t lost() const { return lost_; }

  private:
    void add(const protocol::hub_message& message);

    std::deque<std::vector<std::uint8_t>> packets_;
    bool urgent_ = false;
    std::size_t bytes_ = 0;
    std::uint64_t messages_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t lost_untold_ = 0;
};

}  // namespace nowire::air
