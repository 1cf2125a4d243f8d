/// As many peers as a chip's driver has room for, each a board of its own, on an air whose time goes from event to
/// event.

#include "cli/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nowire::test {
namespace {

using testing::HasSubstr;

constexpr int peers = 20;

class IdfCrowd : public testing::Test {
  protected:
    std::string build(const std::string& name, std::vector<std::string> more = {}) const {
        auto program = (box_.folder() / name).string();
        more.insert(more.begin(), {"idf", "build", NOWIRE_TEST_DATA "/idf/projects/crowd", "-o", program});
        const auto result = box_.nowire(std::move(more));
        EXPECT_EQ(result.status, 0) << result.err << result.out;
        return program;
    }

    /// The centre and twenty others, so many of them with a key. @returns what all printed.
    std::string run(const std::string& centre, int with_key) const {
        const auto plain = build("plain", {"--set", "CONFIG_CROWD_MEMBER=y"});
        const auto key = build("key", {"--set", "CONFIG_CROWD_MEMBER=y", "--set", "CONFIG_CROWD_ENCRYPTED=y"});
        std::vector<std::string> arguments = {"idf", "run", centre};
        for (int i = 0; i < peers; ++i)
            arguments.push_back(i < with_key ? key : plain);
        arguments.insert(arguments.end(), {"--speed", "max", "--seed", "3"});
        const auto result = box_.nowire(arguments);
        EXPECT_EQ(result.status, 0) << result.err << result.out;
        return result.out;
    }

    static int count(const std::string& text, const std::string& what) {
        int found = 0;
        for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
            ++found;
        return found;
    }

    const sandbox box_;
};

TEST_F(IdfCrowd, TwentyPeersAreReachedAndNoneMoreIsTaken) {
    const auto said = run(build("centre"), 7);
    EXPECT_THAT(said, HasSubstr("20 said hello"));
    EXPECT_THAT(said, HasSubstr("one more with a key: ESP_ERR_ESPNOW_FULL")) << "seven of them, the default";
    EXPECT_THAT(said, HasSubstr("one more: ESP_ERR_ESPNOW_FULL, everybody: ESP_ERR_ESPNOW_FULL, "
                                "once more: ESP_ERR_ESPNOW_FULL"));
    EXPECT_THAT(said, HasSubstr("20 peers, 7 encrypted"));
    EXPECT_THAT(said, HasSubstr("each by itself: 20 acknowledged"));
    EXPECT_THAT(said, HasSubstr("all at once: 20 acknowledged"));
    EXPECT_EQ(count(said, "first \"you\""), peers);
    EXPECT_EQ(count(said, "then \"all\""), peers);
}

TEST_F(IdfCrowd, AProgramChoosesHowManyHaveKeys) {
    const auto said = run(build("centre", {"--set", "CONFIG_ESP_WIFI_ESPNOW_MAX_ENCRYPT_NUM=17"}), 17);
    EXPECT_THAT(said, HasSubstr("one more with a key: ESP_ERR_ESPNOW_FULL"));
    EXPECT_THAT(said, HasSubstr("20 peers, 17 encrypted"));
    EXPECT_EQ(count(said, "first \"you\""), peers);
    EXPECT_EQ(count(said, "then \"all\""), peers);
}

}  // namespace
}  // namespace nowire::test
