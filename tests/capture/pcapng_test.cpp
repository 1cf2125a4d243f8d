#include "capture/file_builder.hpp"

#include <nowire/capture/writer.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

namespace nowire::capture {
namespace {

using namespace std::chrono_literals;

class PcapngReader : public testing::TestWithParam<bool> {
  protected:
    file_builder file() const { return file_builder(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(EitherByteOrder, PcapngReader, testing::Bool(),
                         [](const auto& info) { return info.param ? "BigEndian" : "LittleEndian"; });

fault fault_of(const file_builder& file) {
    const auto content = read_all(file.bytes());
    EXPECT_TRUE(content.fault);
    return content.fault ? content.fault->what : fault{};
}

TEST_P(PcapngReader, InterfacesOfMixedLinkTypesHaveTheirOwnTime) {
    auto f = file();
    f.section();
    f.interface(127, 1500);
    f.block(1, f.body().u16(105).u16(0).u32(0).option(2, "now0").option(3, "the air").option(9, "\x09").u16(0).u16(0));
    f.block(1, f.body().u16(192).u16(0).u32(0).option(9, "\x83").u16(14).u16(8).u64(100));
    const auto first_packet = f.size();
    f.enhanced(1, 1594012345123456789, "ns");
    f.enhanced(0, 1594012345123456, "us");
    f.enhanced(2, 12, "eighths");
    reader r(f.bytes());
    const auto content = read_all(r);
    ASSERT_FALSE(content.fault);
    ASSERT_EQ(content.packets.size(), 3U);

    EXPECT_EQ(text_of(content.packets[0]), "ns");
    EXPECT_EQ(content.packets[0].link_type, link_type::ieee802_11);
    EXPECT_EQ(content.packets[0].time, timestamp(1594012345123456789ns));
    EXPECT_EQ(content.packets[0].interface, 1U);
    EXPECT_EQ(content.packets[0].offset, first_packet);

    EXPECT_EQ(text_of(content.packets[1]), "us");
    EXPECT_EQ(content.packets[1].link_type, link_type::ieee802_11_radiotap);
    EXPECT_EQ(content.packets[1].time, timestamp(1594012345123456us));
    EXPECT_EQ(content.packets[1].interface, 0U);

    EXPECT_EQ(text_of(content.packets[2]), "eighths");
    EXPECT_EQ(content.packets[2].link_type, link_type::ppi);
    EXPECT_EQ(content.packets[2].time, timestamp(101s + 500ms)) << "if_tsoffset is added";

    ASSERT_EQ(r.interfaces().size(), 3U);
    EXPECT_EQ(r.interfaces()[0].snap_length, 1500U);
    EXPECT_EQ(r.interfaces()[1].name, "now0");
    EXPECT_EQ(r.interfaces()[1].description, "the air");
}

TEST_P(PcapngReader, EachSectionHasItsOwnByteOrderAndInterfaces) {
    auto f = file();
    f.section().interface(127).enhanced(0, 1, "one");
    file_builder other(!GetParam());
    other.section().interface(105).interface(192).enhanced(1, 2, "two");
    f.raw(other.bytes());
    const auto content = read_all(f.bytes());
    ASSERT_FALSE(content.fault);
    ASSERT_EQ(content.packets.size(), 2U);
    EXPECT_EQ(content.packets[0].link_type, link_type::ieee802_11_radiotap);
    EXPECT_EQ(text_of(content.packets[1]), "two");
    EXPECT_EQ(content.packets[1].link_type, link_type::ppi);
    EXPECT_EQ(content.packets[1].time, timestamp(2us));
}

TEST_P(PcapngReader, CommentsAndFlagsOfPacketsAreRead) {
    auto f = file();
    f.section().interface(105);
    f.block(6, f.body()
                   .u32(0)
                   .u32(0)
                   .u32(5)
                   .u32(3)
                   .u32(70)
                   .text("abc")
                   .pad()
                   .option(1, "hello, world")
                   .option(1, "second")
                   .u16(2)
                   .u16(4)
                   .u32(4 << 5)
                   .u16(0)
                   .u16(0));
    const auto content = read_all(f.bytes());
    ASSERT_FALSE(content.fault);
    ASSERT_EQ(content.packets.size(), 1U);
    EXPECT_EQ(content.packets[0].comment, "hello, world");
    EXPECT_EQ(content.packets[0].fcs_length, 4U);
    EXPECT_EQ(content.packets[0].original_length, 70U);
    EXPECT_TRUE(content.packets[0].is_cut());
    EXPECT_EQ(text_of(content.packets[0]), "abc");
}

TEST_P(PcapngReader, InterfacesMayTellTheFcs) {
    for (const auto* value : {"\x04", "\x20"}) {
        auto f = file();
        f.section();
        f.block(1, f.body().u16(105).u16(0).u32(0).option(13, value));
        f.enhanced(0, 0, "abcd");
        const auto content = read_all(f.bytes());
        ASSERT_EQ(content.packets.size(), 1U);
        EXPECT_EQ(content.packets[0].fcs_length, 4U);
    }
}

TEST_P(PcapngReader, SimplePacketsAreOfTheFirstInterfaceAndHaveNoTime) {
    auto f = file();
    f.section().interface(105, 4).interface(127);
    f.block(3, f.body().u32(3).text("abc"));
    f.block(3, f.body().u32(9).text("defg"));
    const auto content = read_all(f.bytes());
    ASSERT_FALSE(content.fault);
    ASSERT_EQ(content.packets.size(), 2U);
    EXPECT_EQ(text_of(content.packets[0]), "abc");
    EXPECT_EQ(content.packets[0].link_type, link_type::ieee802_11);
    EXPECT_FALSE(content.packets[0].time);
    EXPECT_EQ(text_of(content.packets[1]), "defg");
    EXPECT_EQ(content.packets[1].original_length, 9U);
    EXPECT_TRUE(content.packets[1].is_cut());
}

TEST_P(PcapngReader, ObsoletePacketsAreRead) {
    auto f = file();
    f.section().interface(105).interface(127);
    f.block(2, f.body().u16(1).u16(77).u32(0).u32(6).u32(3).u32(3).text("abc").pad().option(1, "old").u16(0).u16(0));
    const auto content = read_all(f.bytes());
    ASSERT_FALSE(content.fault);
    ASSERT_EQ(content.packets.size(), 1U);
    EXPECT_EQ(text_of(content.packets[0]), "abc");
    EXPECT_EQ(content.packets[0].interface, 1U);
    EXPECT_EQ(content.packets[0].time, timestamp(6us));
    EXPECT_EQ(content.packets[0].comment, "old");
}

TEST_P(PcapngReader, OtherBlocksAreSkipped) {
    auto f = file();
    f.section();
    f.block(4, f.body().text("names"));
    f.interface(105);
    f.block(5, f.body());
    f.block(10, f.body().text("secrets")).block(0x40000bad, f.body().u32(12345).text("custom")).block(0xbad, f.body());
    f.enhanced(0, 1, "abc").block(0x80000001, f.body().text("local"));
    const auto content = read_all(f.bytes());
    ASSERT_FALSE(content.fault);
    EXPECT_EQ(content.packets.size(), 1U);
}

TEST_P(PcapngReader, IsReadUpToTheEndOfACutFile) {
    auto f = file();
    f.section().interface(105);
    const auto start = f.size();
    f.enhanced(0, 1, "abc");
    const auto second = f.size();
    f.enhanced(0, 2, "defgh");
    for (std::size_t length = 0; length < f.size(); ++length) {
        const test::bytes cut(f.bytes().begin(), f.bytes().begin() + static_cast<std::ptrdiff_t>(length));
        const auto content = read_all(cut);
        ASSERT_EQ(content.packets.size(), length < second ? 0U : 1U) << length;
        if (length == 28 || length == start || length == second) {
            EXPECT_FALSE(content.fault) << length;
            continue;
        }
        ASSERT_TRUE(content.fault) << length;
        EXPECT_EQ(content.fault->what, fault::cut_short) << length;
        EXPECT_LE(content.fault->offset, length);
    }
}

TEST_P(PcapngReader, DamageIsNamedWithItsOffset) {
    auto good = file();
    good.section().interface(105).enhanced(0, 1, "abc");
    const auto at = good.size();
    struct {
        const char* what;
        file_builder rest;
        capture::fault expected;
    } const cases[] = {
        {"no multiple of four", file().u32(6).u32(33).raw(test::bytes(40)), fault::bad_block_length},
        {"shorter than its own frame", file().u32(6).u32(8).raw(test::bytes(40)), fault::bad_block_length},
        {"16 MiB and more", file().u32(6).u32(0x1000004).raw(test::bytes(40)), fault::bad_block_length},
        {"no room for an enhanced packet", file().block(6, file().u32(0).u32(0)), fault::bad_block_length},
        {"no room for an interface", file().block(1, file().u32(0)), fault::bad_block_length},
        {"no room for a simple packet", file().block(3, file()), fault::bad_block_length},
        {"no room for an obsolete packet", file().block(2, file().u32(0)), fault::bad_block_length},
        {"no room for a section", file().block(0x0a0d0d0a, file().u32(0x1a2b3c4d).u32(1)), fault::bad_block_length},
        {"lengths differ", file().u32(5).u32(16).u32(0).u32(20), fault::lengths_differ},
        {"byte order", file().block(0x0a0d0d0a, file().u32(0x1a2b3c4e).u64(1).u64(0)), fault::bad_byte_order},
        {"version", file().block(0x0a0d0d0a, file().u32(0x1a2b3c4d).u16(2).u16(0).u64(0)), fault::unknown_version},
        {"packet longer than its block", file().block(6, file().u32(0).u64(0).u32(5).u32(5).text("abcd")),
         fault::packet_overruns},
        {"simple packet longer than its block", file().block(3, file().u32(5).text("abcd")), fault::packet_overruns},
        {"interface", file().enhanced(1, 0, "abc"), fault::unknown_interface},
        {"option longer than its block",
         file().block(6, file().u32(0).u64(0).u32(4).u32(4).text("abcd").u16(1).u16(5).text("abcd")),
         fault::option_overruns},
        {"option of an interface", file().block(1, file().u16(105).u16(0).u32(0).u16(2).u16(5).text("abcd")),
         fault::option_overruns},
    };
    for (const auto& c : cases) {
        auto f = good;
        f.raw(c.rest.bytes()).enhanced(0, 1, "never reached");
        reader r(f.bytes());
        const auto content = read_all(r);
        EXPECT_EQ(content.packets.size(), 1U) << c.what;
        ASSERT_TRUE(content.fault) << c.what;
        EXPECT_EQ(content.fault->what, c.expected) << c.what;
        EXPECT_EQ(content.fault->offset, at) << c.what;
        EXPECT_TRUE(content.fault->to_string().starts_with("offset " + std::to_string(at) + ": ")) << c.what;
        EXPECT_EQ(r.next().error().what, c.expected) << "the same again";
    }
}

TEST_P(PcapngReader, PacketsBeforeAnyInterfaceAreDamage) {
    auto f = file();
    f.section().enhanced(0, 0, "abc");
    EXPECT_EQ(fault_of(f), fault::unknown_interface);
    auto simple = file();
    simple.section().block(3, simple.body().u32(0));
    EXPECT_EQ(fault_of(simple), fault::unknown_interface);
    auto second = file();
    second.section().interface(105).section().enhanced(0, 0, "abc");
    EXPECT_EQ(fault_of(second), fault::unknown_interface) << "a new section knows none of the old one";
}

TEST(Pcapng, GoldenFile) {
    std::vector<std::string> blocks;
    const auto note = [&](std::span<const std::uint8_t> bytes) { blocks.push_back(test::to_hex(bytes)); };
    pcapng_writer writer(note, {.application = "nowire"});
    EXPECT_EQ(writer.add_interface({.link_type = link_type::ieee802_11, .name = "now0"}), 0U);
    writer.write(0, timestamp(1594012345123456789ns), test::from_hex("d400aabbcc"), {.comment = "hi"});
    writer.write(0, timestamp(1ns), test::from_hex("d400"), {.original_length = 14});
    ASSERT_EQ(blocks.size(), 4U);
    EXPECT_EQ(blocks[0],
              "0a0d0d0a"
              "2c000000"          // section header, 44 bytes
              "4d3c2b1a"          // byte order
              "01000000"          // version 1.0
              "ffffffffffffffff"  // length not known
              "04000600"
              "6e6f776972650000"  // application: nowire
              "00000000"          // end of options
              "2c000000");
    EXPECT_EQ(blocks[1],
              "01000000"
              "28000000"  // interface, 40 bytes
              "69000000"  // link type 105
              "00000000"  // no snap length
              "02000400"
              "6e6f7730"  // name: now0
              "09000100"
              "09000000"  // if_tsresol: 10^-9 s
              "00000000"  // end of options
              "28000000");
    EXPECT_EQ(blocks[2],
              "06000000"
              "34000000"  // enhanced packet, 52 bytes
              "00000000"  // interface 0
              "c8111f16"
              "15c7ab4e"  // time
              "05000000"
              "05000000"          // captured, original length
              "d400aabbcc000000"  // padded to 4
              "01000200"
              "68690000"  // comment: hi
              "00000000"  // end of options
              "34000000");
    EXPECT_EQ(blocks[3],
              "06000000"
              "24000000"
              "00000000"
              "00000000"
              "01000000"
              "02000000"
              "0e000000"
              "d4000000"
              "24000000");
}

TEST(Pcapng, WhatIsWrittenIsRead) {
    test::bytes file;
    pcapng_writer writer(
        [&file](std::span<const std::uint8_t> b) { file.insert(file.end(), b.begin(), b.end()); },
        {.hardware = "none", .operating_system = "any", .application = "test", .comment = "all of them"});
    writer.add_interface(
        {.name = "now0", .description = "the first", .comment = "with a comment", .snap_length = 2000});
    for (std::size_t length = 0; length < 9; ++length) {
        const std::string comment(length, 'c');
        writer.write(0, timestamp(length * 1ns), test::bytes(length, 0xaa), {.comment = comment});
        if (length == 4) writer.add_interface({.link_type = link_type::ieee802_11});
    }
    writer.write(1, timestamp(-5s), test::bytes(max_packet_size, 0xbb), {});
    reader r(file);
    const auto content = read_all(r);
    ASSERT_FALSE(content.fault) << content.fault->to_string();
    ASSERT_EQ(content.packets.size(), 10U);
    for (std::size_t length = 0; length < 9; ++length) {
        EXPECT_EQ(content.packets[length].bytes.size(), length);
        EXPECT_EQ(content.packets[length].comment, std::string(length, 'c'));
        EXPECT_EQ(content.packets[length].time, timestamp(length * 1ns));
        EXPECT_EQ(content.packets[length].link_type, link_type::ieee802_11_radiotap);
        EXPECT_FALSE(content.packets[length].is_cut());
    }
    EXPECT_EQ(content.packets[9].link_type, link_type::ieee802_11);
    EXPECT_EQ(content.packets[9].time, timestamp());
    EXPECT_EQ(content.packets[9].bytes.size(), max_packet_size);
    EXPECT_EQ(r.interfaces()[0].description, "the first");
    EXPECT_EQ(r.interfaces()[0].snap_length, 2000U);
}

TEST(Pcapng, MisuseOfTheWriterThrowsAndWritesNothing) {
    int calls = 0;
    pcapng_writer writer([&calls](std::span<const std::uint8_t>) { ++calls; });
    EXPECT_THROW(writer.write(0, timestamp(), {}), std::out_of_range);
    writer.add_interface({});
    EXPECT_THROW(writer.write(1, timestamp(), {}), std::out_of_range);
    EXPECT_THROW(writer.write(0, timestamp(), test::bytes(max_packet_size + 1)), std::length_error);
    const std::string long_text(65536, 'x');
    EXPECT_THROW(writer.write(0, timestamp(), {}, {.comment = long_text}), std::length_error);
    EXPECT_THROW(writer.add_interface({.name = long_text}), std::length_error);
    EXPECT_EQ(calls, 2);
    EXPECT_EQ(writer.add_interface({}), 1U);
}

}  // namespace
}  // namespace nowire::capture
