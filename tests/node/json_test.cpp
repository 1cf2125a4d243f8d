#include <nowire/frame/text.hpp>
#include <nowire/node/json.hpp>

#include <gmock/gmock.h>

#include <string>

namespace nowire::node::json {
namespace {

using namespace std::string_literals;

std::string dumps(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

/// The text after a way through parser and writer; the name of the fault where it is not JSON.
std::string fault_of(std::string_view text, const limits& l = {}) {
    const auto parsed = parse(text, l);
    if (parsed) return "none";
    switch (parsed.error()) {
        case reject::too_long:
            return "too_long";
        case reject::too_deep:
            return "too_deep";
        case reject::syntax:
            return "syntax";
        case reject::duplicate_key:
            return "duplicate_key";
        case reject::trailing:
            return "trailing";
    }
    return "?";
}

std::string shown(std::string_view text) {
    const auto parsed = parse(text);
    return parsed ? python_text(*parsed) : "no JSON: " + std::string(text);
}

TEST(Json, WritesStringsAsMicroPythonDoes) {
    EXPECT_EQ(dumps(""), "\"\"");
    EXPECT_EQ(dumps("he said \"hi\""), R"("he said \"hi\"")");
    EXPECT_EQ(dumps("a\\b/c"), R"("a\\b/c")");
    EXPECT_EQ(dumps("\n\r\t"), R"("\n\r\t")");
    EXPECT_EQ(dumps("\x01\b\f\x1f"), R"("\u0001\u0008\u000c\u001f")");
    EXPECT_EQ(dumps("\0"s), R"("\u0000")");
    EXPECT_EQ(dumps("\x7f"), "\"\x7f\"");
    EXPECT_EQ(dumps("é€😀"), "\"é€😀\"");
    EXPECT_EQ(dumps("\xff\xfe"), "\"\xff\xfe\"");
}

TEST(Json, ReadsWhatRfc8259Allows) {
    EXPECT_EQ(shown(" [ 1 , -0.5e+3,\ttrue,false,null , \"x\" ]\r\n"), "[1, -0.5e+3, True, False, None, 'x']");
    EXPECT_EQ(shown(R"({"a": {"b": []}, "c": {}})"), "{'a': {'b': []}, 'c': {}}");
    EXPECT_EQ(shown(R"(["\u0041\u00e9\u20ac\ud83d\ude00\/\b\f"])"), R"(['A\xe9\u20ac\U0001f600/\x08\x0c'])");
    EXPECT_EQ(shown("0"), "0");
}

TEST(Json, RefusesWhatRfc8259DoesNotAllow) {
    for (const auto* text : {"",
                             " ",
                             "[",
                             "]",
                             "[1",
                             "[1,",
                             "[1,]",
                             "[,1]",
                             "[1 2]",
                             "{",
                             "{\"a\"}",
                             "{\"a\":}",
                             "{a:1}",
                             "{\"a\":1,}",
                             "\"",
                             "\"\\\"",
                             "\"\\x\"",
                             "\"\\u12\"",
                             "\"\\u12g4\"",
                             "\"\\ud800\"",
                             "\"\\ud800\\u0041\"",
                             "\"\\udc00\"",
                             "tru",
                             "nul",
                             "+1",
                             "-",
                             ".5",
                             "1.",
                             "1e",
                             "1e+",
                             "'a'",
                             "ACK",
                             "NaN",
                             "\"a\nb\""})
        EXPECT_EQ(fault_of(text), "syntax") << text;
    EXPECT_EQ(fault_of("[1}"), "syntax");
    EXPECT_EQ(fault_of("01"), "trailing");
    EXPECT_EQ(fault_of("[] x"), "trailing");
    EXPECT_EQ(fault_of("[][]"), "trailing");
    EXPECT_EQ(fault_of("\0"s), "syntax");
    EXPECT_EQ(fault_of(R"({"a": 1, "\u0061": 2})"), "duplicate_key");
}

TEST(Json, BoundsLengthAndDepth) {
    EXPECT_EQ(fault_of(std::string(1490, ' ') + "1"), "too_long");
    EXPECT_EQ(fault_of("[[[[[[[[1]]]]]]]]"), "none");
    EXPECT_EQ(fault_of("[[[[[[[[[1]]]]]]]]]"), "too_deep");
    EXPECT_EQ(fault_of(std::string(1490, '[')), "too_deep");
    EXPECT_EQ(fault_of("[{\"a\": [1]}]", {.depth = 2}), "too_deep");
}

TEST(Json, KeepsBytesThatAreNotUtf8) {
    const auto parsed = parse("\"a\xff\xc0z\"");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(*parsed->string(), "a\xff\xc0z");
}

TEST(Json, ReadsIntegersThatFit) {
    EXPECT_EQ(number{"-12"}.integer(), -12);
    EXPECT_EQ(number{"1.0"}.integer(), std::nullopt);
    EXPECT_EQ(number{"99999999999999999999"}.integer(), std::nullopt);
}

TEST(Json, ShowsValuesAsPythonDoes) {
    EXPECT_EQ(shown(R"("it's")"), "it's");
    EXPECT_EQ(shown(R"(["it's"])"), R"(["it's"])");
    EXPECT_EQ(shown(R"(["it's \"so\""])"), R"(['it\'s "so"'])");
    EXPECT_EQ(shown(R"(["a\\b\n\u007f"])"), R"(['a\\b\n\x7f'])");
    EXPECT_EQ(shown("[\"\xff\"]"), R"(['\xff'])");
    EXPECT_EQ(python_bytes("not json"), "b'not json'");
    EXPECT_EQ(python_bytes("a'b\0\xe9\n"s), R"(b"a'b\x00\xe9\n")");
}

}  // namespace
}  // namespace nowire::node::json
