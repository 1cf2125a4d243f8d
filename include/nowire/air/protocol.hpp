#pragma once

#include <nowire/air/hub_pace.hpp>
#include <nowire/air/medium.hpp>
#include <nowire/device/peer_report.hpp>
#include <nowire/device/transmission.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What the hub of an air and its clients say to each other, version 3: packets of a Unix SEQPACKET socket, each of one
/// or more messages. Integers are little-endian; docs/air.md has the layouts and the guarantees.
///
///     message: type (1) | 0 (1) | bytes of the body (2) | body
///
/// Decoding checks every length and value and copies no frame: spans point into the packet.
namespace nowire::air::protocol {

inline constexpr std::uint32_t magic = 0x3141574e;     ///< "NWA1": the first bytes of a hello
inline constexpr std::uint16_t version = 3;            ///< of this protocol; a hub refuses any other
inline constexpr std::size_t message_header_size = 4;  ///< bytes
/// Bytes. No packet is longer; whoever sends a longer one is dropped.
inline constexpr std::size_t packet_limit = 32768;
inline constexpr std::size_t name_limit = 64;   ///< bytes of a radio's name
inline constexpr std::size_t text_limit = 512;  ///< bytes of a text, names apart
/// Transmits of one client that may wait for their answer; one more ends not_sent at once.
inline constexpr std::size_t max_in_flight = 256;

/// What a client is.
enum class client_kind : std::uint8_t {
    radio = 1,    ///< joins the air
    control = 2,  ///< asks and tells, without a radio
};

/// Why the hub said no.
enum class refusal : std::uint16_t {
    version = 1,        ///< another version of this protocol
    malformed = 2,      ///< a message that cannot be read, or not at this point
    address_taken = 3,  ///< another radio has one of the addresses: the text names it
    foreign_user = 4,   ///< neither the hub's user nor root
    full = 5,           ///< too many connections that have not said hello
    ended = 6,          ///< the air was ended on purpose; it will not come back by itself
    silent = 7,         ///< no hello within its time
};
inline constexpr int refusal_count = 7;  ///< how many enumerators `refusal` has

// From a client.

/// The first message of a client. A client of another version sends the same magic and version first; what follows then
/// may be anything.
struct hello {
    client_kind kind = client_kind::radio;  ///< radios join, controls ask
    /// What joins; left out for a control client. Position counts in millimetres, loss in millionths.
    medium_radio radio;
};
/// Puts a frame on the air; answered by one transmit_done. Members as in nowire::transmit.
struct transmit_frame {
    std::uint64_t token = 0;                         ///< comes back with the answer
    nowire::rate rate = nowire::rate::dsss_1m_long;  ///< at which it is sent
    std::uint8_t retries = 0;                        ///< transmissions after the first
    std::span<const std::uint8_t> mpdu;              ///< without FCS, at most max_mpdu bytes
};
/// This and the next three are answered by `applied` with their serial, after they have taken effect.
struct configure {
    std::uint32_t serial = 0;  ///< the client's own number
    radio_setup setup;         ///< see radio::configure()
};
/// See radio::set_promiscuous().
struct set_promiscuous {
    std::uint32_t serial = 0;  ///< the client's own number
    bool on = false;           ///< hears frames to others too
};
/// See radio::set_tx_power().
struct set_tx_power {
    std::uint32_t serial = 0;  ///< the client's own number
    int dbm = 0;               ///< -128 to 127 on the wire
};
/// See hub_radio::set_position().
struct set_position {
    std::uint32_t serial = 0;    ///< the client's own number
    std::optional<position> at;  ///< in millimetres on the wire
};
/// The client has nothing to do until `until` (nothing: until something comes). It holds until the next message in
/// either direction.
struct idle_until {
    /// How many messages of the hub the client has handled; one that crosses with a message does not hold.
    std::uint64_t handled = 0;
    std::optional<time_point> until;  ///< on the air's clock
};
/// The client waits for other things besides, and cannot say when it is idle, until it says idle_until.
struct polling {};
/// Asks for one hub_status and a radio_status for each radio.
struct status_request {};
/// Ends the air for everybody; the answer is the end of the connection.
struct stop {};
/// The client leaves; the hub closes the connection.
struct bye {};

/// The peers of the device that uses the radio: a hub does nothing with them but to say them in radio_status.
struct report_peers {
    peer_report peers;  ///< all that the last one said is forgotten
};

/// How frames get from one radio to another from now on; any client may say it, and is answered by `applied`.
struct set_link {
    std::uint32_t serial = 0;  ///< the client's own number
    mac_address from;          ///< the station address of who sends
    mac_address to;            ///< the station address of who receives
    link how;                  ///< loss in millionths on the wire
};

/// What a client says.
using client_message = std::variant<hello, transmit_frame, configure, set_promiscuous, set_tx_power, set_position,
                                    idle_until, status_request, stop, bye, polling, report_peers, set_link>;

// From the hub.

/// The answer to a hello that is accepted.
struct welcome {
    /// Drawn when the hub starts: tells a restarted hub from the one that was.
    std::uint64_t hub_id = 0;
    air::pace pace;                                         ///< how to compute the time of the air
    std::uint64_t seed = 0;                                 ///< the air's, for people
    bool airtime = true;                                    ///< see medium_options::airtime
    std::uint16_t max_in_flight = protocol::max_in_flight;  ///< transmits that may wait at once
};
/// No, and why; the hub closes the connection.
struct refused {
    refusal code = refusal::malformed;  ///< for programs
    std::string text;                   ///< for people, at most text_limit bytes
};
/// From now on, time passes like this.
struct time_is {
    air::pace pace;  ///< with the point from which it is so
};
/// The answer to one transmit_frame.
struct transmit_done {
    tx_done done;  ///< with its token
};
/// A frame that the radio heard.
struct received {
    rx_info info;                        ///< stamped by the hub
    std::span<const std::uint8_t> mpdu;  ///< without FCS
};
/// The answer to a configure or to one of the setters.
struct applied {
    std::uint32_t serial = 0;  ///< of what it answers
    /// Nothing: it took effect. Else nothing has changed.
    std::optional<refused> failure;
};
/// Frames that the radio heard here and the client was too slow to take.
struct frames_lost {
    std::uint64_t count = 0;  ///< since the last of these
};
/// What a hub says of itself.
struct hub_status {
    std::uint32_t pid = 0;              ///< its process
    std::uint32_t radios = 0;           ///< so many radio_status follow
    air::pace pace;                     ///< with the time of the air now
    std::uint64_t seed = 0;             ///< see medium_options
    double loss = 0;                    ///< see medium_options
    bool airtime = true;                ///< see medium_options
    medium_statistics statistics;       ///< since the hub began
    duration slipped{};                 ///< air time that did not pass because a client was busy
    std::uint64_t clients_refused = 0;  ///< turned away at their hello
    std::uint64_t clients_dropped = 0;  ///< sent rubbish afterwards
    std::string version;                ///< of its program: "0.1.0", at most text_limit bytes
};
/// Whether a client has something to do.
enum class idleness : std::uint8_t {
    busy = 0,     ///< it is at work
    until = 1,    ///< idle until a time
    forever = 2,  ///< idle until something comes
    unknown = 3,  ///< it cannot say
};
/// What the hub counted for one radio since it joined.
struct radio_counters {
    std::uint64_t transmits = 0;  ///< asked for
    std::uint64_t acked = 0;      ///< answers of that kind
    std::uint64_t not_acked = 0;  ///< answers of that kind
    std::uint64_t sent = 0;       ///< to a group
    std::uint64_t not_sent = 0;   ///< answers of that kind
    std::uint64_t received = 0;   ///< frames handed to the client
    std::uint64_t lost = 0;       ///< frames it was too slow to take
};
/// What a hub says of one radio.
struct radio_status {
    medium_radio radio;              ///< as it is now
    std::uint32_t pid = 0;           ///< the client's process
    std::uint32_t in_flight = 0;     ///< transmits without an answer yet
    radio_counters counters;         ///< since it joined
    idleness idle = idleness::busy;  ///< what its client said last
    time_point idle_until;           ///< where `idle` is idleness::until
    peer_report peers;               ///< of the device on it, as its client said last
};

/// What a hub says.
using hub_message =
    std::variant<welcome, refused, time_is, transmit_done, received, applied, frames_lost, hub_status, radio_status>;

/// What is wrong with a message.
enum class problem : std::uint8_t {
    truncated,      ///< the packet ends within a message
    unknown_type,   ///< no message of this direction has the type
    wrong_length,   ///< the body is too short or too long for its type
    wrong_value,    ///< a member that can never be right: a channel, a rate, a group address as own address
    wrong_magic,    ///< a hello that is none of this protocol's
    wrong_version,  ///< a hello of another version
    too_many,       ///< a list longer than its limit: peer_report::limit
};
/// Where reading failed.
struct decode_error {
    problem what;               ///< which rule is broken
    std::uint8_t type = 0;      ///< of the message
    std::uint16_t version = 0;  ///< for wrong_version: the client's
};
/// A sentence: "a message of unknown type 77".
std::string to_string(const decode_error& e);

/// Takes the first message, one from a client, off `packet`, which must not be empty. Errors: the `problem` that
/// decode_error::what names.
std::expected<client_message, decode_error> take_client_message(std::span<const std::uint8_t>& packet);
/// The same for a message from a hub. Errors are the same too.
std::expected<hub_message, decode_error> take_hub_message(std::span<const std::uint8_t>& packet);

/// Adds the bytes of a message to `packet`. Names and texts are cut to their limits; numbers are brought into the range
/// that their layout has. An MPDU must not be longer than max_mpdu.
void append(std::vector<std::uint8_t>& packet, const client_message& m);
/// The same for a message of a hub.
void append(std::vector<std::uint8_t>& packet, const hub_message& m);

/// Whether `text` can be a radio's name: 1 to 64 bytes, no control characters.
bool is_name(std::string_view text);

}  // namespace nowire::air::protocol
