#pragma once

#include <nowire/pycom/espnow.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

namespace nowire::pycom {

inline constexpr std::size_t longest_message = 250;

/// What ESP-NOW refused, as Pycom says it.
/// @throws os_error or runtime_error, always.
[[noreturn]] void fail(errc why);
/// @throws value_error("bad len").
std::span<const std::uint8_t, ccmp::key_size> to_key(const bytes_like& key);

/// What is known of a peer besides what the device knows.
struct Peer::record {
    ESPNOW::state& of;
    mac_address address;
    std::atomic<bool> removed = false;
};

/// What all objects of a chip share.
struct ESPNOW::state {
    explicit state(chip& c) : on(c) {}

    /// @throws runtime_error("ESP-NOW module is not initialized!").
    void require_init() const;
    /// @throws os_error, runtime_error.
    void send(const std::optional<mac_address>& to, const bytes_like& msg) const;
    std::optional<Peer> find(const mac_address& address);

    // By the mailbox's thread.
    void receive();
    void tell_sent(const completion& done);

    chip& on;
    std::atomic<bool> initialised = false;

    std::mutex mutex;  ///< of what follows
    std::shared_ptr<const send_callback> on_send;
    std::shared_ptr<const recv_callback> on_recv;
    std::map<mac_address, std::shared_ptr<Peer::record>> peers;
};

}  // namespace nowire::pycom
