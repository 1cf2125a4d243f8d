#include "support/files.hpp"

#include <esp_err.h>
#include <esp_heap_caps.h>
#include <esp_log.h>
#include <esp_system.h>
#include <gtest/gtest.h>
#include <nvs_flash.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace nowire::test {
namespace {

constexpr int threads = 4;
constexpr int rounds = 120;

/// Runs `work` with a number in so many threads at once.
void at_once(const std::function<void(int)>& work) {
    std::vector<std::jthread> running;
    for (int i = 0; i < threads; ++i)
        running.emplace_back(work, i);
}

std::atomic<int> lines = 0;

int count_line(const char*, va_list) {
    return ++lines;
}

TEST(IdfThreads, NvsIsWholeWhereManyUseIt) {
    const temporary_folder folder;
    ::setenv("NOWIRE_IDF_NVS", (folder / "store").c_str(), 1);
    ASSERT_EQ(nvs_flash_init(), ESP_OK);
    at_once([](int number) {
        const auto own = "own" + std::to_string(number);
        for (int round = 0; round < rounds; ++round) {
            nvs_handle_t handle = 0;
            EXPECT_EQ(nvs_open(own.c_str(), NVS_READWRITE, &handle), ESP_OK);
            EXPECT_EQ(nvs_set_i32(handle, ("key" + std::to_string(round % 10)).c_str(), round), ESP_OK);
            const bool is_last_of_some = round % 20 == 19;
            EXPECT_EQ(is_last_of_some ? nvs_commit(handle) : ESP_OK, ESP_OK);
            nvs_iterator_t at = nullptr;
            for (auto answer = nvs_entry_find("nvs", nullptr, NVS_TYPE_ANY, &at); answer == ESP_OK;)
                answer = nvs_entry_next(&at);
            nvs_close(handle);
        }
    });
    ASSERT_EQ(nvs_flash_deinit(), ESP_OK);
    ASSERT_EQ(nvs_flash_init(), ESP_OK);
    for (int number = 0; number < threads; ++number) {
        nvs_handle_t handle = 0;
        ASSERT_EQ(nvs_open(("own" + std::to_string(number)).c_str(), NVS_READONLY, &handle), ESP_OK);
        for (int key = 0; key < 10; ++key) {
            std::int32_t value = 0;
            EXPECT_EQ(nvs_get_i32(handle, ("key" + std::to_string(key)).c_str(), &value), ESP_OK);
            EXPECT_EQ(value, rounds - 10 + key);
        }
    }
    nvs_flash_deinit();
}

TEST(IdfThreads, NoLineIsLostWhereManyLog) {
    esp_log_set_vprintf(count_line);
    at_once([](int number) {
        const auto own = "tag" + std::to_string(number);
        for (int round = 0; round < rounds; ++round) {
            esp_log_level_set(own.c_str(), ESP_LOG_DEBUG);
            esp_log_write(ESP_LOG_DEBUG, own.c_str(), "line\n");
            esp_log_level_set(own.c_str(), ESP_LOG_WARN);
            esp_log_write(ESP_LOG_INFO, own.c_str(), "none\n");
            EXPECT_EQ(esp_log_level_get(own.c_str()), ESP_LOG_WARN);
        }
    });
    esp_log_set_vprintf(nullptr);
    EXPECT_EQ(lines, threads * rounds);
}

TEST(IdfThreads, HandlersAndHeapAreThereForAll) {
    static std::atomic<int> registered = 0;
    at_once([](int) {
        for (int round = 0; round < rounds; ++round) {
            if (esp_register_shutdown_handler([] {}) == ESP_OK) ++registered;
            heap_caps_free(heap_caps_malloc(100, MALLOC_CAP_DEFAULT));
            const auto free = esp_get_free_heap_size();
            EXPECT_LE(esp_get_minimum_free_heap_size(), free);
        }
    });
    EXPECT_EQ(registered, 1) << "it is one handler";
}

}  // namespace
}  // namespace nowire::test
