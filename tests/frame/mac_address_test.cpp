#include <nowire/frame/mac_address.hpp>

#include <gtest/gtest.h>

#include <unordered_set>

namespace nowire {
namespace {

TEST(MacAddress, IsReadInThreeFormsAndPrintedInTwo) {
    for (const auto* text : {"24:0a:c4:1d:58:68", "24-0A-C4-1D-58-68", "240ac41D5868"}) {
        const auto mac = mac_address::parse(text);
        ASSERT_TRUE(mac) << text;
        EXPECT_EQ(mac->to_string(), "24:0a:c4:1d:58:68");
        EXPECT_EQ(mac->to_hex(), "240ac41d5868");
    }
}

TEST(MacAddress, OtherTextIsNone) {
    for (const auto* text : {"", "24:0a:c4:1d:58", "24:0a:c4:1d:58:68:", "24:0a:c4:1d:58:6", "24:0a:c4:1d:58:6g",
                             "24:0a-c4:1d:58:68", "24.0a.c4.1d.58.68", "240ac41d586", "240ac41d58688", "0x0ac41d5868",
                             " 40ac41d5868", "24:0a:c4:1d:58: 8", "+4:0a:c4:1d:58:68"})
        EXPECT_FALSE(mac_address::parse(text)) << text;
    EXPECT_FALSE(mac_address::parse(std::string_view("240ac41d58\0a", 12)));
}

TEST(MacAddress, BitsOfTheFirstOctetTellGroupAndLocal) {
    EXPECT_TRUE(mac_address::broadcast().is_group());
    EXPECT_TRUE(mac_address::broadcast().is_broadcast());
    EXPECT_TRUE(mac_address::parse("01:00:5e:00:00:01")->is_group());
    EXPECT_FALSE(mac_address::parse("01:00:5e:00:00:01")->is_broadcast());
    EXPECT_FALSE(mac_address::parse("24:0a:c4:1d:58:68")->is_group());
    EXPECT_TRUE(mac_address::parse("02:00:00:00:00:01")->is_locally_administered());
    EXPECT_FALSE(mac_address::parse("24:0a:c4:1d:58:68")->is_locally_administered());
    EXPECT_TRUE(mac_address().is_zero());
}

TEST(MacAddress, PlusChangesTheLastOctetOnlyAndWraps) {
    EXPECT_EQ(mac_address::parse("24:0a:c4:1d:58:68")->plus(1).to_string(), "24:0a:c4:1d:58:69");
    EXPECT_EQ(mac_address::parse("24:0a:c4:1d:58:ff")->plus(1).to_string(), "24:0a:c4:1d:58:00");
}

TEST(MacAddress, IsOrderedAsTextAndHashable) {
    const auto low = *mac_address::parse("02:00:00:00:00:ff");
    const auto high = *mac_address::parse("02:00:00:00:01:00");
    EXPECT_LT(low, high);
    std::unordered_set<mac_address> set = {low, high, low};
    EXPECT_EQ(set.size(), 2U);
}

}  // namespace
}  // namespace nowire
