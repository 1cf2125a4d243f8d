#include <nowire/gateway/broker_url.hpp>
#include <nowire/gateway/mqtt_options.hpp>

#include <gmock/gmock.h>

#include <string>
#include <utility>

namespace nowire::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(BrokerUrl, ReadsHostPortAndUser) {
    const std::tuple<const char*, const char*, int, const char*> cases[] = {
        {"mqtt://localhost", "localhost", 1883, ""},         {"mqtt://127.0.0.1:18830", "127.0.0.1", 18830, ""},
        {"mqtt://me@broker.lan/", "broker.lan", 1883, "me"}, {"mqtt://[::1]:1884", "::1", 1884, ""},
        {"mqtt://[fe80::1%eth0]", "fe80::1%eth0", 1883, ""},
    };
    for (const auto& [text, host, port, user] : cases) {
        const auto url = broker_url::parse(text);
        ASSERT_TRUE(url) << url.error();
        EXPECT_EQ(url->host, host);
        EXPECT_EQ(url->port, port);
        EXPECT_EQ(url->user, user);
    }
}

TEST(BrokerUrl, SaysWhatIsWrongAndWhatWouldBeRight) {
    for (const auto* text : {"", "localhost", "http://localhost", "mqtt://", "mqtt://:1883", "mqtt://host:0",
                             "mqtt://host:65536", "mqtt://host:", "mqtt://host:1x", "mqtt://ho st", "mqtt://[::1",
                             "mqtt://[::1]x", "mqtts://host", "mqtt://host/path"}) {
        const auto url = broker_url::parse(text);
        ASSERT_FALSE(url) << text;
        EXPECT_THAT(url.error(), HasSubstr("mqtt://host:1883")) << text;
    }
}

TEST(BrokerUrl, RefusesAPasswordWithoutRepeatingIt) {
    const auto url = broker_url::parse("mqtt://me:secret@host");
    ASSERT_FALSE(url);
    EXPECT_THAT(url.error(), Not(HasSubstr("secret")));
    EXPECT_THAT(url.error(), HasSubstr("file"));
}

TEST(Password, IsGoneWhereItWasMovedFrom) {
    password first("a password that is not short");
    const password copy = first;
    password second = std::move(first);
    EXPECT_TRUE(first.empty());
    EXPECT_STREQ(second.c_str(), "a password that is not short");
    EXPECT_STREQ(copy.c_str(), second.c_str());
    first = std::move(second);
    EXPECT_TRUE(second.empty());
    second = first;
    EXPECT_STREQ(second.c_str(), "a password that is not short");
}

}  // namespace
}  // namespace nowire::gateway
