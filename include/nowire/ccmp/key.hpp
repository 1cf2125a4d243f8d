#pragma once

#include <nowire/ccmp/fingerprint.hpp>
#include <nowire/ccmp/secrets.hpp>
#include <nowire/frame/mpdu.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string_view>

/// OpenSSL's EVP_CIPHER_CTX, of which users of this header need not know more.
struct evp_cipher_ctx_st;

namespace nowire::ccmp {

/// What protect() adds to an unprotected MPDU, in bytes: CCMP header and MIC.
inline constexpr std::size_t overhead = frame::ccmp_header_size + frame::mic_size;
/// ESP-NOW's key id is always 3 (the drivers send and require it).
inline constexpr int key_id = 3;
/// Packet numbers have 48 bits.
inline constexpr std::uint64_t max_packet_number = (std::uint64_t{1} << 48) - 1;
/// Bytes: CCM with a 13-byte nonce has a 2-byte length (RFC 3610 section 2).
inline constexpr std::size_t max_body = 65535;

/// Why nothing could be sent protected.
enum class error : std::uint8_t {
    empty_body,                  ///< there is nothing to protect
    body_too_long,               ///< more than max_body bytes
    out_too_small,               ///< the caller's buffer is shorter than header, body and overhead
    packet_number_out_of_range,  ///< the number given has more than 48 bits
    packet_numbers_exhausted,    ///< every number up to 2^48 - 1 has been used with this key: a new key is needed
    packet_number_store_failed,  ///< no number could be reserved; the source that says this has the store's message
    cipher_failed,               ///< OpenSSL refused; not known to happen
};
inline constexpr std::size_t error_count = 7;  ///< how many enumerators `error` has
/// The name of the error: "body_too_long".
std::string_view to_string(error e);

/// Why a received MPDU gives no plaintext.
enum class reject : std::uint8_t {
    too_short,      ///< no room for MAC header, CCMP header, one byte and MIC
    too_long,       ///< the body has more than max_body bytes
    not_protected,  ///< the Protected bit of Frame Control is not set
    no_ext_iv,      ///< the ExtIV bit is not set: the bytes behind the MAC header are no CCMP header
    wrong_key_id,   ///< the key id is not 3
    wrong_mic,      ///< another key, or the frame was changed on its way
    out_too_small,  ///< the caller's buffer is shorter than the plaintext
    cipher_failed,  ///< OpenSSL refused; not known to happen
};
inline constexpr std::size_t reject_count = 8;  ///< how many enumerators `reject` has
/// The name of the reason, as statistics show it: "wrong_mic".
std::string_view to_string(reject reason);

/// How nonce and AAD were made.
enum class form : std::uint8_t {
    /// As IEEE 802.11-2020 section 12.5.3.3 has it for data frames: nonce flags 0, subtype masked in the AAD. This is
    /// what
    /// ESP-NOW's drivers send, although their frames are management frames.
    data,
    /// As the same section has it for management frames: nonce flags 0x10, subtype kept. Espressif's firmware has code
    /// for it; no frame of this form has been seen yet.
    management,
};
/// The name of the form: "data".
std::string_view to_string(form f);

/// What unprotect() found.
struct unprotected {
    std::span<std::uint8_t> body;  ///< the plaintext, in the caller's buffer
    std::uint64_t pn = 0;          ///< packet number
    ccmp::form form = form::data;  ///< as which its MIC was right
};

/// The key between two devices: AES-128(PMK, LMK), one block, used with CCMP (CCM with a 13-byte nonce and an 8-byte
/// MIC). Holds a cipher context for each direction, so that a frame costs no allocation. Wipes itself. Not thread-safe;
/// different objects are independent.
class key {
  public:
    /// @throws std::runtime_error if OpenSSL has no AES-128-ECB or AES-128-CCM.
    static key derive(const pmk& primary, const lmk& local);

    /// What is moved from is wiped, and may only be assigned to or destroyed.
    key(key&&) noexcept;
    /// Wipes the key it had; what is moved from as with the constructor.
    key& operator=(key&&) noexcept;
    ~key();

    /// The derived key. Do not print it, and wipe what it is copied to.
    std::span<const std::uint8_t, key_size> bytes() const { return secret_.bytes(); }

    /// Names this key as used by the transmitter `a2`, for a packet_number_store, without giving it away: the first 16
    /// @throws std::runtime_error if OpenSSL has no SHA-256.
    /// bytes of SHA-256 over a label, the key and `a2`. Keys with equal bytes have equal fingerprints.
    ccmp::fingerprint fingerprint(const mac_address& a2) const;

    /// Writes the protected MPDU: `header` with the Protected bit set, CCMP header with key id 3, `body` encrypted,
    /// MIC. Neither Retry bit nor duration nor sequence number is authenticated: all three may change afterwards.
    /// @param out   at least frame::header_size + body.size() + overhead bytes; must not overlap `body`.
    /// @param body  the plain frame body, 1 to max_body bytes.
    /// @param pn    0 to max_packet_number. One that was used with this key and this A2 before makes both frames
    ///              readable without the key: take it from a packet_number_source.
    /// @returns the part of `out` written, without FCS. Errors: empty_body, body_too_long, out_too_small,
    /// packet_number_out_of_range and cipher_failed, as `error` explains them; nothing was sent then, and `pn` is not
    /// used.
    std::expected<std::span<std::uint8_t>, error> protect(std::span<std::uint8_t> out,
                                                          const frame::management_header& header,
                                                          std::span<const std::uint8_t> body, std::uint64_t pn);

    /// Checks and decrypts a protected MPDU (without FCS) that came in, as data form first, else as management form.
    /// The address A3 is taken as received, since old ESP8266 send A3 = A1.
    /// @param out   at least mpdu.size() - frame::header_size - overhead bytes; must not overlap `mpdu`. What it holds
    /// @returns the plaintext and how it was protected. Errors: the first `reject` that holds, wrong_mic where neither
    ///          form fits the key.
    ///              after a rejection is not specified, but it is never plaintext.
    std::expected<unprotected, reject> unprotect(std::span<std::uint8_t> out, std::span<const std::uint8_t> mpdu);

  private:
    struct free_context {
        void operator()(evp_cipher_ctx_st* context) const;
    };
    using context = std::unique_ptr<evp_cipher_ctx_st, free_context>;
    class secret : public secret_key {
      public:
        explicit secret(std::span<const std::uint8_t, key_size> bytes) : secret_key(bytes) {}
    };

    explicit key(std::span<const std::uint8_t, key_size> bytes);

    secret secret_;
    context encrypt_;
    context decrypt_;
};

}  // namespace nowire::ccmp
