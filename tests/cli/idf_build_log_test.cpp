#include "cli/idf/build_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nowire::cli::idf {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

build_findings read(const std::string& log) {
    return read_build_log(log, {.project = "/nowhere/project", .headers = {}, .build = "/tmp/program.build"});
}

TEST(IdfBuildLog, MissingHeadersAreToldOnce) {
    const auto found = read(
        "[1/9] Building C object a.o\n"
        "FAILED: a.o\n"
        "cc -c a.c\n"
        "In file included from /nowhere/project/main/a.c:3:\n"
        "/nowhere/project/main/a.h:1:10: fatal error: driver/spi master.h: No such file or directory\n"
        "    1 | #include \"driver/spi master.h\"\n"
        "compilation terminated.\n"
        "FAILED: b.o\n"
        "cc -c b.c\n"
        "/nowhere/project/main/a.h:1:10: fatal error: driver/spi master.h: No such file or directory\n"
        "/elsewhere/b.c:2:10: fatal error: ff.h: No such file or directory\n"
        "ninja: build stopped: cannot make progress due to previous errors.\n");
    EXPECT_THAT(found.missing, ElementsAre("main/a.h:1 includes driver/spi master.h, which nowire does not have",
                                           "/elsewhere/b.c:2 includes ff.h, which nowire does not have"));
    EXPECT_THAT(found.own, IsEmpty());
}

TEST(IdfBuildLog, PathsMayBeRelativeToWhereTheCompilerRan) {
    const auto found = read(
        "FAILED: a.o\n"
        "cc -c a.c\n"
        "../../nowhere/project/main/a.c:1:10: fatal error: ff.h: No such file or directory\n");
    EXPECT_THAT(found.missing, ElementsAre("main/a.c:1 includes ff.h, which nowire does not have"));
}

TEST(IdfBuildLog, NamesOfEspIdfAreToldAndOthersAreTheCompilersToTell) {
    const auto found = read(
        "FAILED: a.o\n"
        "c++ -c a.cpp\n"
        "/nowhere/project/main/a.cpp:4:5: error: 'esp_http_client_init' was not declared in this scope\n"
        "/nowhere/project/main/a.cpp:5:1: error: 'nvs_sec_cfg_t' does not name a type; did you mean 'x'?\n"
        "/nowhere/project/main/a.cpp:6:1: error: unknown type name 'uart_port_t'\n"
        "/nowhere/project/main/a.cpp:7:9: error: 'GPIO_NUM_2' undeclared (first use in this function)\n"
        "/nowhere/project/main/a.cpp:9:5: error: call to 'esp_sleep_enable_ext0_wakeup' declared with attribute error: "
        "nowire has no pins\n"
        "FAILED: b.o\n"
        "cc -c b.c\n"
        "/nowhere/project/main/b.c:1:5: error: implicit declaration of function 'my_own_function'\n"
        "[3/3] Linking\n");
    EXPECT_THAT(found.missing, ElementsAre("main/a.cpp:4 uses esp_http_client_init, which nowire does not have",
                                           "main/a.cpp:5 uses nvs_sec_cfg_t, which nowire does not have",
                                           "main/a.cpp:6 uses uart_port_t, which nowire does not have",
                                           "main/a.cpp:7 uses GPIO_NUM_2, which nowire does not have",
                                           "main/a.cpp:9 calls esp_sleep_enable_ext0_wakeup: nowire has no pins"));
    EXPECT_THAT(
        found.own,
        ElementsAre("/nowhere/project/main/b.c:1:5: error: implicit declaration of function 'my_own_function'"));
}

TEST(IdfBuildLog, UndefinedSymbolsAreToldWithTheirPlace) {
    const auto found = read(
        "FAILED: program\n"
        ": && c++ a.o -o program && :\n"
        "/usr/bin/ld: lib__idf_main.a(plus.cpp.o): in function `app_main':\n"
        "/nowhere/project/main/plus.cpp:7: undefined reference to `lcd::draw(int, char const*)'\n"
        "/usr/bin/ld: lib__idf_main.a(old.c.o): in function `read':\n"
        "old.c:(.text+0x1b): undefined reference to `adc1_get_raw'\n"
        "collect2: error: ld returned 1 exit status\n");
    EXPECT_THAT(
        found.missing,
        ElementsAre("main/plus.cpp:7 uses lcd::draw(int, char const*), which neither the project nor nowire has",
                    "old.c uses adc1_get_raw, which neither the project nor nowire has"));
    EXPECT_THAT(found.own, IsEmpty());
    EXPECT_THAT(read("/usr/bin/ld: undefined reference to `app_main'\n").missing,
                ElementsAre(testing::HasSubstr("has no app_main()")));
}

TEST(IdfBuildLog, WarningsAreCountedAndWhatNobodyKnowsIsKept) {
    const auto found = read(
        "[1/2] Building C object a.o\n"
        "/nowhere/project/main/a.c:1:5: warning: unused variable 'x' [-Wunused-variable]\n"
        "FAILED: program\n"
        "c++ -o program\n"
        "/usr/bin/ld: b.o: in function `twice':\n"
        "b.c:(.text+0x0): multiple definition of `twice'; a.o:a.c:(.text+0x0): first defined here\n"
        "collect2: error: ld returned 1 exit status\n");
    EXPECT_EQ(found.warnings, 1U);
    EXPECT_THAT(found.missing, IsEmpty());
    EXPECT_THAT(found.own, testing::Contains(testing::HasSubstr("multiple definition of `twice'")));
    EXPECT_THAT(read("").own, IsEmpty());
    EXPECT_THAT(read(std::string(1000000, 'x') + ": error: \n\n[").missing, IsEmpty());
}

TEST(IdfBuildLog, WhatLooksLikeEspIdf) {
    for (const auto* name :
         {"esp_now_init", "ESP_OK", "nvs_open", "xTaskCreate", "vTaskDelay", "portMAX_DELAY", "gpio_config"})
        EXPECT_TRUE(looks_like_esp_idf(name)) << name;
    for (const auto* name : {"my_esp_now", "main", "", "port", "tx", "portability", "pdf_open"})
        EXPECT_FALSE(looks_like_esp_idf(name)) << name;
}

}  // namespace
}  // namespace nowire::cli::idf
