#include <nowire/node/topic.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nowire::node {
namespace {

using namespace std::string_literals;

TEST(Topic, RefusesWhatABrokerEndsTheConnectionFor) {
    EXPECT_FALSE(topic_fault("a"));
    EXPECT_FALSE(topic_fault("/"));
    EXPECT_FALSE(topic_fault("a//b/é"));
    EXPECT_FALSE(topic_fault(std::string(200, '/')));
    for (const auto& topic : {""s, "a/+/b"s, "#"s, "a#"s, "\xff"s, "a\0b"s, "a\nb"s, "\x7f"s, "\xc2\x80"s,
                              "\xef\xbf\xbf"s, "\xef\xb7\x90"s, std::string(201, '/'), std::string(65536, 'a')})
        EXPECT_TRUE(topic_fault(topic)) << topic.substr(0, 20);
}

TEST(Topic, RefusesFiltersWithMisplacedWildcards) {
    for (const auto* filter : {"#", "+", "a/#", "+/+/#", "/+", "a/+/b", "$SYS/#"})
        EXPECT_FALSE(filter_fault(filter)) << filter;
    for (const auto* filter : {"", "a#", "#/a", "a/#/b", "a+", "+a/b", "a/++", "##", "\xff/#"})
        EXPECT_TRUE(filter_fault(filter)) << filter;
}

struct match_case {
    const char* filter;
    const char* topic;
    bool matched;
};

TEST(Topic, MatchesAsMqttSays) {
    const std::vector<match_case> cases = {
        {"a", "a", true},           {"a", "b", false},      {"a", "a/", false},       {"a/", "a/", true},
        {"/", "/", true},           {"+", "a", true},       {"+", "", true},          {"+", "a/b", false},
        {"+/+", "/a", true},        {"/+", "/a", true},     {"+", "/a", false},       {"#", "a/b/c", true},
        {"#", "/", true},           {"a/#", "a", true},     {"a/#", "a/b/c", true},   {"a/#", "ab", false},
        {"a/+", "a", false},        {"a/+", "a/", true},    {"a/+/c", "a/b/c", true}, {"a/+/#", "a", false},
        {"a/+/#", "a/b", true},     {"#", "$SYS/x", false}, {"+/x", "$SYS/x", false}, {"$SYS/#", "$SYS/x", true},
        {"$SYS/+", "$SYS/x", true}, {"a/b", "a", false},
    };
    for (const auto& c : cases)
        EXPECT_EQ(matches(c.filter, c.topic), c.matched) << c.filter << " " << c.topic;
}

TEST(Topic, KnowsWhichFilterIsWider) {
    EXPECT_TRUE(covers("a/#", "a/b"));
    EXPECT_TRUE(covers("a/#", "a/+/c"));
    EXPECT_TRUE(covers("a/#", "a/b/#"));
    EXPECT_TRUE(covers("a/#", "a"));
    EXPECT_TRUE(covers("+/b", "a/b"));
    EXPECT_TRUE(covers("#", "+/x"));
    EXPECT_TRUE(covers("a", "a"));
    EXPECT_FALSE(covers("+/b", "a/+"));
    EXPECT_FALSE(covers("a/+", "a/#"));
    EXPECT_FALSE(covers("a/+", "a/b/c"));
    EXPECT_FALSE(covers("a/b", "a/+"));
    EXPECT_FALSE(covers("#", "$SYS/x"));
    EXPECT_FALSE(covers("+/x", "$SYS/x"));
}

/// Every filter and topic of up to three levels out of a small alphabet.
std::vector<std::string> all_of(const std::vector<std::string>& levels) {
    std::vector<std::string> all = levels;
    for (const auto& a : levels)
        for (const auto& b : levels) {
            all.push_back(a + "/" + b);
            for (const auto& c : levels)
                all.push_back(a + "/" + b + "/" + c);
        }
    return all;
}

TEST(Topic, AWiderFilterMatchesEverythingThatTheNarrowOneDoes) {
    std::vector<std::string> filters;
    for (const auto& f : all_of({"a", "", "$x", "+", "#"}))
        if (!filter_fault(f)) filters.push_back(f);
    const auto topics = all_of({"a", "", "$x", "z"});
    for (const auto& wide : filters)
        for (const auto& narrow : filters) {
            if (!covers(wide, narrow)) continue;
            for (const auto& topic : topics)
                if (matches(narrow, topic)) {
                    ASSERT_TRUE(matches(wide, topic)) << wide << " " << narrow << " " << topic;
                }
        }
}

}  // namespace
}  // namespace nowire::node
