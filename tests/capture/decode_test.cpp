#include "vectors/vectors.hpp"

#include <nowire/capture/decode.hpp>
#include <nowire/frame/fcs.hpp>
#include <nowire/frame/radiotap.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace nowire::capture {
namespace {

using test::bytes;
using test::from_hex;
using test::load_vector;
using test::to_hex;

packet packet_of(const bytes& data, link_type type) {
    return {.bytes = data, .original_length = static_cast<std::uint32_t>(data.size()), .link_type = type};
}

/// A vector as a capture would have it.
packet packet_of(const test::frame_vector& vector) {
    return packet_of(vector.data, vector.radiotap ? link_type::ieee802_11_radiotap : link_type::ieee802_11);
}

ccmp::key key_of(const test::frame_vector& vector) {
    return ccmp::key::derive(ccmp::pmk(vector.ccmp->pmk), ccmp::lmk(vector.ccmp->lmk));
}

ccmp::key another_key() {
    return ccmp::key::derive(ccmp::pmk::default_pmk(), *ccmp::lmk::parse("another LMK 0123"));
}

key_ring ring(const mac_address& peer, ccmp::key key) {
    key_ring keys;
    keys.add(peer, std::move(key));
    return keys;
}

bytes with_fcs(bytes frame) {
    const auto crc = frame::fcs(frame);
    for (int i = 0; i < 4; ++i)
        frame.push_back(static_cast<std::uint8_t>(crc >> (8 * i) & 0xff));
    return frame;
}

bytes with_radiotap(const radiotap::header& header, std::span<const std::uint8_t> frame) {
    auto data = radiotap::build(header);
    data.insert(data.end(), frame.begin(), frame.end());
    return data;
}

std::string hex_of(const decoded_frame& d) {
    return d.payload ? to_hex(*d.payload) : "none";
}

TEST(Decode, EveryWholeVectorIsWhatIsWrittenBesideIt) {
    for (const auto* vector : test::frame_vectors()) {
        if (!vector->complete) continue;
        SCOPED_TRACE(vector->name);
        key_ring keys;
        if (vector->ccmp) keys.add(vector->header->a2, key_of(*vector));
        decoder subject(std::move(keys));
        const auto d = subject.decode(packet_of(*vector));
        EXPECT_TRUE(d.espnow);
        EXPECT_EQ(d.kind, "ESP-NOW");
        EXPECT_EQ(d.source, vector->header->a2);
        EXPECT_EQ(d.destination, vector->header->a1);
        EXPECT_EQ(d.a3, vector->header->a3);
        EXPECT_EQ(d.sequence_number, vector->header->sequence_number());
        EXPECT_EQ(d.retry, vector->header->control.retry());
        EXPECT_EQ(d.encrypted, vector->ccmp.has_value());
        EXPECT_EQ(d.fcs, vector->fcs ? fcs_state::ok : fcs_state::unknown);
        EXPECT_EQ(d.mic, vector->ccmp ? mic_state::ok : mic_state::unchecked);
        EXPECT_EQ(d.pn, vector->ccmp ? std::optional(vector->ccmp->pn) : std::nullopt);
        EXPECT_EQ(d.random, vector->action->random ? vector->action->random : d.random);
        EXPECT_EQ(d.version, vector->action->elements[0].ver & 0x0f);
        EXPECT_EQ(d.element_count, vector->action->elements.size());
        EXPECT_EQ(hex_of(d), to_hex(vector->action->payload()));
        EXPECT_FALSE(d.fault);
        if (vector->radiotap) {
            EXPECT_EQ(d.on, channel::from_frequency(vector->radiotap->frequency));
            EXPECT_EQ(d.rssi, vector->radiotap->signal);
            EXPECT_EQ(d.rate, rate_from_half_megabits(vector->radiotap->rate));
        }
    }
}

TEST(Decode, KeysOfEitherSideOpenAFrameAndSeveralAreTried) {
    const auto& r1 = load_vector("r1");
    const auto& s3 = load_vector("s3");
    for (const auto& peer : {r1.header->a1, r1.header->a2}) {
        decoder subject(ring(peer, key_of(r1)));
        EXPECT_EQ(subject.decode(packet_of(r1)).mic, mic_state::ok);
    }
    key_ring keys;
    keys.add(r1.header->a2, another_key());
    keys.add(r1.header->a2, key_of(s3));
    keys.add(r1.header->a1, key_of(r1));
    decoder subject(std::move(keys));
    EXPECT_EQ(subject.decode(packet_of(r1)).mic, mic_state::ok);
    EXPECT_EQ(subject.decode(packet_of(s3)).mic, mic_state::ok);
}

TEST(Decode, WithoutAKeyAnEncryptedFrameIsShownButNotOpened) {
    const auto& s3 = load_vector("s3");
    decoder subject(ring(*mac_address::parse("02:00:00:00:00:01"), key_of(s3)));
    const auto d = subject.decode(packet_of(s3));
    EXPECT_TRUE(d.espnow);
    EXPECT_EQ(d.encrypted, true);
    EXPECT_EQ(d.mic, mic_state::no_key);
    EXPECT_EQ(d.pn, 1U);
    EXPECT_FALSE(d.payload);
    EXPECT_FALSE(d.version);
}

TEST(Decode, AWrongMicIsShown) {
    const auto& s3 = load_vector("s3");
    decoder wrong(ring(s3.header->a2, another_key()));
    auto d = wrong.decode(packet_of(s3));
    EXPECT_TRUE(d.espnow);
    EXPECT_EQ(d.mic, mic_state::bad);
    EXPECT_EQ(d.fcs, fcs_state::ok);
    EXPECT_FALSE(d.payload);

    auto changed = s3.data;
    changed[40] ^= 1;
    decoder right(ring(s3.header->a2, key_of(s3)));
    d = right.decode(packet_of(with_fcs({changed.begin(), changed.end() - 4}), link_type::ieee802_11));
    EXPECT_EQ(d.mic, mic_state::bad);
    EXPECT_EQ(d.fcs, fcs_state::ok);
}

TEST(Decode, AWrongFcsIsShown) {
    auto frame = load_vector("r2").data;
    frame[45] ^= 0x01;
    const auto data = with_radiotap({.flags = radiotap::flag_fcs}, frame);
    decoder subject;
    const auto d = subject.decode(packet_of(data, link_type::ieee802_11_radiotap));
    EXPECT_TRUE(d.espnow);
    EXPECT_EQ(d.fcs, fcs_state::bad);
    EXPECT_EQ(d.payload->size(), 8U);

    const auto flag_only = with_radiotap({.flags = radiotap::flag_bad_fcs}, load_vector("r2").mpdu());
    EXPECT_EQ(subject.decode(packet_of(flag_only, link_type::ieee802_11_radiotap)).fcs, fcs_state::bad);
}

TEST(Decode, AWrongFcsOfAFrameOfSeveralElementsLeavesThePayloadAsItWas) {
    auto frame = load_vector("s1").data;
    frame[35] ^= 0x80;  // within the body of the first element: nothing but the FCS can tell
    const auto data = with_radiotap({.flags = radiotap::flag_fcs}, frame);
    decoder subject;
    const auto d = subject.decode(packet_of(data, link_type::ieee802_11_radiotap));
    EXPECT_EQ(d.fcs, fcs_state::bad);
    EXPECT_EQ(d.payload->size(), 600U);
    EXPECT_EQ(d.element_count, 3U);
}

TEST(Decode, TheFrameTellsWhereTheRadioIsWrongAboutTheFcs) {
    decoder subject;
    // said to be there, but the capture has none: as in R1, whose MIC tells
    const auto said = with_radiotap({.flags = radiotap::flag_fcs}, load_vector("r2").mpdu());
    auto d = subject.decode(packet_of(said, link_type::ieee802_11_radiotap));
    EXPECT_EQ(d.fcs, fcs_state::unknown);
    EXPECT_FALSE(d.fault);
    EXPECT_EQ(d.payload->size(), 8U);
    // said to be missing, but there
    const auto denied = with_radiotap({.flags = std::uint8_t{0}}, load_vector("r2").data);
    d = subject.decode(packet_of(denied, link_type::ieee802_11_radiotap));
    EXPECT_EQ(d.fcs, fcs_state::ok);
    EXPECT_FALSE(d.fault);
    EXPECT_EQ(d.payload->size(), 8U);
}

TEST(Decode, ARadiotapHeaderIsReadTheSameWhateverHeaderCameBefore) {
    struct row {
        std::string_view header;
        std::optional<std::int8_t> signal;
        std::optional<std::int8_t> noise;
    };
    constexpr std::array rows = {
        row{"00000900 20000000 d8", -40, {}},
        row{"00000900 20000000 b0", -80, {}},
        row{"00000900 40000000 d8", {}, -40},
        row{"00000a00 60000000 d8d7", -40, -41},
        row{"00000b00 20000000 c40000", -60, {}},         // longer than its fields need
        row{"00000e00 200000a0 20000000 cecd", -50, {}},  // the second one is that of another antenna
        row{"00000d00 000000a0 20000000 ba", -70, {}},
        row{"00000d00 000000a0 40000000 ba", {}, -70},  // the same but for the second word
        row{"00001d00 000000a0000000a0000000a0000000a0000000a0 20000000 a6", -90, {}},
        row{"00001d00 000000a0000000a0000000a0000000a0000000a0 40000000 a6", {}, -90},
        row{"00000800 00000000", {}, {}},
    };
    const auto packet_bytes = [](const row& r) {
        auto data = from_hex(r.header);
        const auto mpdu = load_vector("r2").mpdu();
        data.insert(data.end(), mpdu.begin(), mpdu.end());
        return data;
    };
    const auto damaged = from_hex("00000900 40000000");
    for (const auto& first : rows) {
        for (const auto& second : rows) {
            SCOPED_TRACE(std::string(first.header) + ", then " + std::string(second.header));
            decoder subject;
            for (const auto* r : {&first, &second, &first}) {
                const auto data = packet_bytes(*r);
                const auto d = subject.decode(packet_of(data, link_type::ieee802_11_radiotap));
                EXPECT_EQ(d.rssi, r->signal);
                EXPECT_EQ(d.noise, r->noise);
                EXPECT_EQ(hex_of(d), to_hex(load_vector("r2").action->payload()));
                EXPECT_EQ(subject.decode(packet_of(damaged, link_type::ieee802_11_radiotap)).kind,
                          "damaged radiotap header");
            }
        }
    }
}

TEST(Decode, TheRateIsThatOfTheMcsFieldWhereThereIsOne) {
    decoder subject;
    const auto rate_of = [&](radiotap::mcs_field mcs) {
        return subject
            .decode(packet_of(with_radiotap({.mcs = mcs}, load_vector("r2").data), link_type::ieee802_11_radiotap))
            .rate;
    };
    using namespace radiotap;
    constexpr auto known = mcs_known_bandwidth | mcs_known_index | mcs_known_guard_interval;
    EXPECT_EQ(rate_of({.known = known, .flags = 0, .index = 4}), rate::ht_mcs4_lgi);
    EXPECT_EQ(rate_of({.known = known, .flags = mcs_flag_short_guard_interval, .index = 7}), rate::ht_mcs7_sgi);
    EXPECT_EQ(rate_of({.known = mcs_known_index, .flags = 0xff, .index = 0}), rate::ht_mcs0_lgi);
    EXPECT_EQ(rate_of({.known = known, .flags = 1, .index = 4}), std::nullopt) << "40 MHz";
    EXPECT_EQ(rate_of({.known = known, .flags = 0, .index = 8}), std::nullopt) << "two streams";
    EXPECT_EQ(rate_of({.known = mcs_known_bandwidth, .flags = 0, .index = 3}), std::nullopt);
}

TEST(Decode, WhereNothingTellsTheFcsTheLastFourBytesDo) {
    decoder subject;
    const auto& r2 = load_vector("r2");
    for (const auto& data : {r2.data, with_radiotap({.rate = std::uint8_t{2}}, r2.data)}) {
        const auto type = data.size() == r2.data.size() ? link_type::ieee802_11 : link_type::ieee802_11_radiotap;
        auto d = subject.decode(packet_of(data, type));
        EXPECT_EQ(d.fcs, fcs_state::ok);
        auto wrong = data;
        wrong.back() ^= 1;
        d = subject.decode(packet_of(wrong, type));
        EXPECT_EQ(d.fcs, fcs_state::unknown);
        EXPECT_TRUE(d.espnow);
        EXPECT_EQ(d.fault, frame::reject::not_vendor_element) << "four bytes too many";
        EXPECT_EQ(d.payload->size(), 8U);
    }
}

TEST(Decode, AFrameThatIsWholeWithItsLastFourBytesHasNoFcsEvenIfTheyWouldBeARightOne) {
    const auto mpdu = load_vector("r2").mpdu();
    const auto payload_end = with_fcs({mpdu.begin(), mpdu.end() - 4});
    ASSERT_EQ(payload_end.size(), mpdu.size());
    decoder subject;
    const auto d = subject.decode(packet_of(payload_end, link_type::ieee802_11));
    EXPECT_EQ(d.fcs, fcs_state::unknown);
    EXPECT_FALSE(d.fault);
    EXPECT_EQ(d.payload->size(), 8U);
}

TEST(Decode, WhereNothingTellsTheFcsTheMicDoes) {
    const auto& s3 = load_vector("s3");
    decoder subject(ring(s3.header->a2, key_of(s3)));
    auto d = subject.decode(packet_of(s3.data, link_type::ieee802_11));
    EXPECT_EQ(d.mic, mic_state::ok);
    EXPECT_EQ(d.fcs, fcs_state::ok);
    const bytes bare(s3.mpdu().begin(), s3.mpdu().end());
    d = subject.decode(packet_of(bare, link_type::ieee802_11));
    EXPECT_EQ(d.mic, mic_state::ok);
    EXPECT_EQ(d.fcs, fcs_state::unknown);
}

TEST(Decode, TheFileMayTellTheFcs) {
    auto frame = load_vector("r2").data;
    frame.back() ^= 1;
    auto p = packet_of(frame, link_type::ieee802_11);
    p.fcs_length = 4;
    decoder subject;
    const auto d = subject.decode(p);
    EXPECT_EQ(d.fcs, fcs_state::bad);
    EXPECT_FALSE(d.fault);
}

TEST(Decode, PpiHeadersAreRead) {
    const auto common = [](const char* flags) {
        return std::string("0000 2000 69000000") +  // version, flags, 32 bytes, link type 105
               "0200 1400" +                        // 802.11-common, 20 bytes
               "0000000000000000" +                 // TSFT
               flags + "0200" + "8509" + "8000" +   // flags, 1 Mb/s, 2437 MHz, channel flags
               "0000" + "c4" + "a1";                // FHSS, signal, noise
    };
    decoder subject;
    auto data = from_hex(common("0100") + to_hex(load_vector("r2").data));
    auto d = subject.decode(packet_of(data, link_type::ppi));
    EXPECT_TRUE(d.espnow);
    EXPECT_EQ(d.fcs, fcs_state::ok);
    EXPECT_EQ(d.on->number(), 6);
    EXPECT_EQ(d.rssi, -60);
    EXPECT_EQ(d.noise, -95);
    EXPECT_EQ(d.rate, rate::dsss_1m_long);
    data.back() ^= 1;
    EXPECT_EQ(subject.decode(packet_of(data, link_type::ppi)).fcs, fcs_state::bad);
    data = from_hex(common("0000") + to_hex(load_vector("r2").mpdu()));
    EXPECT_EQ(subject.decode(packet_of(data, link_type::ppi)).fcs, fcs_state::unknown);
    data = from_hex(common("0400") + to_hex(load_vector("r2").mpdu()));
    EXPECT_EQ(subject.decode(packet_of(data, link_type::ppi)).fcs, fcs_state::bad);
    // another field first, padded to 4 and not
    for (const bool padded : {true, false}) {
        const auto start = std::string(padded ? "0001 2c00" : "0000 2a00") + "69000000 aaaa 0600 010203040506";
        data = from_hex(start + (padded ? "0000" : "") + common("0100").substr(18) + to_hex(load_vector("r2").data));
        d = subject.decode(packet_of(data, link_type::ppi));
        EXPECT_TRUE(d.espnow);
        EXPECT_EQ(d.rssi, -60) << padded;
    }
}

TEST(Decode, DamagedHeadersBeforeTheFrameAreNamed) {
    decoder subject;
    const auto kind = [&](const char* hex, link_type type) {
        const auto data = from_hex(hex);
        const auto d = subject.decode(packet_of(data, type));
        EXPECT_FALSE(d.espnow);
        EXPECT_FALSE(d.source);
        return std::string(d.kind);
    };
    EXPECT_EQ(kind("", link_type::ieee802_11_radiotap), "damaged radiotap header");
    EXPECT_EQ(kind("00000900 00000000", link_type::ieee802_11_radiotap), "damaged radiotap header");
    EXPECT_EQ(kind("00000900 69000000", link_type::ppi), "damaged PPI header");
    EXPECT_EQ(kind("00000700 69000000", link_type::ppi), "damaged PPI header");
    EXPECT_EQ(kind("01000800 69000000", link_type::ppi), "damaged PPI header");
    EXPECT_EQ(kind("00000c00 69000000 02000100", link_type::ppi), "damaged PPI header");
    EXPECT_EQ(kind("00000800 01000000", link_type::ppi), "not an 802.11 frame");
    EXPECT_EQ(kind("ffffffffffff", static_cast<link_type>(1)), "not an 802.11 frame");
    EXPECT_EQ(kind("", link_type::ieee802_11), "too short for a frame");
    EXPECT_EQ(kind("d400 0000 0102030405", link_type::ieee802_11), "too short for a frame");
}

TEST(Decode, OtherFramesAreTold) {
    decoder subject;
    const std::string rest = "0000 ffffffffffff 020000000001 020000000002 3012";
    const struct {
        std::string hex;
        std::string_view kind;
        bool has_source;
    } cases[] = {
        {"8000" + rest + "0102030405060708", "beacon", true},
        {"4008" + rest, "probe request", true},
        {"8842" + rest + "0000", "QoS data", true},
        {"d400 0000 020000000001", "ACK", false},
        {"c400 0000 020000000001 0200", "CTS", false},
        {"b400 0000 020000000001 020000000002", "RTS", true},
        {"d000" + rest + "04", "action", true},
        {"d000" + rest, "action", true},
        {"d000" + rest + "7f 0050f2 01020304", "vendor action", true},
        {"d000" + rest + "7f 18fe34 01020304 dd0618fe34050261", "vendor action", true},
        {"d000" + rest + "7f 0050f2 01020304 dd0618fe34040261", "vendor action", true},
        {"d040" + rest + "0100002000000000 0102 0102030405060708", "protected action", true},
        {"e000" + rest, "action without ACK", true},
        {"d100" + rest, "unknown 802.11 protocol version", false},
    };
    for (const auto& c : cases) {
        const auto data = from_hex(c.hex);
        const auto d = subject.decode(packet_of(data, link_type::ieee802_11));
        EXPECT_FALSE(d.espnow) << c.kind;
        EXPECT_EQ(d.kind, c.kind);
        EXPECT_EQ(d.source.has_value(), c.has_source) << c.kind;
        EXPECT_FALSE(d.payload) << c.kind;
    }
}

TEST(Decode, FramesThatOnlySomeReceiversTakeAreReadAndSayWhy) {
    decoder subject;
    const std::string header = "d000 0000 ffffffffffff 020000000001 ffffffffffff 3012 7f 18fe34 01020304";
    // elements of an OUI of the user's, with the FCS said to be there and missing
    auto data = with_radiotap({.flags = radiotap::flag_fcs}, from_hex(header + "dd07aabbcc04126162 dd06aabbcc040263"));
    auto d = subject.decode(packet_of(data, link_type::ieee802_11_radiotap));
    EXPECT_TRUE(d.espnow);
    EXPECT_EQ(d.fault, frame::reject::wrong_element_oui);
    EXPECT_EQ(hex_of(d), "616263");
    EXPECT_EQ(d.fcs, fcs_state::unknown);

    data = from_hex(header + "dd0818fe340402616263 dd0518fe35");
    d = subject.decode(packet_of(data, link_type::ieee802_11));
    EXPECT_TRUE(d.espnow);
    EXPECT_EQ(d.fault, frame::reject::element_overruns);
    EXPECT_EQ(hex_of(d), "616263");

    data = from_hex(header + "dd0918fe340402616263");
    d = subject.decode(packet_of(data, link_type::ieee802_11));
    EXPECT_FALSE(d.espnow);
    EXPECT_EQ(d.kind, "damaged ESP-NOW");
    EXPECT_EQ(d.fault, frame::reject::element_overruns);
}

TEST(Decode, FramesThatWereNotCapturedWholeAreEspNowWithoutPayload) {
    decoder subject(ring(load_vector("r1").header->a2, key_of(load_vector("r1"))));
    for (const auto* name : {"p1", "p2"}) {
        auto p = packet_of(load_vector(name));
        p.original_length = 349;
        const auto d = subject.decode(p);
        EXPECT_TRUE(d.espnow) << name;
        EXPECT_TRUE(d.is_cut);
        EXPECT_EQ(d.fcs, fcs_state::unknown);
        EXPECT_EQ(d.version, 1);
        EXPECT_TRUE(d.random);
        EXPECT_FALSE(d.payload);
    }
    for (const auto* name : {"p3", "p4"}) {
        auto p = packet_of(load_vector(name));
        p.original_length = 349;
        const auto d = subject.decode(p);
        EXPECT_FALSE(d.espnow);
        EXPECT_EQ(d.kind, "action");
        EXPECT_EQ(d.retry, true);
        EXPECT_TRUE(d.destination);
    }
    auto p = packet_of(load_vector("r1"));
    p.original_length += 4;
    const auto d = subject.decode(p);
    EXPECT_TRUE(d.espnow);
    EXPECT_EQ(d.mic, mic_state::unchecked);
}

TEST(Decode, WhatIsInTheClearOfAnOpenedFrameMayBeNoEspNow) {
    const auto& r1 = load_vector("r1");
    auto key = key_of(r1);
    bytes out(200);
    const auto body = from_hex("04 01020304");
    const auto mpdu = key.protect(out, *r1.header, body, 5);
    ASSERT_TRUE(mpdu);
    decoder subject(ring(r1.header->a2, std::move(key)));
    const bytes data(mpdu->begin(), mpdu->end());
    const auto d = subject.decode(packet_of(data, link_type::ieee802_11));
    EXPECT_EQ(d.mic, mic_state::ok);
    EXPECT_EQ(d.pn, 5U);
    EXPECT_FALSE(d.espnow);
    EXPECT_EQ(d.kind, "action");
}

TEST(Decode, EveryTruncationAndFlippedBitIsDecodedToSomething) {
    const auto& r1 = load_vector("r1");
    const auto& s1 = load_vector("s1");
    decoder subject(ring(r1.header->a2, key_of(r1)));
    for (const auto* vector : {&r1, &s1}) {
        for (std::size_t length = 0; length <= vector->data.size(); ++length) {
            const bytes cut(vector->data.begin(), vector->data.begin() + static_cast<std::ptrdiff_t>(length));
            EXPECT_FALSE(subject.decode(packet_of(cut, packet_of(*vector).link_type)).kind.empty());
        }
        auto flipped = vector->data;
        for (std::size_t bit = 0; bit < std::min<std::size_t>(flipped.size() * 8, 800); ++bit) {
            flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            EXPECT_FALSE(subject.decode(packet_of(flipped, packet_of(*vector).link_type)).kind.empty());
            flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        }
    }
}

}  // namespace
}  // namespace nowire::capture
