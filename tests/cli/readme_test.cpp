#include "cli/program.hpp"

#include <gtest/gtest.h>

namespace nowire::test {
namespace {

TEST(Readme, ShowsTheExampleThatIsBuiltHere) {
    const auto readme = content_of(NOWIRE_SOURCE "/README.md");
    const auto example = content_of(NOWIRE_SOURCE "/examples/two_stations.cpp");
    ASSERT_FALSE(example.empty());
    EXPECT_NE(readme.find("```cpp\n" + example + "```"), std::string::npos);
}

/// Runs an example to its end. @returns what it printed
std::string output_of(const std::string& example) {
    const sandbox box;
    const auto result = box.run({NOWIRE_EXAMPLES "/example_" + example});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    return result.out;
}

TEST(Examples, TwoStations) {
    const auto out = output_of("two_stations");
    EXPECT_NE(out.find("acked after"), std::string::npos) << out;
    EXPECT_NE(out.find("said \"17.5 C\""), std::string::npos) << out;
}

TEST(Examples, Coroutines) {
    EXPECT_EQ(output_of("coroutines"), "1: 17.5 C\n2: 17.5 C\n3: 17.5 C\n");
}

TEST(Examples, ManyDevicesInOneProcess) {
    EXPECT_EQ(output_of("many_devices"), "6000 reports heard, 6000 acknowledged, 0 collisions\n");
}

TEST(Examples, EncryptedPair) {
    EXPECT_EQ(output_of("encrypted_pair"), "the bolt obeys: open\nthe bolt ignores: open, please\n");
}

TEST(Examples, InC) {
    EXPECT_EQ(output_of("in_c"), "bob got \"hello from C\", 13 bytes, at -40 dBm\n");
}

TEST(Examples, MicroPython) {
    const auto page = content_of(NOWIRE_SOURCE "/docs/micropython.md");
    const auto example = content_of(NOWIRE_SOURCE "/examples/micropython.cpp");
    EXPECT_NE(page.find("```cpp\n" + example + "```"), std::string::npos);
    EXPECT_NE(page.find("```text\n" + output_of("micropython") + "```"), std::string::npos);
}

TEST(Examples, OwnRadio) {
    EXPECT_EQ(output_of("own_radio"), "unconfirmed, heard: over the cable\n");
}

}  // namespace
}  // namespace nowire::test
