#include "idf/chip.hpp"
#include "idf/console.hpp"
#include "idf/time_of_day.hpp"

#include <esp_log.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>

// A program whose CONFIG_LOG_DEFAULT_LEVEL is another defines this itself.
extern "C" {
[[gnu::weak]] esp_log_level_t esp_log_default_level = ESP_LOG_INFO;
}

namespace nowire::idf {

namespace {

constexpr std::string_view every_tag = "*";

std::shared_mutex lock;
std::atomic<vprintf_like_t> writer = &std::vprintf;

/// The levels of tags that have their own. A program's constructors may log before those of this file have run, and its
/// threads after the destructors have, so this is made at first use and never destroyed.
std::map<std::string, esp_log_level_t, std::less<>>& levels() {
    static auto& all = *new std::map<std::string, esp_log_level_t, std::less<>>();
    return all;
}

/// The default is a plain variable because programs and ESP_EARLY_LOGx read it as one.
esp_log_level_t default_level() {
    return __atomic_load_n(&esp_log_default_level, __ATOMIC_RELAXED);
}

esp_log_level_t level_of(std::string_view tag) {
    const std::shared_lock guard(lock);
    const auto found = levels().find(tag);
    return found != levels().end() ? found->second : default_level();
}

}  // namespace

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

void esp_log_level_set(const char* tag, esp_log_level_t level) {
    if (tag == nullptr) return;
    const std::unique_lock guard(lock);
    if (tag == every_tag) {
        __atomic_store_n(&esp_log_default_level, level, __ATOMIC_RELAXED);
        levels().clear();
    } else {
        levels().insert_or_assign(tag, level);
    }
}

esp_log_level_t esp_log_level_get(const char* tag) {
    return tag != nullptr ? level_of(tag) : default_level();
}

vprintf_like_t esp_log_set_vprintf(vprintf_like_t func) {
    return writer.exchange(func != nullptr ? func : &std::vprintf);
}

std::uint32_t esp_log_timestamp() {
    return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::milliseconds>(since_boot()).count());
}

std::uint32_t esp_log_early_timestamp() {
    return esp_log_timestamp();
}

char* esp_log_system_timestamp() {
    thread_local std::array<char, 32> text{};
    const auto now = [] {
        call c;
        return std::chrono::floor<std::chrono::milliseconds>(time_of_day(c));
    }();
    const auto whole = static_cast<time_t>(std::chrono::floor<std::chrono::seconds>(now).count());
    tm parts{};
    ::localtime_r(&whole, &parts);
    std::snprintf(text.data(), text.size(), "%02d:%02d:%02d.%03d", parts.tm_hour, parts.tm_min, parts.tm_sec,
                  static_cast<int>(now.count() % 1000));
    return text.data();
}

void esp_log_writev(esp_log_level_t level, const char* tag, const char* format, va_list args) {
    if (level == ESP_LOG_NONE || level > level_of(tag != nullptr ? tag : "")) return;
    const auto write = writer.load();
    if (write == &std::vprintf)
        console_print(format, args);
    else
        write(format, args);
}

void esp_log_write(esp_log_level_t level, const char* tag, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    esp_log_writev(level, tag, format, arguments);
    va_end(arguments);
}
}
