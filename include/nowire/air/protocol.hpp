#pragma once

#include <nowire/air/hub_pace.hpp>
#include <nowire/air/medium.hpp>
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

/// What the hub of an air and its clients say to each other, version 2: packets of a Unix SEQPACKET socket, each of one
/// or more messages. Integers are little-endian; docs/air.md has the layouts and the guarantees.
///
///     message: type (1) | 0 (1) | bytes of the body (2) | body
///
/// Decoding checks every length and value and copies no frame: spans point into the packet.
namespace nowire::air::protocol {

inline constexpr std::uint32_t magic = 0x3141574e;  ///< "NWA1": the first bytes of a hello
inline constexpr std::uint16_t version = 2;
inline constexpr std::size_t message_header_size = 4;
/// No packet is longer; whoever sends a longer one is dropped.
inline constexpr std::size_t packet_limit = 32768;
inline constexpr std::size_t name_limit = 64;
inline constexpr std::size_t text_limit = 512;
/// Transmits of one client that may wait for their answer; one more ends not_sent at once.
inline constexpr std::size_t max_in_flight = 256;

enum class client_kind : std::uint8_t { radio = 1, control = 2 };

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
inline constexpr int refusal_count = 7;

// From a client.

/// The first message of a client. A client of another version sends the same magic and version first; what follows then
/// may be anything.
struct hello {
    client_kind kind = client_kind::radio;
    /// What joins; left out for a control client. Position counts in millimetres, loss in millionths.
    medium_radio radio;
};
struct transmit_frame {
    std::uint64_t token = 0;
    nowire::rate rate = nowire::rate::dsss_1m_long;
    std::uint8_t retries = 0;
    std::span<const std::uint8_t> mpdu;
};
/// This and the next three are answered by `applied` with their serial, after they have taken effect.
struct configure {
    std::uint32_t serial = 0;
    radio_setup setup;
};
struct set_promiscuous {
    std::uint32_t serial = 0;
    bool on = false;
};
struct set_tx_power {
    std::uint32_t serial = 0;
    int dbm = 0;
};
struct set_position {
    std::uint32_t serial = 0;
    std::optional<position> at;
};
/// The client has nothing to do until `until` (nothing: until something comes). It holds until the next message in
/// either direction.
struct idle_until {
    /// How many messages of the hub the client has handled; one that crosses with a message does not hold.
    std::uint64_t handled = 0;
    std::optional<time_point> until;
};
/// The client waits for other things besides, and cannot say when it is idle, until it says idle_until.
struct polling {};
/// Asks for one hub_status and a radio_status for each radio.
struct status_request {};
/// Ends the air for everybody; the answer is the end of the connection.
struct stop {};
/// The client leaves; the hub closes the connection.
struct bye {};

using client_message = std::variant<hello, transmit_frame, configure, set_promiscuous, set_tx_power, set_position,
                                    idle_until, status_request, stop, bye, polling>;

// From the hub.

/// The answer to a hello that is accepted.
struct welcome {
    /// Drawn when the hub starts: tells a restarted hub from the one that was.
    std::uint64_t hub_id = 0;
    air::pace pace;  ///< how to compute the time of the air
    std::uint64_t seed = 0;
    bool airtime = true;
    std::uint16_t max_in_flight = protocol::max_in_flight;
};
/// No, and why; the hub closes the connection.
struct refused {
    refusal code = refusal::malformed;
    std::string text;
};
/// From now on, time passes like this.
struct time_is {
    air::pace pace;
};
struct transmit_done {
    tx_done done;
};
struct received {
    rx_info info;
    std::span<const std::uint8_t> mpdu;
};
struct applied {
    std::uint32_t serial = 0;
    /// Nothing: it took effect. Else nothing has changed.
    std::optional<refused> failure;
};
/// Frames that the radio heard here and the client was too slow to take.
struct frames_lost {
    std::uint64_t count = 0;
};
struct hub_status {
    std::uint32_t pid = 0;
    std::uint32_t radios = 0;  ///< so many radio_status follow
    air::pace pace;            ///< with the time of the air now
    std::uint64_t seed = 0;
    double loss = 0;
    bool airtime = true;
    medium_statistics statistics;
    duration slipped{};                 ///< air time that did not pass because a client was busy
    std::uint64_t clients_refused = 0;  ///< turned away at their hello
    std::uint64_t clients_dropped = 0;  ///< sent rubbish afterwards
};
enum class idleness : std::uint8_t {
    busy = 0,
    until = 1,    ///< idle until a time
    forever = 2,  ///< idle until something comes
    unknown = 3,  ///< it cannot say
};
/// What the hub counted for one radio since it joined.
struct radio_counters {
    std::uint64_t transmits = 0;  ///< asked for
    std::uint64_t acked = 0;
    std::uint64_t not_acked = 0;
    std::uint64_t sent = 0;  ///< to a group
    std::uint64_t not_sent = 0;
    std::uint64_t received = 0;  ///< frames handed to the client
    std::uint64_t lost = 0;      ///< frames it was too slow to take
};
struct radio_status {
    medium_radio radio;
    std::uint32_t pid = 0;
    std::uint32_t in_flight = 0;
    radio_counters counters;
    idleness idle = idleness::busy;
    time_point idle_until;
};

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
};
struct decode_error {
    problem what;
    std::uint8_t type = 0;      ///< of the message
    std::uint16_t version = 0;  ///< for wrong_version: the client's
};
/// A sentence: "a message of unknown type 77".
std::string to_string(const decode_error& e);

/// Takes the first message off `packet`, which must not be empty.
std::expected<client_message, decode_error> take_client_message(std::span<const std::uint8_t>& packet);
std::expected<hub_message, decode_error> take_hub_message(std::span<const std::uint8_t>& packet);

/// Adds the bytes of a message to `packet`. Names and texts are cut to their limits; numbers are brought into the range
/// that their layout has. An MPDU must not be longer than max_mpdu.
void append(std::vector<std::uint8_t>& packet, const client_message& m);
void append(std::vector<std::uint8_t>& packet, const hub_message& m);

/// Whether `text` can be a radio's name: 1 to 64 bytes, no control characters.
bool is_name(std::string_view text);

}  // namespace nowire::air::protocol
