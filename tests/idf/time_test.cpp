/// The C library's time in a program for ESP-IDF, which is a process of its own on an air whose time goes from event to
/// event; what it says of its time is compared with the air's.

#include "idf/run_program.hpp"
#include "radio/hub_world.hpp"
#include "support/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nowire::test {

using testing::ElementsAre;

namespace {

class IdfTime : public testing::Test {
  protected:
    std::vector<std::string> run(const std::string& task) {
        const auto all = run_program(NOWIRE_TIME_PROGRAM, hub_.socket(), task);
        EXPECT_EQ(all.status, 0);
        return all.lines;
    }

  private:
    temporary_folder folder_;
    hub_process hub_{folder_ / "air", {"--speed", "max"}};
};

}  // namespace

TEST_F(IdfTime, SleepTakesTheAirsTimeToTheNanosecond) {
    EXPECT_THAT(run("sleeps"),
                ElementsAre("left 0", "sleep: 3600000000000", "usleep: 1500000000", "nanosleep: 2000000007",
                            "clock_nanosleep: 2000000007", "sleep_for: 3600000000000"));
}

TEST_F(IdfTime, SleepEndsAtATimeSinceBootOrAtATimeOfDay) {
    EXPECT_THAT(run("sleeps_until"), ElementsAre("boot: 60000000000", "past: 0", "day: 5000000000"));
}

TEST_F(IdfTime, TheTimeOfDayBeginsIn1970AndIsWhatTheProgramSetsItTo) {
    EXPECT_THAT(run("day"),
                ElementsAre("began: 1 1 1.500000 1.500000000 1",
                            "set: 1700000000 1700000000 1700000000.250000 1700000000.250000000 1700000000",
                            "later: 1700001000 1700001000 1700001000.250000 1700001000.250000000 1700001000",
                            "boot: 1001.500000000"));
}

TEST_F(IdfTime, WhoSleepsUntilATimeOfDayNoticesThatItIsSet) {
    EXPECT_THAT(run("day_comes"), ElementsAre("woken: 15000000000"));
}

TEST_F(IdfTime, WhatIsNoTimeIsRefusedAndChangesNothing) {
    EXPECT_THAT(run("errors"),
                ElementsAre("negative: -1 EINVAL", "too fine: -1 EINVAL", "nothing: -1 EFAULT", "until: 22 EINVAL",
                            "bad day: -1 EINVAL", "boot set: -1 EINVAL", "no clock: -1 EINVAL", "0"));
}

TEST_F(IdfTime, ALoopThatLooksAtTheClockEnds) {
    EXPECT_THAT(run("looks"), ElementsAre("2"));
}

TEST_F(IdfTime, ProcessorTimeIsTheSystems) {
    EXPECT_THAT(run("processor"), ElementsAre("processor"));
}

}  // namespace nowire::test
