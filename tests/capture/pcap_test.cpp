#include "capture/file_builder.hpp"

#include <nowire/capture/writer.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

namespace nowire::capture {
namespace {

using namespace std::chrono_literals;

struct variant {
    const char* name;
    bool big_endian;
    std::uint32_t magic;
    std::chrono::nanoseconds unit;
};

class PcapReader : public testing::TestWithParam<variant> {};

INSTANTIATE_TEST_SUITE_P(EachVariant, PcapReader,
                         testing::Values(variant{"LittleMicroseconds", false, 0xa1b2c3d4, 1us},
                                         variant{"BigMicroseconds", true, 0xa1b2c3d4, 1us},
                                         variant{"LittleNanoseconds", false, 0xa1b23c4d, 1ns},
                                         variant{"BigNanoseconds", true, 0xa1b23c4d, 1ns}),
                         [](const auto& info) { return info.param.name; });

TEST_P(PcapReader, GivesPacketsWithTimesAndOffsets) {
    file_builder file(GetParam().big_endian);
    file.pcap_header(GetParam().magic, 127, 1500).record(1594012345, 123456, "abc").record(1594012346, 1, "");
    file.u32(4000000000).u32(0).u32(2).u32(1000).text("de");
    reader r(file.bytes());
    const auto content = read_all(r);
    ASSERT_FALSE(content.fault);
    ASSERT_EQ(content.packets.size(), 3U);
    const auto& [first, second, third] = std::tie(content.packets[0], content.packets[1], content.packets[2]);

    EXPECT_EQ(text_of(first), "abc");
    EXPECT_EQ(first.original_length, 3U);
    EXPECT_FALSE(first.is_cut());
    EXPECT_EQ(first.link_type, link_type::ieee802_11_radiotap);
    EXPECT_EQ(first.time, timestamp(1594012345s + 123456 * GetParam().unit));
    EXPECT_EQ(first.offset, 24U);
    EXPECT_FALSE(first.fcs_length);

    EXPECT_EQ(text_of(second), "");
    EXPECT_EQ(second.time, timestamp(1594012346s + GetParam().unit));
    EXPECT_EQ(second.offset, 43U);

    EXPECT_EQ(text_of(third), "de");
    EXPECT_TRUE(third.is_cut());
    EXPECT_EQ(third.original_length, 1000U);
    EXPECT_EQ(third.time, timestamp(4000000000s)) << "the seconds have no sign";

    ASSERT_EQ(r.interfaces().size(), 1U);
    EXPECT_EQ(r.interfaces()[0].snap_length, 1500U);
}

TEST_P(PcapReader, IsReadUpToTheDamage) {
    file_builder file(GetParam().big_endian);
    file.pcap_header(GetParam().magic, 105).record(1, 2, "abc").record(3, 4, "defgh");
    const auto whole = file.bytes();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const test::bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        const auto content = read_all(cut);
        const bool at_record = length == 24 || length == 43;
        ASSERT_EQ(content.packets.size(), length < 43 ? 0U : 1U) << length;
        ASSERT_EQ(content.fault.has_value(), !at_record) << length;
        if (at_record) continue;
        EXPECT_EQ(content.fault->what, fault::cut_short) << length;
        EXPECT_EQ(content.fault->offset, length < 24 ? 0U : length < 43 ? 24U : 43U) << length;
    }
}

TEST_P(PcapReader, RecordsOfImpossibleLengthAreDamage) {
    file_builder file(GetParam().big_endian);
    file.pcap_header(GetParam().magic, 105).record(1, 2, "abc");
    file.u32(3).u32(4).u32(262145).u32(262145).raw(test::bytes(262145));
    reader r(file.bytes());
    const auto content = read_all(r);
    EXPECT_EQ(content.packets.size(), 1U);
    ASSERT_TRUE(content.fault);
    EXPECT_EQ(content.fault->what, fault::record_too_long);
    EXPECT_EQ(content.fault->offset, 43U);
    EXPECT_EQ(content.fault->found, 262145U);
    EXPECT_EQ(content.fault->to_string(),
              "offset 43: the record has 262145 bytes, more than the 262144 that are possible");
    EXPECT_EQ(r.next().error().offset, 43U) << "the same again";
}

TEST(Pcap, UpperHalfOfTheLinkTypeTellsTheFcs) {
    file_builder file(false);
    file.pcap_header(0xa1b2c3d4, 105 | 0x04000000 | 2U << 28).record(1, 2, "abc");
    const auto content = read_all(file.bytes());
    ASSERT_EQ(content.packets.size(), 1U);
    EXPECT_EQ(content.packets[0].link_type, link_type::ieee802_11);
    EXPECT_EQ(content.packets[0].fcs_length, 4U);
}

TEST(Pcap, OtherFilesAreNone) {
    const auto fault_of = [](const file_builder& file) { return read_all(file.bytes()).fault.value(); };
    const auto text = fault_of(file_builder(false).text("#!/bin/sh\necho this is no capture\n"));
    EXPECT_EQ(text.what, fault::not_a_capture);
    EXPECT_EQ(text.to_string(), "offset 0: neither pcap nor pcapng starts like this");
    EXPECT_EQ(fault_of(file_builder(false)).what, fault::cut_short);
    EXPECT_EQ(fault_of(file_builder(false).u32(0xa1b2c3d4).u16(3).raw(test::bytes(18))).what, fault::unknown_version);
}

TEST(Pcap, ComesPieceByPiece) {
    file_builder file(false);
    file.pcap_header(0xa1b23c4d, 105);
    for (int i = 0; i < 50; ++i)
        file.record(static_cast<std::uint32_t>(i), 0, std::string(static_cast<std::size_t>(i), 'x'));
    for (std::size_t piece : {1U, 7U, 100U}) {
        test::bytes buffer;
        std::size_t fed = 0;
        std::size_t packets = 0;
        reader r({});
        while (fed < file.size()) {
            const auto more = std::min(piece, file.size() - fed);
            test::bytes next(r.unread().begin(), r.unread().end());
            next.insert(next.end(), file.bytes().begin() + static_cast<std::ptrdiff_t>(fed),
                        file.bytes().begin() + static_cast<std::ptrdiff_t>(fed + more));
            fed += more;
            buffer = std::move(next);
            r.refill(buffer);
            for (;;) {
                const auto p = r.next();
                if (!p) {
                    ASSERT_EQ(p.error().what, fault::cut_short);
                    break;
                }
                if (!*p) break;
                ASSERT_EQ((*p)->bytes.size(), packets);
                ASSERT_EQ((*p)->time, timestamp(std::chrono::seconds(packets)));
                ++packets;
            }
        }
        EXPECT_EQ(packets, 50U) << piece;
        EXPECT_TRUE(r.unread().empty());
        EXPECT_EQ(r.offset(), file.size());
    }
}

TEST(Pcap, GoldenFile) {
    test::bytes file;
    const auto append = [&file](std::span<const std::uint8_t> bytes) {
        file.insert(file.end(), bytes.begin(), bytes.end());
    };
    pcap_writer writer(append, link_type::ieee802_11);
    writer.write(timestamp(1594012345s + 123456789ns), test::from_hex("d4 00"), 10);
    EXPECT_EQ(test::to_hex(file),
              "4d3cb2a1"  // magic: nanoseconds, little-endian
              "02000400"  // version 2.4
              "00000000"  // time zone
              "00000000"  // accuracy
              "00000400"  // snap length: 262144
              "69000000"  // link type 105
              "b9b2025f"  // 1594012345 s
              "15cd5b07"  // 123456789 ns
              "02000000"  // 2 bytes captured
              "0a000000"  // of 10
              "d400");
}

TEST(Pcap, WhatIsWrittenIsRead) {
    for (auto resolution : {pcap_writer::resolution::microseconds, pcap_writer::resolution::nanoseconds}) {
        test::bytes file;
        int calls = 0;
        pcap_writer writer(
            [&](std::span<const std::uint8_t> bytes) {
                file.insert(file.end(), bytes.begin(), bytes.end());
                ++calls;
            },
            link_type::ppi, resolution);
        writer.write(timestamp(5s + 7001ns), test::from_hex("0102"));
        writer.write(timestamp(-1ns), test::from_hex(""));
        writer.write(timestamp(5000000000s), test::bytes(max_packet_size));
        EXPECT_EQ(calls, 4) << "one call for the header and for each record";
        EXPECT_THROW(writer.write(timestamp(), test::bytes(max_packet_size + 1)), std::length_error);
        EXPECT_EQ(calls, 4);

        const auto content = read_all(file);
        ASSERT_FALSE(content.fault);
        ASSERT_EQ(content.packets.size(), 3U);
        const auto fine = resolution == pcap_writer::resolution::nanoseconds;
        EXPECT_EQ(content.packets[0].time, timestamp(5s + (fine ? 7001ns : 7000ns)));
        EXPECT_EQ(content.packets[0].link_type, link_type::ppi);
        EXPECT_EQ(test::to_hex(content.packets[0].bytes), "0102");
        EXPECT_EQ(content.packets[1].time, timestamp());
        EXPECT_EQ(content.packets[2].time, timestamp(4294967295s));
        EXPECT_EQ(content.packets[2].bytes.size(), max_packet_size);
    }
}

}  // namespace
}  // namespace nowire::capture
