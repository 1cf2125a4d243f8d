#include <nowire/air/recording.hpp>

#include <gtest/gtest.h>

namespace nowire::air::recording {

TEST(Recording, OfALargeTableOfLinksIsReadAgain) {
    // All pairs of 250 stations.
    const auto station = [](int i) { return mac_address({0x02, 0, 0, 0, 0x10, static_cast<std::uint8_t>(i)}); };
    setting how;
    how.medium.seed = 7;
    for (int from = 0; from < 250; ++from)
        for (int to = 0; to < 250; ++to)
            if (from != to) how.links.push_back({station(from), station(to), {.loss = 0.5, .rssi = std::int8_t{-70}}});
    std::vector<std::uint8_t> file;
    const writer start([&file](auto bytes) { file.insert(file.end(), bytes.begin(), bytes.end()); }, how);
    const auto again = reader::open(file);
    ASSERT_TRUE(again) << again.error().to_string();
    EXPECT_EQ(again->setting().medium.seed, 7U);
    ASSERT_EQ(again->setting().links.size(), how.links.size());
    EXPECT_EQ(again->setting().links.back().from, station(249));
    EXPECT_EQ(again->setting().links.back().how.rssi, std::int8_t{-70});
}

}  // namespace nowire::air::recording
