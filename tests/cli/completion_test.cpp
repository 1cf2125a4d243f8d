#include "cli/program.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>

namespace nowire::test {
namespace {

using words = std::set<std::string>;

bool is_installed(const std::string& program) {
    return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

/// What bash offers for the last of these words, the first of which is "nowire".
words completed(const sandbox& box, const std::vector<std::string>& line) {
    std::vector<std::string> arguments = {"bash", "-c", R"(
set -eu
source <("$0" completion bash)
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_nowire
printf '%s\n' "${COMPREPLY[@]}")",
                                          NOWIRE_PROGRAM};
    arguments.insert(arguments.end(), line.begin(), line.end());
    const auto result = box.run(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    words found;
    std::istringstream in(result.out);
    for (std::string word; std::getline(in, word);)
        if (!word.empty()) found.insert(word);
    return found;
}

/// The first words of the lines of a help's section.
words in_help(const std::string& help, const std::regex& name) {
    words found;
    for (auto at = std::sregex_iterator(help.begin(), help.end(), name); at != std::sregex_iterator(); ++at)
        found.insert((*at)[1]);
    return found;
}

words commands_in(const std::string& help) {
    const auto start = help.find("Subcommands:");
    return in_help(help.substr(start, help.find("\n\n", start) - start), std::regex("\n  ([a-z-]+) "));
}

words options_in(const std::string& help) {
    return in_help(help, std::regex("\n  (?:-[a-zA-Z],)?(--[a-z0-9-]+)"));
}

const std::vector<std::string> shells = {"bash", "zsh", "fish"};

TEST(Completion, BashCompletesCommandsOptionsAndValues) {
    const sandbox box;
    EXPECT_EQ(completed(box, {"nowire", "li"}), words{"listen"});
    EXPECT_EQ(completed(box, {"nowire", "air", "st"}), (words{"status", "stop"}));
    EXPECT_EQ(completed(box, {"nowire", "listen", "--min"}), words{"--min-rssi"});
    EXPECT_EQ(completed(box, {"nowire", "gateway", "--status-format", ""}), (words{"hinch", "json"}));
    EXPECT_EQ(completed(box, {"nowire", "gateway", "--status-format", "=", "j"}), words{"json"});
    EXPECT_EQ(completed(box, {"nowire", "gateway", "--status-format", "="}), (words{"hinch", "json"}));
    EXPECT_EQ(completed(box, {"nowire", "completion", "f"}), words{"fish"});
    EXPECT_EQ(completed(box, {"nowire", "listen", "--keys", "--"}), words{}) << "a file: bash's own";
    EXPECT_EQ(completed(box, {"nowire", "node", "publish", "--gate"}), words{"--gateway"}) << "it falls through";
}

TEST(Completion, BashOffersWhatHelpShows) {
    const sandbox box;
    const auto commands = commands_in(box.nowire({"--help"}).out);
    EXPECT_TRUE(commands.contains("listen") && commands.contains("completion"));
    const auto offered = completed(box, {"nowire", ""});
    EXPECT_TRUE(std::ranges::includes(offered, commands));
    for (const auto& command : commands) {
        const auto options = options_in(box.nowire({command, "--help"}).out);
        EXPECT_TRUE(options.contains("--help")) << command;
        EXPECT_EQ(completed(box, {"nowire", command, "--"}), options) << command;
    }
}

TEST(Completion, ScriptsHaveNoErrorsOfSyntax) {
    const sandbox box;
    std::string skipped;
    for (const auto& shell : shells) {
        const auto script = box.nowire({"completion", shell});
        EXPECT_EQ(script.status, 0) << script.err;
        if (!is_installed(shell)) {
            skipped += " " + shell;
            continue;
        }
        const auto checked = box.run({shell, "-n", box.file(shell, script.out)});
        EXPECT_EQ(checked.status, 0) << shell;
        EXPECT_EQ(checked.out + checked.err, "") << shell;
    }
    if (!skipped.empty()) GTEST_SKIP() << "not installed:" << skipped;
}

TEST(Completion, FishCompletesCommandsOptionsAndValues) {
    if (!is_installed("fish")) GTEST_SKIP() << "fish is not installed";
    const sandbox box;
    const auto script = box.file("nowire.fish", box.nowire({"completion", "fish"}).out);
    const auto complete = [&](const std::string& line) {
        const auto result =
            box.run({"fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", script, line});
        EXPECT_EQ(result.status, 0) << result.err;
        return result.out;
    };
    EXPECT_EQ(complete("nowire li"), "listen\tPrint the messages that come\n");
    EXPECT_EQ(complete("nowire air stat"), "status\tWho is on the air, and what crossed it\n");
    EXPECT_EQ(complete("nowire gateway --status-format h").rfind("hinch", 0), 0U);
    EXPECT_NE(complete("nowire ping --int").find("--interval"), std::string::npos);
}

TEST(Completion, OtherShellsAreErrorsOfUsage) {
    const sandbox box;
    EXPECT_EQ(box.nowire({"completion"}).status, 2);
    const auto result = box.nowire({"completion", "tcsh"});
    EXPECT_EQ(result.status, 2);
    EXPECT_NE(result.err.find("bash"), std::string::npos) << result.err;
}

TEST(ManPages, ThereIsOneForEachCommandAndLintersFindNothing) {
    const sandbox box;
    const auto folder = box.folder() / "pages";
    const auto written = box.nowire({"man", "--write", folder.string()});
    ASSERT_EQ(written.status, 0) << written.err;
    for (const auto* file : {"nowire.bash", "_nowire", "nowire.fish"})
        EXPECT_TRUE(std::filesystem::file_size(folder / "completions" / file) > 0) << file;
    std::vector<std::string> pages = {"nowire.1"};
    for (const auto& command : commands_in(box.nowire({"--help"}).out))
        pages.push_back("nowire-" + command + ".1");
    for (const auto& page : pages) {
        const auto file = (folder / "man" / page).string();
        ASSERT_TRUE(std::filesystem::exists(file)) << file;
        if (is_installed("groff")) {
            const auto result = box.run({"groff", "-ww", "-mandoc", "-Tutf8", "-z", file});
            EXPECT_EQ(result.out + result.err, "") << page;
        }
        if (is_installed("mandoc")) {
            // The pages have no date: they shall be the same whenever they are made.
            const auto result = box.run(
                {"/bin/sh", "-c", R"(mandoc -T lint -W warning "$0" 2>&1 | grep -v 'missing date, using ""')", file});
            EXPECT_EQ(result.out, "") << page;
        }
    }
    if (!is_installed("groff") && !is_installed("mandoc")) GTEST_SKIP() << "neither groff nor mandoc is installed";
}

TEST(ManPages, HaveEveryOptionOfTheHelp) {
    const sandbox box;
    for (const auto& command : commands_in(box.nowire({"--help"}).out)) {
        const auto page = box.nowire({"man", command});
        EXPECT_EQ(page.status, 0) << page.err;
        EXPECT_NE(page.out.find(".SH EXAMPLES"), std::string::npos) << command;
        for (auto option : options_in(box.nowire({command, "--help"}).out)) {
            std::string roff;
            for (const char c : option)
                roff += c == '-' ? "\\-" : std::string(1, c);
            EXPECT_NE(page.out.find("\\fB" + roff + "\\fR"), std::string::npos) << command << " " << option;
        }
    }
    EXPECT_EQ(box.nowire({"man", "fly"}).status, 2);
}

}  // namespace
}  // namespace nowire::test
