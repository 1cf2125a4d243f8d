/// The library was compiled with the defaults; this program is compiled with others, and they count.

#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "freertos/timers.h"
#include "idf/chip.hpp"
#include "idf/chip_process.hpp"
#include "idf/freertos_tasks.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace nowire::test {

using FreeRtosConfig = Chip;

TEST_F(FreeRtosConfig, TicksAreTheProgramsOwn) {
    EXPECT_EQ(run([] {
                  vTaskDelay(pdMS_TO_TICKS(1250));
                  mark(idf::since_boot() == std::chrono::milliseconds(1250) ? "exact" : "?");
                  note(std::to_string(xPortGetTickRateHz()) + " " + std::to_string(portTICK_PERIOD_MS));
              }),
              "exact@1250 1000 1");
}

TEST_F(FreeRtosConfig, SoAreTheSizesAndTheTimerTask) {
    EXPECT_EQ(run([] {
                  xTaskNotifyGiveIndexed(xTaskGetCurrentTaskHandle(), 2);
                  note(std::to_string(ulTaskNotifyTakeIndexed(2, pdTRUE, 0)));
                  int value = 0;
                  vTaskSetThreadLocalStoragePointer(nullptr, 1, &value);
                  note(pvTaskGetThreadLocalStoragePointer(nullptr, 1) == &value ? "there" : "?");
                  const auto other = spawn("a very long name for a task", 5, [] { vTaskSuspend(nullptr); });
                  note(pcTaskGetName(other));
                  vTaskDelete(other);
                  note(std::to_string(uxTaskPriorityGet(xTimerGetTimerDaemonTaskHandle())));
                  vTaskPrioritySet(nullptr, 9);
                  const auto timer = xTimerCreate("t", 5, pdFALSE, nullptr, [](TimerHandle_t) {});
                  int sent = 0;
                  while (xTimerStart(timer, 0) == pdPASS)
                      ++sent;
                  note(std::to_string(sent));
              }),
              "1 there a very long name for 7 3");
}

namespace {

/// Runs for so much of the air's time, on an air whose time goes from event to event.
void poll_until(TickType_t tick) {
    while (xTaskGetTickCount() < tick) {
    }
}

/// Computes for so much of real time, without a call into the chip.
void compute(std::chrono::milliseconds length) {
    for (const auto end = std::chrono::steady_clock::now() + length; std::chrono::steady_clock::now() < end;) {
    }
}

}  // namespace

TEST_F(FreeRtosConfig, RunTimesAreThoseOfTheAirAndTheSameEachTime) {
    const auto program = [] {
        const auto other = spawn("other", 5, [] {
            vTaskDelay(200);
            poll_until(250);
            vTaskSuspend(nullptr);
        });
        poll_until(100);
        vTaskDelay(300);
        note(std::to_string(ulTaskGetRunTimeCounter(nullptr)) + " " + std::to_string(ulTaskGetRunTimeCounter(other)) +
             " " + std::to_string(ulTaskGetIdleRunTimeCounter()) + " " + std::to_string(ulTaskGetIdleRunTimePercent()) +
             "% " + std::to_string(ulTaskGetIdleRunTimeCounterForCore(1)));
        std::array<TaskStatus_t, 2> all{};
        std::uint32_t total = 0;
        uxTaskGetSystemState(all.data(), all.size(), &total);
        note(std::to_string(all[0].ulRunTimeCounter) + " " + std::to_string(all[1].ulRunTimeCounter) + " of " +
             std::to_string(total));
        std::array<char, 200> text{};
        vTaskGetRunTimeStats(text.data());
        for (auto& c : text)
            if (c == '\r' || c == '\n') c = '|';
        note(text.data());
        vTaskDelete(other);
    };
    const std::string expected =
        "100000 50000 250000 62% 400000 100000 50000 of 400000 "
        "main                \t100000\t\t25%||other               \t50000\t\t12%||";
    EXPECT_EQ(run(program), expected);
    EXPECT_EQ(run(program), expected);
}

TEST_F(FreeRtosConfig, OnAnAirThatKeepsToRealTimeComputingCounts) {
    EXPECT_EQ(run(
                  [] {
                      const auto other = spawn("other", 5, [] {
                          compute(std::chrono::milliseconds(30));
                          vTaskSuspend(nullptr);
                      });
                      note(ulTaskGetRunTimeCounter(other) >= 30'000 ? "computed" : "?");
                      note(ulTaskGetRunTimeCounter(nullptr) + ulTaskGetRunTimeCounter(other) +
                                       ulTaskGetIdleRunTimeCounter() <=
                                   static_cast<std::uint32_t>(idf::since_boot() / std::chrono::microseconds(1))
                               ? "parts"
                               : "?");
                      vTaskDelete(other);
                  },
                  {}),
              "computed parts");
}

}  // namespace nowire::test
