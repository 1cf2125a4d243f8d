#pragma once

#include <nowire/ccmp/fingerprint.hpp>
#include <nowire/ccmp/key.hpp>

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <mutex>
#include <string>

/// Where packet numbers come from. CCM breaks when a nonce comes twice with one key, and ESP-NOW's nonce is A2 and the
/// packet number: so a number must never come twice for a (key, A2), not even after a crash, in another process or
/// after the clock was set back. (The chips themselves restart at 1 with every boot.)
namespace nowire::ccmp {

/// Numbers reserved for one user: first, first + 1, ... first + count - 1.
struct packet_number_block {
    std::uint64_t first = 0;  ///< the lowest number
    std::uint64_t count = 0;  ///< how many; 0: none is left
};

/// Remembers for each fingerprint which numbers are taken. Whether threads may share one, each store says.
struct packet_number_store {
    packet_number_store() = default;
    packet_number_store(const packet_number_store&) = delete;
    packet_number_store& operator=(const packet_number_store&) = delete;
    virtual ~packet_number_store() = default;

    /// Reserves up to `count` numbers that are not below `at_least` and above all that were ever reserved for `id`. The
    /// reservation is durable, and seen by every other process, before this returns.
    /// @returns a block of 1 to `count` numbers, none above max_packet_number; a block of 0 if no such number is left.
    /// Errors: a message that says what failed, where, and what would be right.
    virtual std::expected<packet_number_block, std::string> reserve(const fingerprint& id, std::uint64_t at_least,
                                                                    std::uint64_t count) = 0;
};

/// The packet number that the wall clock gives: the time since 1970 in units of 1/65536 s. No ESP-NOW device sends
/// 65536 frames a second, so a device that restarts is always ahead of what it sent before, as long as its clock is. 48
/// bits last until 2106; a time beyond gives a number beyond max_packet_number, a time before 1970 gives 0.
constexpr std::uint64_t packet_number_seed(std::chrono::nanoseconds since_1970) {
    if (since_1970.count() < 0) return 0;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_1970);
    const auto rest = since_1970 - seconds;
    return static_cast<std::uint64_t>(seconds.count()) * 65536 +
           static_cast<std::uint64_t>(rest.count()) * 65536 / 1'000'000'000;
}

/// The store of a process that has no lasting one: what it remembers goes with it, so that after a restart the seed
/// alone keeps numbers from repeating. Two processes with the same key and A2, or a clock that is set back between two
/// runs, make nonces repeat. Hands out one number at a time, so that it never runs further ahead of the clock than
/// frames were sent. Thread-safe: all devices of a process should share one.
class memory_packet_number_store final : public packet_number_store {
  public:
    /// As packet_number_store has it. Errors: none, since nothing can fail.
    std::expected<packet_number_block, std::string> reserve(const fingerprint& id, std::uint64_t at_least,
                                                            std::uint64_t count) override;

  private:
    std::mutex mutex_;
    std::map<fingerprint, std::uint64_t> next_;
};

/// Draws the packet numbers of one (key, A2). There may be several sources of the same (two peers with the same LMK
/// have the same key; a peer may be removed and added again): their store keeps them apart. Not thread-safe; must not
/// be used on both sides of a fork().
class packet_number_source {
  public:
    /// How many numbers are reserved at a time: 16 s worth of the time seed. A crash wastes the rest of a block, and
    /// 48 bits hold 2^28 of them.
    static constexpr std::uint64_t block_size = std::uint64_t{1} << 20;

    /// @param id     key::fingerprint() of the transmitter.
    /// @param seed   packet_number_seed() of the wall clock: the first number is not below it.
    /// @param store  outlives the source; nullptr: numbers count up from the seed, and nothing keeps another source of
    ///               the same `id` from giving the same ones (memory_packet_number_store does).
    packet_number_source(const fingerprint& id, std::uint64_t seed, packet_number_store* store = nullptr);

    /// The next number; never 0. The first call, and one in 2^20 after it, asks the store.
    /// Errors: packet_numbers_exhausted when there is none left: it never wraps; packet_number_store_failed when none
    /// could be reserved: the next call tries again.
    std::expected<std::uint64_t, error> next();

    /// What the store said when it last failed; empty if it did not.
    const std::string& store_message() const { return store_message_; }

  private:
    fingerprint id_;
    packet_number_store* store_;
    std::uint64_t next_;
    std::uint64_t end_;  ///< one behind the last number that may be used without asking the store
    std::string store_message_;
};

}  // namespace nowire::ccmp
