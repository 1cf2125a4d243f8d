#include <nowire/frame/text.hpp>

#include <gtest/gtest.h>

namespace nowire {
namespace {

TEST(Text, TellsUtf8FromOtherBytes) {
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(is_utf8("aé€😀\xf4\x8f\xbf\xbf"));
    for (const auto* bytes : {"\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80",
                              "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "a\xff"})
        EXPECT_FALSE(is_utf8(bytes)) << testing::PrintToString(std::string(bytes));
}

TEST(Text, ACodePointIsReadAsItWasWritten) {
    for (const char32_t code :
         {U'a', U'\x7f', U'\x80', U'\u07ff', U'\u0800', U'\uffff', U'\U00010000', U'\U0010ffff'}) {
        std::string bytes;
        append_utf8(bytes, code);
        const auto [again, size] = next_code_point(bytes + "x");
        EXPECT_EQ(again, code);
        EXPECT_EQ(size, bytes.size());
        EXPECT_EQ(is_ascii(bytes), code < 0x80);
    }
}

TEST(Text, QuotingIsThatOfJson) {
    std::string out = "x";
    append_json_string(out, std::string_view("a\"b\\c\n\r\t\x01\x1f/\xc2\xb0", 13));
    EXPECT_EQ(out, "x\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u001f/\xc2\xb0\"");
}

}  // namespace
}  // namespace nowire
