#include <nowire/air/link_file.hpp>

#include <gmock/gmock.h>

namespace nowire::air {

using testing::StrEq;

namespace {

std::string wrong(std::string_view text) {
    const auto links = parse_link_file(text, "links");
    if (links) return "nothing";
    EXPECT_EQ(links.error().code, errc::bad_file);
    return links.error().text;
}

}  // namespace

TEST(LinkFile, HasALineForEachLink) {
    const auto links = parse_link_file(
        "# from to what\n\n"
        "02:00:00:00:00:10 02:00:00:00:00:20 loss=0.25 rssi=-71\r\n"
        "\t020000000020  02-00-00-00-00-10   rssi=-90 # weak",
        "links");
    ASSERT_TRUE(links) << links.error().text;
    ASSERT_EQ(links->size(), 2U);
    EXPECT_EQ((*links)[0].from.to_string(), "02:00:00:00:00:10");
    EXPECT_EQ((*links)[0].to.to_string(), "02:00:00:00:00:20");
    EXPECT_EQ((*links)[0].how.loss, 0.25);
    EXPECT_EQ((*links)[0].how.rssi, std::int8_t{-71});
    EXPECT_EQ((*links)[1].how.loss, std::nullopt);
    EXPECT_EQ((*links)[1].how.rssi, std::int8_t{-90});
    EXPECT_TRUE(parse_link_file("", "links")->empty());
}

TEST(LinkFile, SaysWhatIsWrongAndWhere) {
    const std::string pair = "02:00:00:00:00:10 02:00:00:00:00:20 ";
    EXPECT_THAT(wrong("02:00:00:00:00:10 loss=1"),
                StrEq("links:1: two addresses of stations come first; a line is: FROM TO loss=0.3 rssi=-71"));
    EXPECT_THAT(wrong("\nff:ff:ff:ff:ff:ff 02:00:00:00:00:20 loss=1"), testing::StartsWith("links:2: two addresses"));
    EXPECT_THAT(wrong("020000000010 020000000010 loss=1"), StrEq("links:1: a link goes from one station to another"));
    EXPECT_THAT(wrong(pair), testing::StartsWith("links:1: nothing is said of this link"));
    for (const auto* loss : {"loss=", "loss=1.1", "loss=-0.1", "loss=nan", "loss=1x", "loss"})
        EXPECT_THAT(wrong(pair + loss), StrEq("links:1: loss must be 0 to 1, as in loss=0.3")) << loss;
    for (const auto* rssi : {"rssi=", "rssi=-129", "rssi=128", "rssi=1.5"})
        EXPECT_THAT(wrong(pair + rssi), StrEq("links:1: rssi must be -128 to 127 dBm, as in rssi=-71")) << rssi;
    EXPECT_THAT(wrong(pair + "loss=1 loss=1"), StrEq("links:1: loss is given twice"));
    EXPECT_THAT(wrong(pair + "weight=1"), StrEq("links:1: there is loss=P and rssi=DBM, not this word"));
    EXPECT_THAT(wrong(pair + "loss=1\n" + pair + "loss=0"), StrEq("links:2: this link is given already"));
}

}  // namespace nowire::air
