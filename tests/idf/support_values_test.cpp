#include "idf/chip_program.hpp"

#include <nowire/frame/mac_address.hpp>
#include <nowire/radio/identity.hpp>

#include <esp_chip_info.h>
#include <esp_crc.h>
#include <esp_heap_caps.h>
#include <esp_idf_version.h>
#include <esp_mac.h>
#include <esp_system.h>
#include <gmock/gmock.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace nowire::test {
namespace {

using testing::Each;
using testing::HasSubstr;

const std::uint8_t* const digits = reinterpret_cast<const std::uint8_t*>("123456789");

// The catalogue of parametrised CRC algorithms by Greg Cook has what each makes of "123456789".
TEST(IdfCrc, HasTheKnownSums) {
    EXPECT_EQ(esp_crc16_le(0xffff, digits, 9), 0xde76);
    EXPECT_EQ(esp_crc16_le(0, digits, 9), 0x906e) << "CRC-16/IBM-SDLC, X-25";
    EXPECT_EQ(esp_crc16_be(0, digits, 9), 0xd64e) << "CRC-16/GENIBUS";
    EXPECT_EQ(static_cast<std::uint16_t>(~esp_crc16_be(0xffff, digits, 9)), 0x31c3) << "CRC-16/XMODEM";
    EXPECT_EQ(static_cast<std::uint16_t>(~esp_crc16_le(0xffff, digits, 9)), 0x2189) << "CRC-16/KERMIT";
    EXPECT_EQ(esp_crc32_le(0, digits, 9), 0xcbf43926U) << "CRC-32/ISO-HDLC";
    EXPECT_EQ(esp_crc32_be(0, digits, 9), 0xfc891918U) << "CRC-32/BZIP2";
    EXPECT_EQ(static_cast<std::uint8_t>(~esp_crc8_le(0, digits, 9)), 0xd0) << "CRC-8/ROHC";
    EXPECT_EQ(static_cast<std::uint8_t>(~esp_crc8_be(0xff, digits, 9)), 0xf4) << "CRC-8/SMBUS";
}

TEST(IdfCrc, GoesOnFromOneBufferToTheNext) {
    for (std::uint32_t first = 0; first <= 9; ++first) {
        EXPECT_EQ(esp_crc32_le(esp_crc32_le(0, digits, first), digits + first, 9 - first), 0xcbf43926U);
        EXPECT_EQ(esp_crc16_be(esp_crc16_be(0, digits, first), digits + first, 9 - first), 0xd64e);
    }
    EXPECT_EQ(esp_crc32_le(7, nullptr, 0), 7U);
}

TEST(IdfMac, ALocalAddressDiffersFromTheOneItIsMadeOf) {
    std::array<std::uint8_t, 6> local{};
    const std::array<std::uint8_t, 6> universal{0x24, 0x0a, 0xc4, 1, 2, 3};
    EXPECT_EQ(esp_derive_local_mac(local.data(), universal.data()), ESP_OK);
    EXPECT_EQ(local, (std::array<std::uint8_t, 6>{0x26, 0x0a, 0xc4, 1, 2, 3}));
    EXPECT_EQ(esp_derive_local_mac(local.data(), local.data()), ESP_OK);
    EXPECT_EQ(local, (std::array<std::uint8_t, 6>{0x22, 0x0a, 0xc4, 1, 2, 3}));
    EXPECT_EQ(esp_derive_local_mac(nullptr, universal.data()), ESP_ERR_INVALID_ARG);
}

TEST(IdfMac, AddressesOfTheInterfacesFollowTheRadios) {
    auto program = chip_program();
    program.set_radio("?mac=24:0a:c4:1d:58:fe");
    const auto run = program.run("macs");
    EXPECT_EQ(run.out,
              "sta 24:0a:c4:1d:58:fe ESP_OK\n"
              "ap 24:0a:c4:1d:58:ff ESP_OK\n"
              "bt 24:0a:c4:1d:58:00 ESP_OK\n"
              "eth 24:0a:c4:1d:58:01 ESP_OK\n"
              "154 00:00:00:00:00:00 ESP_ERR_NOT_SUPPORTED\n"
              "base 24:0a:c4:1d:58:fe ESP_OK\n"
              "factory 24:0a:c4:1d:58:fe ESP_OK\n"
              "custom 00:00:00:00:00:00 ESP_ERR_INVALID_MAC\n")
        << run.err;
    program.set_radio("?name=kitchen");
    EXPECT_THAT(program.run("macs").out, HasSubstr("sta " + mac_from_name("kitchen").to_string() + " ESP_OK\n"));
}

TEST(IdfMac, AddressesCanBeSet) {
    auto program = chip_program();
    program.set_radio("?mac=24:0a:c4:1d:58:fe");
    const auto run = program.run("macs_set");
    EXPECT_EQ(run.out,
              "not set ESP_ERR_INVALID_MAC\n"
              "group ESP_ERR_INVALID_MAC\n"
              "null ESP_ERR_INVALID_ARG\n"
              "factory ESP_ERR_INVALID_ARG\n"
              "set ESP_OK\n"
              "sta 02:00:00:00:00:10 ESP_OK\n"
              "ap 02:00:00:00:00:11 ESP_OK\n"
              "factory 24:0a:c4:1d:58:fe ESP_OK\n"
              "one ESP_OK\n"
              "sta 02:00:00:00:00:10 ESP_OK\n"
              "ap 02:00:00:00:00:77 ESP_OK\n"
              "length 6 0\n")
        << run.err;
}

TEST(IdfRandom, WithASeedIsTheSameAgainAndOtherwiseNot) {
    auto program = chip_program();
    EXPECT_NE(program.run("random").out, program.run("random").out);
    program.set("NOWIRE_IDF_SEED", "5");
    const auto once = program.run("random").out;
    EXPECT_EQ(program.run("random").out, once);
    EXPECT_EQ(once.size(), 8U + 7 * 3 + 1);
    program.set_radio("?name=other");
    EXPECT_NE(program.run("random").out, once) << "another chip has other numbers";
}

TEST(IdfVersion, IsThatOfTheTranslationUnit) {
    EXPECT_STREQ(esp_get_idf_version(), "v5.5");
    EXPECT_STREQ(nowire_idf_version_text(ESP_IDF_VERSION_VAL(5, 4, 2)), "v5.4.2");
    EXPECT_EQ(ESP_IDF_VERSION_MAJOR * 100 + ESP_IDF_VERSION_MINOR * 10 + ESP_IDF_VERSION_PATCH, 550);
    esp_chip_info_t chip{};
    esp_chip_info(&chip);
    EXPECT_EQ(chip.model, CHIP_ESP32);
    EXPECT_EQ(chip.features, CHIP_FEATURE_WIFI_BGN);
    EXPECT_EQ(chip.cores, 1);
}

TEST(IdfHeap, GivesWhatAChipWithoutExternalMemoryHas) {
    auto* block = static_cast<std::uint8_t*>(heap_caps_calloc(10, 10, MALLOC_CAP_8BIT | MALLOC_CAP_INTERNAL));
    ASSERT_NE(block, nullptr);
    EXPECT_THAT(std::vector(block, block + 100), Each(0));
    block[99] = 7;
    block = static_cast<std::uint8_t*>(heap_caps_realloc(block, 5000, MALLOC_CAP_DEFAULT));
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(block[99], 7);
    EXPECT_GE(heap_caps_get_allocated_size(block), 5000U);
    EXPECT_EQ(heap_caps_realloc(block, 0, MALLOC_CAP_DEFAULT), nullptr);
    EXPECT_EQ(heap_caps_malloc(0, MALLOC_CAP_DEFAULT), nullptr);
    EXPECT_EQ(heap_caps_malloc(8, MALLOC_CAP_SPIRAM), nullptr);
    EXPECT_EQ(heap_caps_get_free_size(MALLOC_CAP_SPIRAM), 0U);
    void* preferred = heap_caps_malloc_prefer(8, 2, MALLOC_CAP_SPIRAM, MALLOC_CAP_INTERNAL);
    EXPECT_NE(preferred, nullptr);
    heap_caps_free(preferred);
    void* aligned = heap_caps_aligned_calloc(64, 3, 11, MALLOC_CAP_DMA);
    ASSERT_NE(aligned, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(aligned) % 64, 0U);
    heap_caps_aligned_free(aligned);
    EXPECT_EQ(heap_caps_aligned_alloc(48, 8, MALLOC_CAP_DMA), nullptr) << "no power of two";
    EXPECT_EQ(heap_caps_aligned_calloc(64, SIZE_MAX / 2, 4, MALLOC_CAP_DMA), nullptr);
}

// The sanitizers' own heap counts nothing.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(IdfHeap, WhatIsTakenIsNoLongerFree) {
    const auto before = esp_get_free_heap_size();
    EXPECT_GT(before, 100000U);
    EXPECT_LE(before, heap_caps_get_total_size(MALLOC_CAP_DEFAULT));
    void* block = heap_caps_malloc(50000, MALLOC_CAP_DEFAULT);
    std::memset(block, 1, 50000);
    const auto during = esp_get_free_heap_size();
    EXPECT_LE(during, before - 50000);
    EXPECT_GE(during, before - 60000);
    heap_caps_free(block);
    EXPECT_GE(esp_get_free_heap_size(), before - 10000);
    EXPECT_LE(esp_get_minimum_free_heap_size(), during);
}
#endif

}  // namespace
}  // namespace nowire::test
