#ifndef NOWIRE_ABI_NOWIRE_H
#define NOWIRE_ABI_NOWIRE_H

/// nowire for other languages: ESP-NOW devices in C.
///
/// Rules of this interface:
/// - What can fail returns a negative number: -errc of nowire/device/errc.hpp, so ESP-IDF's own where it has one
///   (-12389 is ESP_ERR_ESPNOW_NOT_INIT), -EINVAL for a NULL where none may be, -EFAULT for a struct whose size no
///   version of nowire has had. nowire_error_text() then has a sentence for people.
/// - Every struct begins with its size, which the caller sets, in those that are filled in too: members that came later
///   than his header are left alone.
/// - Any thread may call anything, one station from several threads included. Nothing calls back.
/// - Times are in microseconds on the air's clock since the station was opened; a negative timeout never ends.
/// - After fork() a station belongs to the parent: in the child every call but nowire_close() fails with
///   NOWIRE_FORKED, and that frees nothing.

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define NOWIRE_API __attribute__((visibility("default")))
#else
#define NOWIRE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/// Grows when something is added. What there was stays until the number in the library's name changes.
#define NOWIRE_ABI_VERSION 1

/// What a failure is. ESP-NOW's own numbers are those of ESP-IDF's esp_now.h.
enum {
    NOWIRE_NOT_INIT = -0x3065,          ///< ESP-NOW is off
    NOWIRE_ARGUMENT = -0x3066,          ///< a length, address, key or number that can never be right
    NOWIRE_NO_MEMORY = -0x3067,         ///< no transmit buffer was free for 2 s
    NOWIRE_PEER_LIST_FULL = -0x3068,    ///< 20 peers, or as many encrypted ones as there may be
    NOWIRE_PEER_NOT_FOUND = -0x3069,    ///< no such peer
    NOWIRE_INTERNAL = -0x306a,          ///< something that should not happen
    NOWIRE_PEER_EXISTS = -0x306b,       ///< the peer is in the list already
    NOWIRE_INTERFACE_DOWN = -0x306c,    ///< the peer's interface is not up
    NOWIRE_CHANNEL_MISMATCH = -0x306d,  ///< the peer's channel is not the home channel
    NOWIRE_TIMEOUT = -0x4e01,           ///< the time given is over
    NOWIRE_PACKET_NUMBERS = -0x4e02,    ///< no packet number can be had
    NOWIRE_RADIO = -0x4e03,             ///< the radio cannot be opened or has gone
    NOWIRE_BAD_URL = -0x4e04,           ///< a radio URL that cannot be read
    NOWIRE_REFUSED = -0x4e06,           ///< the air said no
    NOWIRE_CLOSED = -0x4e07,            ///< the station was closed meanwhile
    NOWIRE_BUFFER_TOO_SMALL = -0x4e08,  ///< the message is larger: the inbox was cleared
    NOWIRE_INTERRUPTED = -0x4e09,       ///< a signal came, or nowire_interrupt(): call again, if at all
    NOWIRE_FORKED = -0x4e0a,            ///< the station belongs to the parent of this process
};

/// The interfaces of a device, as ESP-IDF numbers them.
enum { NOWIRE_STATION = 0, NOWIRE_SOFT_AP = 1 };

/// A device on a radio.
typedef struct nowire_station nowire_station;

/// How a station is opened.
struct nowire_options {
    uint32_t size;     ///< sizeof(struct nowire_options)
    uint32_t users;    ///< threads that will use it: while all wait, an air ahead of real time goes on; 0: one
    uint32_t longest;  ///< bytes of the longest message that may be sent; 0: 1470
};

/// The inbox, as the chip's ring buffer is.
struct nowire_ring {
    uint32_t size;    ///< sizeof(struct nowire_ring)
    uint32_t bytes;   ///< of the ring in all: 2968 by default on the chip
    uint32_t header;  ///< bytes that a message takes besides its payload: 14
    uint32_t spare;   ///< bytes that always stay empty: 2
};

/// A received message, but for its payload.
struct nowire_message {
    uint32_t size;           ///< sizeof(struct nowire_message)
    uint32_t length;         ///< bytes of the payload
    int64_t time;            ///< when it came, stamped by the air
    uint8_t source[6];       ///< who sent it
    uint8_t destination[6];  ///< an own address, or a group
    int8_t rssi;             ///< dBm; 0 where the radio cannot tell
    uint8_t channel;         ///< that it came on
    uint8_t encrypted;       ///< whether it was protected
    uint8_t reserved;        ///< 0
};

/// A peer, as ESP-IDF's esp_now_peer_info_t.
struct nowire_peer {
    uint32_t size;        ///< sizeof(struct nowire_peer)
    uint8_t address[6];   ///< unicast, or a group for plain messages
    uint8_t channel;      ///< 0: the home channel, whichever that is
    uint8_t via;          ///< the own interface that sends to it
    uint8_t encrypt;      ///< whether lmk is used
    uint8_t lmk[16];      ///< wipe it when it is no longer needed
    uint8_t reserved[3];  ///< 0
};

/// Counted since the station was opened.
struct nowire_counters {
    uint32_t size;          ///< sizeof(struct nowire_counters)
    uint32_t reserved;      ///< 0
    uint64_t tx_packets;    ///< messages taken, one for each peer
    uint64_t tx_responses;  ///< those that have ended
    uint64_t tx_failures;   ///< those that nobody acknowledged
    uint64_t rx_packets;    ///< messages that were put into the inbox
    uint64_t rx_dropped;    ///< messages that it had no room for
};

/// The end of a message that was sent.
struct nowire_sent {
    uint32_t size;       ///< sizeof(struct nowire_sent)
    uint8_t address[6];  ///< whom it was for
    uint8_t delivered;   ///< 1: it was acknowledged, or is one to a group, which nobody acknowledges
    uint8_t reserved;    ///< 0
};

/// What nowire_wait() waits for and finds.
enum {
    NOWIRE_MESSAGE = 1,   ///< a message waits
    NOWIRE_WRITABLE = 2,  ///< ESP-NOW is on, and every message that was sent has ended
    NOWIRE_SENT = 4,      ///< nowire_next_sent() has something
    NOWIRE_OTHER = 8,     ///< the other descriptor is readable
};

/// NOWIRE_ABI_VERSION of the library.
NOWIRE_API uint32_t nowire_abi_version(void);
/// Its version for people: "0.1.0". A static string.
NOWIRE_API const char* nowire_version(void);
/// What the last failure in this thread was. Valid until the next one; never NULL, never has a key in it.
NOWIRE_API const char* nowire_error_text(void);
/// What ESP-IDF calls a failure, "ESP_ERR_ESPNOW_NOT_INIT"; "" for one that it does not know. A static string.
NOWIRE_API const char* nowire_error_name(int32_t failure);

/// Opens a station on the radio that `url` names ("air:?name=kitchen"; NULL or "": NOWIRE_RADIO, or "air:" without
/// that). Its interfaces are down and ESP-NOW is off. `options` may be NULL.
/// NOWIRE_BAD_URL; NOWIRE_RADIO: it cannot be opened; NOWIRE_REFUSED: another has the address; NOWIRE_ARGUMENT.
NOWIRE_API int32_t nowire_open(const char* url, const struct nowire_options* options, nowire_station** station);
/// Closes it, and has the waits in other threads end with NOWIRE_CLOSED; no call may begin any more. NULL: nothing.
NOWIRE_API void nowire_close(nowire_station* station);

/// Switches an interface on or off. Off: it hears and acknowledges nothing.
/// NOWIRE_REFUSED: another radio of the air has its address.
NOWIRE_API int32_t nowire_set_interface(nowire_station* station, int32_t which, int32_t up);
/// 1: it is on.
NOWIRE_API int32_t nowire_interface_is_up(nowire_station* station, int32_t which);
/// Writes the 6 bytes of its address, whether or not it is up.
NOWIRE_API int32_t nowire_address(nowire_station* station, int32_t which, uint8_t* address);
/// Gives it another. NOWIRE_ARGUMENT: a group, zero, or that of the other interface; NOWIRE_PEER_EXISTS: an encrypted
/// peer is reached by it; NOWIRE_REFUSED: another radio has it.
NOWIRE_API int32_t nowire_set_address(nowire_station* station, int32_t which, const uint8_t* address);
/// The channel that the station is on, 1 to 14 or one of the 5 GHz band.
NOWIRE_API int32_t nowire_channel(nowire_station* station);
/// Moves it. NOWIRE_ARGUMENT: no such channel; NOWIRE_REFUSED: the radio does not take it.
NOWIRE_API int32_t nowire_set_channel(nowire_station* station, int32_t number);
/// Sends at this rate (ESP-IDF's wifi_phy_rate_t) from now on. NOWIRE_ARGUMENT: no such rate.
NOWIRE_API int32_t nowire_set_rate(nowire_station* station, int32_t rate);
/// Transmit power in dBm, 2 to 20; others are brought into the range.
NOWIRE_API int32_t nowire_set_tx_power(nowire_station* station, int32_t dbm);
/// Hears for `window` milliseconds of each `interval`. NOWIRE_ARGUMENT: a negative window, an interval not positive.
NOWIRE_API int32_t nowire_set_wake(nowire_station* station, int32_t window, int32_t interval);

/// Switches ESP-NOW on, with an empty inbox; does nothing where it is on. NULL: the ring of the chip.
NOWIRE_API int32_t nowire_start(nowire_station* station, const struct nowire_ring* ring);
/// Switches it off: its peers are gone, and the messages that nobody has read.
NOWIRE_API int32_t nowire_stop(nowire_station* station);
/// 1: it is on.
NOWIRE_API int32_t nowire_is_started(nowire_station* station);
/// Keys installed from now on are derived with these 16 bytes. NOWIRE_NOT_INIT.
NOWIRE_API int32_t nowire_set_pmk(nowire_station* station, const uint8_t* pmk);

/// NOWIRE_NOT_INIT; NOWIRE_PEER_LIST_FULL; NOWIRE_ARGUMENT; NOWIRE_PEER_EXISTS; NOWIRE_PACKET_NUMBERS.
NOWIRE_API int32_t nowire_add_peer(nowire_station* station, const struct nowire_peer* peer);
/// Replaces all that is known of it. Failures as above, and NOWIRE_PEER_NOT_FOUND.
NOWIRE_API int32_t nowire_modify_peer(nowire_station* station, const struct nowire_peer* peer);
/// NOWIRE_NOT_INIT; NOWIRE_PEER_NOT_FOUND.
NOWIRE_API int32_t nowire_remove_peer(nowire_station* station, const uint8_t* address);
/// NOWIRE_NOT_INIT; NOWIRE_PEER_NOT_FOUND.
NOWIRE_API int32_t nowire_get_peer(nowire_station* station, const uint8_t* address, struct nowire_peer* peer);
/// Writes the addresses of the peers, 6 bytes each, in the order in which they were added, as far as `room` bytes go.
/// @returns how many there are. NOWIRE_NOT_INIT.
NOWIRE_API int32_t nowire_peers(nowire_station* station, uint8_t* addresses, uint32_t room);
/// How many of them are encrypted. NOWIRE_NOT_INIT.
NOWIRE_API int32_t nowire_encrypted_peers(nowire_station* station);

/// Sends to a peer, or (NULL) to every peer that is no group.
/// @param wait  1: waits for the responses to all that was sent before, up to 100 ms, then to this one, up to 100 ms
/// more.
/// @returns 1; with `wait` 0 where somebody did not acknowledge. NOWIRE_NOT_INIT; NOWIRE_RADIO; NOWIRE_TIMEOUT: what
/// was sent has not ended; NOWIRE_ARGUMENT: 0 bytes, or too many; NOWIRE_PEER_NOT_FOUND; NOWIRE_INTERFACE_DOWN;
/// NOWIRE_CHANNEL_MISMATCH; NOWIRE_NO_MEMORY; NOWIRE_PACKET_NUMBERS.
NOWIRE_API int32_t nowire_send(nowire_station* station, const uint8_t* address, const void* payload, uint32_t length,
                               int32_t wait);
/// Waits until everything that was sent has ended. NOWIRE_TIMEOUT.
NOWIRE_API int32_t nowire_flush(nowire_station* station, int64_t timeout);
/// Takes the oldest message, waiting for one if need be.
/// @returns its length. NOWIRE_NOT_INIT; NOWIRE_TIMEOUT; NOWIRE_BUFFER_TOO_SMALL; NOWIRE_INTERRUPTED; NOWIRE_RADIO;
/// NOWIRE_CLOSED.
NOWIRE_API int32_t nowire_receive(nowire_station* station, void* payload, uint32_t room, struct nowire_message* message,
                                  int64_t timeout);
/// Bytes of the oldest message's payload; 0: none waits.
NOWIRE_API int32_t nowire_next_size(nowire_station* station);
/// Throws away what waits in the inbox.
NOWIRE_API int32_t nowire_clear(nowire_station* station);
/// The counters.
NOWIRE_API int32_t nowire_get_counters(nowire_station* station, struct nowire_counters* counters);

/// Keeps the ends of what is sent from now on for nowire_next_sent(): the last 64 of them. 0: no more, and what is kept
/// is thrown away.
NOWIRE_API int32_t nowire_keep_sent(nowire_station* station, int32_t on);
/// The oldest end that is kept. @returns 1, or 0 where there is none.
NOWIRE_API int32_t nowire_next_sent(nowire_station* station, struct nowire_sent* sent);

/// The air's time since the station was opened.
NOWIRE_API int64_t nowire_now(nowire_station* station);
/// Waits until one of `wanted` (NOWIRE_MESSAGE and the like) is so, or the time is over, on the air's clock.
/// @param other  another descriptor to be waited for until it is readable; -1: none.
/// @returns what is so of all these, 0 where the time is over. NOWIRE_INTERRUPTED; NOWIRE_CLOSED.
NOWIRE_API int32_t nowire_wait(nowire_station* station, int32_t wanted, int32_t other, int64_t timeout);
/// Has the wait of another thread end with NOWIRE_INTERRUPTED, or else the next one.
NOWIRE_API int32_t nowire_interrupt(nowire_station* station);
/// From now on each message that is put into the inbox, and each end that is kept, interrupts a wait, and sends signal
/// `number` to the calling thread (0: sends none; negative: interrupts no longer).
NOWIRE_API int32_t nowire_notify(nowire_station* station, int32_t number);
/// How many messages were put into the inbox since nowire_notify() or this was called last.
NOWIRE_API int32_t nowire_take_notes(nowire_station* station);

/// For poll(): readable exactly while a message waits, writable exactly while every message that was sent has ended;
/// neither while ESP-NOW is off.
/// Nothing is to be read from it or written to it.
NOWIRE_API int32_t nowire_message_descriptor(nowire_station* station);
/// For poll(): readable exactly while nowire_next_sent() has something.
NOWIRE_API int32_t nowire_sent_descriptor(nowire_station* station);

/// An RSSI that is not given.
enum { NOWIRE_NO_RSSI = 128 };

/// Has frames of a simulated air get from one radio to another like this from now on, whether or not they are there
/// now. The other direction is a link of its own.
/// @param socket  the air's; NULL or "": the default one's.
/// @param from, to  station addresses.
/// @param loss  millionths of the frames that are lost, 1000000 cuts it; negative: as the air has it without this.
/// @param rssi  dBm at the receiver; NOWIRE_NO_RSSI: as the air has it without this.
/// NOWIRE_RADIO: no air answers there; NOWIRE_ARGUMENT.
NOWIRE_API int32_t nowire_air_set_link(const char* socket, const uint8_t* from, const uint8_t* to, int32_t loss,
                                       int32_t rssi);
/// 1: a radio with that name is on the air, which may be NULL as above. NOWIRE_RADIO.
NOWIRE_API int32_t nowire_air_has_radio(const char* socket, const char* name);
/// Microseconds since the air began, as its hub says when asked. NOWIRE_RADIO.
NOWIRE_API int64_t nowire_air_now(const char* socket);
/// Writes the path of the program nowire-air, with a zero. @returns its length. NOWIRE_RADIO: there is none;
/// NOWIRE_BUFFER_TOO_SMALL.
NOWIRE_API int32_t nowire_air_program(char* path, uint32_t room);

/// A capture (pcap or pcapng) that is read. Belongs to one thread at a time.
typedef struct nowire_capture nowire_capture;

/// Reads the file; what a hub writes to it later is not seen. -EIO.
NOWIRE_API int32_t nowire_capture_open(const char* file, nowire_capture** capture);
/// NULL: nothing.
NOWIRE_API void nowire_capture_close(nowire_capture* capture);
/// Tries encrypted frames from and to `peer` with this key of 16 bytes; to be called before nowire_capture_next().
/// @param pmk  16 bytes; NULL: the default one.
NOWIRE_API int32_t nowire_capture_add_key(nowire_capture* capture, const uint8_t* peer, const uint8_t* pmk,
                                          const uint8_t* lmk);
/// Writes the next frame as the line that `nowire decode --json` prints, with its line end and a zero.
/// @returns its length, 0 at the end. -EBADMSG: the file is damaged here; NOWIRE_BUFFER_TOO_SMALL: call again with more
/// room than 16 KiB, which is enough for every frame of an air.
NOWIRE_API int32_t nowire_capture_next(nowire_capture* capture, char* line, uint32_t room);

#ifdef __cplusplus
}
#endif

#endif
