#include "cli/program.hpp"

#include <nowire/capture/reader.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <sstream>

namespace nowire::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;

/// What boards run here: scripts that use `nowire`, which joins the air that NOWIRE_RADIO names as a program of ESP-IDF
/// does.
std::string script(const sandbox& box, const std::string& name, const std::string& text) {
    auto path = box.file(name, "#!/bin/sh\nnowire='" NOWIRE_PROGRAM "'\n" + text);
    chmod(path.c_str(), 0700);
    return path;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

/// When the frames of a capture were sent, in seconds since the first.
std::vector<double> times_in(const std::string& file) {
    std::vector<double> times;
    const auto bytes = content_of(file);
    capture::reader reader({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    for (auto packet = reader.next(); packet && *packet; packet = reader.next())
        times.push_back(std::chrono::duration<double>((*packet)->time->time_since_epoch()).count());
    for (auto& time : times)
        time -= times.front();
    return times;
}

TEST(IdfRun, EachLineHasItsBoardsName) {
    const sandbox box;
    const auto one = script(box, "one", "echo first; echo second >&2; printf last\n");
    const auto longer = script(box, "longer", "echo here\n");
    const auto result = box.nowire({"idf", "run", one, longer});
    EXPECT_EQ(result.status, 0) << result.err;
    const auto lines = lines_of(result.out);
    EXPECT_THAT(lines, Contains("one    | first"));
    EXPECT_THAT(lines, Contains("one    | second"));
    EXPECT_THAT(lines, Contains("one    | last")) << "a last line without its end is a line";
    EXPECT_THAT(lines, Contains("longer | here"));
    EXPECT_EQ(lines.size(), 4U) << result.out;
}

TEST(IdfRun, EachBoardHasItsOwnNameAddressAndMemory) {
    const sandbox box;
    const auto board = script(box, "board", R"(echo "$NOWIRE_RADIO $NOWIRE_STATE_DIR $NOWIRE_IDF_NVS $NOWIRE_IDF_RTC"
echo "$NOWIRE_IDF_SEED" > "$NOWIRE_IDF_NVS"
)");
    const auto state = (box.folder() / "kept").string();
    const auto result = box.nowire({"idf", "run", board, "--nodes", "3", "--state", state, "--seed", "7"});
    EXPECT_EQ(result.status, 0) << result.err;
    for (const auto* number : {"1", "2", "3"}) {
        const auto name = std::string("board-") + number;
        EXPECT_THAT(result.out, HasSubstr("?name=" + name + "&mac=02:00:00:00:00:" + number + "0 " + state + "/" +
                                          name + " " + state + "/" + name + "/nvs " + state + "/" + name + "/rtc"));
        EXPECT_EQ(content_of(std::filesystem::path(state) / name / "nvs"), "7\n");
    }
}

TEST(IdfRun, MessagesCross) {
    const sandbox box;
    const auto hears = script(box, "hears", "exec \"$nowire\" listen -c 1 --format '{src} says {payload:text}'\n");
    const auto says = script(box, "says", "exec \"$nowire\" send 02:00:00:00:00:10 hello\n");
    const auto result = box.nowire({"idf", "run", hears, says, "--speed", "max"});
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    EXPECT_THAT(result.out, HasSubstr("hears | 02:00:00:00:00:20 says hello"));
}

TEST(IdfRun, OneThatFailsIsNamedAndTheOthersGoOn) {
    const sandbox box;
    const auto fails = script(box, "fails", "exit 3\n");
    const auto dies = script(box, "dies", "kill -SEGV $$\n");
    // It hears for an hour of an air to which the others never came.
    const auto stays = script(box, "stays", "\"$nowire\" listen --timeout 3600 --quiet; echo done\n");
    const auto result = box.nowire({"idf", "run", fails, dies, stays, "--speed", "max"});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, HasSubstr("fails ended with status 3"));
    EXPECT_THAT(result.err, HasSubstr("dies was ended by signal 11 (Segmentation fault)"));
    EXPECT_THAT(result.out, HasSubstr("stays | done"));
}

TEST(IdfRun, TheTimeIsTheAirs) {
    const sandbox box;
    const auto pcap = (box.folder() / "air.pcapng").string();
    const auto says = script(box, "says", "exec \"$nowire\" ping 02:00:00:00:00:99 -c 1000000 --interval 600\n");
    const auto result = box.nowire({"idf", "run", says, "--speed", "max", "--time", "36000", "--pcap", pcap});
    EXPECT_EQ(result.status, 0) << result.err;
    const auto times = times_in(pcap);
    ASSERT_FALSE(times.empty());
    EXPECT_LE(times.back(), 36000);
    EXPECT_GT(times.back(), 36000 - 601) << "ten hours, an attempt each ten minutes";
}

TEST(IdfRun, ASleeperIsWokenInItsTime) {
    const sandbox box;
    const auto pcap = (box.folder() / "air.pcapng").string();
    const auto sleeper = script(box, "sleeper", R"sh("$nowire" send ff:ff:ff:ff:ff:ff awake
echo x >> "$NOWIRE_IDF_NVS"
runs=$(wc -l < "$NOWIRE_IDF_NVS")
if [ "$runs" = 4 ]; then exit 0; fi
printf 'nowire-idf-rtc 1\nsleep 100000000\nuntil %d00000000000\n' "$runs" > "$NOWIRE_IDF_RTC"
exit 86
)sh");
    const auto result =
        box.nowire({"idf", "run", sleeper, "--speed", "max", "--restart-on-deep-sleep", "--pcap", pcap});
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    const auto times = times_in(pcap);
    ASSERT_EQ(times.size(), 4U);
    for (std::size_t i = 1; i < times.size(); ++i)
        EXPECT_NEAR(times[i], static_cast<double>(i) * 100, 0.01);
}

TEST(IdfRun, WhoSleepsForeverOrUnwatchedIsTold) {
    const sandbox box;
    const auto forever = script(box, "forever", "printf 'sleep forever\\nuntil 0\\n' > \"$NOWIRE_IDF_RTC\"; exit 86\n");
    const auto asked = box.nowire({"idf", "run", forever, "--restart-on-deep-sleep"});
    EXPECT_EQ(asked.status, 0);
    EXPECT_THAT(asked.err, HasSubstr("forever sleeps for ever"));
    const auto not_asked = box.nowire({"idf", "run", forever});
    EXPECT_EQ(not_asked.status, 0);
    EXPECT_THAT(not_asked.err, HasSubstr("--restart-on-deep-sleep would"));
}

TEST(IdfRun, WhatASleepLeftIsGoneWhenThePowerComes) {
    const sandbox box;
    const auto board = script(box, "board", R"(if [ -e "$NOWIRE_IDF_RTC" ]; then echo woken; fi
if [ -e "$NOWIRE_IDF_NVS" ]; then echo knows; fi
touch "$NOWIRE_IDF_NVS" "$NOWIRE_IDF_RTC"
)");
    const auto state = (box.folder() / "kept").string();
    EXPECT_EQ(box.nowire({"idf", "run", board, "--state", state}).out, "");
    EXPECT_EQ(box.nowire({"idf", "run", board, "--state", state}).out, "board | knows\n");
}

TEST(IdfRun, ASignalEndsAll) {
    const sandbox box;
    const auto stays = script(box, "stays", "echo $$; exec \"$nowire\" listen\n");
    auto run = box.start_nowire({"idf", "run", stays, "--nodes", "2"});
    std::vector<pid_t> boards;
    for (int i = 0; i < 2; ++i) {
        const auto line = run.next_line();
        ASSERT_THAT(line, testing::StartsWith("stays-")) << run.err();
        boards.push_back(std::stoi(line.substr(line.find('|') + 2)));
    }
    run.process.signal(SIGTERM);
    EXPECT_EQ(run.process.wait(std::chrono::steady_clock::now() + 30s), 0) << run.err();
    for (const auto board : boards)
        EXPECT_NE(kill(board, 0), 0) << "nothing is left behind";
}

TEST(IdfRun, NobodyReadingIsTheEnd) {
    const sandbox box;
    const auto talks = script(box, "talks", "while :; do echo more || exit; done\n");
    const auto result = box.run({"sh", "-c", "'" NOWIRE_PROGRAM "' idf run '" + talks + "' | head -n 2"});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out, "talks | more\ntalks | more\n");
}

TEST(IdfRun, WhatCannotBeRunIsRefused) {
    const sandbox box;
    const auto folder = box.folder().string();
    const auto text = box.file("text", "no program");
    const auto ends = script(box, "ends", "exit 0\n");
    const auto err = [&](const std::vector<std::string>& more, int status) {
        std::vector<std::string> arguments = {"idf", "run"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const auto result = box.nowire(arguments);
        EXPECT_EQ(result.status, status) << result.err;
        return result.err;
    };
    EXPECT_THAT(err({"/none"}, 2), HasSubstr("/none: there is no such program"));
    EXPECT_THAT(err({folder}, 2), HasSubstr("nowire idf build " + folder));
    EXPECT_THAT(err({text}, 2), HasSubstr("Permission denied"));
    EXPECT_THAT(err({ends, "--pcap", "-"}, 2), HasSubstr("name a file"));
    EXPECT_THAT(err({ends, "--nodes", "0"}, 2), HasSubstr("--nodes"));
    EXPECT_THAT(err({ends, "--links", "/none"}, 2), HasSubstr("/none"));
    EXPECT_THAT(err({ends, "--state", text}, 1), HasSubstr(text));
    EXPECT_THAT(err({}, 2), HasSubstr("program"));
}

}  // namespace
}  // namespace nowire::test
