#pragma once

#include <nowire/air/medium.hpp>
#include <nowire/device/message.hpp>
#include <nowire/station/station.hpp>
#include <nowire/testing/participant.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nowire::testing {

struct peer_state;
struct world_state;

/// What a peer is like. Value type.
struct peer_options {
    std::string name = {};  ///< unique in its world; empty: "peer", with a number where that is taken
    /// Zero: 02:00:00:00:00:10, :20 and so on, in the order in which boards and peers came.
    mac_address mac = {};
    int channel = 1;                       ///< 1 to 14
    std::optional<air::position> at = {};  ///< nothing: nowhere, heard equally well by all
    std::string pmk = {};                  ///< 16 characters or 32 hex digits; empty: the drivers' default
};

/// How a send ended. Value type.
struct delivery {
    tx_status result = tx_status::not_sent;  ///< as the chip's send callback is told it
    unsigned attempts = 0;                   ///< times on the air
    /// The other radio has acknowledged it; that its program has got it is not said by that.
    bool acknowledged() const { return result == tx_status::acked; }
};

/// A device that the test itself plays. Made by world::add_peer(). It needs no add_peer for plain messages; messages
/// come to it from everybody. Limits are of the air's time, and waits end as those of board do. Belongs to its world
/// and that one's thread.
class peer final : public participant {
  public:
    /// The next message that came, waiting for it if need be, and until its ACK is over.
    /// @throws failure if none comes within `limit`.
    message receive(duration limit = std::chrono::seconds(10));
    /// The same, and nothing if none comes. Limit 0: only looks.
    /// @throws failure where a wait does: see board.
    std::optional<message> receive_within(duration limit);
    /// Waits and makes sure that nothing comes. @throws failure with what came.
    void receive_nothing(duration for_so_long);
    /// Messages that wait for receive().
    std::size_t waiting() const;
    /// Is called with each message when the test waits for whatever it be, before receive() has it: a peer that answers
    /// by itself. It may call post() and the setters, and must not wait. Empty: nobody is called.
    void on_message(std::function<void(const message&)> handler);

    /// Sends, and waits for the end of that. @param limit  of the air's time
    /// @throws failure if the device does not take it (the text says why), or it does not end within `limit`.
    delivery send(const mac_address& to, std::span<const std::uint8_t> payload,
                  duration limit = std::chrono::seconds(10));
    /// The same with text. @throws failure as above.
    delivery send(const mac_address& to, std::string_view text, duration limit = std::chrono::seconds(10));
    /// The same to a board or peer. @throws failure as above.
    delivery send(const participant& to, std::string_view text, duration limit = std::chrono::seconds(10)) {
        return send(to.mac(), text, limit);
    }
    /// The same to a board or peer. @throws failure as above.
    delivery send(const participant& to, std::span<const std::uint8_t> payload,
                  duration limit = std::chrono::seconds(10)) {
        return send(to.mac(), payload, limit);
    }
    /// Sends and waits for nothing; it goes out when the test waits next. @throws failure if the device does not take
    /// it.
    void post(const mac_address& to, std::span<const std::uint8_t> payload);
    /// The same with text. @throws failure as above.
    void post(const mac_address& to, std::string_view text);

    /// Tunes it. @throws std::invalid_argument if there is no such channel.
    void set_channel(int number);
    /// From now on unicasts to and from `other` are encrypted with this LMK (16 characters or 32 hex digits), which the
    /// world uses to read frames too. @throws std::invalid_argument if the text is no key; failure if the device does
    /// not take the peer.
    void set_lmk(const mac_address& other, std::string_view key);
    /// The same for a board or peer. @throws std::invalid_argument, failure as above.
    void set_lmk(const participant& other, std::string_view key) { set_lmk(other.mac(), key); }
    /// From now on unicasts to and from `other` are plain. Nothing where they are already.
    void remove_lmk(const mac_address& other);
    /// Switches its receiver: off, it hears nothing and acknowledges nothing.
    void set_receiving(bool on);

    /// The station that it is, for all else. Not its blocking calls: time would stand for ever.
    nowire::station& station();

    ~peer();

  private:
    friend class world;
    friend struct world_state;
    peer(std::string name, const mac_address& mac, std::unique_ptr<peer_state> s);
    std::unique_ptr<peer_state> state_;
};

}  // namespace nowire::testing
