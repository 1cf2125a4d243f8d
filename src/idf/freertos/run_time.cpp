/// Run time statistics: who had the chip's core for how long.

// Declares them all.
#define CONFIG_FREERTOS_GENERATE_RUN_TIME_STATS 1
#define CONFIG_FREERTOS_USE_STATS_FORMATTING_FUNCTIONS 1
#include "idf/freertos/run_time.hpp"

#include "freertos/task.h"

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>

namespace nowire::idf::freertos {

namespace {

duration total(call& c) {
    return c.now() - c.chip().began();
}

duration idle(call& c) {
    return std::max(total(c) - c.tasks().busy_time(), duration::zero());
}

/// A counter wraps, as the chip's does.
std::uint32_t microseconds(duration d) {
    return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::microseconds>(d).count());
}

std::uint32_t percent(duration part, duration whole) {
    return whole > duration::zero() ? static_cast<std::uint32_t>(100.0L * static_cast<long double>(part.count()) /
                                                                 static_cast<long double>(whole.count()))
                                    : 0;
}

}  // namespace

std::uint32_t run_time(api& c, const idf::task& t) {
    return nowire_freertos_config.run_time_stats != 0 ? microseconds(c.tasks().run_time(t)) : 0;
}

std::uint32_t total_run_time(api& c) {
    return nowire_freertos_config.run_time_stats != 0 ? microseconds(total(c)) : 0;
}

}  // namespace nowire::idf::freertos

using namespace nowire::idf::freertos;

extern "C" {

std::uint32_t ulTaskGetRunTimeCounter(TaskHandle_t handle) {
    api c("ulTaskGetRunTimeCounter");
    const auto* t = c.find_task(handle);
    return t != nullptr ? microseconds(c.tasks().run_time(*t)) : 0;
}

std::uint32_t ulTaskGetIdleRunTimeCounter() {
    api c("ulTaskGetIdleRunTimeCounter");
    return microseconds(idle(c));
}

std::uint32_t ulTaskGetIdleRunTimePercent() {
    api c("ulTaskGetIdleRunTimePercent");
    return percent(idle(c), total(c));
}

std::uint32_t ulTaskGetIdleRunTimeCounterForCore(BaseType_t core) {
    api c("ulTaskGetIdleRunTimeCounterForCore");
    return microseconds(core == 0 ? idle(c) : total(c));
}

std::uint32_t ulTaskGetIdleRunTimePercentForCore(BaseType_t core) {
    return core == 0 ? ulTaskGetIdleRunTimePercent() : 100;
}

void vTaskGetRunTimeStats(char* buffer) {
    api c("vTaskGetRunTimeStats");
    if (buffer == nullptr) c.give_up("there is no buffer");
    *buffer = '\0';
    for (const auto& [number, t] : c.tasks().tasks()) {
        if (t->is_guest) continue;
        const auto ran = c.tasks().run_time(*t);
        buffer += std::sprintf(buffer, "%-*s\t%" PRIu32 "\t\t",
                               static_cast<int>(nowire_freertos_config.max_task_name_len - 1), t->name.c_str(),
                               microseconds(ran));
        const auto share = percent(ran, total(c));
        buffer += share > 0 ? std::sprintf(buffer, "%" PRIu32 "%%\r\n", share) : std::sprintf(buffer, "<1%%\r\n");
    }
}
}
