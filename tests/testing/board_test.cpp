/// Processes: how they begin, end, sleep, crash and hang.

#include "support/files.hpp"
#include "testing/world_fixture.hpp"

#include <nowire/testing/gtest.hpp>

#include <gtest/gtest-spi.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>

namespace testing_test {
namespace {

namespace fs = std::filesystem;
using nowire::test::mode_of;
using nowire::test::temporary_folder;

/// What a reporter was told during a test.
class Boards : public ::testing::Test {
  protected:
    Boards() {
        set_reporter({.fail = [this](const std::string& text) { told += text; }, .has_failed = {}});
    }
    ~Boards() override { report_to_gtest(); }

    std::string told;
};
using Failures = Boards;

fs::path script(const temporary_folder& folder, const std::string& text) {
    auto path = folder / "script";
    nowire::test::write_text(path, "#!/bin/sh\n" + text + "\n", 0700);
    return path;
}

/// Waits for the end of a process that is nobody's child here, or was.
void wait_for_end(pid_t process) {
    const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
    if (descriptor < 0) return;
    pollfd end{.fd = descriptor, .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&end, 1, 20'000), 1);
    ::close(descriptor);
}

TEST_F(Boards, KeepTheirFlashAndNothingElseWhenThePowerFails) {
    world air;
    auto& board = air.start_program(TESTING_FIRMWARE, doing("starts"));
    board.power_off();
    EXPECT_FALSE(board.is_running());
    EXPECT_FALSE(board.status());
    air.advance(1min);
    board.power_on();
    board.restart();
    EXPECT_TRUE(board.is_running());
    EXPECT_EQ(board.lines(), (std::vector<std::string>{"start 1, wake 1, reason 1", "start 2, wake 1, reason 1",
                                                       "start 3, wake 1, reason 1"}));
    EXPECT_THROW(board.power_on(), std::logic_error);
    EXPECT_THROW(board.wake(), std::logic_error);
}

TEST_F(Boards, KeepTheirFlashBeyondTheWorldWhereTheyHaveAFolder) {
    const temporary_folder folder;
    for (int i = 1; i <= 2; ++i) {
        world air;
        auto& board = air.start_program(TESTING_FIRMWARE, doing("starts", {.folder = folder / "flash"}));
        board.wait_for_line("start " + std::to_string(i));
        EXPECT_EQ(mode_of(board.folder()), 0700U);
        EXPECT_EQ(mode_of(board.folder() / "nvs"), 0600U);
    }
}

TEST_F(Boards, RestartByThemselves) {
    world air;
    auto& board = air.start_program(TESTING_FIRMWARE, doing("restart"));
    EXPECT_EQ(board.wait_for_exit(), 0);
    EXPECT_EQ(board.lines(), (std::vector<std::string>{"start 1, reason 1", "start 2, reason 3", "start 3, reason 3"}));
    EXPECT_EQ(air.now(), nowire::time_point(4s)) << "a restart takes no time of the air";
}

TEST_F(Boards, SleepUntilTheirTimerRingsOrTheTestWakesThem) {
    world air;
    auto& board = air.start_program(TESTING_FIRMWARE, doing("sleep"));
    board.wait_for_sleep();
    EXPECT_EQ(air.now(), nowire::time_point(1s));
    EXPECT_TRUE(board.is_asleep());
    EXPECT_EQ(board.wakes_at(), nowire::time_point(1h + 1s));
    EXPECT_EQ(board.wait_for_line("wake 2", 2h), "wake 2, reason 8");
    EXPECT_EQ(air.now(), nowire::time_point(1h + 1s));
    board.wait_for_sleep();
    air.advance(10min);
    board.wake();
    EXPECT_EQ(air.now(), nowire::time_point(1h + 10min + 2s));
    EXPECT_EQ(board.wait_for_line("wake 3", 0s), "wake 3, reason 8");
    board.wait_for_sleep();
    board.power_off();
    board.power_on();
    board.wait_for_line("wake 1, reason 1", 0s);
}

TEST_F(Boards, SleepForEverUntilTheTestWakesThem) {
    world air;
    auto& board = air.start_program(TESTING_FIRMWARE, doing("sleep for ever"));
    EXPECT_TRUE(board.is_asleep());
    EXPECT_FALSE(board.wakes_at());
    air.advance(48h);
    EXPECT_EQ(board.lines().size(), 1U);
    board.wake();
    EXPECT_EQ(board.lines().back(), "wake 2");
    auto& other = air.start_program(TESTING_FIRMWARE, doing("sleep", {.name = "other", .wakes_by_timer = false}));
    air.advance(48h);
    EXPECT_EQ(other.lines().size(), 1U);
}

TEST_F(Boards, PrintWhateverTheyLike) {
    world air;
    auto& flood = air.start_program(TESTING_FIRMWARE, doing("flood", {.name = "flood"}));
    EXPECT_EQ(flood.lines().size(), 20001U) << "more than a pipe holds, at one time of the air";
    auto& garbage = air.start_program(TESTING_FIRMWARE, doing("garbage", {.name = "garbage"}));
    EXPECT_EQ(garbage.wait_for_exit(), 0);
    ASSERT_EQ(garbage.lines().size(), 2U);
    EXPECT_EQ(garbage.lines()[0].size(), 255U);
    EXPECT_EQ(garbage.lines()[1], "last, without an end");
    EXPECT_EQ(told, "");
}

TEST_F(Boards, LinesAreLookedAtOnce) {
    world air;
    auto& board = air.start_program(TESTING_FIRMWARE, doing("flood"));
    EXPECT_THAT(board.wait_for_line("line 7"), HasSubstr("line 7 of"));
    EXPECT_THAT(board.wait_for_line("line 7"), HasSubstr("line 70 of"));
    EXPECT_THAT(board.wait_for_line(std::regex("line [0-9]00 of")), HasSubstr("line 100 of"));
    EXPECT_THAT(failure_of([&] { board.wait_for_line(std::regex("^no"), 0s); }),
                AllOf(HasSubstr("board to print a line of the pattern"), HasSubstr("... (19976 lines before)")));
}

TEST_F(Boards, EndWithTheTestHoweverThatEnds) {
    const temporary_folder folder;  // nobody is there to remove what is in it
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const auto child = ::fork();
    if (child == 0) {
        ::setenv("TMPDIR", folder.path().c_str(), 1);
        world air;
        const auto line = air.start_program(TESTING_FIRMWARE, doing("process")).wait_for_line("process ");
        [[maybe_unused]] const auto size = ::write(ends[1], line.data(), line.size());
        ::kill(::getpid(), SIGKILL);
    }
    ::close(ends[1]);
    std::string line(64, '\0');
    const auto size = ::read(ends[0], line.data(), line.size());
    ::close(ends[0]);
    ASSERT_GT(size, 8);
    wait_for_end(std::atoi(line.c_str() + 8));
    int status = 0;
    ::waitpid(child, &status, 0);
}

TEST_F(Boards, LeaveNothingBehind) {
    std::string socket;
    {
        world air;
        socket = air.url().substr(4);
        air.start_program(TESTING_FIRMWARE, doing("starts"));
        EXPECT_EQ(mode_of(fs::path(socket).parent_path()), 0700U);
        EXPECT_EQ(mode_of(socket), 0600U);
    }
    EXPECT_FALSE(fs::exists(fs::path(socket).parent_path()));
}

TEST_F(Failures, SayWhatWasWaitedForAndWhatCameInstead) {
    world air;
    auto& board = air.start_program(TESTING_FIRMWARE, doing("echo"));
    auto& peer = air.add_peer({.name = "gateway"});
    peer.send(board, "hello");
    const auto text = failure_of([&] { board.wait_for_line("calibrated", 2500ms); });
    EXPECT_THAT(text, HasSubstr("waited 2500 ms for board to print \"calibrated\", in vain"));
    EXPECT_THAT(text, HasSubstr("board (02:00:00:00:00:10) runs; it has printed:\n    got hello\n    answered\n"));
    EXPECT_THAT(text, HasSubstr("gateway (02:00:00:00:00:20) is a peer on channel 1; 1 message waits"));
    EXPECT_THAT(text, HasSubstr("02:00:00:00:00:10 > 02:00:00:00:00:20 ch 1"));
    EXPECT_THAT(text, HasSubstr("\"hello\" (acknowledged)"));
    EXPECT_THAT(failure_of([&] { peer.receive_nothing(1s); }),
                HasSubstr("gateway was to receive nothing, and received 5 bytes from 02:00:00:00:00:10: \"hello\""));
    peer.receive();
    EXPECT_THAT(failure_of([&] { peer.receive(1s); }), HasSubstr("waited 1 s for gateway to receive, in vain"));
    EXPECT_THAT(failure_of([&] { board.wait_for_exit(1s); }), HasSubstr("waited 1 s for board to end, in vain"));
    EXPECT_THAT(failure_of([&] { board.wait_for_sleep(1s); }), HasSubstr("waited 1 s for board to sleep, in vain"));
    EXPECT_EQ(told, "") << "the test knows";
}

TEST_F(Failures, AProgramThatComputesForEverIsNamed) {
    {
        world air({.patience = 300ms});
        air.start_program(TESTING_FIRMWARE, doing("compute", {.name = "mill"}));
        air.start_program(TESTING_FIRMWARE, doing("echo", {.name = "other"}));
        EXPECT_THAT(
            failure_of([&] { air.advance(10s); }),
            AllOf(HasSubstr("waited 0.3 s of real time for time to pass"), HasSubstr("mill computes all the time"),
                  Not(HasSubstr("other computes")), HasSubstr("The air's time is 1.000000 s")));
    }
    EXPECT_EQ(told, "") << "nor does the end of the world wait for it";
}

TEST_F(Failures, AProgramThatNeverComesOntoTheAirIsNamed) {
    const temporary_folder folder;
    world air({.patience = 300ms});
    EXPECT_THAT(failure_of([&] { air.start_program(script(folder, "exec sleep 1000")); }),
                HasSubstr("script does not come onto the air"));
}

TEST_F(Failures, AProgramThatIsNoneOfAChipIsToldAtOnce) {
    const temporary_folder folder;
    world air;
    EXPECT_THAT(failure_of([&] { air.start_program(script(folder, "echo hello")); }),
                AllOf(HasSubstr("script ended with status 0 before it was on the air"), HasSubstr("    hello\n")));
    EXPECT_THAT(failure_of([&] { air.start_program(script(folder, "echo oh; exit 4")); }),
                AllOf(HasSubstr("script-2 ended with status 4"), HasSubstr("    oh\n")));
}

TEST_F(Failures, ACrashFailsTheNextWaitWithWhatWasPrinted) {
    world air;
    auto& board = air.start_program(TESTING_FIRMWARE, doing("crash"));
    EXPECT_THAT(failure_of([&] { air.advance(1h); }),
                AllOf(HasSubstr("board was ended by signal 6 (Aborted)"), HasSubstr("    about to crash\n")));
    EXPECT_EQ(air.now(), nowire::time_point(1s)) << "it is told when it happens";
    EXPECT_EQ(board.status(), 134);
    air.check();
    EXPECT_EQ(told, "");
}

/// A world whose board crashes when the test does not look any more.
void let_board_crash_unseen() {
    world air;
    auto& board = air.start_program(TESTING_FIRMWARE, doing("process"));
    const auto line = board.wait_for_line("process ");
    const auto process = std::atoi(line.c_str() + 8);
    ::kill(process, SIGKILL);
    wait_for_end(process);
}

TEST_F(Failures, ACrashThatNoWaitHasSeenIsReportedAtTheEnd) {
    let_board_crash_unseen();
    EXPECT_THAT(told, AllOf(HasSubstr("board was ended by signal 9 (Killed)"), HasSubstr("    process ")));
}

TEST_F(Failures, WithoutAReporterTheTestProgramIsAborted) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(
        {
            set_reporter({});
            let_board_crash_unseen();
        },
        ::testing::KilledBySignal(SIGABRT), "board was ended by signal 9.*no test framework is told");
}

TEST(GoogleTest, IsToldOfACrashThatNoWaitHasSeen) {
    EXPECT_NONFATAL_FAILURE(let_board_crash_unseen(), "board was ended by signal 9 (Killed)");
}

TEST(GoogleTest, ShowsWhatBoardsPrintedWhereATestHasFailed) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(
        {
            {
                world air;
                air.start_program(TESTING_FIRMWARE, doing("starts"));
                ADD_FAILURE() << "one of the test's own";
            }
            std::exit(0);
        },
        ::testing::ExitedWithCode(0), "board \\(02:00:00:00:00:10\\) runs; it has printed:.*start 1");
}

TEST_F(Failures, WhatIsKilledByTheTestIsNone) {
    {
        world air;
        auto& board = air.start_program(TESTING_FIRMWARE, doing("crash"));
        board.power_off();
        air.advance(1h);
        board.power_on();
        EXPECT_EQ(board.wait_for_exit(), 134) << "nor is what the test has asked about";
        air.check();
    }
    EXPECT_EQ(told, "");
}

TEST_F(Failures, AnEarlyEndFailsWhoWaitsForMore) {
    world air;
    auto& board = air.start_program(TESTING_FIRMWARE, doing("nothing"));
    EXPECT_THAT(failure_of([&] { board.wait_for_line("ready", 1h); }),
                AllOf(HasSubstr("waited for board to print \"ready\", but it is over"),
                      HasSubstr("board (02:00:00:00:00:10) ended with status 0, and has printed nothing")));
    EXPECT_EQ(air.now(), nowire::time_point(1s));
    EXPECT_THAT(failure_of([&] { board.wait_for_sleep(1h); }), HasSubstr("but it is over"));
    EXPECT_EQ(board.wait_for_exit(0s), 0);
}

}  // namespace
}  // namespace testing_test
