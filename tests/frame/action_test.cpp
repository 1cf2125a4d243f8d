#include "vectors/vectors.hpp"

#include <nowire/frame/action.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace nowire::frame {
namespace {

using test::bytes;
using test::from_hex;
using test::to_hex;

constexpr auto both = {strictness::current, strictness::tolerant};

std::string outcome(const std::string& hex, strictness level, const oui& user_oui = espressif_oui) {
    const auto view = parse_action(from_hex(hex), level, user_oui);
    return view ? "accepted" : std::string(to_string(view.error()));
}

bytes counting(std::size_t n) {
    bytes payload(n);
    std::iota(payload.begin(), payload.end(), std::uint8_t{0});
    return payload;
}

bytes written(std::span<const std::uint8_t> payload, const action_options& options) {
    bytes out(4096, 0xee);
    const auto part = write_action(out, payload, options);
    return part ? bytes(part->begin(), part->end()) : bytes();
}

// prefix: category, OUI, random; then one element of three bytes "abc"
const std::string prefix = "7f 18fe34 01020304 ";
const std::string abc = "dd 08 18fe34 04 02 616263 ";

TEST(Action, GoldenVersion1) {
    const auto frame = written(from_hex("616263"), {.version = version::v1, .random = {1, 2, 3, 4}});
    EXPECT_EQ(to_hex(frame),
              "7f"        // category: vendor-specific
              "18fe34"    // OUI: Espressif
              "01020304"  // random value
              "dd"        // element id: vendor-specific
              "08"        // LEN: 5 + 3
              "18fe34"    // OUI
              "04"        // type: ESP-NOW
              "01"        // VER: version 1
              "616263");  // body
}

TEST(Action, GoldenVersion2SaysTwoEvenInOneElement) {
    const auto frame = written(from_hex("616263"), {.version = version::v2, .random = {1, 2, 3, 4}});
    EXPECT_EQ(to_hex(frame), "7f18fe3401020304dd0818fe340402616263");
}

TEST(Action, UserOuiChangesTheElementsOnly) {
    const auto frame = written(from_hex("61"), {.version = version::v1, .random = {}, .user_oui = {0xaa, 0xbb, 0xcc}});
    EXPECT_EQ(to_hex(frame), "7f18fe3400000000dd06aabbcc040161");
}

TEST(Action, ElementsAreFullButTheLastAndSayWhetherMoreFollows) {
    const struct {
        std::size_t payload;
        std::vector<std::size_t> bodies;
    } cases[] = {{1, {1}},
                 {250, {250}},
                 {251, {250, 1}},
                 {500, {250, 250}},
                 {750, {250, 250, 250}},
                 {1000, {250, 250, 250, 250}},
                 {1001, {250, 250, 250, 250, 1}},
                 {1470, {250, 250, 250, 250, 250, 220}},
                 {1490, {250, 250, 250, 250, 250, 240}}};
    for (const auto& c : cases) {
        const auto frame = written(counting(c.payload), {});
        ASSERT_EQ(frame.size(), 8 + c.payload + 7 * c.bodies.size());
        const auto view = parse_action(frame);
        ASSERT_TRUE(view);
        EXPECT_EQ(view->element_count(), c.bodies.size());
        EXPECT_EQ(view->payload_size(), c.payload);
        std::size_t i = 0;
        for (const auto& element : *view) {
            EXPECT_EQ(element.body.size(), c.bodies[i]);
            const bool last = ++i == c.bodies.size();
            EXPECT_EQ(element.ver, last ? 0x02 : 0x12);
            EXPECT_EQ(element.more_data(), !last);
            EXPECT_EQ(element.version(), 2);
        }
        EXPECT_EQ(view->contiguous_payload().has_value(), c.bodies.size() == 1);
        bytes gathered(c.payload);
        ASSERT_TRUE(view->gather(gathered));
        EXPECT_EQ(gathered, counting(c.payload));
    }
}

TEST(Action, SizesHaveTheLimitsOfTheVersions) {
    EXPECT_EQ(action_size(1, version::v1), 16U);
    EXPECT_EQ(action_size(250, version::v1), 265U);
    EXPECT_FALSE(action_size(251, version::v1));
    EXPECT_EQ(action_size(1470, version::v2), 8U + 1470 + 6 * 7);
    EXPECT_EQ(action_size(1490, version::v2), 1540U);
    EXPECT_FALSE(action_size(1491, version::v2));
    for (auto v : {version::v1, version::v2})
        EXPECT_FALSE(action_size(0, v));
}

TEST(Action, WritesNothingThatDoesNotFit) {
    for (std::size_t payload : {1U, 250U, 600U}) {
        const auto size = *action_size(payload, version::v2);
        bytes out(size - 1, 0xee);
        EXPECT_FALSE(write_action(out, counting(payload), {}));
        EXPECT_EQ(out, bytes(size - 1, 0xee));
    }
    bytes out(4096, 0xee);
    EXPECT_FALSE(write_action(out, {}, {}));
    EXPECT_FALSE(write_action(out, counting(251), {.version = version::v1}));
    EXPECT_FALSE(write_action(out, counting(1491), {}));
    EXPECT_EQ(out, bytes(4096, 0xee));
    ASSERT_TRUE(write_action(out, counting(600), {}));
    EXPECT_EQ(out[*action_size(600, version::v2)], 0xee) << "wrote behind the frame";
}

TEST(Action, GatherWantsRoomForTheWholePayload) {
    const auto frame = written(counting(600), {});
    const auto view = parse_action(frame);
    ASSERT_TRUE(view);
    bytes out(600, 0xee);
    EXPECT_FALSE(view->gather(std::span(out).first(599)));
    EXPECT_EQ(out, bytes(600, 0xee));
    EXPECT_TRUE(view->gather(out));
}

TEST(Action, VersionNibbleAndMoreDataBitAreNotLookedAt) {
    for (auto level : both)
        for (const auto* ver : {"00", "01", "02", "12", "0f", "ff"})
            EXPECT_EQ(outcome(prefix + "dd 06 18fe34 04 " + ver + " 61", level), "accepted") << ver;
}

TEST(Action, MoreElementsThanAnySenderUsesAreTaken) {
    std::string frame = prefix;
    for (int i = 0; i < 9; ++i)
        frame += abc;
    for (auto level : both) {
        const auto data = from_hex(frame);
        const auto view = parse_action(data, level);
        ASSERT_TRUE(view);
        EXPECT_EQ(view->element_count(), 9U);
        EXPECT_EQ(view->payload_size(), 27U);
    }
}

struct rejection {
    const char* what;
    std::string frame;
    std::string at_current;
    std::string at_tolerant;
};

class EachRejection : public testing::TestWithParam<rejection> {};

TEST_P(EachRejection, IsNamedAtBothLevels) {
    EXPECT_EQ(outcome(GetParam().frame, strictness::current), GetParam().at_current);
    EXPECT_EQ(outcome(GetParam().frame, strictness::tolerant), GetParam().at_tolerant);
}

INSTANTIATE_TEST_SUITE_P(
    Action, EachRejection,
    testing::Values(
        rejection{"NoBytes", "", "not_espnow", "not_espnow"},
        rejection{"OtherCategory", "04 18fe34 01020304 " + abc, "not_espnow", "not_espnow"},
        rejection{"ProtectedVendorCategory", "7e 18fe34 01020304 " + abc, "not_espnow", "not_espnow"},
        rejection{"CategoryOnly", "7f", "not_espnow", "too_short"},
        // Byte 13, where the first element has its type, decides before the length does.
        rejection{"TypeByteMissing", "7f 18fe34 01020304 dd0518fe34", "not_espnow", "too_short"},
        rejection{"VerMissing", "7f 18fe34 01020304 dd0518fe3404", "too_short", "too_short"},
        rejection{"TypeOfFirstElement", prefix + "dd 08 18fe34 05 02 616263", "not_espnow", "accepted"},
        rejection{"ActionOui", "7f 18fe35 01020304 " + abc, "wrong_action_oui", "accepted"},
        rejection{"ElementId", prefix + "de 08 18fe34 04 02 616263", "not_vendor_element", "accepted"},
        rejection{"ElementOui", prefix + "dd 08 18fe35 04 02 616263", "wrong_element_oui", "accepted"},
        rejection{"LenZero", prefix + "dd 00 18fe34 04 02 616263", "element_too_short", "element_too_short"},
        rejection{"LenFour", prefix + "dd 04 18fe34 04 02 616263", "element_too_short", "element_too_short"},
        rejection{"OneByteMissing", prefix + "dd 09 18fe34 04 02 616263", "element_overruns", "element_overruns"},
        rejection{"LenOfAll", prefix + "dd ff 18fe34 04 02 616263", "element_overruns", "element_overruns"},
        rejection{"NoPayload", prefix + "dd 05 18fe34 04 02", "empty", "empty"},
        rejection{"NoPayloadTwice", prefix + "dd 05 18fe34 04 12 dd 05 18fe34 04 02", "empty", "empty"},
        rejection{"EmptyLastElement", prefix + abc + "dd 05 18fe34 04 02", "accepted", "accepted"},
        rejection{"TrailingFcs", prefix + abc + "01020304", "not_vendor_element", "accepted"},
        rejection{"TrailingId", prefix + abc + "dd", "element_overruns", "accepted"},
        rejection{"TrailingIdAndLen", prefix + abc + "dd 08", "element_overruns", "accepted"},
        rejection{"SecondElementTooShort", prefix + abc + "dd 04 18fe34 04", "element_too_short", "accepted"},
        rejection{"SecondElementOverruns", prefix + abc + "dd 09 18fe34 04 02 616263", "element_overruns", "accepted"},
        rejection{"SecondElementOui", prefix + abc + "dd 06 0050f2 04 02 61", "wrong_element_oui", "accepted"},
        rejection{"SecondElementType", prefix + abc + "dd 06 18fe34 05 02 61", "wrong_element_type", "accepted"}),
    [](const auto& info) { return info.param.what; });

TEST(Action, TolerantTakesWellFormedElementsAndCountsTheRest) {
    const auto data = from_hex(prefix + abc + abc + "01020304");
    const auto view = parse_action(data, strictness::tolerant);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->element_count(), 2U);
    EXPECT_EQ(view->payload_size(), 6U);
    EXPECT_EQ(view->trailing_bytes(), 4U);
}

TEST(Action, CurrentWantsTheUsersOuiInElementsAndEspressifsBeforeThem) {
    const oui mine = {0xaa, 0xbb, 0xcc};
    const auto frame = prefix + "dd 06 aabbcc 04 02 61";
    EXPECT_EQ(outcome(frame, strictness::current, mine), "accepted");
    EXPECT_EQ(outcome(frame, strictness::current), "wrong_element_oui");
    EXPECT_EQ(outcome(prefix + abc, strictness::current, mine), "wrong_element_oui");
    EXPECT_EQ(outcome("7f aabbcc 01020304 dd 06 aabbcc 04 02 61", strictness::current, mine), "wrong_action_oui");
}

TEST(Action, RejectionsHaveDistinctNames) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < reject_count; ++i)
        names.insert(to_string(static_cast<reject>(i)));
    EXPECT_EQ(names.size(), reject_count);
    EXPECT_FALSE(names.contains("?"));
}

TEST(Action, ViewsPointIntoTheFrame) {
    const auto data = from_hex(prefix + abc);
    const auto view = parse_action(data);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->contiguous_payload()->data(), data.data() + 15);
    EXPECT_EQ(view->first().body.data(), data.data() + 15);
}

static_assert(std::forward_iterator<element_iterator>);
static_assert(std::sentinel_for<std::default_sentinel_t, element_iterator>);

}  // namespace
}  // namespace nowire::frame
