#include "idf/chip_program.hpp"

#include <gmock/gmock.h>

#include <regex>
#include <string>

namespace nowire::test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

/// The output with each time in brackets as T.
std::string without_times(const std::string& text) {
    return std::regex_replace(text, std::regex("\\([0-9]+\\)"), "(T)");
}

TEST(IdfLog, LinesComeByLevelAndTag) {
    const auto run = chip_program().run("log");
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(without_times(run.out),
              "E (T) support: error 1\n"
              "W (T) support: warning two\n"
              "I (T) support: info\n"
              "D (T) support: debug\n"
              "levels 5 0 3\n"
              "W (T) quiet: loud again\n"
              "W (T) support: early 2\n"
              "E support: dram 3\n"
              "first writer vprintf\n"
              "[E] E (T) support: through the writer\n"
              "as it is: written\n"
              "E (T) support: level 1\n"
              "W (T) support: level 2\n");
}

TEST(IdfLog, ColorsAndTheTimeOfDayAreTheConfigurations) {
    auto program = chip_program();
    program.set("TZ", "UTC");
    const auto run = program.run("log_colored");
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(
        run.out,
        MatchesRegex("\033\\[0;31mE \\([0-9][0-9]:[0-9][0-9]:[0-9][0-9]\\.[0-9][0-9][0-9]\\) tag: red\033\\[0m\n"
                     "\033\\[0;33mW \\([0-9:.]+\\) tag: brown\033\\[0m\n"
                     "\033\\[0;32mI \\([0-9:.]+\\) tag: green\033\\[0m\n"
                     "D \\([0-9:.]+\\) tag: plain\033\\[0m\n"
                     "\033\\[0;31mE \\([0-9:.]+\\) tag: 01 02\033\\[0m\n"));
}

TEST(IdfLog, BuffersComeSixteenBytesALine) {
    const auto run = chip_program().run("log_buffers");
    EXPECT_EQ(run.status, 0) << run.err;
    const auto at = run.out.rfind("at 0x");
    ASSERT_NE(at, std::string::npos);
    const auto first = std::stoull(run.out.substr(at + 3), nullptr, 16);
    char addresses[2][32];
    std::snprintf(addresses[0], sizeof addresses[0], "%#llx", first);
    std::snprintf(addresses[1], sizeof addresses[1], "%#llx", first + 16);
    EXPECT_EQ(without_times(run.out.substr(0, at)),
              "I (T) support: 45 53 50 33 32 20 69 73 20 67 72 65 61 74 2c 20\n"
              "I (T) support: 01 77 6f 72 6b 69 6e 67\n"
              "I (T) support: ESP32 is great, \n"
              "W (T) support: " +
                  std::string(addresses[0]) +
                  "   45 53 50 33 32 20 69 73  20 67 72 65 61 74 2c 20  |ESP32 is great, |\n"
                  "W (T) support: " +
                  std::string(addresses[1]) + "   01 77 6f 72 6b 69 6e 67                           |.working|\n");
}

TEST(IdfLog, AProgramMayHaveAnotherDefaultLevelAndLogBeforeMain) {
    const auto run = chip_program(NOWIRE_IDF_QUIET_PROGRAM).run("");
    EXPECT_EQ(without_times(run.out), "I (T) early: before main\nE (T) quiet: an error\n") << run.err;
}

TEST(IdfLog, ALineIsOutBeforeTheProgramDies) {
    const auto run = chip_program().run("log_and_die");
    EXPECT_EQ(run.status, 128 + 9);
    EXPECT_EQ(without_times(run.out), "I (T) support: last words\n");
}

}  // namespace
}  // namespace nowire::test
