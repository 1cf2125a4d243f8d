/// Event groups.

#include "freertos/FreeRTOS.h"
#include "freertos/event_groups.h"
#include "freertos/task.h"
#include "idf/chip_process.hpp"
#include "idf/freertos_tasks.hpp"

#include <gmock/gmock.h>

namespace nowire::test {

namespace {

using FreeRtosEvents = Chip;
using testing::HasSubstr;

}  // namespace

TEST_F(FreeRtosEvents, BitsAreSetClearedAndAwaited) {
    EXPECT_EQ(run([] {
                  static const auto group = xEventGroupCreate();
                  const auto waiter = [](EventBits_t wanted, BaseType_t clear, BaseType_t all, TickType_t ticks) {
                      return [=] { mark(std::to_string(xEventGroupWaitBits(group, wanted, clear, all, ticks))); };
                  };
                  spawn("any", 5, waiter(0x3, pdTRUE, pdFALSE, portMAX_DELAY));
                  spawn("all", 5, waiter(0x3, pdFALSE, pdTRUE, portMAX_DELAY));
                  spawn("late", 5, waiter(0x8, pdTRUE, pdFALSE, 20));
                  vTaskDelay(10);
                  // "any" clears both bits of its own, though one of them alone was set.
                  note(std::to_string(xEventGroupSetBits(group, 0x5)));
                  vTaskDelay(20);
                  note(std::to_string(xEventGroupSetBits(group, 0x2)));
                  note(std::to_string(xEventGroupSetBits(group, 0x3)));
                  note(std::to_string(xEventGroupClearBits(group, 0x6)));
                  note(std::to_string(xEventGroupGetBits(group)));
                  note(std::to_string(xEventGroupWaitBits(group, 0x3, pdFALSE, pdTRUE, 0)));
                  note(std::to_string(xEventGroupWaitBits(group, 0x3, pdTRUE, pdFALSE, 0)));
                  note(std::to_string(xEventGroupGetBits(group)));
              }),
              "5@10 4 4@20 6 7@30 7 7 1 1 1 0");
}

TEST_F(FreeRtosEvents, AllThatWaitSeeTheSameBitsBeforeAnyIsCleared) {
    EXPECT_EQ(run([] {
                  static const auto group = xEventGroupCreate();
                  for (int i = 0; i < 3; ++i)
                      spawn("waits", 5, [] {
                          note(std::to_string(xEventGroupWaitBits(group, 0x10, pdTRUE, pdTRUE, portMAX_DELAY)));
                      });
                  vTaskSuspendAll();
                  xEventGroupSetBits(group, 0x10);
                  note(std::to_string(xEventGroupGetBits(group)));
                  xTaskResumeAll();
              }),
              "0 16 16 16");
}

TEST_F(FreeRtosEvents, TasksMeetAtARendezvous) {
    EXPECT_EQ(run([] {
                  static const auto group = xEventGroupCreate();
                  for (const TickType_t ticks : {30U, 10U, 20U})
                      spawn("meets", 5, [ticks] {
                          vTaskDelay(ticks);
                          const auto bits = xEventGroupSync(group, 1U << (ticks / 10), 0xe, 100);
                          mark(std::to_string(bits));
                      });
                  vTaskDelay(50);
                  note(std::to_string(xEventGroupGetBits(group)));
                  mark(std::to_string(xEventGroupSync(group, 0x2, 0xe, 5)));
                  note(std::to_string(xEventGroupGetBits(group)));
              }),
              "14@30 14@30 14@30 0 2@55 2");
}

TEST_F(FreeRtosEvents, FromInterruptsTheTimerTaskDoesIt) {
    EXPECT_EQ(run([] {
                  static const auto group = xEventGroupCreate();
                  spawn("waits", 5,
                        [] { note(std::to_string(xEventGroupWaitBits(group, 0x1, pdFALSE, pdTRUE, portMAX_DELAY))); });
                  BaseType_t woken = pdFALSE;
                  xEventGroupSetBitsFromISR(group, 0x1, &woken);
                  // That task is as urgent as this one, and has its turn when this waits.
                  note(std::to_string(xEventGroupGetBitsFromISR(group)) + (woken == pdFALSE ? "" : "?"));
                  vTaskDelay(1);
                  xEventGroupClearBitsFromISR(group, 0x1);
                  vTaskDelay(1);
                  note(std::to_string(xEventGroupGetBits(group)));
              }),
              "0 1 0");
}

TEST_F(FreeRtosEvents, ADeletedGroupLetsThoseGoThatWait) {
    EXPECT_EQ(run([] {
                  static const auto group = xEventGroupCreate();
                  spawn("waits", 5,
                        [] { mark(std::to_string(xEventGroupWaitBits(group, 0x1, pdFALSE, pdTRUE, portMAX_DELAY))); });
                  xEventGroupSetBits(group, 0x2);
                  vTaskDelay(2);
                  vEventGroupDelete(group);
                  vEventGroupDelete(group);
                  note(xEventGroupSetBits(group, 0x1) == 0 && xEventGroupWaitBits(nullptr, 1, pdTRUE, pdTRUE, 5) == 0 &&
                               xEventGroupSync(group, 1, 1, 1) == 0 && xEventGroupCreateStatic(nullptr) == nullptr
                           ? "failure"
                           : "?");
              }),
              "0@2 failure");
    EXPECT_THAT(output(), HasSubstr("xEventGroupSetBits: the event group has been deleted"));
}

TEST_F(FreeRtosEvents, AWaitingTaskCanBeDeleted) {
    EXPECT_EQ(run([] {
                  static const auto group = xEventGroupCreate();
                  const auto waits =
                      spawn("waits", 5, [] { xEventGroupWaitBits(group, 0x1, pdTRUE, pdTRUE, portMAX_DELAY); });
                  vTaskDelete(waits);
                  vTaskDelay(1);
                  note(std::to_string(xEventGroupSetBits(group, 0x1)));
              }),
              "1");
}

TEST_F(FreeRtosEvents, TheKernelsBitsAbort) {
    EXPECT_THAT(run_until_abort([] { xEventGroupSetBits(xEventGroupCreate(), 0x01000000); }),
                HasSubstr("assert failed: xEventGroupSetBits: the upper eight bits are the kernel's"));
}

}  // namespace nowire::test
