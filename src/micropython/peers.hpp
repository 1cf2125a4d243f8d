#pragma once

#include <nowire/micropython/peers.hpp>
#include <nowire/station/mailbox.hpp>

#include <cstdint>
#include <optional>

/// The peers of both forms, which differ in what they say of a wrong length.
namespace nowire::micropython {

/// @throws value_error(wrong_length).
mac_address to_address(const bytes_like& mac, const char* wrong_length);
/// Nothing: it is None. @throws value_error(wrong_length), type_error.
std::optional<mac_address> to_address_or_none(const maybe_bytes& mac, const char* wrong_length);
/// @throws value_error(wrong_length).
ccmp::pmk to_pmk(const bytes_like& key, const char* wrong_length);

/// A peer whose numbers ESP-NOW has not looked at.
struct wanted_peer {
    peer is;
    int channel = 0;
    std::int64_t ifidx = 0;
};

/// They throw what ESPNow::add_peer() and its kin do; ESP-NOW is on.
wanted_peer new_peer(const mac_address& mac, const peer_options& how, const char* wrong_length);
void add_peer(mailbox& box, const wanted_peer& added);
void modify_peer(mailbox& box, const mac_address& mac, const peer_options& how, const char* wrong_length);
void remove_peer(mailbox& box, const mac_address& mac);
peer_info get_peer(mailbox& box, const mac_address& mac);
std::vector<peer_info> get_peers(mailbox& box);
peer_numbers count_peers(mailbox& box);

}  // namespace nowire::micropython
