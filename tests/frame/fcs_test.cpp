#include "vectors/vectors.hpp"

#include <nowire/frame/fcs.hpp>

#include <gtest/gtest.h>

namespace nowire::frame {
namespace {

/// The same sum from its definition, a bit at a time.
std::uint32_t crc_by_bits(std::span<const std::uint8_t> data) {
    std::uint32_t crc = 0xffffffff;
    for (auto byte : data) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
    return ~crc;
}

TEST(Fcs, KnownSum) {
    const std::string_view digits = "123456789";
    EXPECT_EQ(fcs(std::span(reinterpret_cast<const std::uint8_t*>(digits.data()), digits.size())), 0xcbf43926U);
    EXPECT_EQ(fcs({}), 0U);
}

TEST(Fcs, EqualsTheDefinitionAtEveryLengthAndAlignment) {
    test::bytes data(80);
    for (std::size_t i = 0; i < data.size(); ++i)
        data[i] = static_cast<std::uint8_t>(i * 151 + 7);
    for (std::size_t start = 0; start < 8; ++start)
        for (std::size_t length = 0; start + length <= data.size(); ++length) {
            const auto part = std::span(data).subspan(start, length);
            ASSERT_EQ(fcs(part), crc_by_bits(part)) << start << " " << length;
        }
}

TEST(Fcs, EveryFlippedBitIsSeen) {
    auto frame = test::load_vector("r2").data;
    ASSERT_TRUE(ends_in_fcs(frame));
    for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
        frame[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        EXPECT_FALSE(ends_in_fcs(frame)) << bit;
        frame[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    }
}

TEST(Fcs, FewerThanFourBytesHaveNone) {
    const test::bytes zeros(4, 0);
    EXPECT_TRUE(ends_in_fcs(zeros)) << "the sum over nothing is 0";
    EXPECT_FALSE(ends_in_fcs(std::span(zeros).first(3)));
    EXPECT_FALSE(ends_in_fcs({}));
}

}  // namespace
}  // namespace nowire::frame
