// Frames that others made: read to exactly what is written beside them, and written again to the same bytes.
#include "vectors/vectors.hpp"

#include <nowire/frame/action.hpp>
#include <nowire/frame/fcs.hpp>
#include <nowire/frame/radiotap.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace nowire::test {
namespace {

/// The body of the vector's frame in the clear; empty where only its ciphertext or half of it is known.
bytes clear_body(const frame_vector& vector) {
    if (vector.ccmp) return vector.ccmp->plaintext;
    if (!vector.complete) return {};
    const auto body = vector.mpdu().subspan(frame::header_size);
    return {body.begin(), body.end()};
}

template <class Predicate>
std::vector<const frame_vector*> vectors_where(Predicate wanted) {
    auto all = frame_vectors();
    std::erase_if(all, [&](const auto* vector) { return !wanted(*vector); });
    return all;
}

class OneVector : public testing::TestWithParam<const frame_vector*> {
  protected:
    const frame_vector& vector() const { return *GetParam(); }
};
class EveryVector : public OneVector {};
class VectorWithRadiotap : public OneVector {};
class VectorInTheClear : public OneVector {};

constexpr auto name_of = [](const auto& info) { return info.param->name; };
INSTANTIATE_TEST_SUITE_P(Frames, EveryVector, testing::ValuesIn(frame_vectors()), name_of);
INSTANTIATE_TEST_SUITE_P(Frames, VectorWithRadiotap,
                         testing::ValuesIn(vectors_where([](const auto& v) { return v.radiotap.has_value(); })),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Frames, VectorInTheClear,
                         testing::ValuesIn(vectors_where([](const auto& v) { return !clear_body(v).empty(); })),
                         name_of);

TEST_P(VectorWithRadiotap, HeaderIsReadAsWritten) {
    const auto& expected = *vector().radiotap;
    const auto parsed = radiotap::parse(vector().data);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->size, expected.size);
    EXPECT_EQ(parsed->fields.flags, expected.flags);
    EXPECT_EQ(parsed->fields.rate, expected.rate);
    EXPECT_EQ(parsed->fields.channel_frequency, expected.frequency);
    EXPECT_EQ(parsed->fields.signal, expected.signal);
    EXPECT_EQ(parsed->fields.antenna, expected.antenna);
    EXPECT_EQ(parsed->fields.tsft, expected.tsft);
    EXPECT_EQ(parsed->fields.has_fcs(), (expected.flags & 0x10) != 0);
}

TEST_P(EveryVector, MacHeaderIsReadAsWrittenAndWrittenAgain) {
    const auto header = frame::read_header(vector().mpdu());
    ASSERT_EQ(header.has_value(), vector().header.has_value());
    if (!header) return;
    const auto& expected = *vector().header;
    EXPECT_EQ(header->control.bits, expected.control.bits);
    EXPECT_EQ(header->duration, expected.duration);
    EXPECT_EQ(header->a1, expected.a1);
    EXPECT_EQ(header->a2, expected.a2);
    EXPECT_EQ(header->a3, expected.a3);
    EXPECT_EQ(header->sequence_control, expected.sequence_control);
    EXPECT_TRUE(header->control.is_action());

    std::array<std::uint8_t, frame::header_size> written{};
    frame::write_header(written, *header);
    EXPECT_EQ(to_hex(written), to_hex(vector().mpdu().first(frame::header_size)));
}

TEST_P(EveryVector, FcsIsRightWhereThereIsOne) {
    EXPECT_EQ(frame::ends_in_fcs(vector().data), vector().fcs);
}

TEST_P(VectorInTheClear, ActionBodyIsReadAsWrittenAndWrittenAgain) {
    const auto& expected = *vector().action;
    const auto body = clear_body(vector());
    for (auto level : {frame::strictness::current, frame::strictness::tolerant}) {
        const auto view = frame::parse_action(body, level);
        ASSERT_TRUE(view) << frame::to_string(view.error());
        EXPECT_EQ(view->random(), expected.random);
        EXPECT_EQ(view->trailing_bytes(), 0U);
        ASSERT_EQ(view->element_count(), expected.elements.size());
        auto e = expected.elements.begin();
        for (const auto& element : *view) {
            EXPECT_EQ(element.oui, frame::espressif_oui);
            EXPECT_EQ(element.type, 4);
            EXPECT_EQ(element.ver, e->ver);
            EXPECT_EQ(to_hex(element.body), to_hex(e->body));
            ++e;
        }
        bytes gathered(view->payload_size());
        ASSERT_TRUE(view->gather(gathered));
        EXPECT_EQ(gathered, expected.payload());
    }

    const auto version = static_cast<frame::version>(expected.elements.front().ver & 0x0f);
    bytes written(body.size());
    ASSERT_TRUE(frame::write_action(written, expected.payload(), {.version = version, .random = *expected.random}));
    EXPECT_EQ(to_hex(written), to_hex(body));
}

TEST(Vectors, R2IsWrittenFromItsMeaningAloneToTheBytesOnTheAir) {
    // The FCS here is the one the source prints, not one of ours.
    const std::string text("t=3.688\0", 8);
    bytes frame(frame::header_size + *frame::action_size(text.size(), frame::version::v1) + frame::fcs_size);
    frame::write_header(std::span(frame).first<frame::header_size>(), {.control = frame::frame_control::action(false),
                                                                       .duration = 0,
                                                                       .a1 = mac_address::broadcast(),
                                                                       .a2 = *mac_address::parse("cc:50:e3:5d:6a:90"),
                                                                       .a3 = mac_address::broadcast(),
                                                                       .sequence_control = 3026 << 4});
    frame::write_action(std::span(frame).subspan(frame::header_size),
                        std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()),
                        {.version = frame::version::v1, .random = {0x25, 0xb7, 0x29, 0x63}});
    const auto crc = frame::fcs(std::span(frame).first(frame.size() - frame::fcs_size));
    for (std::size_t i = 0; i < frame::fcs_size; ++i)
        frame[frame.size() - frame::fcs_size + i] = static_cast<std::uint8_t>(crc >> (8 * i) & 0xff);
    EXPECT_EQ(to_hex(frame), to_hex(load_vector("r2").data));
}

TEST(Vectors, CutFramesAreRejectedByNameNotReadBeyondTheirEnd) {
    for (const auto* name : {"p1", "p2"}) {
        const auto body = load_vector(name).mpdu().subspan(frame::header_size);
        for (auto level : {frame::strictness::current, frame::strictness::tolerant}) {
            const auto view = frame::parse_action(body, level);
            ASSERT_FALSE(view);
            EXPECT_EQ(view.error(), frame::reject::element_overruns) << name;
        }
    }
    for (const auto* name : {"p3", "p4"})
        EXPECT_FALSE(frame::read_header(load_vector(name).mpdu())) << name;
}

TEST(Vectors, OldEsp8266SendsA3EqualToA1) {
    const auto header = frame::read_header(load_vector("p1").mpdu());
    ASSERT_TRUE(header);
    EXPECT_EQ(header->a3, header->a1);
}

TEST(Vectors, FirstBytesOfCutFramesTellRetryAndDuration) {
    const auto p3 = load_vector("p3").mpdu();
    EXPECT_TRUE(frame::frame_control{static_cast<std::uint16_t>(p3[0] | p3[1] << 8)}.retry());
    EXPECT_EQ(p3[2] | p3[3] << 8, 314);
    const auto p4 = load_vector("p4").mpdu();
    EXPECT_TRUE(frame::frame_control{static_cast<std::uint16_t>(p4[0] | p4[1] << 8)}.retry());
    EXPECT_EQ(p4[2] | p4[3] << 8, 60);
}

}  // namespace
}  // namespace nowire::test
