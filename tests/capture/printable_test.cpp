#include "capture/printable.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nowire::capture {
namespace {

std::optional<std::string> text_of(std::string_view bytes) {
    const auto text = printable_text({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    return text ? std::optional<std::string>(*text) : std::nullopt;
}

TEST(Printable, AsciiAndUtf8AreText) {
    for (const auto* text : {"t=3.688", "line\r\n", "a\tb",
                             "21,5 \xc2\xb0"
                             "C",
                             "\xe2\x82\xac", "\xf0\x9f\x8c\xa1", "\"quoted\" \\"})
        EXPECT_EQ(text_of(text), text);
}

TEST(Printable, ZerosAtTheEndAreLeftOut) {
    EXPECT_EQ(text_of(std::string_view("abc\0\0", 5)), "abc");
    EXPECT_FALSE(text_of(std::string_view("\0\0", 2)));
    EXPECT_FALSE(text_of(std::string_view("a\0c", 3)));
    EXPECT_FALSE(text_of(""));
}

TEST(Printable, ControlAndDirectionCharactersAreNoText) {
    for (const auto* text : {"\x1b[31m", "\x07", "\x7f",
                             "\xc2\x9b"
                             "2J",
                             "\xe2\x80\xae"
                             "abc",
                             "\xe2\x80\xa8", "\xe2\x81\xa6", "\xd8\x9c", "\xef\xbf\xbe", "\xef\xb7\x90"})
        EXPECT_FALSE(text_of(text)) << text;
}

TEST(Printable, BrokenUtf8IsNoText) {
    for (const auto* text :
         {"\x80", "\xc3", "\xc3(", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe2\x82", "\xed\xa0\x80",
          "\xf0\x80\x80\xaf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "abc\xe2\x82"})
        EXPECT_FALSE(text_of(text)) << text;
}

}  // namespace
}  // namespace nowire::capture
