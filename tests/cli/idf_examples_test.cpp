/// The ESP-IDF projects of examples/, built and run as README says, on airs whose time goes from event to event.

#include "cli/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nowire::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class IdfExamples : public testing::Test {
  protected:
    /// Builds a project of examples/esp-idf with these settings. @returns the program.
    std::string build(const std::string& project, const std::vector<std::string>& settings = {}) const {
        auto program = (box_.folder() / (project + std::to_string(++built_))).string();
        std::vector<std::string> arguments = {"idf", "build", NOWIRE_SOURCE "/examples/esp-idf/" + project, "-o",
                                              program};
        for (const auto& each : settings)
            arguments.insert(arguments.end(), {"--set", each});
        const auto result = box_.nowire(arguments);
        EXPECT_EQ(result.status, 0) << result.err << result.out;
        return program;
    }
    /// Runs programs until all have ended. @returns what they printed.
    std::string run(const std::vector<std::string>& programs, const std::vector<std::string>& options = {}) const {
        std::vector<std::string> arguments = {"idf", "run"};
        arguments.insert(arguments.end(), programs.begin(), programs.end());
        arguments.insert(arguments.end(), {"--speed", "max"});
        arguments.insert(arguments.end(), options.begin(), options.end());
        const auto result = box_.nowire(arguments);
        EXPECT_EQ(result.status, 0) << result.err << result.out;
        return result.out;
    }

    const sandbox box_;

  private:
    mutable int built_ = 0;
};

std::string length_setting(int bytes) {
    return "CONFIG_PAIR_LENGTH=" + std::to_string(bytes);
}

TEST_F(IdfExamples, TwoBoardsDiscoverEachOtherAndPair) {
    const auto program = build("discover_and_pair");
    for (const auto* loss : {"0", "0.3"}) {
        const auto said = run({program, program}, {"--loss", loss, "--seed", "5"});
        EXPECT_THAT(said, HasSubstr("sent 20 messages, 20 acknowledged")) << loss;
        EXPECT_THAT(said, HasSubstr("received 20 of 20")) << loss;
    }
}

TEST_F(IdfExamples, MessagesOfEveryLengthAreWhole) {
    for (const int bytes : {12, 250, 251, 1470}) {
        const auto program = build("discover_and_pair", {length_setting(bytes)});
        EXPECT_THAT(run({program, program}), HasSubstr("received 20 of 20")) << bytes;
    }
}

TEST_F(IdfExamples, AWrongKeyIsAcknowledgedAndNotReceived) {
    const auto one = build("discover_and_pair");
    const auto other = build("discover_and_pair", {"CONFIG_PAIR_LMK=\"another local key\""});
    const auto said = run({one, other}, {"--seed", "5"});
    EXPECT_THAT(said, HasSubstr("sent 20 messages, 20 acknowledged"));
    EXPECT_THAT(said, HasSubstr("received 0 of 20"));
}

TEST_F(IdfExamples, OnAnotherChannelNobodyIsFound) {
    const auto said =
        run({build("discover_and_pair"), build("discover_and_pair", {"CONFIG_PAIR_CHANNEL=6"})}, {"--seed", "5"});
    EXPECT_THAT(said, Not(HasSubstr("paired")));
}

TEST_F(IdfExamples, SoftApsPairToo) {
    const auto station = build("discover_and_pair");
    const auto soft_ap = build("discover_and_pair", {"CONFIG_PAIR_SOFT_AP=y"});
    const auto said = run({station, soft_ap}, {"--seed", "5"});
    EXPECT_THAT(said, HasSubstr("received 20 of 20"));
    EXPECT_THAT(said, HasSubstr("paired with 02:00:00:00:00:21")) << "the SoftAP's address";
}

TEST_F(IdfExamples, EightBoardsHaveTheSameCaptureTwice) {
    const auto program = build("discover_and_pair");
    const auto capture = [&](const std::string& name) {
        const auto file = (box_.folder() / name).string();
        run({program, "--nodes", "8"}, {"--seed", "11", "--pcap", file});
        return content_of(file);
    };
    const auto first = capture("first.pcapng");
    EXPECT_GT(first.size(), 10'000U);
    EXPECT_TRUE(first == capture("second.pcapng"));
}

TEST_F(IdfExamples, ASensorSleepsDeeplyAndRemembers) {
    const auto said = run({build("sensor_deep_sleep", {"CONFIG_SENSOR_MEASUREMENTS=3"})}, {"--restart-on-deep-sleep"});
    EXPECT_THAT(said, HasSubstr("switched on, measurement 1"));
    EXPECT_THAT(said, HasSubstr("woken by the timer, measurement 3"));
    EXPECT_THAT(said, Not(HasSubstr("measurement 4")));
}

TEST_F(IdfExamples, ARemoteControlsALampFromCallbacks) {
    const auto lamp = build("remote_control", {"CONFIG_REMOTE_IS_LAMP=y"});
    const auto said = run({lamp, build("remote_control")});
    EXPECT_THAT(said, HasSubstr("pressed 10 times, by 02:00:00:00:00:10"));
    EXPECT_THAT(said, HasSubstr("toggled 10 times, now off"));
}

TEST_F(IdfExamples, BulkArrivesWholeThoughBuffersFillUp) {
    const auto said = run({build("bulk_v2", {"CONFIG_BULK_IS_RECEIVER=y"}), build("bulk_v2")});
    EXPECT_THAT(said, HasSubstr("received 65536 of 65536 bytes, CRC right"));
    EXPECT_THAT(said, HasSubstr("0 lost, buffers full sometimes"));
}

TEST_F(IdfExamples, AHopperFindsItsBaseAndRemembersTheChannel) {
    const auto base = build("channel_hopper", {"CONFIG_HOPPER_IS_BASE=y"});
    const auto hopper = build("channel_hopper");
    const auto state = (box_.folder() / "flash").string();
    EXPECT_THAT(run({base, hopper}, {"--state", state}), HasSubstr("found after 11 questions"));
    EXPECT_THAT(run({base, hopper}, {"--state", state}), HasSubstr("found after 1 questions"));
}

}  // namespace
}  // namespace nowire::test
