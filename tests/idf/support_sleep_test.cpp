#include "idf/chip_program.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <regex>
#include <string>

namespace nowire::test {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* power_on = "reset 1 wake 0 starts 100 note  rtc_noinit 0 noinit 0\n";

class IdfSleep : public testing::Test {
  protected:
    IdfSleep() { program.set("NOWIRE_IDF_RTC", file); }

    chip_program program;
    fs::path file = program.folder() / "rtc";
};

TEST_F(IdfSleep, DeepSleepEndsTheProcessAndKeepsRtcVariables) {
    auto run = program.run("sleep");
    EXPECT_EQ(run.status, 86) << run.err;
    EXPECT_EQ(run.out, std::string(power_on) + "disabled ESP_ERR_INVALID_STATE\ntoo long ESP_ERR_INVALID_ARG\nhook\n");
    EXPECT_THAT(content_of(file), HasSubstr("\nreset deep-sleep\nsleep 2500000\nuntil "));
    EXPECT_EQ(mode_of(file), 0600U);

    run = program.run("sleep");
    EXPECT_EQ(run.status, 86);
    EXPECT_THAT(run.out, StartsWith("reset 8 wake 4 starts 101 note kept rtc_noinit 1 noinit 0\n"));
    run = program.run("sleep_forever");
    EXPECT_EQ(run.status, 86);
    EXPECT_THAT(run.out, StartsWith("reset 8 wake 4 starts 102 note kept rtc_noinit 2 noinit 0\n"));
    EXPECT_THAT(content_of(file), HasSubstr("\nsleep forever\nuntil 0\n"));
    run = program.run("start");
    EXPECT_EQ(run.out, "reset 8 wake 0 starts 103 note kept rtc_noinit 3 noinit 0\n") << "no timer woke it";
    EXPECT_FALSE(fs::exists(file));
    EXPECT_EQ(program.run("start").out, power_on);
}

TEST_F(IdfSleep, TheFileSaysWhenToWakeOnTheAirsClock) {
    program.run("sleep");
    const auto text = content_of(file);
    std::smatch until;
    ASSERT_TRUE(std::regex_search(text, until, std::regex("\nuntil ([0-9]+)\n")));
    EXPECT_GT(std::stoll(until[1]), 2'500'000'000) << "the air began before";
    EXPECT_LT(std::stoll(until[1]), 100'000'000'000);
}

TEST_F(IdfSleep, OnAYoungerAirTheSleepTookAsLongAsItWasTo) {
    const hub_process old(program.folder() / "old", {"--speed", "max"});
    program.set("NOWIRE_RADIO", "air:" + old.socket() + "?name=chip");
    EXPECT_EQ(program.run("sleep_a_day").out, "day 1700000000\n");
    program.set_radio("?name=chip");
    EXPECT_EQ(program.run("sleep_a_day").out, "day 1700086400\n");
}

TEST_F(IdfSleep, MemoryWithoutPowerKeepsNothing) {
    EXPECT_EQ(program.run("sleep_without_power").status, 86);
    EXPECT_EQ(program.run("sleep_without_power").out,
              "reset 8 wake 4 starts 100 note  rtc_noinit 0 noinit 0\nbad ESP_ERR_INVALID_ARG\n");
}

TEST_F(IdfSleep, WithoutAFileItSaysThatNothingIsKept) {
    program.set("NOWIRE_IDF_RTC", "");
    auto run = program.run("sleep");
    EXPECT_EQ(run.status, 86);
    EXPECT_THAT(run.err, HasSubstr("keeps no RTC variables, since NOWIRE_IDF_RTC names no file"));
    EXPECT_THAT(program.run("start").out, power_on);
    program.set("NOWIRE_IDF_RTC", "/proc/none/rtc");
    run = program.run("sleep");
    EXPECT_EQ(run.status, 1) << "as if it had not gone to sleep";
    EXPECT_THAT(run.err, HasSubstr("/proc/none"));
}

TEST_F(IdfSleep, AFileThatIsNotItsOwnIsToldOfAndLeftOut) {
    program.run("sleep");
    const auto whole = content_of(file);
    auto damaged = whole;
    damaged[damaged.find("rtc_data ") + 9] ^= 1;
    for (const auto& text : {std::string(), whole.substr(0, whole.size() / 2), damaged, whole + "\n"}) {
        write_text(file, text);
        const auto run = program.run("start");
        EXPECT_EQ(run.out, power_on);
        EXPECT_THAT(run.err, HasSubstr(file.string() + ": is damaged, so this program begins as after power-on"));
        EXPECT_FALSE(fs::exists(file));
    }
    write_text(file, whole);
    EXPECT_THAT(program.run("start").out, StartsWith("reset 8 ")) << "it was a good one";
}

TEST_F(IdfSleep, ARestartIsTheSameProcessWithItsArguments) {
    const auto run = program.run("restart", {"one", "", "two words"});
    EXPECT_EQ(run.status, 0) << run.err;
    const std::string between =
        "arguments <one> <> <two words>\nagain ESP_ERR_INVALID_STATE\nunknown ESP_ERR_INVALID_STATE\n"
        "second handler\nfirst handler\n";
    EXPECT_EQ(run.out, power_on + between + "reset 3 wake 0 starts 100 note  rtc_noinit 1 noinit 1\n" + between +
                           "reset 3 wake 0 starts 100 note  rtc_noinit 2 noinit 2\n" +
                           "arguments <one> <> <two words>\n");
    EXPECT_FALSE(fs::exists(file));
}

TEST_F(IdfSleep, ARestartTakesSignalsAgain) {
    const auto run = program.run("restart_and_signals");
    EXPECT_EQ(run.out, "SigBlk:\t0000000000000000\nSigBlk:\t0000000000000000\n") << run.err;
}

}  // namespace
}  // namespace nowire::test
