#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>

namespace nowire::bench {

/// AES-128-CCM as OpenSSL's EVP has it and nothing else: context and key are kept, each frame sets its nonce.
class bare_ccm {
  public:
    static constexpr int mic_size = 8;

    bare_ccm(std::span<const std::uint8_t, 16> key, bool encrypting) : context_(EVP_CIPHER_CTX_new()) {
        const std::unique_ptr<EVP_CIPHER, free_cipher> cipher(EVP_CIPHER_fetch(nullptr, "AES-128-CCM", nullptr));
        auto* const c = context_.get();
        check(c != nullptr && cipher != nullptr &&
              EVP_CipherInit_ex2(c, cipher.get(), nullptr, nullptr, encrypting ? 1 : 0, nullptr) == 1 &&
              EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, 13, nullptr) == 1 &&
              EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, mic_size, nullptr) == 1 &&
              EVP_CipherInit_ex2(c, nullptr, key.data(), nullptr, -1, nullptr) == 1);
    }

    /// @param out  as many bytes as `in` and mic_size more.
    void encrypt(std::span<const std::uint8_t, 13> nonce, std::span<const std::uint8_t, 22> aad,
                 std::span<const std::uint8_t> in, std::uint8_t* out) {
        auto* const c = context_.get();
        const auto size = static_cast<int>(in.size());
        int written = 0;
        start(nonce, aad, size);
        check(EVP_EncryptUpdate(c, out, &written, in.data(), size) == 1 &&
              EVP_EncryptFinal_ex(c, out + size, &written) == 1 &&
              EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, mic_size, out + size) == 1);
    }

    /// @param in  what encrypt() wrote: the body and its MIC.
    void decrypt(std::span<const std::uint8_t, 13> nonce, std::span<const std::uint8_t, 22> aad,
                 std::span<const std::uint8_t> in, std::uint8_t* out) {
        auto* const c = context_.get();
        const auto size = static_cast<int>(in.size()) - mic_size;
        // EVP takes the expected MIC by a pointer that is not const, but only reads it.
        auto* const mic = const_cast<std::uint8_t*>(in.data() + size);
        int written = 0;
        check(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, mic_size, mic) == 1);
        start(nonce, aad, size);
        check(EVP_DecryptUpdate(c, out, &written, in.data(), size) == 1);
    }

  private:
    struct free_cipher {
        void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
    };
    struct free_context {
        void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
    };

    static void check(bool done) {
        if (!done) throw std::runtime_error("OpenSSL refused");
    }
    void start(std::span<const std::uint8_t, 13> nonce, std::span<const std::uint8_t, 22> aad, int size) {
        auto* const c = context_.get();
        int written = 0;
        check(EVP_CipherInit_ex2(c, nullptr, nullptr, nonce.data(), -1, nullptr) == 1 &&
              EVP_CipherUpdate(c, nullptr, &written, nullptr, size) == 1 &&
              EVP_CipherUpdate(c, nullptr, &written, aad.data(), 22) == 1);
    }

    std::unique_ptr<EVP_CIPHER_CTX, free_context> context_;
};

}  // namespace nowire::bench
