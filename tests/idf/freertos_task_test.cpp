/// Tasks, delays and notifications of FreeRTOS, judged by what happens in which order at which tick (of 10 ms).

#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "idf/chip.hpp"
#include "idf/chip_process.hpp"
#include "idf/freertos/interrupt.hpp"
#include "idf/freertos_tasks.hpp"

#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <thread>

namespace nowire::test {

namespace {

using FreeRtosTask = Chip;
using testing::HasSubstr;

/// Until the middle of a tick, as a program on the chip is nearly always.
void go_into_tick() {
    for (int i = 0; i < 5000; ++i)
        (void)xTaskGetCurrentTaskHandle();
}

}  // namespace

TEST_F(FreeRtosTask, TheMostUrgentRunsFirstAndAtOnce) {
    EXPECT_EQ(run([] {
                  for (const auto& [name, priority] : {std::pair{"a", 3U}, {"b", 7U}, {"c", 3U}})
                      spawn(name, priority, [name = std::string(name)] {
                          note(name + "1");
                          taskYIELD();
                          note(name + "2");
                      });
                  note("main");
              }),
              "a1 a2 b1 b2 c1 c2 main");
}

TEST_F(FreeRtosTask, EqualsTakeTurnsWhereTheyYield) {
    EXPECT_EQ(run([] {
                  vTaskPrioritySet(nullptr, 9);
                  for (const char* name : {"a", "b"})
                      spawn(name, 3, [name = std::string(name)] {
                          note(name + "1");
                          taskYIELD();
                          note(name + "2");
                      });
                  vTaskPrioritySet(nullptr, 1);
              }),
              "a1 b1 a2 b2");
}

TEST_F(FreeRtosTask, ADelayEndsAtTheBoundaryOfATick) {
    EXPECT_EQ(run([] {
                  go_into_tick();
                  const auto ticks = std::chrono::milliseconds(10);
                  vTaskDelay(1);
                  note(idf::since_boot() == ticks * xTaskGetTickCount() ? "exact" : "late");
                  vTaskDelay(pdMS_TO_TICKS(250));
                  note(idf::since_boot() == ticks * xTaskGetTickCount() ? "exact" : "late");
                  vTaskDelay(portMAX_DELAY - 1);
                  note(idf::since_boot() / ticks == std::uint64_t{26} + (portMAX_DELAY - 1) ? "exact" : "late");
              }),
              "exact exact exact");
}

TEST_F(FreeRtosTask, DelayUntilKeepsToItsRhythmWhateverTheWorkTakes) {
    EXPECT_EQ(run([] {
                  TickType_t last = xTaskGetTickCount();
                  for (const TickType_t work : {3U, 9U, 0U, 25U, 1U, 1U, 1U}) {
                      vTaskDelay(work);
                      mark(xTaskDelayUntil(&last, 10) == pdTRUE ? "waited" : "late");
                  }
              }),
              "waited@10 waited@20 waited@30 late@55 late@56 waited@60 waited@70");
}

TEST_F(FreeRtosTask, DelayUntilGoesOnWhereTheTicksWrap) {
    EXPECT_EQ(run([] {
                  vTaskDelay(portMAX_DELAY - 5);
                  TickType_t last = xTaskGetTickCount();
                  for (int i = 0; i < 3; ++i) {
                      vTaskDelayUntil(&last, 4);
                      mark("at");
                  }
              }),
              "at@4294967294 at@2 at@6");
}

TEST_F(FreeRtosTask, CodeAfterDeletingOneselfIsNotReachedAndItsFramesAreUnwound) {
    EXPECT_EQ(run([] {
                  spawn("ends", 5, [] {
                      struct farewell {
                          ~farewell() { notes().emplace_back("unwound"); }
                      };
                      const farewell at_end;
                      vTaskDelete(nullptr);
                      note("not reached");
                  });
                  note("main");
              }),
              "unwound main");
}

TEST_F(FreeRtosTask, ATaskFunctionThatReturnsAbortsAndSaysWhich) {
    EXPECT_THAT(run_until_abort([] {
                    xTaskCreate([](void*) {}, "forgetful", 2048, nullptr, 5, nullptr);
                    vTaskDelay(1);
                }),
                HasSubstr("FreeRTOS Task \"forgetful\" should not return, Aborting now!"));
}

TEST_F(FreeRtosTask, AnotherCanBeDeletedSuspendedAndResumedWhereItWaits) {
    EXPECT_EQ(run([] {
                  const auto ticker = spawn("ticker", 2, [] {
                      for (;;) {
                          vTaskDelay(10);
                          mark("tick");
                      }
                  });
                  vTaskDelay(25);
                  vTaskSuspend(ticker);
                  note(eTaskGetState(ticker) == eSuspended ? "suspended" : "?");
                  vTaskDelay(100);
                  // It goes on at once, whatever was left of its delay, as on the chip.
                  vTaskResume(ticker);
                  vTaskDelay(15);
                  vTaskDelete(ticker);
                  vTaskDelay(100);
                  note(eTaskGetState(ticker) == eDeleted ? "deleted" : "?");
              }),
              "tick@10 tick@20 suspended tick@125 tick@135 deleted");
}

TEST_F(FreeRtosTask, ATaskThatSuspendsItselfWaitsForOthers) {
    EXPECT_EQ(run([] {
                  const auto sleeper = spawn("sleeper", 4, [] {
                      vTaskSuspend(nullptr);
                      mark("resumed");
                      vTaskSuspend(nullptr);
                      mark("resumed");
                  });
                  vTaskDelay(5);
                  vTaskResume(sleeper);
                  vTaskDelay(5);
                  note(xTaskResumeFromISR(sleeper) == pdTRUE ? "urgent" : "?");
              }),
              "resumed@5 resumed@10 urgent");
}

TEST_F(FreeRtosTask, ADelayCanBeEndedByAnother) {
    EXPECT_EQ(run([] {
                  const auto sleeper = spawn("sleeper", 4, [] {
                      vTaskDelay(1000);
                      mark("woke");
                      mark(ulTaskNotifyTake(pdTRUE, portMAX_DELAY) == 0 ? "nothing" : "?");
                  });
                  note(xTaskAbortDelay(xTaskGetCurrentTaskHandle()) == pdFAIL ? "awake" : "?");
                  vTaskDelay(7);
                  xTaskAbortDelay(sleeper);
                  vTaskDelay(7);
                  xTaskAbortDelay(sleeper);
              }),
              "awake woke@7 nothing@14");
}

TEST_F(FreeRtosTask, HandlesOfDeletedTasksAreKnownAsSuch) {
    EXPECT_EQ(run([] {
                  const auto gone = spawn("gone", 5, [] {});
                  vTaskDelete(gone);
                  vTaskSuspend(gone);
                  vTaskResume(gone);
                  vTaskPrioritySet(gone, 3);
                  vTaskResume(nullptr);
                  TaskStatus_t status;
                  vTaskGetInfo(gone, &status, pdTRUE, eInvalid);
                  note(uxTaskPriorityGet(gone) == 0 && pcTaskGetName(gone) == nullptr &&
                               xTaskNotify(gone, 1, eSetBits) == pdFAIL && xTaskAbortDelay(gone) == pdFAIL &&
                               pvTaskGetThreadLocalStoragePointer(gone, 0) == nullptr &&
                               uxTaskGetStackHighWaterMark(gone) == 0 && status.eCurrentState == eDeleted &&
                               xTaskNotifyGive(nullptr) == pdFAIL &&
                               xTaskNotifyGive(reinterpret_cast<TaskHandle_t>(&status)) == pdFAIL
                           ? "known"
                           : "?");
              }),
              "known");
    EXPECT_THAT(output(), HasSubstr("E (0) FreeRTOS: vTaskDelete: the task has been deleted"));
    EXPECT_THAT(output(), HasSubstr("E (0) FreeRTOS: vTaskResume: the task is NULL"));
}

TEST_F(FreeRtosTask, WhatOneAsksAboutTasksIsTrue) {
    EXPECT_EQ(
        run([] {
            const auto other = spawn("a name that is too long for it", 4, [] { vTaskSuspend(nullptr); });
            note(pcTaskGetName(other));
            note(pcTaskGetName(nullptr));
            note(xTaskGetHandle("a name that is ") == other && xTaskGetHandle("main") == xTaskGetCurrentTaskHandle()
                     ? "found"
                     : "?");
            note(std::to_string(uxTaskGetNumberOfTasks()));
            note(std::to_string(uxTaskGetStackHighWaterMark(other)));
            note(std::to_string(uxTaskPriorityGet(other)));
            std::array<TaskStatus_t, 2> all{};
            note(std::to_string(uxTaskGetSystemState(all.data(), 1, nullptr)));
            note(std::to_string(uxTaskGetSystemState(all.data(), 2, nullptr)));
            note(all[1].pcTaskName);
            go_into_tick();
            std::uint32_t total = 1;
            uxTaskGetSystemState(all.data(), 2, &total);
            note(total == 0 && all[0].ulRunTimeCounter == 0 ? "no run times" : "?");
            std::array<char, 200> list{};
            vTaskList(list.data());
            for (auto& c : list)
                if (c == '\r' || c == '\n') c = '|';
            note(list.data());
            vTaskDelete(other);
        }),
        "a name that is  main found 2 4096 4 0 2 a name that is  no run times "
        "main           \tX\t1\t0\t1||a name that is \tS\t4\t4096\t2||");
}

TEST_F(FreeRtosTask, APriorityTooHighIsTheHighestAndAFunctionMustBeThere) {
    EXPECT_EQ(
        run([] {
            const auto made = spawn("high", 99, [] { vTaskSuspend(nullptr); });
            note(std::to_string(uxTaskPriorityGet(made)));
            vTaskPrioritySet(made, 30);
            note(std::to_string(uxTaskPriorityGet(made)));
            vTaskDelete(made);
            TaskHandle_t none = made;
            note(std::to_string(xTaskCreate(nullptr, "none", 1, nullptr, 1, &none)));
            note(none == nullptr ? "NULL" : "?");
            note(xTaskCreateStatic([](void*) {}, "none", 1, nullptr, 1, nullptr, nullptr) == nullptr ? "NULL" : "?");
        }),
        "24 24 -1 NULL NULL");
}

TEST_F(FreeRtosTask, ATaskIsOnTheCoreThatItWasPinnedTo) {
    EXPECT_EQ(run([] {
                  static StackType_t stack[16];
                  static StaticTask_t memory;
                  const auto tell = [](void*) {
                      note(std::to_string(xPortGetCoreID()));
                      vTaskDelete(nullptr);
                  };
                  xTaskCreatePinnedToCore(tell, "second", 2048, nullptr, 5, nullptr, 1);
                  xTaskCreateStaticPinnedToCore(tell, "first", sizeof stack, nullptr, 5, stack, &memory, 0);
                  note(xTaskCreatePinnedToCore(tell, "none", 2048, nullptr, 5, nullptr, 2) == pdPASS ? "?" : "refused");
                  note(xTaskGetCoreID(nullptr) == tskNO_AFFINITY ? "free" : "?");
              }),
              "1 0 refused free");
}

TEST_F(FreeRtosTask, NobodyElseRunsWhileTheSchedulerIsSuspended) {
    EXPECT_EQ(run([] {
                  vTaskSuspendAll();
                  vTaskSuspendAll();
                  spawn("urgent", 9, [] { note("urgent"); });
                  note(xTaskGetSchedulerState() == taskSCHEDULER_SUSPENDED ? "suspended" : "?");
                  note(xTaskResumeAll() == pdFALSE ? "still" : "?");
                  const bool switched = xTaskResumeAll() == pdTRUE;
                  note(switched && xTaskGetSchedulerState() == taskSCHEDULER_RUNNING ? "switched" : "?");
              }),
              "suspended still urgent switched");
}

TEST_F(FreeRtosTask, WaitingWithTheSchedulerSuspendedAborts) {
    EXPECT_THAT(run_until_abort([] {
                    vTaskSuspendAll();
                    vTaskDelay(1);
                }),
                HasSubstr("assert failed: vTaskDelay: asked to wait while the scheduler is suspended"));
}

TEST_F(FreeRtosTask, NobodyElseRunsInACriticalSectionAndWaitingThereAborts) {
    EXPECT_EQ(run([] {
                  static portMUX_TYPE mux = portMUX_INITIALIZER_UNLOCKED;
                  taskENTER_CRITICAL(&mux);
                  portENTER_CRITICAL_ISR(&mux);
                  spawn("urgent", 9, [] { note("urgent"); });
                  note(xPortCanYield() ? "?" : "inside");
                  portEXIT_CRITICAL_ISR(&mux);
                  note("still");
                  taskEXIT_CRITICAL(&mux);
                  const auto before = taskENTER_CRITICAL_FROM_ISR();
                  spawn("urgent", 9, [] { note("urgent"); });
                  note("masked");
                  taskEXIT_CRITICAL_FROM_ISR(before);
                  note(mux.count == 0 && mux.owner == portMUX_FREE_VAL ? "free" : "?");
              }),
              "inside still urgent masked urgent free");
    EXPECT_THAT(run_until_abort([] {
                    static portMUX_TYPE mux = portMUX_INITIALIZER_UNLOCKED;
                    taskENTER_CRITICAL(&mux);
                    ulTaskNotifyTake(pdTRUE, 1);
                }),
                HasSubstr("assert failed: ulTaskNotifyTake: has to wait inside a critical section"));
    EXPECT_THAT(run_until_abort([] {
                    static portMUX_TYPE mux = portMUX_INITIALIZER_UNLOCKED;
                    taskEXIT_CRITICAL(&mux);
                }),
                HasSubstr("assert failed: portEXIT_CRITICAL: this task has not entered it"));
}

TEST_F(FreeRtosTask, AnInterruptWakesATaskThatRunsWhenItHasEnded) {
    EXPECT_EQ(run([] {
                  const auto handler =
                      spawn("handler", 9, [] { note(std::to_string(ulTaskNotifyTake(pdTRUE, portMAX_DELAY))); });
                  {
                      const idf::freertos::interrupt now;
                      BaseType_t woken = pdFALSE;
                      vTaskNotifyGiveFromISR(handler, &woken);
                      note(woken == pdTRUE && xPortInIsrContext() ? "interrupt" : "?");
                      vTaskNotifyGiveFromISR(handler, nullptr);
                      portYIELD_FROM_ISR(woken);
                      note("ends");
                  }
                  note(xPortInIsrContext() ? "?" : "main");
              }),
              "interrupt ends 2 main");
    EXPECT_THAT(run_until_abort([] {
                    const idf::freertos::interrupt now;
                    vTaskDelay(1);
                }),
                HasSubstr("assert failed: vTaskDelay: has to wait, which an interrupt cannot"));
}

TEST_F(FreeRtosTask, NotificationsCount) {
    EXPECT_EQ(run([] {
                  const auto worker = spawn("worker", 5, [] {
                      mark(std::to_string(ulTaskNotifyTake(pdFALSE, 5)));
                      mark(std::to_string(ulTaskNotifyTake(pdFALSE, portMAX_DELAY)));
                      mark(std::to_string(ulTaskNotifyTake(pdTRUE, 0)));
                      mark(std::to_string(ulTaskNotifyTake(pdTRUE, portMAX_DELAY)));
                      mark(std::to_string(ulTaskNotifyTake(pdTRUE, 0)));
                  });
                  vTaskDelay(10);
                  vTaskSuspendAll();
                  for (int i = 0; i < 3; ++i)
                      xTaskNotifyGive(worker);
                  xTaskResumeAll();
                  vTaskDelay(10);
                  xTaskNotifyGive(worker);
              }),
              "0@5 3@10 2@10 1@20 0@20");
}

TEST_F(FreeRtosTask, NotificationsCarryValues) {
    EXPECT_EQ(
        run([] {
            const auto wait = [](TickType_t ticks) {
                std::uint32_t value = 99;
                const bool came = xTaskNotifyWait(0, 0xffffffff, &value, ticks) == pdTRUE;
                mark(std::to_string(value) + (came ? "" : "late"));
            };
            const auto worker = spawn("worker", 5, [wait] {
                for (const TickType_t ticks : {3U, 100U, 0U, 0U, 100U})
                    wait(ticks);
                vTaskDelay(50);
                wait(0);
            });
            vTaskDelay(10);
            xTaskNotify(worker, 5, eSetBits);
            std::uint32_t previous = 0;
            xTaskNotifyAndQuery(worker, 8, eSetValueWithOverwrite, &previous);
            vTaskDelay(10);
            xTaskNotify(worker, 1, eSetBits);
            xTaskNotify(worker, 4, eSetBits);
            note(xTaskNotify(worker, 7, eSetValueWithoutOverwrite) == pdFAIL ? "pending" : "?");
            xTaskNotifyAndQuery(worker, 0, eNoAction, &previous);
            note(std::to_string(previous));
            note(std::to_string(ulTaskNotifyValueClear(worker, 1)));
            note(xTaskNotifyStateClear(worker) == pdTRUE && xTaskNotifyStateClear(worker) == pdFALSE ? "clear" : "?");
            xTaskNotify(worker, 0, eIncrement);
        }),
        "0late@3 5@10 0late@10 0late@10 8@10 pending 5 5 clear 5@60");
}

TEST_F(FreeRtosTask, AnIndexThatTheConfigurationDoesNotHaveAborts) {
    EXPECT_THAT(run_until_abort([] { ulTaskNotifyTakeIndexed(1, pdTRUE, 0); }),
                HasSubstr("CONFIG_FREERTOS_TASK_NOTIFICATION_ARRAY_ENTRIES"));
}

TEST_F(FreeRtosTask, LocalPointersAreATasksOwnAndTheirCallbackComesAtItsEnd) {
    EXPECT_EQ(run([] {
                  static int value = 7;
                  vTaskSetThreadLocalStoragePointer(nullptr, 0, &value);
                  const auto other = spawn("other", 5, [] {
                      note(pvTaskGetThreadLocalStoragePointer(nullptr, 0) == nullptr ? "own" : "?");
                      vTaskSetThreadLocalStoragePointerAndDelCallback(nullptr, 0, &value, [](int index, void* pointer) {
                          note("callback" + std::to_string(index) + std::to_string(*static_cast<int*>(pointer)) +
                               pcTaskGetName(nullptr));
                      });
                      vTaskSuspend(nullptr);
                  });
                  note(pvTaskGetThreadLocalStoragePointer(nullptr, 0) == &value ? "there" : "?");
                  vTaskSetThreadLocalStoragePointer(nullptr, 1, &value);
                  vTaskDelete(other);
                  vTaskDelay(1);
                  note("main");
              }),
              "own there callback07Tmr Svc main");
    EXPECT_THAT(output(), HasSubstr("CONFIG_FREERTOS_THREAD_LOCAL_STORAGE_POINTERS"));
}

TEST_F(FreeRtosTask, AThreadOfTheProgramsOwnMayCallAll) {
    EXPECT_EQ(run([] {
                  const auto worker = spawn("worker", 5, [] { mark(std::to_string(ulTaskNotifyTake(pdTRUE, 500))); });
                  std::thread([&] {
                      note(pcTaskGetName(nullptr));
                      xTaskNotifyGive(worker);
                      vTaskSuspendAll();
                      note(eTaskGetState(worker) == eDeleted ? "ran" : "?");
                      xTaskResumeAll();
                  }).join();
                  note(std::to_string(uxTaskGetNumberOfTasks()));
              }),
              "guest 1@0 ran 1");
}

TEST_F(FreeRtosTask, ATimeoutIsCountedAcrossSeveralWaits) {
    EXPECT_EQ(run([] {
                  TimeOut_t since;
                  TickType_t ticks = 10;
                  vTaskSetTimeOutState(&since);
                  vTaskDelay(4);
                  note(xTaskCheckForTimeOut(&since, &ticks) == pdFALSE ? std::to_string(ticks) : "?");
                  vTaskDelay(6);
                  note(xTaskCheckForTimeOut(&since, &ticks) == pdTRUE ? std::to_string(ticks) : "?");
              }),
              "6 0");
}

}  // namespace nowire::test
