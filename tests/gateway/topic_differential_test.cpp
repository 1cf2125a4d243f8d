#include <nowire/node/topic.hpp>

#include <gtest/gtest.h>
#include <mosquitto.h>

#include <random>
#include <string>

namespace nowire::node {
namespace {

/// What libmosquitto says of topics, where both must agree: it is what stands in front of the broker.
class TopicsAsMosquittoSeesThem : public testing::Test {
  protected:
    std::string random_text() {
        static const std::string parts[] = {
            "a", "b", "/", "/", "+", "#", "$SYS", "/+/", "é", "\n", "\x7f", "\xff", "\xc3", "\xef\xbf\xbf", "😀"};
        std::string text;
        for (auto length = random_() % 8; length > 0; --length)
            text += parts[random_() % std::size(parts)];
        return text;
    }

    static bool takes_topic(const std::string& t) {
        return !t.empty() && mosquitto_pub_topic_check2(t.c_str(), t.size()) == MOSQ_ERR_SUCCESS && is_text(t);
    }
    static bool takes_filter(const std::string& t) {
        return !t.empty() && mosquitto_sub_topic_check2(t.c_str(), t.size()) == MOSQ_ERR_SUCCESS && is_text(t);
    }
    static bool is_text(const std::string& t) {
        return mosquitto_validate_utf8(t.c_str(), static_cast<int>(t.size())) == MOSQ_ERR_SUCCESS;
    }

    std::mt19937 random_{1};
};

TEST_F(TopicsAsMosquittoSeesThem, AreValidForBoth) {
    for (int i = 0; i < 50'000; ++i) {
        const auto text = random_text();
        ASSERT_EQ(!topic_fault(text), takes_topic(text)) << testing::PrintToString(text);
        ASSERT_EQ(!filter_fault(text), takes_filter(text)) << testing::PrintToString(text);
    }
}

TEST_F(TopicsAsMosquittoSeesThem, MatchForBoth) {
    int matched = 0;
    for (int i = 0; i < 200'000; ++i) {
        const auto filter = random_text();
        const auto topic = random_text();
        if (filter_fault(filter) || topic_fault(topic)) continue;
        bool theirs = false;
        ASSERT_EQ(mosquitto_topic_matches_sub(filter.c_str(), topic.c_str(), &theirs), MOSQ_ERR_SUCCESS);
        ASSERT_EQ(matches(filter, topic), theirs) << filter << " " << topic;
        matched += theirs ? 1 : 0;
    }
    EXPECT_GT(matched, 300);
}

}  // namespace
}  // namespace nowire::node
