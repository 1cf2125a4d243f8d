#include <nowire/ccmp/key.hpp>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

namespace nowire::ccmp {

namespace {

constexpr std::size_t nonce_size = 13;
constexpr std::size_t aad_size = 22;
constexpr std::size_t body_offset = frame::header_size + frame::ccmp_header_size;
constexpr std::uint8_t ext_iv = 0x20;
constexpr std::uint8_t protected_bit = 0x40;  // in the second byte of Frame Control

using mac_header = std::span<const std::uint8_t, frame::header_size>;

struct free_cipher {
    void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
};
using cipher_ptr = std::unique_ptr<EVP_CIPHER, free_cipher>;

cipher_ptr fetch(const char* name) {
    cipher_ptr cipher(EVP_CIPHER_fetch(nullptr, name, nullptr));
    if (!cipher) throw std::runtime_error(std::string("OpenSSL has no ") + name);
    return cipher;
}

// Fetching looks through the providers under a lock: once per process is enough.
const EVP_CIPHER* aes_ccm() {
    static const cipher_ptr cipher = fetch("AES-128-CCM");
    return cipher.get();
}

const EVP_CIPHER* aes_ecb() {
    static const cipher_ptr cipher = fetch("AES-128-ECB");
    return cipher.get();
}

// Keeps what fails here out of the thread's OpenSSL error queue, which TLS connections of the same thread look at. The
// queue is nearly always empty, and to see that costs half of what a mark costs, a few percent of a frame.
class error_queue_guard {
  public:
    error_queue_guard() : was_empty_(ERR_peek_error() == 0) {
        if (!was_empty_) ERR_set_mark();
    }
    ~error_queue_guard() {
        if (!was_empty_)
            ERR_pop_to_mark();
        else if (may_have_failed_)
            ERR_clear_error();
    }
    error_queue_guard(const error_queue_guard&) = delete;
    error_queue_guard& operator=(const error_queue_guard&) = delete;

    /// To be called where no call to OpenSSL has failed: then there is nothing to take out again.
    void nothing_failed() { may_have_failed_ = false; }

  private:
    bool was_empty_;
    bool may_have_failed_ = true;
};

// IEEE 802.11-2020 section 12.5.3.3.4: flags, A2, packet number with its most significant byte first.
void write_nonce(std::span<std::uint8_t, nonce_size> nonce, mac_header header, std::uint64_t pn, form f) {
    nonce[0] = f == form::management ? 0x10 : 0x00;
    std::ranges::copy(header.subspan<10, 6>(), nonce.begin() + 1);
    for (std::size_t i = 0; i < 6; ++i)
        nonce[7 + i] = static_cast<std::uint8_t>(pn >> (8 * (5 - i)));
}

// Section 12.5.3.3.3: Frame Control without what a retry or power saving changes, the three addresses, and of Sequence
// Control the fragment number alone. The data form also leaves out the subtype's lower three bits.
void write_aad(std::span<std::uint8_t, aad_size> aad, mac_header header, form f) {
    aad[0] = static_cast<std::uint8_t>(f == form::data ? header[0] & 0x8f : header[0]);
    aad[1] = static_cast<std::uint8_t>((header[1] & 0xc7) | protected_bit);
    std::ranges::copy(header.subspan<4, 18>(), aad.begin() + 2);
    aad[20] = header[22] & 0x0f;
    aad[21] = 0;
}

/// What names the MIC among a cipher's parameters. Asking by parameter is what EVP_CIPHER_CTX_ctrl() does in the end,
/// by way of a long switch.
std::array<OSSL_PARAM, 2> mic_parameter(std::uint8_t* mic) {
    return {OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, mic, frame::mic_size),
            OSSL_PARAM_construct_end()};
}

// OpenSSL's CCM wants nonce (and before the length, the MIC to compare with), then the length, then AAD, then
// everything in one piece.
bool start(EVP_CIPHER_CTX* context, mac_header header, std::uint64_t pn, form f, std::size_t size,
           const OSSL_PARAM* parameters) {
    std::array<std::uint8_t, nonce_size> nonce;
    std::array<std::uint8_t, aad_size> aad;
    write_nonce(nonce, header, pn, f);
    write_aad(aad, header, f);
    int written = 0;
    return EVP_CipherInit_ex2(context, nullptr, nullptr, nonce.data(), -1, parameters) == 1 &&
           EVP_CipherUpdate(context, nullptr, &written, nullptr, static_cast<int>(size)) == 1 &&
           EVP_CipherUpdate(context, nullptr, &written, aad.data(), static_cast<int>(aad.size())) == 1;
}

bool encrypt(EVP_CIPHER_CTX* context, std::span<const std::uint8_t> body, std::uint8_t* out) {
    int written = 0;
    const auto size = static_cast<int>(body.size());
    auto parameters = mic_parameter(out + size);
    return EVP_EncryptUpdate(context, out, &written, body.data(), size) == 1 && written == size &&
           EVP_EncryptFinal_ex(context, out + size, &written) == 1 &&
           EVP_CIPHER_CTX_get_params(context, parameters.data()) == 1;
}

std::expected<void, reject> decrypt(EVP_CIPHER_CTX* context, std::span<const std::uint8_t> mpdu, std::uint64_t pn,
                                    form f, std::span<std::uint8_t> out) {
    std::array<std::uint8_t, frame::mic_size> mic;
    std::ranges::copy(mpdu.last<frame::mic_size>(), mic.begin());
    const auto parameters = mic_parameter(mic.data());
    if (!start(context, mpdu.first<frame::header_size>(), pn, f, out.size(), parameters.data()))
        return std::unexpected(reject::cipher_failed);
    int written = 0;
    // This one step decrypts and compares the MIC; where they differ OpenSSL wipes the output itself.
    if (EVP_DecryptUpdate(context, out.data(), &written, mpdu.data() + body_offset, static_cast<int>(out.size())) != 1)
        return std::unexpected(reject::wrong_mic);
    return {};
}

constexpr std::array<std::string_view, error_count> error_names = {
    "empty_body",
    "body_too_long",
    "out_too_small",
    "packet_number_out_of_range",
    "packet_numbers_exhausted",
    "packet_number_store_failed",
    "cipher_failed",
};
constexpr std::array<std::string_view, reject_count> reject_names = {
    "too_short",    "too_long",  "not_protected", "no_ext_iv",
    "wrong_key_id", "wrong_mic", "out_too_small", "cipher_failed",
};

}  // namespace

std::string_view to_string(error e) {
    return error_names.at(static_cast<std::size_t>(e));
}
std::string_view to_string(reject reason) {
    return reject_names.at(static_cast<std::size_t>(reason));
}
std::string_view to_string(form f) {
    return f == form::data ? "data" : "management";
}

void key::free_context::operator()(evp_cipher_ctx_st* context) const {
    EVP_CIPHER_CTX_free(context);
}

key::key(std::span<const std::uint8_t, key_size> bytes)
    : secret_(bytes), encrypt_(EVP_CIPHER_CTX_new()), decrypt_(EVP_CIPHER_CTX_new()) {
    if (!encrypt_ || !decrypt_) throw std::bad_alloc();
    for (const bool encrypting : {true, false}) {
        auto* context = encrypting ? encrypt_.get() : decrypt_.get();
        // The sizes have to be known before the key.
        if (EVP_CipherInit_ex2(context, aes_ccm(), nullptr, nullptr, encrypting ? 1 : 0, nullptr) != 1 ||
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(nonce_size), nullptr) != 1 ||
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(frame::mic_size), nullptr) != 1 ||
            EVP_CipherInit_ex2(context, nullptr, bytes.data(), nullptr, -1, nullptr) != 1)
            throw std::runtime_error("OpenSSL's AES-128-CCM takes no nonce of 13 and no MIC of 8 bytes");
    }
}

key::key(key&&) noexcept = default;
key& key::operator=(key&&) noexcept = default;
key::~key() = default;

key key::derive(const pmk& primary, const lmk& local) {
    const error_queue_guard guard;
    const context aes(EVP_CIPHER_CTX_new());
    if (!aes) throw std::bad_alloc();
    std::array<std::uint8_t, key_size> block;
    int written = 0;
    if (EVP_EncryptInit_ex2(aes.get(), aes_ecb(), primary.bytes().data(), nullptr, nullptr) != 1 ||
        EVP_CIPHER_CTX_set_padding(aes.get(), 0) != 1 ||
        EVP_EncryptUpdate(aes.get(), block.data(), &written, local.bytes().data(), key_size) != 1 ||
        written != key_size)
        throw std::runtime_error("OpenSSL's AES-128-ECB refused to derive a key");
    const secret derived(block);
    wipe(block);
    return key(derived.bytes());
}

fingerprint key::fingerprint(const mac_address& a2) const {
    static constexpr std::string_view label = "nowire packet numbers, version 1";
    std::array<std::uint8_t, label.size() + key_size + mac_address::size> input;
    auto at = std::ranges::copy(label, input.begin()).out;
    at = std::ranges::copy(bytes(), at).out;
    std::ranges::copy(a2.octets(), at);
    std::array<std::uint8_t, 32> hash;
    const bool hashed = EVP_Q_digest(nullptr, "SHA256", nullptr, input.data(), input.size(), hash.data(), nullptr) == 1;
    wipe(input);
    if (!hashed) throw std::runtime_error("OpenSSL has no SHA256");
    ccmp::fingerprint result;
    std::copy_n(hash.begin(), result.bytes.size(), result.bytes.begin());
    return result;
}

std::expected<std::span<std::uint8_t>, error> key::protect(std::span<std::uint8_t> out,
                                                           const frame::management_header& header,
                                                           std::span<const std::uint8_t> body, std::uint64_t pn) {
    if (body.empty()) return std::unexpected(error::empty_body);
    if (body.size() > max_body) return std::unexpected(error::body_too_long);
    if (pn > max_packet_number) return std::unexpected(error::packet_number_out_of_range);
    const auto size = frame::header_size + overhead + body.size();
    if (out.size() < size) return std::unexpected(error::out_too_small);

    frame::write_header(out.first<frame::header_size>(), header);
    out[1] |= protected_bit;
    const auto byte_of_pn = [pn](int n) { return static_cast<std::uint8_t>(pn >> (8 * n)); };
    const std::array<std::uint8_t, frame::ccmp_header_size> ccmp_header = {
        byte_of_pn(0), byte_of_pn(1), 0, ext_iv | key_id << 6, byte_of_pn(2), byte_of_pn(3),
        byte_of_pn(4), byte_of_pn(5),
    };
    std::ranges::copy(ccmp_header, out.begin() + frame::header_size);

    error_queue_guard guard;
    if (!start(encrypt_.get(), out.first<frame::header_size>(), pn, form::data, body.size(), nullptr) ||
        !encrypt(encrypt_.get(), body, out.data() + body_offset))
        return std::unexpected(error::cipher_failed);
    guard.nothing_failed();
    return out.first(size);
}

std::expected<unprotected, reject> key::unprotect(std::span<std::uint8_t> out, std::span<const std::uint8_t> mpdu) {
    if (mpdu.size() < frame::header_size) return std::unexpected(reject::too_short);
    if ((mpdu[1] & protected_bit) == 0) return std::unexpected(reject::not_protected);
    if (mpdu.size() <= frame::header_size + overhead) return std::unexpected(reject::too_short);
    const auto size = mpdu.size() - frame::header_size - overhead;
    if (size > max_body) return std::unexpected(reject::too_long);
    const auto ccmp_header = mpdu.subspan<frame::header_size, frame::ccmp_header_size>();
    if ((ccmp_header[3] & ext_iv) == 0) return std::unexpected(reject::no_ext_iv);
    if (ccmp_header[3] >> 6 != key_id) return std::unexpected(reject::wrong_key_id);
    if (out.size() < size) return std::unexpected(reject::out_too_small);

    std::uint64_t pn = 0;
    for (const auto i : {7U, 6U, 5U, 4U, 1U, 0U})
        pn = pn << 8 | ccmp_header[i];
    error_queue_guard guard;
    for (const auto f : {form::data, form::management}) {
        const auto decrypted = decrypt(decrypt_.get(), mpdu, pn, f, out.first(size));
        if (decrypted) {
            if (f == form::data) guard.nothing_failed();
            return unprotected{out.first(size), pn, f};
        }
        if (decrypted.error() != reject::wrong_mic) return std::unexpected(decrypted.error());
    }
    return std::unexpected(reject::wrong_mic);
}

}  // namespace nowire::ccmp
