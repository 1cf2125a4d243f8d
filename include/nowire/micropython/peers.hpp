#pragma once

#include <nowire/micropython/values.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace nowire::micropython {

/// What add_peer() and mod_peer() take by name: `e.add_peer(mac, {.channel = 6})`.
struct peer_options {
    /// None: as it is (zeros at first). b'' or False: not encrypted. 16 bytes: the key, and encrypted.
    maybe_bytes lmk = None;
    /// 0: the home channel. Taken modulo 256, as the chip stores it. None: as it is (0 at first).
    maybe_integer channel = {};
    /// STA_IF or AP_IF. None: as it is (STA_IF at first).
    maybe_integer ifidx = {};
    /// Whether it is encrypted, whatever `lmk` says; with no key ever given that is one of zeros.
    std::optional<bool> encrypt = {};
};

/// `(mac, lmk, channel, ifidx, encrypt)`.
struct peer_info {
    mac_address mac;  ///< the peer's
    ccmp::lmk lmk;    ///< zeros where none was ever given
    int channel;      ///< 0: the home channel
    int ifidx;        ///< STA_IF or AP_IF
    bool encrypt;     ///< whether messages to and from it are encrypted
};

/// `(total, encrypted)`, groups included.
struct peer_numbers {
    std::size_t total;      ///< peers
    std::size_t encrypted;  ///< of those the encrypted ones

    friend bool operator==(const peer_numbers&, const peer_numbers&) = default;
};

}  // namespace nowire::micropython
