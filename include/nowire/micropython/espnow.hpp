#pragma once

#include <nowire/micropython/error.hpp>
#include <nowire/micropython/peers.hpp>
#include <nowire/micropython/schedule.hpp>
#include <nowire/micropython/values.hpp>
#include <nowire/micropython/wlan.hpp>
#include <nowire/station/chip.hpp>
#include <nowire/station/mailbox.hpp>

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nowire::micropython {

inline constexpr std::size_t MAX_DATA_LEN = 1470;      ///< bytes of the longest message
inline constexpr std::size_t ADDR_LEN = 6;             ///< bytes of an address
inline constexpr std::size_t KEY_LEN = 16;             ///< bytes of a PMK or LMK
inline constexpr std::size_t MAX_TOTAL_PEER_NUM = 20;  ///< peers that there may be
/// What esp_now.h says; of encrypted peers a chip of the default configuration takes 7.
inline constexpr std::size_t MAX_ENCRYPT_PEER_NUM = 6;

inline constexpr int RATE_1M = 0;            ///< 1 Mb/s, long preamble, as the next three
inline constexpr int RATE_2M = 1;            ///< 2 Mb/s
inline constexpr int RATE_5M = 2;            ///< 5.5 Mb/s
inline constexpr int RATE_11M = 3;           ///< 11 Mb/s
inline constexpr int RATE_24M = 9;           ///< 24 Mb/s
inline constexpr int RATE_12M = 10;          ///< 12 Mb/s
inline constexpr int RATE_6M = 11;           ///< 6 Mb/s
inline constexpr int RATE_54M = 12;          ///< 54 Mb/s
inline constexpr int RATE_LORA_250K = 0x29;  ///< Espressif's Long Range at 250 kb/s
inline constexpr int RATE_LORA_500K = 0x2a;  ///< Espressif's Long Range at 500 kb/s

/// What recvinto() fills in, a list of four. Not thread-safe.
struct message_list {
    const mac_address* mac = nullptr;  ///< the key of peers_table()
    /// Where the message goes; its size becomes the message's.
    bytearray msg{MAX_DATA_LEN};
    int rssi = 0;               ///< dBm
    std::uint32_t time_ms = 0;  ///< as ticks_ms(), when it came
};

/// The same where the message goes into memory of the program's, whose size stays (a memoryview). Value type.
struct message_view {
    std::span<std::uint8_t> msg;       ///< where the message goes
    const mac_address* mac = nullptr;  ///< the key of peers_table()
    int rssi = 0;                      ///< dBm
    std::uint32_t time_ms = 0;         ///< as ticks_ms(), when it came
};

/// What is known of a device that sent something, as of the last message of it that was read.
struct neighbour {
    int rssi = 0;               ///< dBm, -127 to 0
    std::uint32_t time_ms = 0;  ///< as ticks_ms(), when it came

    friend bool operator==(const neighbour&, const neighbour&) = default;
};

/// `espnow.ESPNow` of MicroPython for the ESP32: names, arguments, results, errors, sizes and counters are its own.
///
/// All objects of one chip share everything but the object that irq() hands to its callback. What happens where the
/// documents of MicroPython say "not initialised" is os_error(-12389, "ESP_ERR_ESPNOW_NOT_INIT").
///
/// Callbacks run in the threads that wait (micropython/schedule.hpp). As on the chip one thread at a time reads
/// messages and looks at peers_table(); everything else may be called by any. Must not outlive its chip.
class ESPNow {
  public:
    /// Told that a message came.
    using callback = std::function<void(ESPNow&)>;

    /// What config() sets by name: `e.config({.rxbuf = 8192, .timeout_ms = 500})`.
    struct settings {
        /// Bytes of the ring for received messages, each of which takes 14 besides its payload; from the next
        /// active(true) on. The chip's (2968) holds one message of 1470 bytes and one of 1468; it may be larger than
        /// there. Negative: ignored.
        maybe_integer rxbuf = {};
        maybe_integer timeout_ms = {};  ///< of recv() and its kin without one of their own; negative: for ever
        maybe_integer rate = {};        ///< RATE_...; negative: ignored
    };

    /// That of the process's own chip.
    /// @throws std::system_error as chip::standard() does.
    ESPNow();
    /// That of `on`.
    explicit ESPNow(nowire::chip& on);
    /// Ends its irq(); waits for the callback if that runs in another thread.
    virtual ~ESPNow();
    ESPNow(const ESPNow&) = delete;
    ESPNow& operator=(const ESPNow&) = delete;

    /// Whether ESP-NOW is on.
    bool active() const;
    /// Switches ESP-NOW on or off; Wi-Fi may be down. Off: its peers are gone, the messages that nobody has read, and
    /// irq(); peers_table(), the counters and what config() set stay.
    /// @returns whether it is on now.
    /// @throws std::logic_error where another face uses the chip.
    bool active(bool on);

    /// Sets what is given, then returns the value of `name`: "rxbuf" or "timeout_ms".
    /// @throws value_error("unknown config param") for another name, after setting; and as the next one.
    std::int64_t config(std::string_view name, const settings& what);
    /// The value of `name`.
    /// @throws value_error("unknown config param").
    std::int64_t config(std::string_view name) const;
    /// Sets what is given.
    /// @throws os_error(2) for a rate while no interface is up, os_error(-258, "ESP_ERR_INVALID_ARG") for one that is
    /// none.
    void config(const settings& what);

    /// Keys are derived with this PMK from now on.
    /// @throws value_error("invalid buffer length") where it has not 16 bytes; os_error: not initialised.
    void set_pmk(const bytes_like& key);

    /// Sends to a peer, or (None) to every peer that is no group.
    /// @param sync  None or true: waits for the responses to everything that was sent before and to this.
    /// @returns with `sync` whether nobody failed to respond meanwhile, else true. Broadcasts always succeed.
    /// @throws value_error("invalid buffer length") and type_error("object with buffer protocol required") for an
    /// address that is none; os_error: not initialised; 110 (ETIMEDOUT) where responses take longer than 100 ms;
    /// ESP_ERR_ESPNOW_ARG (no bytes, or more than 1470), NOT_FOUND, IF, CHAN, NO_MEM (after 2 s).
    bool send(const maybe_bytes& mac, const bytes_like& msg, std::optional<bool> sync = None);
    /// send(None, msg).
    /// @throws os_error as that one does.
    bool send(const bytes_like& msg);

    /// Takes the oldest message, and waits for one if need be.
    /// @param timeout_ms  None: that of config(); negative: for ever; 0: does not wait.
    /// @throws os_error: not initialised; value_error("ESPNow.recv(): buffer error") where it is longer than 1470
    /// bytes, after which no other waits either; what callbacks let out.
    received recv(maybe_integer timeout_ms = {});
    /// The same without allocating memory, but for the first message of a device, which is put into peers_table(): msg
    /// is one object for all. After a timeout that has its full size, with what it had before.
    /// @throws as recv().
    borrowed irecv(maybe_integer timeout_ms = {});
    /// The same into `data`, of which nothing changes where no message comes but the size of msg, which becomes its
    /// capacity.
    /// @returns bytes of the message; 0: none came.
    /// @throws as recv(), the size of msg being the limit.
    std::size_t recvinto(message_list& data, maybe_integer timeout_ms = {});
    /// The same.
    /// @throws as recv(), the size of msg being the limit.
    std::size_t recvinto(message_view& data, maybe_integer timeout_ms = {});

    /// Whether a message waits.
    /// @throws os_error: not initialised.
    bool any() const;
    /// What select.poll() says of it: POLLIN while a message waits, POLLOUT while every message that was sent has
    /// ended, of those in `events`. While it is not active nothing is ready. Calls what is scheduled.
    /// @param timeout_ms  None or negative: for ever.
    /// @returns what is ready; 0: the time is over.
    /// @throws os_error where the chip is destroyed meanwhile; what callbacks let out.
    int poll(int events = POLLIN, maybe_integer timeout_ms = 0);
    /// For the system's poll(): readable and writable as poll() has it, but nothing that is scheduled is called
    /// meanwhile, and an air that runs ahead of real time does not. The chip owns it.
    /// @throws std::system_error where the system has no more descriptors.
    int fileno();

    /// Has `what` called once for each message that comes, soon after it came, with this object as its argument
    /// (micropython/schedule.hpp): read them all, with a timeout of 0. Where eight calls are scheduled already, the
    /// next are lost. There is one callback for all objects of the chip; an empty function: none.
    void irq(callback what);
    /// No callback from now on.
    void irq(std::nullopt_t) { irq(callback()); }

    /// `(tx_pkts, tx_responses, tx_failures, rx_pkts, rx_dropped)`, counted since the chip began.
    mailbox_counters stats() const;
    /// The devices whose messages were read, by address. The addresses that recv() and its kin return are its keys,
    /// which stay where they are as long as the chip lives.
    const std::map<mac_address, neighbour>& peers_table() const;

    /// Adds a peer.
    /// @throws value_error("invalid buffer length"), type_error("object with buffer protocol required") for an address
    /// or key; os_error: not initialised, ESP_ERR_ESPNOW_EXIST, FULL, ARG.
    void add_peer(const bytes_like& mac, const maybe_bytes& lmk = None, maybe_integer channel = {},
                  maybe_integer ifidx = {}, std::optional<bool> encrypt = {});
    /// The same by name.
    /// @throws as the other one.
    void add_peer(const bytes_like& mac, const peer_options& how);
    /// Changes what is given of a peer; what is not stays.
    /// @throws as add_peer(), but for EXIST; os_error: ESP_ERR_ESPNOW_NOT_FOUND.
    void mod_peer(const bytes_like& mac, const maybe_bytes& lmk = None, maybe_integer channel = {},
                  maybe_integer ifidx = {}, std::optional<bool> encrypt = {});
    /// The same by name.
    /// @throws as the other one.
    void mod_peer(const bytes_like& mac, const peer_options& how);
    /// Removes a peer.
    /// @throws value_error("invalid buffer length"); os_error: not initialised, ESP_ERR_ESPNOW_NOT_FOUND.
    void del_peer(const bytes_like& mac);
    /// A peer.
    /// @throws value_error("invalid buffer length"); os_error: not initialised, ESP_ERR_ESPNOW_NOT_FOUND.
    peer_info get_peer(const bytes_like& mac) const;
    /// All peers but groups, in the order in which they were added.
    /// @throws os_error: not initialised.
    std::vector<peer_info> get_peers() const;
    /// How many peers there are, groups included.
    /// @throws os_error: not initialised.
    peer_numbers peer_count() const;

    /// `for (const auto& [mac, msg] : e)`: irecv() each time, for ever; an element that is (None, None) after a
    /// timeout. Not thread-safe.
    class iterator {
      public:
        using value_type = borrowed;             ///< what it goes over
        using difference_type = std::ptrdiff_t;  ///< as iterators have one
        /// The last one that came.
        const borrowed& operator*() const { return now_; }
        /// Reads the next one.
        /// @throws as irecv().
        iterator& operator++() {
            now_ = of_->irecv();
            return *this;
        }
        /// The same.
        /// @throws as irecv().
        void operator++(int) { ++*this; }
        /// There is no end.
        friend bool operator==(const iterator&, std::default_sentinel_t) { return false; }

      private:
        friend class ESPNow;
        explicit iterator(ESPNow& of) : of_(&of), now_(of.irecv()) {}
        ESPNow* of_;
        borrowed now_;
    };
    /// Reads the first one.
    /// @throws as irecv().
    iterator begin() { return iterator(*this); }
    /// There is none.
    std::default_sentinel_t end() const { return {}; }

    /// The chip it is of.
    nowire::chip& chip() const { return chip_; }

    struct state;

  protected:
    /// What the destructor does; for that of a class that has more to destroy.
    void end_irq();

  private:
    nowire::chip& chip_;
    state& state_;
};

}  // namespace nowire::micropython
