#include "cli/program.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace nowire::test {
namespace {

std::string content_of(const std::string& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(Readme, ShowsTheExampleThatIsBuiltHere) {
    const auto readme = content_of(NOWIRE_SOURCE "/README.md");
    const auto example = content_of(NOWIRE_SOURCE "/examples/two_stations.cpp");
    ASSERT_FALSE(example.empty());
    EXPECT_NE(readme.find("```cpp\n" + example + "```"), std::string::npos);
}

TEST(Readme, ItsExampleRuns) {
    const sandbox box;
    const auto result = box.run({NOWIRE_EXAMPLE});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_NE(result.out.find("acked after"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("said \"17.5 C\""), std::string::npos) << result.out;
}

}  // namespace
}  // namespace nowire::test
