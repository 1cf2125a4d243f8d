#include "cli/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

namespace nowire::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const fs::path projects = fs::path(NOWIRE_TEST_DATA) / "idf/projects";

void write(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    write_text(file, text);
}

/// A place in which projects are built and run.
struct workshop : sandbox {
    fs::path program = folder() / "program";

    result build(const fs::path& project, std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"idf", "build", project.string(), "-o", program.string()});
        return nowire(more);
    }
    /// Builds one of the projects, which must succeed, and runs it. @returns what it prints
    std::string built(const fs::path& project, const std::vector<std::string>& more = {}) const {
        const auto built = build(project, more);
        EXPECT_EQ(built.status, 0) << built.err;
        const auto ran = nowire({"idf", "run", program.string()});
        EXPECT_EQ(ran.status, 0) << ran.err;
        return ran.out;
    }
    /// Builds one of the projects, which must fail with status 1. @returns what is said
    std::string refused(const fs::path& project, const std::vector<std::string>& more = {}) const {
        const auto built = build(project, more);
        EXPECT_EQ(built.status, 1) << built.err;
        EXPECT_FALSE(fs::exists(program));
        EXPECT_THAT(built.err, EndsWith("The whole log: " + program.string() + ".build/build.log\n"));
        EXPECT_NE(content_of(program.string() + ".build/build.log"), "");
        return built.err;
    }
    /// A copy of a project to change.
    fs::path copy(const std::string& project, const std::string& name) const {
        const auto to = folder() / name;
        fs::copy(projects / project, to, fs::copy_options::recursive);
        return to;
    }
};

TEST(IdfBuild, AProjectIsBuiltWithItsComponentsItsConfigurationAndItsFiles) {
    const workshop here;
    EXPECT_EQ(here.built(projects / "configured"),
              "program | Good day from an esp32, a \"quoted\" name\n"
              "program | rounds 7, mask 31, pin 5, tick 1 ms, hz 1000\n"
              "program | quiet\n"
              "program | page of 14 with 13, raw of 4 from 255\n"
              "program | configured.elf of 5, 7, 1, esp32\n"
              "program | 2 and 3 make 5; shared 42\n"
              "program | 4 MB\n");
    for (const auto& entry : fs::directory_iterator(projects / "configured"))
        EXPECT_NE(entry.path().filename(), "build") << "nothing is written into the project";
    EXPECT_FALSE(fs::exists(projects / "configured/sdkconfig"));
}

TEST(IdfBuild, OptionsAreSetAndForgottenAgain) {
    const workshop here;
    const auto set =
        here.built(projects / "configured",
                   {"--set", "CONFIG_MAIN_ROUNDS=2", "--set", "CONFIG_MAIN_NAME=x;y \"z\" $A \\n", "--set",
                    "CONFIG_MAIN_IS_LOUD=y", "--set", "CONFIG_GREETING_SHORT=y", "--set", "CONFIG_MAIN_MASK=0x10"});
    EXPECT_THAT(set, HasSubstr("Hi from an esp32, x;y \"z\" $A \\n\n"));
    EXPECT_THAT(set, HasSubstr("rounds 2, mask 16, "));
    EXPECT_THAT(set, HasSubstr("loud at 11\n"));
    EXPECT_THAT(here.built(projects / "configured"), HasSubstr("rounds 7, mask 31, "));
}

TEST(IdfBuild, AnOptionThatCannotBeSoIsRefused) {
    const workshop here;
    const auto said = [&](const std::string& set) { return here.refused(projects / "configured", {"--set", set}); };
    EXPECT_THAT(said("CONFIG_MAIN_ROUNDS=11"), HasSubstr("CONFIG_MAIN_ROUNDS=11 has no effect: it is from 1 to 10\n"));
    EXPECT_THAT(said("CONFIG_MAIN_ROUNDS=many"), HasSubstr("it is of the type int\n"));
    EXPECT_THAT(said("CONFIG_MAIN_VOLUME=3"), HasSubstr("it depends on MAIN_IS_LOUD, which is not so\n"));
    EXPECT_THAT(said("CONFIG_MAIN_TICK_MS=3"), HasSubstr("it follows from other options and cannot be set\n"));
    const auto unknown = here.build(projects / "configured", {"--set", "CONFIG_MIAN_ROUNDS=3"});
    EXPECT_EQ(unknown.status, 0);
    EXPECT_THAT(unknown.err, HasSubstr("CONFIG_MIAN_ROUNDS is no option of the project or of nowire"));
    for (const auto* wrong : {"MAIN_ROUNDS=3", "CONFIG_MAIN_ROUNDS", "CONFIG_=3", "CONFIG_A B=3"})
        EXPECT_EQ(here.build(projects / "configured", {"--set", wrong}).status, 2) << wrong;
}

TEST(IdfBuild, AValueOfTheProjectsThatCannotBeSoIsToldAndPassedOver) {
    const workshop here;
    const auto project = here.copy("configured", "other");
    write(project / "sdkconfig.defaults", "CONFIG_MAIN_ROUNDS=11\nCONFIG_MAIN_MASK=many\n");
    const auto built = here.build(project);
    EXPECT_EQ(built.status, 0) << built.err;
    EXPECT_THAT(built.err,
                HasSubstr("sdkconfig.defaults:1: CONFIG_MAIN_ROUNDS=11 has no effect: it is from 1 to 10\n"));
    EXPECT_THAT(built.err, HasSubstr("sdkconfig.defaults:2: CONFIG_MAIN_MASK=many: it is of the type hex\n"));
    EXPECT_THAT(here.nowire({"idf", "run", here.program.string()}).out, HasSubstr("rounds 3, mask 31,"));
}

TEST(IdfBuild, TheVersionAndTheChipAreAsAskedFor) {
    const workshop here;
    const auto project = here.copy("configured", "other");
    write(project / "sdkconfig.defaults.esp32c3", "CONFIG_MAIN_ROUNDS=4\n");
    write(project / "sdkconfig",
          "CONFIG_IDF_TARGET=\"esp32c3\"\nCONFIG_IDF_TARGET_ESP32C3=y\nCONFIG_MAIN_NAME=\"menu\"\n");
    const auto said = here.built(project, {"--idf-version", "4.4"});
    EXPECT_THAT(said, HasSubstr("Good day from an esp32c3, menu\n")) << "menuconfig's values win over the defaults";
    EXPECT_THAT(said, HasSubstr("rounds 4, mask 31, pin 8, "));
    EXPECT_THAT(said, HasSubstr("configured.elf of 4, 7, 1, esp32c3\n"));
    for (const auto* wrong : {"5", "five", "5.5.5.5", "5.x"})
        EXPECT_EQ(here.build(project, {"--idf-version", wrong}).status, 2) << wrong;
}

TEST(IdfBuild, WhatChangesIsBuiltAnew) {
    const workshop here;
    const auto project = here.copy("configured", "other");
    EXPECT_THAT(here.built(project), HasSubstr("page of 14"));
    write(project / "main/data/page.html", "longer than it was before");
    write(project / "sdkconfig.defaults", "CONFIG_MAIN_ROUNDS=1\n");
    write(project / "components/greeting/src/words.h", "#define FORMAL \"never\"\n");
    write(project / "main/Kconfig.projbuild", content_of(project / "main/Kconfig.projbuild") + "\n# changed\n");
    const auto said = here.built(project);
    EXPECT_THAT(said, HasSubstr("Hi from"));
    EXPECT_THAT(said, HasSubstr("rounds 1,"));
    EXPECT_THAT(said, HasSubstr("page of 26 with 25"));
}

TEST(IdfBuild, OnlyWhatIsAskedForIsBuilt) {
    const workshop here;
    const auto project = here.copy("missing_requirement", "chosen");
    write(project / "main/CMakeLists.txt", "idf_component_register(SRCS main.c REQUIRES led)\n");
    write(project / "components/broken/CMakeLists.txt", "idf_component_register(SRCS broken.c)\n");
    write(project / "components/broken/broken.c", "#error it is built\n");
    const auto with = [&](const std::string& text) {
        write(project / "CMakeLists.txt",
              "cmake_minimum_required(VERSION 3.16)\n"
              "include($ENV{IDF_PATH}/tools/cmake/project.cmake)\n" +
                  text + "project(chosen)\n");
        return here.build(project).err;
    };
    EXPECT_THAT(with(""), HasSubstr("it is built")) << "all components, as in ESP-IDF";
    EXPECT_THAT(with("idf_build_set_property(MINIMAL_BUILD ON)\n"), HasSubstr("nowire: built"));
    EXPECT_THAT(with("set(EXCLUDE_COMPONENTS broken)\n"), HasSubstr("nowire: built"));
    EXPECT_THAT(with("set(COMPONENTS main)\n"), HasSubstr("nowire: built"));
}

TEST(IdfBuild, AWholeArchiveIsLinkedThoughNobodyAsksForIt) {
    const workshop here;
    const auto project = here.copy("missing_requirement", "whole");
    write(project / "main/CMakeLists.txt", "idf_component_register(SRCS main.c)\n");
    write(project / "components/early/early.c",
          "#include <stdio.h>\n__attribute__((constructor)) static void early(void) { puts(\"early\"); }\n");
    write(project / "components/early/CMakeLists.txt", "idf_component_register(SRCS early.c)\n");
    EXPECT_EQ(here.built(project), "");
    write(project / "components/early/CMakeLists.txt", "idf_component_register(SRCS early.c WHOLE_ARCHIVE)\n");
    EXPECT_EQ(here.built(project), "program | early\n");
}

TEST(IdfBuild, PlainCMakeBuildsItToo) {
    const workshop here;
    const auto idf_path = (fs::path(NOWIRE_PROGRAM).parent_path() / "idf").string();
    const auto build = (here.folder() / "build").string();
    const auto configured = here.run(
        {"env", "IDF_PATH=" + idf_path, "cmake", "-S", (projects / "configured").string(), "-B", build, "-G", "Ninja"});
    ASSERT_EQ(configured.status, 0) << configured.err;
    const auto built = here.run({"env", "IDF_PATH=" + idf_path, "cmake", "--build", build});
    ASSERT_EQ(built.status, 0) << built.out;
    EXPECT_THAT(here.nowire({"idf", "run", build + "/configured"}).out, HasSubstr("configured | rounds 7"));
}

TEST(IdfBuild, ATestSuiteOfSomebodyElseHasItAsATarget) {
    const workshop here;
    const auto suite = (fs::path(NOWIRE_TEST_DATA) / "package/esp_idf").string();
    const auto package = (fs::path(NOWIRE_PROGRAM).parent_path() / "generated/package").string();
    const auto project = here.copy("configured", "a firmware");
    const auto build = (here.folder() / "suite").string();
    const auto configured = here.run(
        {"cmake", "-S", suite, "-B", build, "-G", "Ninja", "-Dnowire_DIR=" + package, "-DPROJECT=" + project.string()});
    ASSERT_EQ(configured.status, 0) << configured.err;
    const auto tested = [&] {
        const auto built = here.run({"cmake", "--build", build});
        EXPECT_EQ(built.status, 0) << built.out << built.err;
        const auto ran = here.run({"ctest", "--test-dir", build, "--output-on-failure"});
        EXPECT_THAT(ran.out, HasSubstr("firmware"));
        return ran;
    };
    const auto first = tested();
    EXPECT_EQ(first.status, 0) << first.out;
    write(project / "components/greeting/src/words.h", "#define FORMAL \"Changed\"\n");
    write(project / "main/data/page.html", "");
    const auto second = here.run({"cmake", "--build", build});
    EXPECT_EQ(second.status, 0) << second.out;
    EXPECT_THAT(here.nowire({"idf", "run", build + "/firmware"}).out,
                AllOf(HasSubstr("Changed from an esp32"), HasSubstr("page of 1 with 0")));
}

TEST(IdfBuild, PathsMayHaveSpacesAndQuotes) {
    const workshop here;
    const auto project = here.copy("configured", "it's a \"project\" (new)");
    EXPECT_THAT(here.built(project), HasSubstr("page of 14"));
}

TEST(IdfBuild, AMissingHeaderIsNamedAndWhoIncludesIt) {
    const workshop here;
    const auto said = here.refused(projects / "missing_header");
    EXPECT_THAT(said, HasSubstr("\nmain/led.c:1 includes driver/gpio.h, which nowire does not have\n"));
    EXPECT_THAT(said, HasSubstr("main requires ESP-IDF's component driver, of which nowire has nothing\n"));
    EXPECT_THAT(said, HasSubstr("docs/esp-idf.md"));
    EXPECT_THAT(said, Not(HasSubstr("fatal error"))) << "not as the compiler says it";
}

TEST(IdfBuild, WhatIsMissingCanBeAComponentOfTheProject) {
    const workshop here;
    const auto project = here.copy("missing_header", "with_driver");
    write(project / "components/driver/CMakeLists.txt", "idf_component_register(SRCS gpio.c INCLUDE_DIRS include)\n");
    write(project / "components/driver/include/driver/gpio.h", "int gpio_set_level(int pin, int level);\n");
    write(project / "components/driver/gpio.c",
          "#include <stdio.h>\n"
          "int gpio_set_level(int pin, int level) { return printf(\"pin %d is %d\\n\", pin, level); }\n");
    EXPECT_EQ(here.built(project), "program | pin 2 is 1\n");
}

TEST(IdfBuild, AHeaderOfAComponentThatIsNotRequiredIsFound) {
    const workshop here;
    const auto said = here.refused(projects / "missing_requirement");
    EXPECT_THAT(said, HasSubstr("\nmain/main.c:1 includes led.h, which is components/led/include/led.h: its component "
                                "must name led in REQUIRES\n"));
    EXPECT_THAT(said, Not(HasSubstr("docs/esp-idf.md")));
}

TEST(IdfBuild, MissingFunctionsAreNamed) {
    const workshop here;
    EXPECT_THAT(here.refused(projects / "missing_function"),
                HasSubstr("\nmain/main.c:4 uses esp_partition_dump, which nowire does not have\n"));
    EXPECT_THAT(here.refused(projects / "missing_symbol"),
                AllOf(HasSubstr("uses adc1_get_raw, which neither the project nor nowire has\n"),
                      HasSubstr("uses adc1_config_width, which neither the project nor nowire has\n"),
                      HasSubstr("\nmain/main.c:"), Not(HasSubstr("undefined reference"))));
}

TEST(IdfBuild, AnUnknownComponentIsNamedAndWhoRequiresIt) {
    const workshop here;
    EXPECT_THAT(here.refused(projects / "unknown_component"),
                AllOf(HasSubstr("main requires the component \"led_strip\", which neither the project has nor ESP-IDF"),
                      HasSubstr("main requires the component \"button\"")));
}

TEST(IdfBuild, WhatTheComponentManagerWouldFetchIsNamed) {
    const workshop here;
    const auto said = here.refused(projects / "manifest");
    EXPECT_THAT(said,
                HasSubstr("main/idf_component.yml asks for espressif/led_strip (version ^2.5.0), which is not in"));
    EXPECT_THAT(said, HasSubstr("main/idf_component.yml asks for espressif/esp-now (version ~2.5)"));
    EXPECT_THAT(said, Not(HasSubstr("usb_host"))) << "it has rules, and may not be meant";
    EXPECT_THAT(said, Not(HasSubstr("for near"))) << "it is there";

    const auto fetched = here.copy("manifest", "fetched");
    for (const auto* name : {"espressif__led_strip", "espressif__esp-now"})
        write(fetched / "managed_components" / name / "CMakeLists.txt", "idf_component_register(INCLUDE_DIRS .)\n");
    EXPECT_EQ(here.built(fetched), "program | near 1\n");
}

TEST(IdfBuild, AnErrorOfTheProjectsIsShownAsTheCompilerSaysIt) {
    const workshop here;
    const auto said = here.refused(projects / "syntax_error");
    EXPECT_THAT(said, HasSubstr("main.c:2:18: error: 'three' undeclared"));
    EXPECT_THAT(said, HasSubstr("    2 |     int rounds = three;\n"));
    EXPECT_THAT(said, Not(HasSubstr("-std=gnu17"))) << "without the commands";
}

TEST(IdfBuild, AnErrorOfTheProjectsCMakeIsShownAsCMakeSaysIt) {
    const workshop here;
    const auto project = here.copy("syntax_error", "broken");
    const auto with = [&](const std::string& text) {
        write(project / "main/CMakeLists.txt", text);
        return here.refused(project);
    };
    EXPECT_THAT(with("idf_component_register(SRCS main.c)\nno_such_command()\n"), HasSubstr("no_such_command"));
    EXPECT_THAT(with("no_such_command()\nidf_component_register(SRCS main.c)\n"), HasSubstr("no_such_command"));
    EXPECT_THAT(with("idf_component_register(SRCS none.c)\n"),
                HasSubstr("main/CMakeLists.txt: SRCS names main/none.c, which is not there."));
    EXPECT_THAT(with("idf_component_register(SRCS main.c INCLUDE_DIRS none)\n"),
                HasSubstr("it names none as a folder"));
    EXPECT_THAT(with("idf_component_register(SRCS main.c EMBED_FILES none.bin)\n"),
                HasSubstr("main/CMakeLists.txt embeds main/none.bin, which is not there."));
    EXPECT_THAT(with("idf_component_register(main.c)\n"), HasSubstr("has no \"main.c\""));
    EXPECT_THAT(with("idf_component_register(SRCS main.c REQUIRED_IDF_TARGETS esp32c6)\n"),
                HasSubstr("this component is for esp32c6, and the project is built as for the esp32"));
    write(project / "main/Kconfig", "config BROKEN\n    bool \"no end\n");
    EXPECT_THAT(with("idf_component_register(SRCS main.c)\n"), HasSubstr("main/Kconfig:2"));
    fs::remove(project / "main/Kconfig");
    write(project / "sdkconfig.defaults", "CONFIG_A=1\nrubbish\n");
    EXPECT_THAT(with("idf_component_register(SRCS main.c)\n"),
                HasSubstr("sdkconfig.defaults:2: \"rubbish\" is no line like CONFIG_X=value"));
}

TEST(IdfBuild, ASanitizerSeesWhatTheProgramDoes) {
    const workshop here;
    const auto project = here.copy("syntax_error", "overrun");
    write(project / "main/main.c",
          "#include <stdlib.h>\n"
          "volatile int at = 8;\n"
          "void app_main(void) {\n    volatile char* place = malloc(8);\n    place[at] = 1;\n}\n");
    ASSERT_EQ(here.build(project, {"--sanitize", "address"}).status, 0);
    const auto ran = here.nowire({"idf", "run", here.program.string()});
    EXPECT_EQ(ran.status, 1);
    EXPECT_THAT(ran.out, HasSubstr("heap-buffer-overflow"));
    EXPECT_THAT(ran.out, HasSubstr("main.c:5"));
    const auto thread = here.build(project, {"--sanitize", "thread"});
    EXPECT_TRUE(thread.status == 0 || thread.err.contains("needs a nowire that is built with it")) << thread.err;
    EXPECT_EQ(here.build(project, {"--sanitize", "adress"}).status, 2);
}

TEST(IdfBuild, NoTimePassesWhileASleeperEndsAndBegins) {
    const workshop here;
    ASSERT_EQ(here.build(projects / "sleeper").status, 0);
    // The next that it has to do is far away: time would leap there as soon as nobody holds it.
    const auto idle = here.file("idle", "#!/bin/sh\nexec '" NOWIRE_PROGRAM "' listen --quiet --timeout 36000\n");
    chmod(idle.c_str(), 0700);
    const auto ran = here.nowire(
        {"idf", "run", here.program.string(), idle, "--speed", "max", "--time", "10.5", "--restart-on-deep-sleep"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    // Switched on at 0 s, and awake again at 1 s, 2 s ... 10 s.
    EXPECT_THAT(ran.out, AllOf(HasSubstr("program | boot 1 of cause 0\n"), HasSubstr("program | boot 2 of cause 4\n"),
                               HasSubstr("program | boot 11 of cause 4\n"), Not(HasSubstr("boot 12"))));
    const auto once = here.nowire({"idf", "run", here.program.string()});
    EXPECT_EQ(once.out, "program | boot 1 of cause 0\n");
    EXPECT_THAT(once.err, HasSubstr("program sleeps, and nobody wakes it"));
}

TEST(IdfBuild, AFramesControlIsThatOfTheChip) {
    const workshop here;
    const auto project = here.copy("calendar", "control");
    write(project / "main/main.c",
          "#include \"esp_now.h\"\n#include <stdio.h>\n"
          "void app_main(void) { printf(\"%d bytes\\n\", (int)sizeof(wifi_pkt_rx_ctrl_t)); }\n");
    EXPECT_EQ(here.built(project), "program | 28 bytes\n");
    write(project / "sdkconfig.defaults", "CONFIG_IDF_TARGET=\"esp32s3\"\n");
    EXPECT_EQ(here.built(project), "program | 48 bytes\n");
    write(project / "sdkconfig.defaults", "CONFIG_IDF_TARGET=\"esp32c6\"\n");
    EXPECT_EQ(here.built(project), "program | 92 bytes\n");
}

TEST(IdfBuild, TheTimeOfDayGoesOnInDeepSleepAndThroughARestart) {
    const workshop here;
    ASSERT_EQ(here.build(projects / "calendar").status, 0);
    for (int i = 0; i < 2; ++i) {
        const auto ran = here.nowire({"idf", "run", here.program.string(), "--speed", "max", "--restart-on-deep-sleep",
                                      "--state", (here.folder() / "state").string()});
        EXPECT_EQ(ran.out,
                  "program | switched on 0.000000\n"
                  "program | before 1700000001.750000\n"
                  "program | woken 1700000061.750000\n"
                  "program | restarted 1700000062.750000\n")
            << ran.err;
    }
}

TEST(IdfBuild, WhatIsNoProjectIsRefused) {
    const workshop here;
    const auto said = [&](const fs::path& project, int status) {
        const auto built = here.build(project);
        EXPECT_EQ(built.status, status) << built.err;
        return built.err;
    };
    EXPECT_THAT(said("/none", 2), HasSubstr("/none: there is no such folder"));
    EXPECT_THAT(said(here.file("text", ""), 2), HasSubstr("this is no folder"));
    EXPECT_THAT(said(here.folder(), 2), HasSubstr("it has no CMakeLists.txt"));
    const auto project = here.folder() / "project";
    write(project / "CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\nproject(other)\n");
    EXPECT_THAT(said(project, 2), HasSubstr("does not include $ENV{IDF_PATH}/tools/cmake/project.cmake"));
    write(project / "CMakeLists.txt",
          "cmake_minimum_required(VERSION 3.16)\ninclude($ENV{IDF_PATH}/tools/cmake/project.cmake)\nproject(other)\n");
    EXPECT_THAT(said(project, 1), HasSubstr("has no component \"main\": a folder main/ with a CMakeLists.txt"));
    write(project / "CMakeLists.txt",
          "cmake_minimum_required(VERSION 3.16)\ninclude($ENV{IDF_PATH}/tools/cmake/project.cmake)\n");
    EXPECT_THAT(said(project, 1), HasSubstr("does not reach project()"));
    write(project / "main/CMakeLists.txt", "idf_component_register(SRCS main.c)\n");
    write(project / "main/main.c", "int nothing;\n");
    write(project / "CMakeLists.txt",
          "cmake_minimum_required(VERSION 3.16)\ninclude($ENV{IDF_PATH}/tools/cmake/project.cmake)\nproject(other)\n");
    EXPECT_THAT(said(project, 1), HasSubstr("the project has no app_main()"));
}

TEST(IdfBuild, WhatCannotBeReadOrWrittenIsRefused) {
    const workshop here;
    const auto project = (projects / "missing_header").string();
    const auto output = [&](const std::string& to) {
        const auto built = here.nowire({"idf", "build", project, "-o", to});
        EXPECT_EQ(built.status, 2) << built.err;
        return built.err;
    };
    EXPECT_THAT(output("/none/program"), HasSubstr("/none: there is no such folder"));
    EXPECT_THAT(output(here.folder().string()), HasSubstr("this is a folder"));
    if (geteuid() == 0) GTEST_SKIP() << "root reads everything";
    const auto closed = here.copy("missing_header", "closed");
    chmod(closed.c_str(), 0);
    const auto built = here.build(closed);
    chmod(closed.c_str(), 0700);
    EXPECT_EQ(built.status, 2);
    EXPECT_THAT(built.err, HasSubstr("closed: Permission denied"));
}

}  // namespace
}  // namespace nowire::test
