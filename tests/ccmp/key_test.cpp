// Keys, and the CCMP of frames that others made: decrypted to what is written beside them, encrypted to the same bytes,
// and refused when anything that matters was changed.
#include "vectors/vectors.hpp"

#include <nowire/ccmp/key.hpp>
#include <nowire/frame/action.hpp>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

namespace nowire::ccmp {
namespace {

using test::bytes;
using test::load_vector;

key key_of(const test::vector_ccmp& v) {
    return key::derive(pmk(v.pmk), lmk(v.lmk));
}
key r1_key() {
    return key_of(*load_vector("r1").ccmp);
}
bytes r1_mpdu() {
    const auto mpdu = load_vector("r1").mpdu();
    return {mpdu.begin(), mpdu.end()};
}

std::expected<unprotected, reject> unprotect(key& k, std::span<const std::uint8_t> mpdu) {
    static std::array<std::uint8_t, 2048> out;
    out.fill(0xa5);
    return k.unprotect(out, mpdu);
}

/// "" if `mpdu` is accepted, else why it is not.
std::string verdict(key& k, std::span<const std::uint8_t> mpdu) {
    const auto result = unprotect(k, mpdu);
    return result ? "" : std::string(to_string(result.error()));
}

class CcmpVector : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Frames, CcmpVector, testing::Values("r1", "s3"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(CcmpVector, DecryptsAndEncryptsToTheSameBytes) {
    const auto& vector = load_vector(GetParam());
    auto k = key_of(*vector.ccmp);
    EXPECT_EQ(test::to_hex(k.bytes()), test::to_hex(vector.ccmp->key));

    const auto plain = unprotect(k, vector.mpdu());
    ASSERT_TRUE(plain) << to_string(plain.error());
    EXPECT_EQ(plain->pn, vector.ccmp->pn);
    EXPECT_EQ(plain->form, form::data);
    if (!vector.ccmp->plaintext.empty()) {
        EXPECT_EQ(test::to_hex(plain->body), test::to_hex(vector.ccmp->plaintext));
    }
    const auto action = frame::parse_action(plain->body);
    ASSERT_TRUE(action);
    EXPECT_TRUE(std::ranges::equal(action->contiguous_payload().value(), vector.action->payload()));

    auto header = *frame::read_header(vector.mpdu());
    header.control.bits = 0x00d0;  // protect() sets the Protected bit itself
    bytes again(vector.mpdu().size());
    const auto written = k.protect(again, header, plain->body, plain->pn);
    ASSERT_TRUE(written) << to_string(written.error());
    EXPECT_EQ(test::to_hex(*written), test::to_hex(vector.mpdu()));
}

TEST(Ccmp, DerivesTheKeyThatTheChipHas) {
    EXPECT_EQ(test::to_hex(key::derive(pmk::default_pmk(), *lmk::parse("00112233445566778899aabbccddeeff")).bytes()),
              "b853fafe530244edbdd3a986480bedcf");
    EXPECT_EQ(test::to_hex(r1_key().bytes()), "66e94bd4ef8a2c3b884cfa59ca342b2e");
    const auto& k1 = load_vector("k1");
    EXPECT_EQ(test::to_hex(key_of(*k1.ccmp).bytes()), test::to_hex(k1.ccmp->key));
}

TEST(Ccmp, RejectsAnotherKey) {
    const auto frame = r1_mpdu();
    auto other_lmk = key::derive(pmk(std::array<std::uint8_t, 16>{}), *lmk::parse("00000000000000000000000000000001"));
    auto other_pmk = key::derive(pmk::default_pmk(), lmk(std::array<std::uint8_t, 16>{}));
    EXPECT_EQ(verdict(other_lmk, frame), "wrong_mic");
    EXPECT_EQ(verdict(other_pmk, frame), "wrong_mic");
}

TEST(Ccmp, RejectsEveryFlippedBitThatIsAuthenticated) {
    auto k = r1_key();
    const auto frame = r1_mpdu();
    // What may differ without anyone noticing: bits that a retry, the radio or the receiver's hardware changes or
    // ignores.
    auto expected = [](std::size_t at, int bit) -> std::string {
        if (at == 0) return bit >= 4 && bit <= 6 ? "" : "wrong_mic";  // subtype: not in the AAD of the data form
        if (at == 1) return bit == 6 ? "not_protected" : bit >= 3 && bit <= 5 ? "" : "wrong_mic";
        if (at == 2 || at == 3) return "";                // duration
        if (at == 22) return bit < 4 ? "wrong_mic" : "";  // fragment number counts, sequence number does not
        if (at == 23) return "";                          // sequence number
        if (at == 26) return "";                          // reserved byte of the CCMP header
        if (at == 27) return bit >= 6 ? "wrong_key_id" : bit == 5 ? "no_ext_iv" : "";
        return "wrong_mic";
    };
    for (std::size_t at = 0; at < frame.size(); ++at)
        for (int bit = 0; bit < 8; ++bit) {
            auto changed = frame;
            changed[at] = static_cast<std::uint8_t>(changed[at] ^ 1 << bit);
            EXPECT_EQ(verdict(k, changed), expected(at, bit)) << "byte " << at << " bit " << bit;
        }
    EXPECT_EQ(verdict(k, frame), "") << "a rejected frame must not spoil the next one";
}

TEST(Ccmp, RejectsEveryOtherLength) {
    auto k = r1_key();
    const auto frame = r1_mpdu();
    for (std::size_t size = 0; size < frame.size(); ++size)
        EXPECT_EQ(verdict(k, std::span(frame).first(size)), size <= 40 ? "too_short" : "wrong_mic") << size;
    auto longer = frame;
    longer.push_back(0);
    EXPECT_EQ(verdict(k, longer), "wrong_mic");
    longer.resize(frame::header_size + overhead + max_body + 1);
    bytes out(max_body + 1);
    EXPECT_EQ(k.unprotect(out, longer).error(), reject::too_long);
}

TEST(Ccmp, TellsAPlainFrameFromAProtectedOne) {
    auto k = r1_key();
    EXPECT_EQ(verdict(k, load_vector("r2").mpdu()), "not_protected");
}

TEST(Ccmp, AcceptsRetriesAndFramesThatTheRadioFilledIn) {
    auto k = r1_key();
    frame::management_header header;
    header.a1 = *mac_address::parse("30:ae:a4:45:4a:a4");
    header.a2 = *mac_address::parse("24:0a:c4:1d:58:68");
    const bytes body(50, 0x7f);
    bytes frame(frame::header_size + body.size() + overhead);
    ASSERT_TRUE(k.protect(frame, header, body, 77));
    frame::set_retry(std::span(frame).first<2>());
    frame::set_duration(std::span(frame).first<4>(), 314);
    frame[22] = 0xf0;
    frame[23] = 0xff;
    const auto plain = unprotect(k, frame);
    ASSERT_TRUE(plain);
    EXPECT_TRUE(std::ranges::equal(plain->body, body));
    EXPECT_EQ(plain->pn, 77U);
}

TEST(Ccmp, EncryptsAlikeWhateverTheRetryBitDurationAndSequenceNumberAre) {
    auto k = r1_key();
    frame::management_header header;
    const bytes body(20, 1);
    bytes a(60), b(60);
    ASSERT_TRUE(k.protect(a, header, body, 5));
    header.control.bits |= 0x0800;
    header.duration = 60;
    header.sequence_control = 0xfff0;
    ASSERT_TRUE(k.protect(b, header, body, 5));
    EXPECT_TRUE(std::ranges::equal(std::span(a).subspan(24), std::span(b).subspan(24)));
}

TEST(Ccmp, EachAddressEntersTheFrame) {
    auto k = r1_key();
    const frame::management_header header;
    std::vector<frame::management_header> changed(3, header);
    changed[0].a1 = header.a1.plus(1);
    changed[1].a2 = header.a2.plus(1);
    changed[2].a3 = header.a3.plus(1);
    const bytes body(20, 1);
    std::set<std::string> mics;
    for (const auto& h : {header, changed[0], changed[1], changed[2]}) {
        bytes frame(60);
        ASSERT_TRUE(k.protect(frame, h, body, 5));
        mics.insert(test::to_hex(std::span(frame).last<8>()));
        EXPECT_EQ(verdict(k, frame), "");
    }
    EXPECT_EQ(mics.size(), 4U);
}

TEST(Ccmp, LeavesNoPlaintextBehindInARejectedFrame) {
    auto k = r1_key();
    auto frame = r1_mpdu();
    const auto plaintext = load_vector("r1").ccmp->plaintext;
    frame.back() ^= 1;
    bytes out(plaintext.size());
    EXPECT_EQ(k.unprotect(out, frame).error(), reject::wrong_mic);
    for (std::size_t at = 0; at + 4 <= plaintext.size(); ++at)
        EXPECT_TRUE(std::ranges::search(out, std::span(plaintext).subspan(at, 4)).empty()) << at;
}

TEST(Ccmp, LeavesOpenSslsErrorQueueAsItWas) {
    auto k = r1_key();
    auto frame = r1_mpdu();
    frame.back() ^= 1;
    ERR_clear_error();
    EXPECT_EQ(verdict(k, frame), "wrong_mic");
    EXPECT_EQ(ERR_peek_error(), 0U);
    ERR_raise(ERR_LIB_USER, 7);
    EXPECT_EQ(verdict(k, frame), "wrong_mic");
    EXPECT_EQ(ERR_GET_REASON(ERR_get_error()), 7);
    EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(Ccmp, WritesWithinTheBufferItIsGivenOrNotAtAll) {
    auto k = r1_key();
    const bytes body(30, 9);
    bytes out(frame::header_size + body.size() + overhead + 10, 0xee);
    const auto written = k.protect(out, {}, body, 1);
    ASSERT_TRUE(written);
    EXPECT_EQ(written->data(), out.data());
    EXPECT_EQ(written->size(), out.size() - 10);
    EXPECT_TRUE(std::ranges::all_of(out.end() - 10, out.end(), [](auto byte) { return byte == 0xee; }));

    const auto frame = bytes(written->begin(), written->end());
    bytes plain(body.size() + 10, 0xee);
    ASSERT_TRUE(k.unprotect(plain, frame));
    EXPECT_TRUE(std::ranges::all_of(plain.end() - 10, plain.end(), [](auto byte) { return byte == 0xee; }));
    EXPECT_EQ(k.unprotect(std::span(plain).first(body.size() - 1), frame).error(), reject::out_too_small);
    EXPECT_EQ(k.protect(std::span(out).first(frame.size() - 1), {}, body, 1).error(), error::out_too_small);
}

TEST(Ccmp, RefusesToProtectWhatCannotBe) {
    auto k = r1_key();
    bytes out(max_body + 100);
    EXPECT_EQ(k.protect(out, {}, {}, 1).error(), error::empty_body);
    EXPECT_EQ(k.protect(out, {}, bytes(max_body + 1), 1).error(), error::body_too_long);
    EXPECT_EQ(k.protect(out, {}, bytes(10), max_packet_number + 1).error(), error::packet_number_out_of_range);
    EXPECT_TRUE(k.protect(out, {}, bytes(10), max_packet_number));
    EXPECT_TRUE(k.protect(out, {}, bytes(max_body), 1));
}

TEST(Ccmp, CarriesAll48BitsOfThePacketNumber) {
    auto k = r1_key();
    const std::uint64_t pn = 0x123456789abc;
    bytes frame(24 + 16 + 3);
    ASSERT_TRUE(k.protect(frame, {}, bytes(3), pn));
    EXPECT_EQ(test::to_hex(std::span(frame).subspan(24, 8)), "bc9a00e078563412");
    EXPECT_EQ(unprotect(k, frame).value().pn, pn);
}

TEST(Ccmp, AFingerprintTellsKeysAndTransmittersApartAndHidesTheKey) {
    const auto a2 = *mac_address::parse("24:0a:c4:1d:58:68");
    const auto k = r1_key();
    const auto other = key::derive(pmk::default_pmk(), lmk(std::array<std::uint8_t, 16>{}));
    EXPECT_EQ(k.fingerprint(a2), r1_key().fingerprint(a2));
    EXPECT_NE(k.fingerprint(a2), k.fingerprint(a2.plus(1)));
    EXPECT_NE(k.fingerprint(a2), other.fingerprint(a2));
    EXPECT_FALSE(std::ranges::equal(k.fingerprint(a2).bytes, k.bytes()));
    // SHA-256 of the label, the key 66e94bd4... and the address, made with Python's hashlib: state files must stay
    // valid.
    EXPECT_EQ(k.fingerprint(a2).to_hex(), "e179082f6df38d265daaf4cf643de021");
}

TEST(Ccmp, NamesEveryReason) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < reject_count; ++i)
        names.insert(to_string(static_cast<reject>(i)));
    EXPECT_EQ(names.size(), reject_count);
    names.clear();
    for (std::size_t i = 0; i < error_count; ++i)
        names.insert(to_string(static_cast<error>(i)));
    EXPECT_EQ(names.size(), error_count);
    EXPECT_EQ(to_string(form::management), "management");
}

}  // namespace
}  // namespace nowire::ccmp
