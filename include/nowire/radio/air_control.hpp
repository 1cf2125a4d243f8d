#pragma once

#include <nowire/air/protocol.hpp>
#include <nowire/device/errc.hpp>

#include <expected>
#include <string>
#include <vector>

/// What people ask of a hub: who is on its air, and that it ends.
namespace nowire::air_control {

/// What a hub says of its air.
struct air_status {
    std::string socket;             ///< its path
    air::protocol::hub_status hub;  ///< the hub and its settings
    /// In the order in which they joined. Counters start when a radio joins.
    std::vector<air::protocol::radio_status> radios;
};

/// Asks the hub at `socket` (empty: the default air's) and waits for its answer, 5 s at most. Starts nothing.
/// radio: no air listens there, or it does not answer (the text says which); argument: no socket path.
std::expected<air_status, error> status(const std::string& socket = {});

/// Ends the air at `socket` (empty: the default one) for everybody, and waits until it has let go of its socket.
/// Errors are those of status().
std::expected<void, error> stop(const std::string& socket = {});

/// Has frames get from the radio with station address `from` to the one with `to` like this from now on, whether or not
/// they are there now; a member that is not set: as the air has it without. The other direction is a link of its own.
/// Errors are those of status(), and argument: an address that no station can have, one link end that is the other, a
/// loss that is not 0 to 1.
std::expected<void, error> set_link(const std::string& socket, const mac_address& from, const mac_address& to,
                                    const air::link& how);

}  // namespace nowire::air_control
