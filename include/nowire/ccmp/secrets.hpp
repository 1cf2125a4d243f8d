#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// The keys of ESP-NOW and the CCMP of its encrypted frames.
namespace nowire::ccmp {

/// Bytes of a PMK, an LMK and the key that both make.
inline constexpr std::size_t key_size = 16;

/// Overwrites `bytes` with zeros, which no compiler leaves out: for copies of keys that are no longer needed.
void wipe(std::span<std::uint8_t> bytes);
/// The same for text that a key was read from.
void wipe(std::span<char> text);

/// Sixteen secret bytes that wipe themselves: when destroyed, when moved from and when assigned to. They have no stream
/// operator on purpose. Value type; thread-safe like std::array.
class secret_key {
  public:
    /// The key itself. Do not print it, and wipe what it is copied to.
    std::span<const std::uint8_t, key_size> bytes() const { return bytes_; }

  protected:
    secret_key() = default;                                              ///< zeros
    explicit secret_key(std::span<const std::uint8_t, key_size> bytes);  ///< a copy of `bytes`
    secret_key(const secret_key&) = default;                             ///< a copy that wipes itself too
    secret_key(secret_key&& other) noexcept;                             ///< wipes `other`
    secret_key& operator=(const secret_key&) = default;                  ///< replaces what it had
    secret_key& operator=(secret_key&& other) noexcept;                  ///< replaces what it had and wipes `other`
    ~secret_key();

    /// Takes the same time wherever the two differ.
    static bool equal(const secret_key& a, const secret_key& b);
    /// Reads 32 hex digits, or exactly 16 characters that are taken as they are.
    static bool read(std::string_view text, std::span<std::uint8_t, key_size> out);
    /// The bytes, for the derived type that reads them.
    std::span<std::uint8_t, key_size> writable() { return bytes_; }

  private:
    std::array<std::uint8_t, key_size> bytes_{};
};

/// The primary master key: one per device, shared by all whom it talks to encrypted (esp_now_set_pmk). Value type.
class pmk : public secret_key {
  public:
    /// A copy of `bytes`, which the caller wipes.
    explicit pmk(std::span<const std::uint8_t, key_size> bytes) : secret_key(bytes) {}

    /// What a device uses that never called esp_now_set_pmk: byte i is i * i mod 256.
    static pmk default_pmk();
    /// Reads 32 hex digits, or exactly 16 characters that are taken as they are; nothing for any other text.
    static std::optional<pmk> parse(std::string_view text);

    friend bool operator==(const pmk& a, const pmk& b) { return equal(a, b); }

  private:
    pmk() = default;
};

/// The local master key: one per pair of devices (esp_now_peer_info_t::lmk). Value type.
class lmk : public secret_key {
  public:
    /// A copy of `bytes`, which the caller wipes.
    explicit lmk(std::span<const std::uint8_t, key_size> bytes) : secret_key(bytes) {}

    /// Reads 32 hex digits, or exactly 16 characters that are taken as they are; nothing for any other text.
    static std::optional<lmk> parse(std::string_view text);

    friend bool operator==(const lmk& a, const lmk& b) { return equal(a, b); }

  private:
    lmk() = default;
};

}  // namespace nowire::ccmp
