/// The library was compiled with the defaults; this program is compiled with others, and they count.

#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "freertos/timers.h"
#include "idf/chip.hpp"
#include "idf/chip_process.hpp"
#include "idf/freertos_tasks.hpp"

#include <gtest/gtest.h>

#include <chrono>
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

}  // namespace nowire::test
