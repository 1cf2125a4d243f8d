#include <nowire/frame/rate.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace nowire {
namespace {

TEST(Rate, NumbersAreThoseOfEspIdf) {
    const struct {
        int number;
        const char* name;
        int half_megabits;
        modulation kind;
        bool is_short;
    } table[] = {
        {0x00, "1M", 2, modulation::dsss_cck, false},    {0x01, "2M", 4, modulation::dsss_cck, false},
        {0x02, "5.5M", 11, modulation::dsss_cck, false}, {0x03, "11M", 22, modulation::dsss_cck, false},
        {0x05, "2MS", 4, modulation::dsss_cck, true},    {0x06, "5.5MS", 11, modulation::dsss_cck, true},
        {0x07, "11MS", 22, modulation::dsss_cck, true},  {0x08, "48M", 96, modulation::ofdm, false},
        {0x09, "24M", 48, modulation::ofdm, false},      {0x0a, "12M", 24, modulation::ofdm, false},
        {0x0b, "6M", 12, modulation::ofdm, false},       {0x0c, "54M", 108, modulation::ofdm, false},
        {0x0d, "36M", 72, modulation::ofdm, false},      {0x0e, "18M", 36, modulation::ofdm, false},
        {0x0f, "9M", 18, modulation::ofdm, false},
    };
    for (const auto& row : table) {
        const auto r = rate_from_number(row.number);
        ASSERT_TRUE(r) << row.name;
        EXPECT_EQ(to_string(*r), row.name);
        EXPECT_EQ(half_megabits(*r), row.half_megabits);
        EXPECT_EQ(modulation_of(*r), row.kind);
        EXPECT_EQ(has_short_preamble(*r), row.is_short);
        EXPECT_EQ(rate_from_half_megabits(row.half_megabits, row.is_short), r);
    }
}

TEST(Rate, OtherNumbersAreNone) {
    for (int number : {-1, 0x04, 0x20, 0x28, 0x2b, 255})
        EXPECT_FALSE(rate_from_number(number)) << number;
    for (int units : {-2, 0, 1, 3, 5, 44, 255})
        EXPECT_FALSE(rate_from_half_megabits(units)) << units;
}

TEST(Rate, HtRatesHaveAnMcsIndexAndAGuardInterval) {
    for (int number = 0x10; number < 0x20; ++number) {
        const auto r = rate_from_number(number);
        ASSERT_TRUE(r);
        EXPECT_EQ(modulation_of(*r), modulation::ht);
        EXPECT_EQ(mcs_index(*r), number % 8);
        EXPECT_EQ(has_short_guard_interval(*r), number >= 0x18);
        EXPECT_EQ(rate_from_mcs(number % 8, number >= 0x18), r);
        EXPECT_EQ(to_string(*r), "MCS" + std::to_string(number % 8) + (number >= 0x18 ? "S" : ""));
        EXPECT_EQ(half_megabits(*r), 0);
    }
    EXPECT_FALSE(mcs_index(rate::ofdm_54m));
    EXPECT_FALSE(rate_from_mcs(8, false));
    EXPECT_FALSE(rate_from_mcs(-1, true));
}

TEST(Rate, LongRangeIsOfItsOwnKind) {
    EXPECT_EQ(rate_from_number(0x29), rate::lr_250k);
    EXPECT_EQ(rate_from_number(0x2a), rate::lr_500k);
    EXPECT_EQ(modulation_of(rate::lr_250k), modulation::lr);
    EXPECT_EQ(to_string(rate::lr_500k), "LR500K");
}

TEST(Rate, ShortPreambleDoesNotMatterWhereThereIsNoneOfIt) {
    EXPECT_EQ(rate_from_half_megabits(2, true), rate::dsss_1m_long);
    EXPECT_EQ(rate_from_half_megabits(12, true), rate::ofdm_6m);
}

}  // namespace
}  // namespace nowire
