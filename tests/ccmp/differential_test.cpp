// The same frames through another library: mbedTLS's AES and CCM, with nonce and AAD built here once more, the other
// way round (from the header's fields instead of its bytes).
#include <nowire/ccmp/key.hpp>

#include <gtest/gtest.h>
#include <mbedtls/aes.h>
#include <mbedtls/ccm.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

namespace nowire::ccmp {
namespace {

using bytes = std::vector<std::uint8_t>;
using key_bytes = std::array<std::uint8_t, key_size>;

class oracle {
  public:
    explicit oracle(const key_bytes& key) {
        mbedtls_ccm_init(&context_);
        EXPECT_EQ(mbedtls_ccm_setkey(&context_, MBEDTLS_CIPHER_ID_AES, key.data(), 128), 0);
    }
    ~oracle() { mbedtls_ccm_free(&context_); }
    oracle(const oracle&) = delete;
    oracle& operator=(const oracle&) = delete;

    bytes protect(const frame::management_header& h, const bytes& body, std::uint64_t pn, form f) {
        bytes nonce = {static_cast<std::uint8_t>(f == form::management ? 0x10 : 0)};
        append(nonce, h.a2);
        for (int shift = 40; shift >= 0; shift -= 8)
            nonce.push_back(static_cast<std::uint8_t>(pn >> shift));
        const unsigned unmasked = f == form::management ? 0xc7ffU : 0xc78fU;
        const unsigned control = (h.control.bits & unmasked) | 0x4000U;
        bytes aad = {static_cast<std::uint8_t>(control), static_cast<std::uint8_t>(control >> 8)};
        for (const auto& address : {h.a1, h.a2, h.a3})
            append(aad, address);
        aad.push_back(static_cast<std::uint8_t>(h.sequence_control & 0xf));
        aad.push_back(0);

        bytes mpdu = {static_cast<std::uint8_t>(h.control.bits), static_cast<std::uint8_t>(h.control.bits >> 8 | 0x40),
                      static_cast<std::uint8_t>(h.duration), static_cast<std::uint8_t>(h.duration >> 8)};
        for (const auto& address : {h.a1, h.a2, h.a3})
            append(mpdu, address);
        mpdu.push_back(static_cast<std::uint8_t>(h.sequence_control));
        mpdu.push_back(static_cast<std::uint8_t>(h.sequence_control >> 8));
        for (const unsigned part : {0U, 8U, 64U, 65U, 16U, 24U, 32U, 40U})
            mpdu.push_back(part == 64   ? std::uint8_t{0}
                           : part == 65 ? std::uint8_t{0xe0}
                                        : static_cast<std::uint8_t>(pn >> part));
        const auto at = mpdu.size();
        mpdu.resize(at + body.size() + 8);
        EXPECT_EQ(
            mbedtls_ccm_encrypt_and_tag(&context_, body.size(), nonce.data(), nonce.size(), aad.data(), aad.size(),
                                        body.data(), mpdu.data() + at, mpdu.data() + at + body.size(), 8),
            0);
        return mpdu;
    }

  private:
    static void append(bytes& to, const mac_address& address) {
        to.insert(to.end(), address.octets().begin(), address.octets().end());
    }
    mbedtls_ccm_context context_;
};

class CcmpAgainstMbedTls : public testing::Test {
  protected:
    template <std::size_t N>
    std::array<std::uint8_t, N> random_array() {
        std::array<std::uint8_t, N> array;
        std::ranges::generate(array, [this] { return static_cast<std::uint8_t>(random_()); });
        return array;
    }
    frame::management_header random_header() {
        frame::management_header h;
        h.control.bits = static_cast<std::uint16_t>(random_());
        h.duration = static_cast<std::uint16_t>(random_());
        h.a1 = mac_address(random_array<6>());
        h.a2 = mac_address(random_array<6>());
        h.a3 = mac_address(random_array<6>());
        h.sequence_control = static_cast<std::uint16_t>(random_());
        return h;
    }
    bytes random_body() {
        bytes body(static_cast<std::size_t>(1 + random_() % 1500));
        std::ranges::generate(body, [this] { return static_cast<std::uint8_t>(random_()); });
        return body;
    }
    std::mt19937_64 random_{0x18fe34};
};

TEST_F(CcmpAgainstMbedTls, DerivesProtectsAndUnprotectsAlike) {
    for (int round = 0; round < 50; ++round) {
        const auto primary = random_array<key_size>();
        const auto local = random_array<key_size>();
        auto k = key::derive(pmk(primary), lmk(local));

        mbedtls_aes_context aes;
        mbedtls_aes_init(&aes);
        key_bytes derived;
        ASSERT_EQ(mbedtls_aes_setkey_enc(&aes, primary.data(), 128), 0);
        ASSERT_EQ(mbedtls_aes_crypt_ecb(&aes, MBEDTLS_AES_ENCRYPT, local.data(), derived.data()), 0);
        mbedtls_aes_free(&aes);
        ASSERT_TRUE(std::ranges::equal(k.bytes(), derived));

        oracle other(derived);
        for (int i = 0; i < 40; ++i) {
            const auto header = random_header();
            const auto body = random_body();
            const auto pn = random_() & max_packet_number;
            bytes out(frame::header_size + body.size() + overhead);
            const auto written = k.protect(out, header, body, pn);
            ASSERT_TRUE(written);
            ASSERT_EQ(bytes(written->begin(), written->end()), other.protect(header, body, pn, form::data));

            for (const auto f : {form::data, form::management}) {
                const auto mpdu = other.protect(header, body, pn, f);
                bytes plain(body.size());
                const auto result = k.unprotect(plain, mpdu);
                ASSERT_TRUE(result) << to_string(result.error());
                ASSERT_EQ(result->form, f);
                ASSERT_EQ(result->pn, pn);
                ASSERT_EQ(bytes(result->body.begin(), result->body.end()), body);
            }
        }
    }
}

TEST_F(CcmpAgainstMbedTls, TheManagementFormAuthenticatesTheSubtypeAndADamagedOneIsRejected) {
    const key_bytes zero{};
    auto k = key::derive(pmk(zero), lmk(zero));
    key_bytes derived;
    std::ranges::copy(k.bytes(), derived.begin());
    oracle other(derived);
    auto header = random_header();
    header.control = frame::frame_control::action(true);
    const auto mpdu = other.protect(header, random_body(), 1, form::management);
    bytes plain(mpdu.size());
    ASSERT_TRUE(k.unprotect(plain, mpdu));
    // The data form was tried before it, and OpenSSL said what it thought of that.
    EXPECT_EQ(ERR_peek_error(), 0U);
    for (const std::size_t at : {std::size_t{4}, std::size_t{15}, std::size_t{16}, std::size_t{24}, mpdu.size() - 1}) {
        auto changed = mpdu;
        changed[at] ^= 0x10;
        EXPECT_EQ(k.unprotect(plain, changed).error(), reject::wrong_mic) << at;
    }
    for (const int bit : {4, 5, 6}) {
        auto changed = mpdu;
        changed[0] = static_cast<std::uint8_t>(changed[0] ^ 1 << bit);
        EXPECT_EQ(k.unprotect(plain, changed).error(), reject::wrong_mic) << "subtype bit " << bit;
    }
    auto retried = mpdu;
    retried[1] |= 0x08;
    EXPECT_TRUE(k.unprotect(plain, retried));
}

}  // namespace
}  // namespace nowire::ccmp
