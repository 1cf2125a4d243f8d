#pragma once

#include <nowire/station/bytes_like.hpp>
#include <nowire/station/chip.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

/// ESP-NOW as programs for Pycom's boards know it: `from network import WLAN, ESPNOW` (docs/micropython.md).
namespace nowire::pycom {

/// Python's None, where an argument may be that.
inline constexpr std::nullopt_t None = std::nullopt;

/// Python's RuntimeError; what() is its text. Value type.
class runtime_error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};
/// Python's ValueError; what() is its text. Value type.
class value_error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};
/// Python's OSError, which has but a text here. Value type.
class os_error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// network.WLAN as far as ESP-NOW needs it: making one switches its interfaces on. Any thread may use it.
class WLAN {
  public:
    static constexpr int STA = 1;     ///< a client of an access point
    static constexpr int AP = 2;      ///< an access point
    static constexpr int STA_AP = 3;  ///< both

    /// Switches the interfaces of `mode` on, and the others off, on the process's own chip.
    /// @throws value_error for a mode that is none, os_error where another radio of the air has its address;
    /// std::system_error as chip::standard() does.
    explicit WLAN(int mode = STA);
    /// The same on `on`, which must outlive this.
    /// @throws value_error for a mode that is none, os_error where another radio of the air has its address.
    explicit WLAN(chip& on, int mode = STA);
    /// Switches all off.
    /// @throws os_error where the air refuses that.
    void deinit();
    /// The address of the station interface.
    mac_address mac() const;

  private:
    void set(bool station, bool soft_ap);
    chip* chip_;
};

/// `ESPNOW_Peer`: a device that was added. Copies are the same peer. What happens with one that was removed is
/// os_error("ESP-Now Peer Not Found"). Any thread may use it; must not outlive its chip.
class Peer {
  public:
    /// Its address.
    /// @throws os_error.
    mac_address addr() const;
    /// Its key; None: messages to and from it are not encrypted.
    /// @throws runtime_error: not initialised; os_error.
    std::optional<ccmp::lmk> lmk() const;
    /// Encrypts messages to and from it with this key of 16 bytes, or (None) no longer.
    /// @throws value_error("bad len"); runtime_error: not initialised; os_error.
    void lmk(const std::optional<bytes_like>& key);
    /// Sends to it. How that ends on_send() is told.
    /// @throws value_error("Message is invalid") for None, value_error("Message is too long") for more than 250 bytes;
    /// runtime_error: not initialised; os_error.
    void send(const std::optional<bytes_like>& msg) const;

    friend bool operator==(const Peer& a, const Peer& b) { return a.record_ == b.record_; }

  private:
    friend class ESPNOW;
    struct record;
    explicit Peer(std::shared_ptr<record> r) : record_(std::move(r)) {}
    std::shared_ptr<record> record_;
};

/// `network.ESPNOW`, which in Python is a module: functions, errors and their texts are its own. What happens with one
/// that is not initialised is runtime_error("ESP-NOW module is not initialized!"); what ESP-NOW refuses is
/// os_error("ESP-Now Peer Not Found") and the like.
///
/// Callbacks run, as there, on a thread of the chip ("the interrupt task"), one at a time; they may call everything
/// here, but while one runs nothing is received, and an exception that leaves it ends the program. Nothing is kept:
/// without a callback messages are lost. All objects of a chip are the same. Any thread may use it; must not outlive
/// its chip.
class ESPNOW {
  public:
    /// What on_send() tells: `(peer, sent)`.
    struct sent_result {
        Peer peer;  ///< whom the message was for
        bool sent;  ///< whether it was acknowledged
    };
    /// What on_recv() tells: `(mac, peer, msg)`.
    struct received_result {
        mac_address mac;           ///< who sent it
        std::optional<Peer> peer;  ///< None: it was never added
        std::string msg;           ///< the payload
    };
    using send_callback = std::function<void(const sent_result&)>;      ///< told how a message ended
    using recv_callback = std::function<void(const received_result&)>;  ///< told of a message
    /// `(total, encrypted)`.
    struct peer_numbers {
        std::size_t total;      ///< peers
        std::size_t encrypted;  ///< of those the encrypted ones
    };

    /// That of the process's own chip.
    /// @throws std::system_error as chip::standard() does.
    ESPNOW();
    /// That of `on`.
    explicit ESPNOW(chip& on);

    /// Switches ESP-NOW on.
    /// @throws runtime_error("ESP-NOW module needs that WLAN is already initialized!") while no interface is up,
    /// runtime_error("ESP-NOW module already initialized!"); std::logic_error where another face uses the chip.
    void init();
    /// Switches it off, and removes the peers. Callbacks stay. Does nothing where it is off.
    void deinit();

    /// Sets the PMK of 16 bytes.
    /// @throws value_error("bad len"); runtime_error: not initialised.
    void pmk(const bytes_like& key);
    /// The callback for the end of messages; empty: there is none.
    /// @throws runtime_error: not initialised.
    send_callback on_send() const;
    /// Sets it; an empty function: none.
    /// @throws runtime_error: not initialised.
    void on_send(send_callback what);
    /// None from now on.
    /// @throws runtime_error: not initialised.
    void on_send(std::nullopt_t) { on_send(send_callback()); }
    /// The callback for received messages; empty: there is none.
    /// @throws runtime_error: not initialised.
    recv_callback on_recv() const;
    /// Sets it; an empty function: none.
    /// @throws runtime_error: not initialised.
    void on_recv(recv_callback what);
    /// None from now on.
    /// @throws runtime_error: not initialised.
    void on_recv(std::nullopt_t) { on_recv(recv_callback()); }

    /// Adds a peer on the station interface if that is up, else on the SoftAP.
    /// @param addr  6 bytes, or 12 hex digits.
    /// @param lmk  16 bytes; None: not encrypted.
    /// @throws value_error("Invalid MAC Address"), value_error("bad len"); runtime_error: not initialised; os_error.
    Peer add_peer(const bytes_like& addr, const std::optional<bytes_like>& lmk = None);
    /// Removes a peer.
    /// @throws runtime_error: not initialised; os_error.
    void del_peer(const Peer& peer);
    /// How many peers there are.
    /// @throws runtime_error: not initialised.
    peer_numbers peer_count() const;
    /// Sends to a peer, or (None) to all. How that ends on_send() is told.
    /// @param addr  6 bytes; no hex digits here.
    /// @throws value_error("addr invalid"), value_error("msg too long") for more than 250 bytes; runtime_error: not
    /// initialised; os_error.
    void send(const std::optional<bytes_like>& addr, const bytes_like& msg);
    /// Of ESP-NOW: 1.
    /// @throws runtime_error: not initialised.
    int version() const;

    struct state;

  private:
    state& state_;
};

}  // namespace nowire::pycom
