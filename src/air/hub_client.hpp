#pragma once

#include "air/hub_queue.hpp"

#include <nowire/air/hub_pace.hpp>
#include <nowire/air/medium.hpp>
#include <nowire/air/protocol.hpp>
#include <nowire/air/unique_descriptor.hpp>

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace nowire::air {

class hub_client;

/// What a client needs of its hub.
class hub_services {
  public:
    virtual ~hub_services() = default;
    virtual air::medium& medium() = 0;
    virtual protocol::welcome welcome() const = 0;
    /// A radio is about to get what it asks of the medium.
    virtual void radio_asked(radio_id radio, const protocol::client_message& what) = 0;
    /// A joined client is one with a radio on the medium.
    virtual void client_joined(hub_client& client) = 0;
    virtual void client_left(hub_client& client) = 0;
    /// A hello was turned away.
    virtual void client_refused() = 0;
    /// A client sent rubbish.
    virtual void client_dropped() = 0;
    /// Something waits in the client's queue, or the client is gone: look at it at the end of the round.
    virtual void client_changed(hub_client& client) = 0;
    virtual void send_status(hub_queue& to) = 0;
    virtual void end(const std::string& why) = 0;
    virtual void say(const std::string& line) = 0;
};

/// One connection: from accept() over its hello to its end. A client can do nothing but to itself: whatever it sends
/// that is wrong ends its own connection and nobody else's. To be closed before it is destroyed.
class hub_client final : public medium_listener {
  public:
    /// How much one client may have read in one round of the hub's loop, before the others have their turn.
    static constexpr std::size_t round_bytes = protocol::packet_limit;
    static constexpr int round_packets = 16;

    /// @param pid  of the process that connected
    hub_client(hub_services& hub, std::uint64_t id, unique_descriptor socket, pid_t pid);
    hub_client(const hub_client&) = delete;
    hub_client& operator=(const hub_client&) = delete;

    /// Reads what is there, up to the limits of a round.
    void read();
    /// Sends what waits.
    void flush();
    /// Says no, and ends.
    void refuse(protocol::refusal code, const std::string& text);
    /// Ends without a word: the other side has gone.
    void close();

    std::uint64_t id() const { return id_; }
    int socket() const { return socket_.get(); }
    bool is_closed() const { return closed_; }
    bool has_greeted() const { return stage_ != stage::expecting_hello; }
    bool has_radio() const { return radio_.has_value(); }
    /// Whether more is to be read from it: not while it leaves its answers unread.
    bool wants_input() const { return !closed_ && !queue_.is_full(); }
    /// Whether it has sent more that is to be read.
    bool has_input() const;
    bool wants_output() const { return !closed_ && !queue_.empty(); }
    bool wants_status() const { return wants_status_; }
    /// Whether all that it has not been told is what became of its own frames.
    bool can_wait() const { return !closed_ && !wants_status_ && queue_.can_wait(); }

    /// Whether its program has said that it has nothing to do, and has not been told anything since.
    bool is_idle() const { return radio_ && idle_ && idle_->handled == queue_.messages(); }
    /// When an idle client has something to do by itself; nothing: never, or it is not idle.
    std::optional<time_point> idle_until() const { return is_idle() ? idle_->until : std::nullopt; }
    /// Whether it cannot say when it is idle.
    bool is_polling() const { return radio_ && polling_; }
    /// Tells it the time if that is what it waits for.
    void wake_at(time_point now);
    void tell_time(const pace& p);
    const std::string& name() const { return about_.name; }
    /// Name and process, for people.
    std::string label() const;

    protocol::radio_status status() const;

    void on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) override;
    void on_transmit_done(const tx_done& done) override;

  private:
    enum class stage : std::uint8_t { expecting_hello, radio, control };

    void handle(std::span<const std::uint8_t> packet);
    void handle(const protocol::client_message& message);
    void greet(const protocol::hello& hello);
    void transmit(const protocol::transmit_frame& frame);
    void configure(const protocol::configure& m);
    void answer(const protocol::hub_message& m);
    void applied(std::uint32_t serial);
    void drop(const std::string& why);
    std::string taken_text(const radio_setup& setup) const;

    hub_services& hub_;
    std::uint64_t id_;
    unique_descriptor socket_;
    pid_t pid_;
    stage stage_ = stage::expecting_hello;
    bool closed_ = false;
    bool wants_status_ = false;
    std::optional<radio_id> radio_;
    medium_radio about_;
    protocol::radio_counters counters_;
    peer_report peers_;  ///< as it said
    std::uint32_t in_flight_ = 0;
    hub_queue queue_;
    std::optional<protocol::idle_until> idle_;
    bool polling_ = false;
};

}  // namespace nowire::air
