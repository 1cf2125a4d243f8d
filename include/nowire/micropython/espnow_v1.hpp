#pragma once

#include <nowire/micropython/error.hpp>
#include <nowire/micropython/peers.hpp>
#include <nowire/micropython/schedule.hpp>
#include <nowire/micropython/values.hpp>
#include <nowire/micropython/wlan.hpp>
#include <nowire/station/chip.hpp>
#include <nowire/station/mailbox.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The first form of ESP-NOW for MicroPython, glenn20's `from esp import espnow` of 2020 and 2021.
namespace nowire::micropython::v1 {

inline constexpr std::size_t MAX_DATA_LEN = 250;        ///< bytes of the longest message
inline constexpr std::size_t KEY_LEN = 16;              ///< bytes of a PMK or LMK
inline constexpr std::size_t MAX_TOTAL_PEER_NUM = 20;   ///< peers that there may be
inline constexpr std::size_t MAX_ENCRYPT_PEER_NUM = 6;  ///< as micropython::MAX_ENCRYPT_PEER_NUM

/// `(mac, msg)` of its own, or (None, None). Value type.
struct received {
    std::optional<mac_address> mac;  ///< the sender; None: nothing came
    std::string msg;                 ///< empty where nothing came
    /// Whether a message came.
    explicit operator bool() const { return mac.has_value(); }
};

/// `(mac, msg)` whose parts are the same objects each time, or (None, None). Value type.
struct borrowed {
    const bytearray* mac = nullptr;  ///< the sender; nullptr: nothing came
    const bytearray* msg = nullptr;  ///< valid until the next message is read; nullptr: nothing came
    /// Whether a message came.
    explicit operator bool() const { return mac != nullptr; }
};

/// `espnow.ESPNow` of `from esp import espnow`: as micropython::ESPNow is, in its older form, with messages of up to
/// 250 bytes, and with the stream of packets. A packet is 0x99, the payload's length (one byte), the address of who
/// sent it or shall get it (6 bytes), and the payload.
///
/// All objects of one chip are the same, as on the chip, where there is one. Callbacks run in the threads that wait
/// (micropython/schedule.hpp). One thread at a time reads messages; everything else may be called by any. Must not
/// outlive its chip.
class ESPNow {
  public:
    /// Told that a message came.
    using callback = std::function<void(ESPNow&)>;

    /// What config() sets by name.
    struct settings {
        /// Bytes of the ring for received messages, each of which takes 8 besides its payload; from the next init() on.
        /// Negative: ignored.
        maybe_integer rxbuf = {};
        maybe_integer timeout = {};            ///< of recv() and irecv(), in ms; negative: ignored
        std::optional<callback> on_recv = {};  ///< called once for each message; an empty function: none
    };

    /// That of the process's own chip.
    /// @throws std::system_error as chip::standard() does.
    ESPNow();
    /// That of `on`.
    explicit ESPNow(nowire::chip& on);

    /// Switches ESP-NOW on. Does nothing where it is on.
    /// @throws std::logic_error where another face uses the chip.
    void init();
    /// Switches it off: its peers are gone, and the messages that nobody has read. on_recv stays.
    void deinit();
    /// Throws away what waits.
    /// @throws value_error("arg must be True"); os_error: not initialised.
    void clear(bool sure);
    /// Whether a message waits.
    /// @throws os_error: not initialised.
    bool poll() const;

    /// Sets what is given.
    void config(const settings& what);
    /// The value of "rxbuf" or "timeout".
    /// @throws value_error("unknown config param").
    std::int64_t config(std::string_view name) const;
    /// config('on_recv'); empty: there is none.
    callback on_recv() const;

    /// As micropython::ESPNow::set_pmk().
    /// @throws value_error("wrong length"); os_error: not initialised.
    void set_pmk(const bytes_like& key);

    /// Sends to a peer, or (None, False, b'') to every peer that is no group.
    /// @param sync  true: waits for the responses; None is false.
    /// @returns with `sync` whether nobody failed to respond meanwhile, else true.
    /// @throws value_error("wrong length"), type_error("object with buffer protocol required") for an address that is
    /// none; value_error("Send timeout on synch.") where responses take longer than 2 s; os_error: not initialised,
    /// ESP_ERR_ESPNOW_ARG, NOT_FOUND, IF, CHAN, NO_MEM.
    bool send(const maybe_bytes& mac, const bytes_like& msg, std::optional<bool> sync = true);
    /// send(None, msg).
    /// @throws as that one.
    bool send(const bytes_like& msg);

    /// Takes the oldest message, and waits for one if need be.
    /// @param timeout  in ms; None: that of config(); negative: for ever; 0: does not wait.
    /// @throws os_error: not initialised; value_error("Buffer error"); what callbacks let out.
    received recv(maybe_integer timeout = {});
    /// The same without allocating memory: the objects are the same each time. After a timeout msg is empty.
    /// @throws as recv().
    borrowed irecv(maybe_integer timeout = {});

    /// All packets that wait, or as many whole ones as `size` bytes hold; None: none waits. Never waits.
    /// @throws os_error: not initialised; value_error("ESP-Now: Buffer too small") where the first one is larger.
    std::optional<std::string> read(maybe_integer size = {});
    /// The oldest packet, if `size` bytes hold it; without a size as read().
    /// @throws as read().
    std::optional<std::string> read1(maybe_integer size = {});
    /// As many whole packets as `to` holds. @returns bytes written; None: none waits.
    /// @throws as read().
    std::optional<std::size_t> readinto(std::span<std::uint8_t> to);
    /// The oldest packet. @returns its size; None: none waits.
    /// @throws as read().
    std::optional<std::size_t> readinto1(std::span<std::uint8_t> to);
    /// Sends packets one after the other, and waits for nothing. @returns bytes taken, all of them.
    /// @throws value_error("ESP-Now: Bad packet") where none begins, value_error("ESP-Now: Buffer too small for
    /// packet") where one is cut off; os_error as send(). Those before it are sent.
    std::size_t write(const bytes_like& packets);

    /// `(tx_pkts, tx_responses, tx_failures, rx_pkts, rx_dropped)`, counted since the chip began.
    mailbox_counters stats() const;
    /// 1.
    int version() const { return 1; }
    /// "ESPNow(rxbuf=516, timeout=300000)".
    std::string repr() const;

    /// As micropython::ESPNow::add_peer().
    /// @throws value_error("wrong length"), type_error, os_error as that one.
    void add_peer(const bytes_like& mac, const maybe_bytes& lmk = None, maybe_integer channel = {},
                  maybe_integer ifidx = {}, std::optional<bool> encrypt = {});
    /// The same by name.
    /// @throws as the other one.
    void add_peer(const bytes_like& mac, const peer_options& how);
    /// As micropython::ESPNow::mod_peer().
    /// @throws value_error("wrong length"), type_error, os_error as that one.
    void mod_peer(const bytes_like& mac, const maybe_bytes& lmk = None, maybe_integer channel = {},
                  maybe_integer ifidx = {}, std::optional<bool> encrypt = {});
    /// The same by name.
    /// @throws as the other one.
    void mod_peer(const bytes_like& mac, const peer_options& how);
    /// Removes a peer.
    /// @throws value_error("wrong length"); os_error: not initialised, ESP_ERR_ESPNOW_NOT_FOUND.
    void del_peer(const bytes_like& mac);
    /// A peer.
    /// @throws value_error("wrong length"); os_error: not initialised, ESP_ERR_ESPNOW_NOT_FOUND.
    peer_info get_peer(const bytes_like& mac) const;
    /// All peers but groups, in the order in which they were added.
    /// @throws os_error: not initialised.
    std::vector<peer_info> get_peers() const;
    /// How many peers there are, groups included.
    /// @throws os_error: not initialised.
    peer_numbers peer_count() const;

    /// irecv() each time; ends where it is not initialised. Not thread-safe.
    class iterator {
      public:
        using value_type = borrowed;             ///< what it goes over
        using difference_type = std::ptrdiff_t;  ///< as iterators have one
        /// The last one that came.
        const borrowed& operator*() const { return now_; }
        /// Reads the next one.
        /// @throws as irecv().
        iterator& operator++() {
            read();
            return *this;
        }
        /// The same.
        /// @throws as irecv().
        void operator++(int) { read(); }
        friend bool operator==(const iterator& it, std::default_sentinel_t) { return it.of_ == nullptr; }

      private:
        friend class ESPNow;
        explicit iterator(ESPNow& of) : of_(&of) { read(); }
        void read();
        ESPNow* of_;
        borrowed now_;
    };
    /// Reads the first one.
    /// @throws as irecv().
    iterator begin() { return iterator(*this); }
    /// Reached where it is not initialised.
    std::default_sentinel_t end() const { return {}; }

    /// Whether both are of one chip.
    friend bool operator==(const ESPNow& a, const ESPNow& b) { return &a.chip_ == &b.chip_; }

    struct state;

  private:
    nowire::chip& chip_;
    state& state_;
};

}  // namespace nowire::micropython::v1
