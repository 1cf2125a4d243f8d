#include <nowire/radio/url.hpp>
#include <nowire/radio/url_reader.hpp>

#include <gmock/gmock.h>

#include <random>

namespace nowire {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

namespace {

/// The text of what is wrong with `text` as a URL.
std::string wrong(std::string_view text) {
    const auto url = radio_url::parse(text);
    if (url) return "nothing";
    EXPECT_EQ(url.error().code, errc::bad_url);
    return url.error().text;
}

radio_url url_of(std::string_view text) {
    return radio_url::parse(text).value();
}

std::vector<radio_backend> two_backends(std::vector<radio_url>& opened) {
    const auto open = [&opened](const radio_url& url) -> std::expected<std::unique_ptr<radio>, error> {
        opened.push_back(url);
        return std::unexpected(error{errc::radio, "no such air"});
    };
    return {{.scheme = "air", .help = "air: the simulated air\n", .open = open},
            {.scheme = "wlan", .help = "wlan: a Wi-Fi adapter\n", .open = open}};
}

}  // namespace

TEST(RadioUrl, HasSchemePathAndParameters) {
    const auto url = url_of("air:/run/air.sock?name=kitchen&channel=6&x=3");
    EXPECT_EQ(url.scheme, "air");
    EXPECT_EQ(url.path, "/run/air.sock");
    EXPECT_THAT(url.parameters, ElementsAre(Pair("channel", "6"), Pair("name", "kitchen"), Pair("x", "3")));
}

TEST(RadioUrl, MayBeItsSchemeAlone) {
    const auto url = url_of("air:");
    EXPECT_EQ(url.scheme, "air");
    EXPECT_THAT(url.path, IsEmpty());
    EXPECT_THAT(url.parameters, IsEmpty());
}

TEST(RadioUrl, KeepsColonsAndEqualsSignsBehindTheFirst) {
    const auto url = url_of("pcap:C:/x?filter=a=b&mac=02:00:00:00:00:02");
    EXPECT_EQ(url.path, "C:/x");
    EXPECT_THAT(url.parameters, ElementsAre(Pair("filter", "a=b"), Pair("mac", "02:00:00:00:00:02")));
}

TEST(RadioUrl, AZeroByteIsRefusedAsItIsWhereItIsEscaped) {
    using namespace std::string_view_literals;
    EXPECT_THAT(wrong("air:/run/air\0.sock"sv), HasSubstr("\"air:/run/air\": a zero byte follows"));
    EXPECT_THAT(wrong("air:?name=a\0b"sv), HasSubstr("a zero byte follows"));
    EXPECT_THAT(wrong("air:?name=a%00b"), HasSubstr("not 00"));
}

TEST(RadioUrl, DecodesPercentInPathAndValues) {
    const auto url = url_of("air:a%20b%3f%2Fc?name=K%C3%BCche%26co+1");
    EXPECT_EQ(url.path, "a b?/c");
    EXPECT_EQ(url.parameters.at("name"),
              "K\xc3\xbc"
              "che&co+1");
}

TEST(RadioUrl, SaysWhatIsWrong) {
    EXPECT_THAT(wrong(""), HasSubstr("no scheme"));
    EXPECT_THAT(wrong("kitchen"), HasSubstr("air:?name=kitchen"));
    EXPECT_THAT(wrong(":x"), HasSubstr("no scheme"));
    EXPECT_THAT(wrong("a/b:x"), HasSubstr("no scheme"));
    EXPECT_THAT(wrong("air:?name=a&name=b"), HasSubstr("\"name\" is given twice"));
    EXPECT_THAT(wrong("air:?name"), HasSubstr("write name=..."));
    EXPECT_THAT(wrong("air:?name="), HasSubstr("\"name\" has no value"));
    EXPECT_THAT(wrong("air:?"), HasSubstr("a parameter is missing"));
    EXPECT_THAT(wrong("air:?a=1&"), HasSubstr("a parameter is missing"));
    EXPECT_THAT(wrong("air:?a=1&&b=2"), HasSubstr("a parameter is missing"));
    EXPECT_THAT(wrong("air:?=1"), HasSubstr("a parameter is missing"));
    for (const auto* text : {"air:%", "air:%4", "air:%zz", "air:%00", "air:?a=%", "air:?a=5%", "air:?a=%0g"})
        EXPECT_THAT(wrong(text), HasSubstr("two hex digits")) << text;
    EXPECT_THAT(wrong("air:?name="), HasSubstr("air:?name=")) << "the URL itself is shown";
}

TEST(RadioUrl, OfAnyBytesIsReadOrRefusedWithAReason) {
    std::mt19937 random(1);
    constexpr std::string_view alphabet = "air:?&=%25 /0Z\x80\n";
    for (int i = 0; i < 20000; ++i) {
        std::string text;
        for (auto n = random() % 16; n > 0; --n)
            text += alphabet[random() % alphabet.size()];
        const auto url = radio_url::parse(text);
        if (!url) {
            EXPECT_FALSE(url.error().text.empty());
            continue;
        }
        EXPECT_TRUE(text.starts_with(url->scheme + ":"));
        for (const auto& [key, value] : url->parameters)
            EXPECT_FALSE(key.empty() || value.empty());
    }
}

TEST(OpenRadio, HandsTheUrlToTheBackendOfItsScheme) {
    std::vector<radio_url> opened;
    const auto backends = two_backends(opened);
    const auto failed = open_radio("wlan:wlan1?channel=6", backends);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().text, "no such air") << "the backend's own error";
    ASSERT_EQ(opened.size(), 1);
    EXPECT_EQ(opened[0].path, "wlan1");
}

TEST(OpenRadio, SaysWhichSchemesThereAre) {
    std::vector<radio_url> opened;
    const auto backends = two_backends(opened);
    const auto text_for = [&](std::string_view url) {
        const auto failed = open_radio(url, backends);
        EXPECT_EQ(failed.error().code, errc::bad_url);
        return failed.error().text;
    };
    EXPECT_THAT(text_for("serial:/dev/ttyUSB0"), HasSubstr("air and wlan"));
    EXPECT_THAT(text_for("lan:wlan1"), HasSubstr("did you mean \"wlan:\"?"));
    EXPECT_THAT(text_for("AIR:"), HasSubstr("did you mean \"air:\"?"));
    EXPECT_THAT(text_for("kitchen"), HasSubstr("no scheme"));
    EXPECT_THAT(opened, IsEmpty());
}

TEST(OpenRadio, HelpsWithItsSchemes) {
    std::vector<radio_url> opened;
    const auto backends = two_backends(opened);
    EXPECT_EQ(radio_help("air:help", backends), "air: the simulated air\n");
    EXPECT_EQ(radio_help("help", backends), "air: the simulated air\n\nwlan: a Wi-Fi adapter\n");
    EXPECT_EQ(radio_help("air:./help", backends), std::nullopt);
    EXPECT_EQ(radio_help("serial:help", backends), std::nullopt);
    EXPECT_EQ(open_radio("wlan:help", backends).error().text, "wlan: a Wi-Fi adapter\n");
    EXPECT_THAT(opened, IsEmpty());
}

TEST(UrlReader, ReadsTypedValues) {
    const auto url = url_of("air:?mac=02-4e-57-00-00-10&channel=6&x=-3.5&name=k&acks=yes&fcs=off");
    url_reader read(url);
    EXPECT_EQ(read.mac("mac"), mac_address({0x02, 0x4e, 0x57, 0, 0, 0x10}));
    EXPECT_EQ(read.channel("channel"), channel::from_number(6));
    EXPECT_EQ(read.number("x", -10, 10), -3.5);
    EXPECT_EQ(read.text("name"), "k");
    EXPECT_EQ(read.flag("acks"), true);
    EXPECT_EQ(read.flag("fcs"), false);
    EXPECT_EQ(read.number("y", -10, 10), std::nullopt);
    EXPECT_TRUE(read.finish());
}

TEST(UrlReader, SaysWhatWouldBeRight) {
    const auto finish = [](std::string_view text, auto ask) {
        const auto url = url_of(text);
        url_reader read(url);
        EXPECT_FALSE(ask(read));
        const auto end = read.finish();
        EXPECT_FALSE(end);
        return end ? std::string() : end.error().text;
    };
    const auto channel = [](url_reader& r) { return r.channel("channel").has_value(); };
    const auto mac = [](url_reader& r) { return r.mac("mac").has_value(); };
    const auto loss = [](url_reader& r) { return r.number("loss", 0, 1).has_value(); };
    const auto flag = [](url_reader& r) { return r.flag("acks").has_value(); };
    for (const auto* text : {"air:?channel=15", "air:?channel=0", "air:?channel=six", "air:?channel=6x",
                             "air:?channel=-6", "air:?channel=99999999999"})
        EXPECT_THAT(finish(text, channel), HasSubstr("1 to 14")) << text;
    EXPECT_THAT(finish("air:?channel=15", channel), HasSubstr("air: channel=15 is wrong"));
    EXPECT_THAT(finish("air:?mac=zz", mac), HasSubstr("02:4e:57:00:00:10"));
    EXPECT_THAT(finish("air:?mac=ff:ff:ff:ff:ff:ff", mac), HasSubstr("no group"));
    EXPECT_THAT(finish("air:?mac=00:00:00:00:00:00", mac), HasSubstr("not zero"));
    for (const auto* text : {"air:?loss=1.5", "air:?loss=-0.1", "air:?loss=nan", "air:?loss=inf", "air:?loss=3%25"})
        EXPECT_THAT(finish(text, loss), HasSubstr("a number from 0 to 1")) << text;
    EXPECT_THAT(finish("air:?acks=maybe", flag), HasSubstr("yes or no"));
}

TEST(UrlReader, FindsParametersThatNobodyKnows) {
    const auto text_for = [](std::string_view text) {
        const auto url = url_of(text);
        url_reader read(url);
        read.text("name");
        read.channel("channel");
        read.number("x", 0, 1);
        return read.finish().error().text;
    };
    EXPECT_THAT(text_for("air:?chanel=6"), HasSubstr("did you mean \"channel\"?"));
    EXPECT_THAT(text_for("air:?Name=6"), HasSubstr("did you mean \"name\"?"));
    EXPECT_THAT(text_for("air:?chan=6"), HasSubstr("did you mean \"channel\"?"));
    EXPECT_THAT(text_for("air:?frequency=6"), HasSubstr("there are name, channel and x"));
    EXPECT_THAT(text_for("air:?frequency=6&x=7"), HasSubstr("x=7 is wrong")) << "a wrong value comes first";
    const auto url = url_of("tap:now0?a=1");
    EXPECT_THAT(url_reader(url).finish().error().text, HasSubstr("has none"));
}

}  // namespace nowire
