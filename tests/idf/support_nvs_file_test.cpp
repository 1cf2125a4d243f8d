#include "idf/chip_program.hpp"

#include <nowire/frame/fcs.hpp>

#include <gmock/gmock.h>
#include <signal.h>

#include <cstdio>
#include <filesystem>
#include <span>
#include <string>

namespace nowire::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

/// A file as a partition's is, whatever it says.
std::string sealed(const std::string& text) {
    char sum[16];
    std::snprintf(sum, sizeof sum, "%08x",
                  frame::fcs(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())));
    return text + "sum " + sum + "\n";
}

TEST(IdfNvsFile, SurvivesTheProcessUnderTheChipsName) {
    chip_program program;
    program.set_radio("?name=kitchen%20%2f");
    EXPECT_EQ(program.run("nvs").out, "init ESP_OK\ncount 0 ESP_ERR_NVS_NOT_FOUND\n");
    EXPECT_EQ(program.run("nvs").out, "init ESP_OK\ncount 1 ESP_OK\n");
    EXPECT_EQ(program.run("nvs").out, "init ESP_OK\ncount 2 ESP_OK\n");
    const auto file = program.folder() / ".local/state/nowire/nvs/kitchen%20%2f";
    EXPECT_EQ(content_of(file), sealed("nowire-nvs 1\nnamespace storage\nvalue storage count i32 3\n"));
    EXPECT_EQ(mode_of(file), 0600U);
    EXPECT_EQ(mode_of(file.parent_path()), 0700U);

    program.set_radio("?name=cellar");
    EXPECT_EQ(program.run("nvs").out, "init ESP_OK\ncount 0 ESP_ERR_NVS_NOT_FOUND\n");
    program.set_radio("");
    program.set("NOWIRE_NAME", "cellar");
    EXPECT_EQ(program.run("nvs").out, "init ESP_OK\ncount 1 ESP_OK\n");
    program.set("NOWIRE_IDF_NVS", program.folder() / "else/where");
    EXPECT_EQ(program.run("nvs").out, "init ESP_OK\ncount 0 ESP_ERR_NVS_NOT_FOUND\n");
    EXPECT_EQ(mode_of(program.folder() / "else/where"), 0600U);
    EXPECT_FALSE(fs::exists(program.folder() / "else/where.new"));
}

TEST(IdfNvsFile, IsOneProcessesAtATime) {
    chip_program program;
    program.set_radio("?name=kitchen");
    const auto holds = program.start("nvs_hold");
    ASSERT_TRUE(program.prints(holds, "count 0"));
    // Two radios of one name cannot be on an air either.
    program.set_radio("?name=other");
    program.set("NOWIRE_IDF_NVS", program.folder() / ".local/state/nowire/nvs/kitchen");
    const auto refused = program.run("nvs");
    EXPECT_EQ(refused.out, "init ESP_FAIL\n");
    EXPECT_THAT(refused.err, HasSubstr("nvs/kitchen: another process uses this NVS partition; give each a name"));
    EXPECT_EQ(program.finish(holds).status, 0);
    EXPECT_EQ(program.run("nvs").out, "init ESP_OK\ncount 1 ESP_OK\n");
}

TEST(IdfNvsFile, IsWholeWhereAProcessIsKilledWhileItWrites) {
    chip_program program;
    const auto writes = program.start("nvs_commit_on");
    ASSERT_TRUE(program.prints(writes, "committed 20\n"));
    ::kill(writes.id, SIGKILL);
    EXPECT_EQ(program.finish(writes).status, 128 + SIGKILL);
    const auto run = program.run("nvs");
    int count = 0;
    ASSERT_EQ(std::sscanf(run.out.c_str(), "init ESP_OK\ncount %d ESP_OK", &count), 1) << run.out;
    EXPECT_GE(count, 20) << "what was committed is there";
}

TEST(IdfNvsFile, ChipsWithoutANameHaveOneEach) {
    chip_program program;
    program.set_radio("");
    const auto first = program.start("nvs_hold");
    ASSERT_TRUE(program.prints(first, "count 0"));
    EXPECT_EQ(program.run("nvs").out, "init ESP_OK\ncount 0 ESP_ERR_NVS_NOT_FOUND\n");
    EXPECT_EQ(program.finish(first).status, 0);
    EXPECT_TRUE(fs::exists(program.folder() / ".local/state/nowire/nvs/idf_support_program"));
    EXPECT_TRUE(fs::exists(program.folder() / ".local/state/nowire/nvs/idf_support_program.2"));
    EXPECT_EQ(program.run("nvs").out, "init ESP_OK\ncount 1 ESP_OK\n") << "the first is free again";
}

TEST(IdfNvsFile, ADamagedOneIsAnErrorUntilItIsErased) {
    chip_program program;
    const auto file = program.folder() / "store";
    program.set("NOWIRE_IDF_NVS", file);
    program.run("nvs");
    auto text = content_of(file);
    const auto whole = text;
    text[text.find("i32 1") + 4] = '7';
    write_text(file, text);
    const auto run = program.run("nvs");
    EXPECT_EQ(run.out, "init ESP_ERR_NVS_NO_FREE_PAGES\ncount 0 ESP_ERR_NVS_NOT_FOUND\n");
    EXPECT_THAT(run.err, HasSubstr(file.string() + ": this NVS partition is damaged"));

    for (const std::size_t size : {0UL, 1UL, whole.size() / 2, whole.size() - 1}) {
        write_text(file, whole.substr(0, size));
        EXPECT_THAT(program.run("nvs").out, StartsWith("init ESP_ERR_NVS_NO_FREE_PAGES\n")) << size;
    }
    for (const auto* body :
         {"nowire-nvs 1\nvalue storage count i32 3\n", "nowire-nvs 1\nnamespace storage\nvalue storage count i8 300\n",
          "nowire-nvs 1\nnamespace storage\nvalue storage count i32 03\n",
          "nowire-nvs 1\nnamespace storage\nnamespace storage\n", "nowire-nvs 1\nnamespace sixteen_letters_\n",
          "nowire-nvs 1\nnamespace storage\nvalue storage a str %00\n"}) {
        write_text(file, sealed(body));
        EXPECT_THAT(program.run("nvs").out, StartsWith("init ESP_ERR_NVS_NO_FREE_PAGES\n")) << body;
    }
    write_text(file, sealed("nowire-nvs 2\nanything\n"));
    EXPECT_THAT(program.run("nvs").out, StartsWith("init ESP_ERR_NVS_NEW_VERSION_FOUND\n"));
    write_text(file, sealed("nowire-nvs 1\nnamespace storage\nvalue storage count i32 41\n"));
    EXPECT_EQ(program.run("nvs").out, "init ESP_OK\ncount 41 ESP_OK\n");
}

TEST(IdfNvsFile, AFolderWhereAFileShouldBeIsSaid) {
    chip_program program;
    fs::create_directory(program.folder() / "store");
    program.set("NOWIRE_IDF_NVS", program.folder() / "store");
    const auto run = program.run("nvs");
    EXPECT_EQ(run.out, "init ESP_FAIL\n");
    EXPECT_THAT(run.err, HasSubstr("store: is no regular file"));
    program.set("NOWIRE_IDF_NVS", "/proc/none/store");
    EXPECT_THAT(program.run("nvs").err, HasSubstr("/proc/none: cannot make this folder"));
}

TEST(IdfNvsFile, APartOfTheProgramForIdf44SeesTheSame) {
    chip_program program;
    const auto run = program.run("nvs_old");
    EXPECT_EQ(run.out,
              "init ESP_OK\ncount 0 ESP_ERR_NVS_NOT_FOUND\n"
              "old v4.4 model 1 revision 3\n"
              "old stats 0 used 3 free 753 total 756 namespaces 1\n"
              "old storage/count 0x14\n"
              "old storage/lost 0x14\n")
        << run.err;
}

}  // namespace
}  // namespace nowire::test
