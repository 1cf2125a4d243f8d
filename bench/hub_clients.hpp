#pragma once

#include "process.hpp"
#include "support/files.hpp"

#include <nowire/air/protocol.hpp>
#include <nowire/air/unique_descriptor.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace nowire::bench {

/// A nowire-air of the benchmark's own, whose frames take no time.
class running_hub {
  public:
    /// @param speed  as for nowire-air --speed; empty: that of life
    /// @throws std::runtime_error if it does not listen.
    explicit running_hub(const std::string& speed = {});

    const std::string& socket() const { return socket_; }
    pid_t pid() const { return process_->pid(); }

  private:
    test::temporary_folder folder_;
    std::string socket_;
    std::unique_ptr<child_process> process_;
};

/// One end of a SEQPACKET connection, which blocks.
class packet_socket {
  public:
    explicit packet_socket(unique_descriptor descriptor) : descriptor_(std::move(descriptor)) {}

    /// @throws std::runtime_error if the other side has gone.
    void send(std::span<const std::uint8_t> packet) const;
    /// The next packet; valid until the next call. @throws std::runtime_error at the end.
    std::span<const std::uint8_t> receive();
    int descriptor() const { return descriptor_.get(); }

  private:
    unique_descriptor descriptor_;
    std::vector<std::uint8_t> buffer_ = std::vector<std::uint8_t>(air::protocol::packet_limit);
};

/// A radio on a hub that speaks no more than the protocol.
class bare_radio {
  public:
    /// Joins as `address`. @throws std::runtime_error if the hub says no.
    bare_radio(const std::string& socket, const mac_address& address);

    packet_socket& connection() { return connection_; }

    /// Waits for a packet.
    void take_packet();
    std::uint64_t received() const { return received_; }  ///< frames
    std::uint64_t ended() const { return ended_; }        ///< of its own frames
    std::uint64_t acked() const { return acked_; }        ///< of those

  private:
    packet_socket connection_;
    std::uint64_t received_ = 0;
    std::uint64_t ended_ = 0;
    std::uint64_t acked_ = 0;
};

}  // namespace nowire::bench
