#include "vectors/vectors.hpp"

#include <nowire/frame/mpdu.hpp>

#include <gtest/gtest.h>

namespace nowire::frame {
namespace {

TEST(Mpdu, GoldenHeader) {
    std::array<std::uint8_t, header_size> out{};
    write_header(out, {.control = frame_control::action(true),
                       .duration = 314,
                       .a1 = *mac_address::parse("30:ae:a4:45:4a:a4"),
                       .a2 = *mac_address::parse("24:0a:c4:1d:58:68"),
                       .a3 = mac_address::broadcast(),
                       .sequence_control = 0xfff1});
    EXPECT_EQ(test::to_hex(out),
              "d040"          // Frame Control: action, protected
              "3a01"          // Duration: 314 us
              "30aea4454aa4"  // A1
              "240ac41d5868"  // A2
              "ffffffffffff"  // A3
              "f1ff");        // Sequence Control: sequence number 4095, fragment 1
    EXPECT_EQ(read_header(out)->sequence_number(), 4095);
}

TEST(Mpdu, HeaderNeeds24Bytes) {
    const test::bytes some(header_size, 0xd0);
    EXPECT_TRUE(read_header(some));
    EXPECT_FALSE(read_header(std::span(some).first(header_size - 1)));
    EXPECT_FALSE(read_header({}));
}

TEST(Mpdu, FrameControlTellsTypesAndBits) {
    EXPECT_TRUE(frame_control{0x00d0}.is_action());
    EXPECT_TRUE(frame_control{0x48d0}.is_action());
    EXPECT_TRUE(frame_control{0x48d0}.retry());
    EXPECT_TRUE(frame_control{0x48d0}.is_protected());
    EXPECT_FALSE(frame_control{0x00d0}.retry());
    EXPECT_FALSE(frame_control{0x00d0}.is_protected());
    EXPECT_FALSE(frame_control{0x00e0}.is_action()) << "action without acknowledgement is another subtype";
    EXPECT_FALSE(frame_control{0x00d1}.is_action()) << "protocol version 1";
    EXPECT_TRUE(frame_control{0x00d4}.is_ack());
    EXPECT_FALSE(frame_control{0x00c4}.is_ack());
    EXPECT_EQ(frame_control{0x0080}.type(), 0);
    EXPECT_EQ(frame_control{0x0080}.subtype(), 8);
    EXPECT_EQ(frame_control{0x0088}.type(), 2);
}

TEST(Mpdu, RetryAndDurationAreSetInPlaceAndNothingElse) {
    test::bytes frame = test::from_hex("d040 0000 aa");
    set_retry(std::span(frame).first<2>());
    set_duration(std::span(frame).first<4>(), 0x1234);
    EXPECT_EQ(test::to_hex(frame), "d0483412aa");
}

}  // namespace
}  // namespace nowire::frame
