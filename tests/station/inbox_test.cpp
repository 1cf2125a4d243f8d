#include <nowire/station/inbox.hpp>

#include <gmock/gmock.h>

#include <vector>

namespace nowire {
namespace {

using ::testing::ElementsAre;

message sized(std::size_t bytes, std::uint16_t number = 0) {
    message m;
    m.payload.resize(bytes);
    m.sequence_number = number;
    return m;
}

TEST(Inbox, GivesMessagesInTheOrderInWhichTheyCame) {
    inbox in({});
    for (std::uint16_t i = 0; i < 3; ++i)
        EXPECT_TRUE(in.push(sized(1, i)));
    EXPECT_EQ(in.size(), 3u);
    for (std::uint16_t i = 0; i < 3; ++i)
        EXPECT_EQ(in.pop()->sequence_number, i);
    EXPECT_FALSE(in.pop());
    EXPECT_TRUE(in.empty());
}

TEST(Inbox, DropsTheNewestWhenItHasAsManyMessagesAsItTakes) {
    inbox in({.messages = 2});
    EXPECT_TRUE(in.push(sized(1, 1)));
    EXPECT_TRUE(in.push(sized(1, 2)));
    EXPECT_FALSE(in.push(sized(1, 3)));
    EXPECT_FALSE(in.push(sized(1, 4)));
    EXPECT_EQ(in.dropped(), 2u);
    EXPECT_EQ(in.pop()->sequence_number, 1);
    EXPECT_TRUE(in.push(sized(1, 5)));
    EXPECT_EQ(in.pop()->sequence_number, 2);
    EXPECT_EQ(in.pop()->sequence_number, 5);
    EXPECT_EQ(in.dropped(), 2u);
}

// MicroPython's ring: 526 bytes take two messages of 250 bytes with 13 bytes of overhead each, and no third.
TEST(Inbox, CountsTheOverheadOfEachMessageAgainstItsBytes) {
    inbox in({.bytes = 526, .overhead = 13});
    EXPECT_TRUE(in.push(sized(250)));
    EXPECT_TRUE(in.push(sized(250)));
    EXPECT_FALSE(in.push(sized(1)));
    in.pop();
    EXPECT_FALSE(in.push(sized(251)));
    EXPECT_TRUE(in.push(sized(250)));
    EXPECT_EQ(in.dropped(), 2u);
}

TEST(Inbox, TakesASmallMessageAfterABigOneHadNoRoom) {
    inbox in({.bytes = 100});
    EXPECT_TRUE(in.push(sized(60)));
    EXPECT_FALSE(in.push(sized(41)));
    EXPECT_TRUE(in.push(sized(40)));
}

TEST(Inbox, NeverTakesWhatIsLargerThanItsRoom) {
    inbox in({.bytes = 100});
    EXPECT_FALSE(in.push(sized(101)));
    EXPECT_TRUE(in.empty());
}

TEST(Inbox, HasAllItsRoomAgainAfterClear) {
    inbox in({.messages = 10, .bytes = 100});
    in.push(sized(100));
    in.clear();
    EXPECT_TRUE(in.empty());
    EXPECT_EQ(in.dropped(), 0u);
    EXPECT_TRUE(in.push(sized(100)));
}

TEST(Inbox, TellsItsListenerOnlyWhenItBecomesEmptyOrNoLongerIs) {
    inbox in({.messages = 2});
    std::vector<bool> told;
    in.on_edge([&](bool empty) { told.push_back(empty); });
    in.pop();
    in.clear();
    EXPECT_THAT(told, ElementsAre());
    in.push(sized(1));
    in.push(sized(1));
    in.push(sized(1));
    in.pop();
    EXPECT_THAT(told, ElementsAre(false));
    in.pop();
    EXPECT_THAT(told, ElementsAre(false, true));
    in.push(sized(1));
    in.clear();
    EXPECT_THAT(told, ElementsAre(false, true, false, true));
}

}  // namespace
}  // namespace nowire
