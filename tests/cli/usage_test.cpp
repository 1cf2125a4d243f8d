#include "cli/program.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace nowire::test {
namespace {

TEST(Usage, VersionIsPrinted) {
    const sandbox box;
    const auto result = box.nowire({"--version"});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out.rfind("nowire ", 0), 0U) << result.out;
}

TEST(Usage, TheAirsProgramPrintsTheSameVersion) {
    const sandbox box;
    const auto result = box.run({NOWIRE_AIR_PROGRAM, "--version"});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out, std::string(box.nowire({"--version"}).out).insert(6, "-air"));
    EXPECT_NE(box.run({NOWIRE_AIR_PROGRAM, "--help"}).out.find("\n  --version "), std::string::npos);
}

TEST(Usage, EveryCommandHasHelpWithExamples) {
    const sandbox box;
    for (const auto* command :
         {"air", "send", "listen", "ping", "decode", "gateway", "node", "demo", "doctor", "idf", "completion", "man"}) {
        const auto result = box.nowire({command, "--help"});
        EXPECT_EQ(result.status, 0) << command;
        EXPECT_NE(result.out.find("Example"), std::string::npos) << command << ": " << result.out;
        EXPECT_NE(result.out.find(std::string("nowire ") + command), std::string::npos) << command;
    }
}

TEST(Usage, WrongCommandLinesEndWith2AndSayWhy) {
    const sandbox box;
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{},
                                                      {"fly"},
                                                      {"send"},
                                                      {"send", "24:0a:c4", "x"},
                                                      {"send", "--count", "0", "x"},
                                                      {"send", "ff:ff:ff:ff:ff:ff", "--hex", "0g"},
                                                      {"listen", "--count", "many"},
                                                      {"send", "ff:ff:ff:ff:ff:ff", "x", "--radio", "air:?chanel=3"},
                                                      {"send", "ff:ff:ff:ff:ff:ff", "x", "--radio", "carrier-pigeon:"},
                                                      {"send", "ff:ff:ff:ff:ff:ff", std::string(251, 'x'), "--v1"}}) {
        const auto result = box.nowire(arguments);
        EXPECT_EQ(result.status, 2) << (arguments.empty() ? "" : arguments.back()) << result.err;
        EXPECT_EQ(result.out, "");
        EXPECT_NE(result.err, "");
    }
}

TEST(Usage, ARadioSchemePrintsItsHelp) {
    const sandbox box;
    const auto result = box.nowire({"listen", "--radio", "air:help"});
    EXPECT_EQ(result.status, 0);
    EXPECT_NE(result.out.find("channel="), std::string::npos) << result.out;
}

TEST(Usage, AKeyFileThatOthersCanReadIsRefused) {
    const sandbox box;
    const auto keys = box.file("keys.toml", "[lmk]\n\"24:0a:c4:1d:58:68\" = \"0123456789abcdef\"\n");
    chmod(keys.c_str(), 0644);
    const auto result = box.nowire({"send", "24:0a:c4:1d:58:68", "x", "--keys", keys});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find(keys), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("chmod"), std::string::npos) << result.err;
    EXPECT_EQ(result.err.find("0123456789abcdef"), std::string::npos) << "a key was printed";
}

}  // namespace
}  // namespace nowire::test
