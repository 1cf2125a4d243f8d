#include "vectors/vectors.hpp"

#include <nowire/frame/radiotap.hpp>

#include <gtest/gtest.h>

namespace nowire::radiotap {
namespace {

using test::bytes;
using test::from_hex;

TEST(Radiotap, HeadersAreGoneThroughAllPresentWords) {
    // P2: TSFT to RX flags and a timestamp, then signal and antenna of two antennas in their own words.
    const auto parsed = parse(test::load_vector("p2").data);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->size, 56U);
    EXPECT_EQ(parsed->fields.signal, -18) << "the first one counts";
    EXPECT_EQ(parsed->fields.antenna, 0) << "found in the second word";
    EXPECT_EQ(parsed->fields.rx_flags, 0);
    EXPECT_EQ(parsed->fields.channel_flags, channel_flag_cck | channel_flag_2ghz);
    EXPECT_FALSE(parsed->fields.noise);
    EXPECT_FALSE(parsed->fields.mcs);
}

TEST(Radiotap, GoldenTransmitHeader) {
    EXPECT_EQ(test::to_hex(build({.rate = 2, .tx_flags = tx_flag_no_seqno, .data_retries = 31})),
              "0000"      // version, padding
              "0d00"      // 13 bytes
              "04800200"  // present: rate, TX flags, data retries
              "02"        // 1 Mb/s
              "00"        // padding to 2
              "1000"      // TX flags: keep the sequence number
              "1f");      // data retries
}

TEST(Radiotap, EveryFieldThatIsBuiltIsRead) {
    const header all = {.tsft = 0x0102030405060708,
                        .flags = flag_fcs | flag_short_preamble,
                        .rate = 22,
                        .channel_frequency = 2437,
                        .channel_flags = channel_flag_cck | channel_flag_2ghz,
                        .signal = -71,
                        .noise = -95,
                        .antenna = 1,
                        .rx_flags = 0x1234,
                        .tx_flags = tx_flag_no_ack,
                        .data_retries = 7,
                        .mcs = mcs_field{1, 2, 3}};
    // Each combination of fields, so that each padding is met.
    for (unsigned mask = 0; mask < 1U << 11; ++mask) {
        header some = all;
        if ((mask & 1) != 0) some.tsft.reset();
        if ((mask & 2) != 0) some.flags.reset();
        if ((mask & 4) != 0) some.rate.reset();
        if ((mask & 8) != 0) some.channel_frequency.reset();
        if ((mask & 8) != 0) some.channel_flags.reset();
        if ((mask & 16) != 0) some.signal.reset();
        if ((mask & 32) != 0) some.noise.reset();
        if ((mask & 64) != 0) some.antenna.reset();
        if ((mask & 128) != 0) some.rx_flags.reset();
        if ((mask & 256) != 0) some.tx_flags.reset();
        if ((mask & 512) != 0) some.data_retries.reset();
        if ((mask & 1024) != 0) some.mcs.reset();
        const auto built = build(some);
        const auto parsed = parse(built);
        ASSERT_TRUE(parsed) << mask;
        ASSERT_EQ(parsed->size, built.size());
        const auto& read = parsed->fields;
        ASSERT_EQ(read.tsft, some.tsft) << mask;
        ASSERT_EQ(read.flags, some.flags) << mask;
        ASSERT_EQ(read.rate, some.rate) << mask;
        ASSERT_EQ(read.channel_frequency, some.channel_frequency) << mask;
        ASSERT_EQ(read.channel_flags, some.channel_flags) << mask;
        ASSERT_EQ(read.signal, some.signal) << mask;
        ASSERT_EQ(read.noise, some.noise) << mask;
        ASSERT_EQ(read.antenna, some.antenna) << mask;
        ASSERT_EQ(read.rx_flags, some.rx_flags) << mask;
        ASSERT_EQ(read.tx_flags, some.tx_flags) << mask;
        ASSERT_EQ(read.data_retries, some.data_retries) << mask;
        ASSERT_EQ(read.mcs.has_value(), some.mcs.has_value()) << mask;
        if (some.mcs) {
            ASSERT_EQ(read.mcs->known, 1);
            ASSERT_EQ(read.mcs->flags, 2);
            ASSERT_EQ(read.mcs->index, 3);
        }
    }
}

TEST(Radiotap, FieldsThatAreSkippedKeepTheirPlace) {
    // flags, FHSS (aligned to 2), signal, lock quality (aligned to 2), antenna
    const auto parsed = parse(from_hex("0000 1000 b2080000 10 00 aabb c8 00 ccdd 03"));
    ASSERT_FALSE(parsed) << "one byte is missing";
    const auto whole = parse(from_hex("0000 1100 b2080000 10 00 aabb c8 00 ccdd 03"));
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->fields.signal, -56);
    EXPECT_EQ(whole->fields.antenna, 3);
}

TEST(Radiotap, TimestampsAreAlignedTo8) {
    // word 1: flags and timestamp; word 2: signal; word 3: nothing
    const auto parsed =
        parse(from_hex("0000 2600 020040a0 200000a0 00000000 10 00000000000000"  // padding up to 24
                       "111111111111111111111111"                                // timestamp, up to 36
                       "c8 00"));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->fields.signal, -56);
}

TEST(Radiotap, FieldsBehindOneOfUnknownSizeAreLeftOut) {
    // flags; then TLVs (bit 28)
    const auto tlv = parse(from_hex("0000 0d00 02000010 10 deadbeef"));
    ASSERT_TRUE(tlv);
    EXPECT_EQ(tlv->fields.flags, 0x10);
    // word 1: flags, vendor namespace; word 2: its bits, which must not be taken for radiotap's
    const auto vendor = parse(from_hex("0000 1400 020000c0 20000000 10 00 001122 00 0100 99"));
    ASSERT_TRUE(vendor);
    EXPECT_EQ(vendor->fields.flags, 0x10);
    EXPECT_FALSE(vendor->fields.signal);
    // word 1 without bit 29: word 2 would number 32 and up
    const auto next = parse(from_hex("0000 0e00 02000080 20000000 10 99"));
    ASSERT_TRUE(next);
    EXPECT_FALSE(next->fields.signal);
    // both namespace bits at once contradict each other
    const auto both = parse(from_hex("0000 0e00 020000e0 20000000 10 99"));
    ASSERT_TRUE(both);
    EXPECT_FALSE(both->fields.signal);
}

TEST(Radiotap, DamagedHeadersAreNamed) {
    const auto fault = [](const char* hex) { return parse(from_hex(hex)).error(); };
    EXPECT_EQ(fault(""), error::too_short);
    EXPECT_EQ(fault("00000800000000"), error::too_short);
    EXPECT_EQ(fault("01000800 00000000"), error::wrong_version);
    EXPECT_EQ(fault("00000700 00000000"), error::bad_length);
    EXPECT_EQ(fault("00000900 00000000"), error::too_short);
    EXPECT_EQ(fault("00000800 02000000"), error::bad_length) << "no room for the flags";
    EXPECT_EQ(fault("00000800 00000080"), error::bad_length) << "no room for the second word";
    EXPECT_EQ(fault("00000900 01000000 00"), error::bad_length) << "no room for TSFT";
    for (auto e : {error::too_short, error::wrong_version, error::bad_length})
        EXPECT_NE(to_string(e), "?");
}

TEST(Radiotap, EmptyHeaderIsOne) {
    const auto built = build({});
    EXPECT_EQ(test::to_hex(built), "0000080000000000");
    EXPECT_EQ(parse(built)->size, 8U);
}

TEST(Radiotap, EveryRateThatItCanNameIsReadAsItWasWritten) {
    for (int number = 0; number < 0x30; ++number) {
        const auto r = rate_from_number(number);
        if (!r) continue;
        header fields;
        set_channel_and_rate(fields, *channel::from_number(modulation_of(*r) == modulation::dsss_cck ? 11 : 36), r);
        const auto read = parse(build(fields));
        ASSERT_TRUE(read);
        const bool can = modulation_of(*r) != modulation::lr;
        EXPECT_EQ(rate_of(read->fields), can ? r : std::nullopt) << to_string(*r);
    }
}

}  // namespace
}  // namespace nowire::radiotap
