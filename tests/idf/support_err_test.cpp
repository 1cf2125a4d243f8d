#include "idf/chip_program.hpp"

#include <esp_err.h>
#include <gmock/gmock.h>

#include <array>
#include <csignal>
#include <string>
#include <utility>

namespace nowire::test {
namespace {

using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

TEST(IdfErrors, HaveTheNumbersAndNamesOfEspIdf) {
    // spec: the header files of ESP-IDF 6.0.
    const std::pair<int, const char*> known[] = {
        {-1, "ESP_FAIL"},
        {0, "ESP_OK"},
        {0x101, "ESP_ERR_NO_MEM"},
        {0x10d, "ESP_ERR_NOT_ALLOWED"},
        {0x1101, "ESP_ERR_NVS_NOT_INITIALIZED"},
        {0x110d, "ESP_ERR_NVS_NO_FREE_PAGES"},
        {0x1110, "ESP_ERR_NVS_NEW_VERSION_FOUND"},
        {0x1119, "ESP_ERR_NVS_WRONG_ENCRYPTION"},
        {0x1506, "ESP_ERR_OTA_ROLLBACK_INVALID_STATE"},
        {0x3001, "ESP_ERR_WIFI_NOT_INIT"},
        {0x300f, "ESP_ERR_WIFI_NOT_CONNECT"},
        {0x3012, "ESP_ERR_WIFI_POST"},
        {0x301c, "ESP_ERR_WIFI_ROC_IN_PROGRESS"},
        {12388, "ESP_ERR_ESPNOW_BASE"},
        {12389, "ESP_ERR_ESPNOW_NOT_INIT"},
        {12390, "ESP_ERR_ESPNOW_ARG"},
        {12391, "ESP_ERR_ESPNOW_NO_MEM"},
        {12392, "ESP_ERR_ESPNOW_FULL"},
        {12393, "ESP_ERR_ESPNOW_NOT_FOUND"},
        {12394, "ESP_ERR_ESPNOW_INTERNAL"},
        {12395, "ESP_ERR_ESPNOW_EXIST"},
        {12396, "ESP_ERR_ESPNOW_IF"},
        {12397, "ESP_ERR_ESPNOW_CHAN"},
        {0x309a, "ESP_ERR_DPP_AUTH_TIMEOUT"},
        {0x401a, "ESP_ERR_MESH_RECV_RELEASE"},
        {0x500d, "ESP_ERR_ESP_NETIF_DHCPS_START_FAILED"},
        {0x6006, "ESP_ERR_FLASH_PROTECTED"},
        {0x8038, "ESP_ERR_WOLFSSL_SSL_WRITE_FAILED"},
        {0xc005, "ESP_ERR_HW_CRYPTO_DS_INVALID_PADDING"},
        {0xd008, "ESP_ERR_MEMPROT_CPUID_INVALID"},
        {0xf004, "ESP_ERR_NVS_SEC_HMAC_XTS_KEYS_DERIV_FAILED"},
    };
    for (const auto& [code, name] : known)
        EXPECT_STREQ(esp_err_to_name(code), name) << code;
    for (const int unknown : {1, 0x100, 0x10e, 0x3010, 0x306e, 0xc003, 0x7fffffff, -2})
        EXPECT_STREQ(esp_err_to_name(unknown), "ERROR") << unknown;
}

TEST(IdfErrors, AreWrittenIntoABufferAndCut) {
    std::array<char, 64> text{};
    EXPECT_EQ(esp_err_to_name_r(0x103, text.data(), text.size()), text.data());
    EXPECT_STREQ(text.data(), "ESP_ERR_INVALID_STATE");
    esp_err_to_name_r(0x103, text.data(), 8);
    EXPECT_STREQ(text.data(), "ESP_ERR");
    esp_err_to_name_r(2, text.data(), text.size());
    EXPECT_STREQ(text.data(), "No such file or directory");
    esp_err_to_name_r(0x12345, text.data(), text.size());
    EXPECT_STREQ(text.data(), "ERROR 0x12345(74565)");
}

TEST(IdfErrors, ACheckThatFailsTellsWhereAndAborts) {
    const auto run = chip_program().run("check");
    EXPECT_EQ(run.status, 128 + SIGABRT) << run.err;
    EXPECT_THAT(run.out,
                MatchesRegex("before\n"
                             "ESP_ERROR_CHECK failed: esp_err_t 0x1102 \\(ESP_ERR_NVS_NOT_FOUND\\) at 0x[0-9a-f]+\n"
                             "file: \".*support_program.c\" line [0-9]+\n"
                             "func: check\n"
                             "expression: fail_with\\(.*\\)\n"));
}

TEST(IdfErrors, ACheckWithoutAbortGoesOnWithTheCode) {
    const auto run = chip_program().run("check_without_abort");
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("ESP_ERROR_CHECK_WITHOUT_ABORT failed: esp_err_t 0x107 (ESP_ERR_TIMEOUT) at 0x"));
    EXPECT_THAT(run.out, EndsWith("went on with 0x107\n"));
}

TEST(IdfErrors, ChecksLogAndLeaveTheFunction) {
    const auto run = chip_program().run("checks");
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, MatchesRegex("0x0"
                                      "E \\([0-9]+\\) support: return_on_error\\([0-9]+\\): did not work: 7\n"
                                      " 0x101\n"
                                      "condition holds\n0x0\n"
                                      "E \\([0-9]+\\) support: goto_on_false\\([0-9]+\\): no\n"
                                      "0x104\n"));
}

}  // namespace
}  // namespace nowire::test
