/// Software timers.

#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "freertos/timers.h"
#include "idf/chip_process.hpp"
#include "idf/freertos_tasks.hpp"

#include <gmock/gmock.h>

#include <cstring>

namespace nowire::test {

namespace {

using FreeRtosTimer = Chip;
using testing::HasSubstr;

void mark_name(TimerHandle_t timer) {
    mark(pcTimerGetName(timer));
}

}  // namespace

TEST_F(FreeRtosTimer, OnceOrAgainAndAgain) {
    EXPECT_EQ(run([] {
                  const auto once = xTimerCreate("once", 15, pdFALSE, nullptr, mark_name);
                  const auto again = xTimerCreate("again", 10, pdTRUE, nullptr, mark_name);
                  xTimerStart(once, 0);
                  xTimerStart(again, 0);
                  vTaskDelay(35);
                  note(xTimerIsTimerActive(once) ? "?" : xTimerIsTimerActive(again) ? "active" : "?");
                  xTimerStop(again, 0);
                  vTaskDelay(100);
                  mark("end");
              }),
              "again@10 once@15 again@20 again@30 active end@135");
}

TEST_F(FreeRtosTimer, AnHourOfTicksDoesNotDrift) {
    EXPECT_EQ(run([] {
                  static std::uint32_t rung = 0;
                  static std::uint32_t late = 0;
                  const auto timer = xTimerCreate("7", 7, pdTRUE, nullptr, [](TimerHandle_t) {
                      late += xTaskGetTickCount() != ++rung * 7;
                      // Work that is longer than a tick now and then.
                      if (rung % 100 == 0) vTaskDelay(5);
                  });
                  xTimerStart(timer, 0);
                  vTaskDelay(pdMS_TO_TICKS(3'600'000));
                  xTimerStop(timer, 0);
                  note(std::to_string(rung) + " " + std::to_string(late));
              }),
              "51428 0");
}

TEST_F(FreeRtosTimer, ALateOneCatchesUp) {
    EXPECT_EQ(run([] {
                  const auto timer = xTimerCreate("t", 10, pdTRUE, nullptr, [](TimerHandle_t t) {
                      mark_name(t);
                      if (xTaskGetTickCount() == 10) vTaskDelay(25);
                  });
                  xTimerStart(timer, 0);
                  vTaskDelay(45);
                  xTimerDelete(timer, 0);
              }),
              "t@10 t@35 t@35 t@40");
}

TEST_F(FreeRtosTimer, ResetAndChangeOfPeriodBeginAnew) {
    EXPECT_EQ(run([] {
                  const auto timer = xTimerCreate("t", 10, pdFALSE, nullptr, mark_name);
                  xTimerStart(timer, 0);
                  vTaskDelay(8);
                  xTimerReset(timer, 0);
                  vTaskDelay(8);
                  mark("not yet");
                  vTaskDelay(4);
                  xTimerChangePeriod(timer, 3, 0);
                  vTaskDelay(1);
                  note(std::to_string(xTimerGetPeriod(timer)) + " " + std::to_string(xTimerGetExpiryTime(timer)));
                  vTaskDelay(9);
                  note(xTimerGetReloadMode(timer) == pdFALSE ? "once" : "?");
                  vTimerSetReloadMode(timer, pdTRUE);
                  note(uxTimerGetReloadMode(timer) == pdTRUE ? "again" : "?");
                  xTimerStart(timer, 0);
                  vTaskDelay(7);
                  xTimerStop(timer, 0);
              }),
              "not yet@16 t@18 3 23 t@23 once again t@33 t@36");
}

TEST_F(FreeRtosTimer, TheIdIsTheProgramsAndTheCallbackMayDeleteIt) {
    EXPECT_EQ(run([] {
                  static int count = 0;
                  const auto timer = xTimerCreate("t", 5, pdTRUE, &count, [](TimerHandle_t t) {
                      auto* const id = static_cast<int*>(pvTimerGetTimerID(t));
                      note(pcTaskGetName(nullptr));
                      if (++*id == 2) {
                          vTimerSetTimerID(t, nullptr);
                          xTimerDelete(t, 0);
                      }
                  });
                  xTimerStart(timer, 0);
                  vTaskDelay(100);
                  note(xTimerStart(timer, 0) == pdFAIL && xTimerIsTimerActive(timer) == pdFALSE &&
                               pvTimerGetTimerID(timer) == nullptr && pcTimerGetName(timer) == nullptr &&
                               xTimerStop(nullptr, 10) == pdFAIL
                           ? "gone"
                           : "?");
              }),
              "Tmr Svc Tmr Svc gone");
    EXPECT_THAT(output(), HasSubstr("xTimerStart: the timer has been deleted"));
    EXPECT_THAT(output(), HasSubstr("xTimerStop: the timer is NULL"));
}

TEST_F(FreeRtosTimer, TheQueueOfCommandsIsAsLongAsConfigured) {
    EXPECT_EQ(run([] {
                  vTaskPrioritySet(nullptr, 5);
                  const auto timer = xTimerCreate("t", 5, pdFALSE, nullptr, mark_name);
                  int sent = 0;
                  while (xTimerStart(timer, 0) == pdPASS)
                      ++sent;
                  note(std::to_string(sent));
                  // The less urgent timer task makes room while this one waits.
                  mark(xTimerStop(timer, 10) == pdPASS ? "stopped" : "?");
                  vTaskDelay(20);
                  note(xTimerIsTimerActive(timer) ? "?" : "not active");
              }),
              "10 stopped@0 not active");
}

TEST_F(FreeRtosTimer, FunctionsCanBePended) {
    EXPECT_EQ(run([] {
                  static char text[] = "text";
                  const auto function = [](void* first, std::uint32_t second) {
                      note(static_cast<char*>(first) + std::to_string(second) + pcTaskGetName(nullptr));
                  };
                  xTimerPendFunctionCall(function, text, 1, 0);
                  BaseType_t woken = pdFALSE;
                  xTimerPendFunctionCallFromISR(function, text, 2, &woken);
                  note(woken == pdFALSE ? "later" : "?");
                  vTaskPrioritySet(xTimerGetTimerDaemonTaskHandle(), 6);
                  note("main");
                  vTaskDelay(1);
                  xTimerPendFunctionCallFromISR(function, text, 3, &woken);
                  note(woken == pdTRUE ? "urgent" : "?");
                  note(xTimerPendFunctionCall(nullptr, text, 3, 0) == pdFAIL ? "none" : "?");
              }),
              "later text1Tmr Svc text2Tmr Svc main text3Tmr Svc urgent none");
}

TEST_F(FreeRtosTimer, AProgramGoesOnWhileATimerRunsThoughItsTasksHaveEnded) {
    EXPECT_EQ(run([] {
                  xTimerStart(xTimerCreate("first", 100, pdFALSE, nullptr,
                                           [](TimerHandle_t) {
                                               mark("first");
                                               xTimerStart(xTimerCreate("second", 50, pdFALSE, nullptr, mark_name), 0);
                                           }),
                              0);
              }),
              "first@100 second@150");
}

TEST_F(FreeRtosTimer, WhatCannotBeATimerIsRefused) {
    EXPECT_EQ(run([] {
                  const auto timer = xTimerCreate(nullptr, 1, pdFALSE, nullptr, mark_name);
                  note(xTimerCreate("t", 0, pdFALSE, nullptr, mark_name) == nullptr &&
                               xTimerCreate("t", 1, pdFALSE, nullptr, nullptr) == nullptr &&
                               xTimerCreateStatic("t", 1, pdFALSE, nullptr, mark_name, nullptr) == nullptr &&
                               xTimerChangePeriod(timer, 0, 0) == pdFAIL && *pcTimerGetName(timer) == '\0'
                           ? "refused"
                           : "?");
                  vTaskDelete(xTimerGetTimerDaemonTaskHandle());
                  note(eTaskGetState(xTimerGetTimerDaemonTaskHandle()) == eDeleted ? "?" : "there");
              }),
              "refused there");
    EXPECT_THAT(output(), HasSubstr("vTaskDelete: the task \"Tmr Svc\" is the system's"));
}

}  // namespace nowire::test
