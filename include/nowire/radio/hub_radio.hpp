#pragma once

#include <nowire/air/medium.hpp>
#include <nowire/radio/radio.hpp>
#include <nowire/radio/url.hpp>

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

namespace nowire {

/// How a radio joins the air of a hub.
struct hub_radio_options {
    /// The hub's socket. Empty: the default air, which is started if nobody has.
    std::string socket = {};
    /// For people, and what the default addresses are derived from. Empty: NOWIRE_NAME, else the program's name and
    /// process number ("listen-4711"), so that two programs never get the same.
    std::string name = {};
    /// Zero: derived from the name, the same each time (radio/identity.hpp).
    mac_address station = {};
    channel on = {};                       ///< the channel to start with
    std::optional<air::position> at = {};  ///< nothing: nowhere; then links have the RSSI of air::link::rssi
    double loss = 0;  ///< probability 0 to 1 that a frame from or to it is lost, besides what links lose
};

/// A radio on a simulated air that processes share.
///
/// Where its hub dies, it tells (on_lost), looks for the air every 50 to 200 ms, starts the default one again itself,
/// joins with the setup it had and tells that too (on_restored). Its clock goes on all the while and never back. Where
/// the air was ended on purpose (`nowire air stop`), it does not start it, but joins the next.
///
/// configure() and the setters return when the hub has done what they ask, within a second: what is sent afterwards, by
/// whomever, finds the radio so. The hub's answer is waited for without calling anybody.
///
/// Belongs to one thread or one lock, as every radio.
class hub_radio : public radio {
  public:
    /// Moves the radio, or (nothing) takes its position away.
    virtual void set_position(std::optional<air::position> at) = 0;

    /// Frames that this radio heard and its program was too slow to take.
    virtual std::uint64_t frames_lost() const = 0;
};

/// Joins an air, within 10 s at most.
/// argument: a name or address that can never be right; refused: the hub said no, for example because another radio has
/// the address (the text says who); radio: there is no air and none can be started (the text says why).
/// @throws std::system_error if the kernel has no descriptors left.
std::expected<std::unique_ptr<hub_radio>, error> open_hub_radio(hub_radio_options options);

/// The scheme `air:`.
radio_backend make_air_backend();

}  // namespace nowire
