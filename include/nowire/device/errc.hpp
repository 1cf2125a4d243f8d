#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <string>
#include <system_error>

namespace nowire {

/// What can go wrong, in one list for every floor. The ESP-NOW codes have ESP-IDF's numbers (esp_now.h:
/// ESP_ERR_ESPNOW_BASE = 0x3064), so a C face hands them on as they are; nowire's own start at 0x4e00.
enum class errc : int {
    not_init = 0x3065,          ///< ESP-NOW is not initialised, or the device was shut down
    argument = 0x3066,          ///< a length, address, key or option that can never be right
    no_memory = 0x3067,         ///< the pool of transmit buffers is in use: wait for a completion
    peer_list_full = 0x3068,    ///< 20 peers, or as many encrypted ones as allowed
    peer_not_found = 0x3069,    ///< no such peer
    internal = 0x306a,          ///< something that should not happen: the text says what
    peer_exists = 0x306b,       ///< the peer is in the list already
    interface_down = 0x306c,    ///< the peer's interface is not up
    channel_mismatch = 0x306d,  ///< the peer's channel is not the home channel

    timeout = 0x4e01,           ///< the time given is over
    packet_numbers = 0x4e02,    ///< no packet number can be had: exhausted, or the store failed
    radio = 0x4e03,             ///< the radio cannot be opened or has gone
    bad_url = 0x4e04,           ///< a radio URL that cannot be read
    bad_file = 0x4e05,          ///< a file that cannot be read or says nonsense
    refused = 0x4e06,           ///< the other side said no: the text gives its reason
    closed = 0x4e07,            ///< the object the call was waiting on was closed
    buffer_too_small = 0x4e08,  ///< the message is larger than what the caller has for it
    interrupted = 0x4e09,       ///< the wait ended before its time, by a signal or because somebody asked for it
    forked = 0x4e0a,            ///< the object belongs to the parent of this process
};

/// The category of errc, named "nowire"; its messages are sentences for people.
const std::error_category& errc_category() noexcept;
/// For std::error_code and std::system_error.
std::error_code make_error_code(errc e) noexcept;
/// The enumerator's name, as JSON and statistics show it: "peer_not_found".
std::string_view to_string(errc e);
/// What ESP-IDF calls it: "ESP_ERR_ESPNOW_NOT_FOUND"; empty for those that it does not know.
std::string_view esp_idf_name(errc e);

/// An error and the sentence for a person: what failed, where, and what would be right.
struct error {
    errc code;         ///< the kind, for programs
    std::string text;  ///< for people; never has a key in it
};

}  // namespace nowire

/// Makes errc convert to std::error_code.
template <>
struct std::is_error_code_enum<nowire::errc> : std::true_type {};
