#pragma once

#include <nowire/air/protocol.hpp>
#include <nowire/air/unique_descriptor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace nowire {

/// A client's end of a connection to a hub, never blocking: messages out, several to a packet where they wait, and
/// packets in.
class hub_connection {
  public:
    explicit hub_connection(unique_descriptor socket);

    int descriptor() const { return socket_.get(); }

    void add(const air::protocol::client_message& message);
    /// Sends what the socket takes. Where the hub has gone, drops it: read() tells.
    void flush();
    bool wants_output() const { return !packets_.empty(); }
    /// Bytes that wait.
    std::size_t waiting() const { return bytes_; }

    /// The next packet, if there is one.
    std::optional<std::vector<std::uint8_t>> read();
    /// The hub has gone, and all that it said has been read.
    bool has_ended() const { return ended_; }

    /// Waits until the hub says something or takes what waits, at most `limit`.
    void wait(std::chrono::milliseconds limit) const;

  private:
    unique_descriptor socket_;
    std::deque<std::vector<std::uint8_t>> packets_;
    std::size_t bytes_ = 0;
    bool ended_ = false;
};

}  // namespace nowire
