/// Queues, sets of queues, semaphores and mutexes.

#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "idf/chip_process.hpp"
#include "idf/freertos_tasks.hpp"

#include <gmock/gmock.h>

#include <array>
#include <map>

namespace nowire::test {

namespace {

using FreeRtosQueue = Chip;
using testing::HasSubstr;

std::string received(QueueHandle_t queue, TickType_t ticks = 0) {
    int value = 0;
    return xQueueReceive(queue, &value, ticks) == pdPASS ? std::to_string(value) : "empty";
}

std::string sent(QueueHandle_t queue, int value, TickType_t ticks = 0) {
    return xQueueSend(queue, &value, ticks) == pdPASS ? "sent" : "full";
}

}  // namespace

TEST_F(FreeRtosQueue, MessagesComeInOrderAndTheFrontIsFirst) {
    EXPECT_EQ(run([] {
                  const auto queue = xQueueCreate(3, sizeof(int));
                  for (const int value : {1, 2})
                      note(sent(queue, value));
                  const int front = 0;
                  xQueueSendToFront(queue, &front, 0);
                  note(sent(queue, 3));
                  note(std::to_string(uxQueueMessagesWaiting(queue)) + std::to_string(uxQueueSpacesAvailable(queue)));
                  int peeked = -1;
                  xQueuePeek(queue, &peeked, 0);
                  note(std::to_string(peeked));
                  for (int i = 0; i < 4; ++i)
                      note(received(queue));
                  for (const int value : {4, 5})
                      sent(queue, value);
                  xQueueReset(queue);
                  note(received(queue));
                  note(uxQueueSpacesAvailable(queue) == 3 && xQueueIsQueueEmptyFromISR(queue) ? "reset" : "?");
              }),
              "sent sent full 30 0 0 1 2 empty empty reset");
}

TEST_F(FreeRtosQueue, OverwritingReplacesTheOneMessage) {
    EXPECT_EQ(run([] {
                  const auto mailbox = xQueueCreate(1, sizeof(int));
                  for (const int value : {1, 2, 3})
                      xQueueOverwrite(mailbox, &value);
                  note(received(mailbox));
                  note(received(mailbox));
              }),
              "3 empty");
    EXPECT_THAT(run_until_abort([] {
                    const int value = 1;
                    xQueueOverwrite(xQueueCreate(2, sizeof value), &value);
                }),
                HasSubstr("only a queue of length 1 can be overwritten"));
}

TEST_F(FreeRtosQueue, WaitsEndWhenSomethingComesOrTheTimeIsOver) {
    EXPECT_EQ(run([] {
                  static const auto queue = xQueueCreate(1, sizeof(int));
                  spawn("receiver", 4, [] {
                      mark(received(queue, 5));
                      mark(received(queue, 100));
                      vTaskDelay(50);
                      mark(received(queue, 100));
                  });
                  vTaskDelay(20);
                  mark(sent(queue, 1));
                  mark(sent(queue, 2));
                  mark(sent(queue, 3, 10));
                  mark(sent(queue, 4, portMAX_DELAY));
              }),
              "empty@5 1@20 sent@20 sent@20 full@30 2@70 sent@70");
}

TEST_F(FreeRtosQueue, TheMostUrgentOfThoseThatWaitIsServedFirst) {
    EXPECT_EQ(run([] {
                  static const auto queue = xQueueCreate(4, sizeof(int));
                  for (const auto& [name, priority] : {std::pair{"a", 2U}, {"b", 5U}, {"c", 2U}, {"d", 5U}})
                      spawn(name, priority,
                            [name = std::string(name)] { note(name + received(queue, portMAX_DELAY)); });
                  vTaskSuspendAll();
                  for (const int value : {1, 2, 3, 4})
                      sent(queue, value);
                  xTaskResumeAll();
              }),
              "b1 d2 a3 c4");
}

TEST_F(FreeRtosQueue, ASuspendedReceiverWaitsOnWhenItIsResumedUntilItsFirstDeadline) {
    EXPECT_EQ(run([] {
                  static const auto queue = xQueueCreate(1, sizeof(int));
                  const auto receiver = spawn("receiver", 4, [] { mark(received(queue, 50)); });
                  vTaskDelay(10);
                  vTaskSuspend(receiver);
                  vTaskDelay(10);
                  vTaskResume(receiver);
                  mark(eTaskGetState(receiver) == eBlocked ? "waits" : "?");
              }),
              "waits@20 empty@50");
}

TEST_F(FreeRtosQueue, WhatWasDeletedOrNeverWasAnswersWithFailure) {
    EXPECT_EQ(run([] {
                  static const auto queue = xQueueCreate(1, sizeof(int));
                  spawn("receiver", 4, [] { mark(received(queue, portMAX_DELAY)); });
                  vTaskDelay(3);
                  vQueueDelete(queue);
                  vQueueDelete(queue);
                  note(sent(queue, 1, portMAX_DELAY));
                  note(sent(nullptr, 1, portMAX_DELAY));
                  note(received(nullptr, 5));
                  note(uxQueueMessagesWaiting(queue) == 0 && xQueueReset(nullptr) == pdFAIL &&
                               xSemaphoreTake(queue, 5) == pdFAIL && xSemaphoreGive(nullptr) == pdFAIL &&
                               xQueueSend(queue, nullptr, 0) == errQUEUE_FULL && pcQueueGetName(queue) == nullptr &&
                               xSemaphoreGetMutexHolder(nullptr) == nullptr
                           ? "failure"
                           : "?");
                  note(xQueueCreate(0, 4) == nullptr && xQueueCreate(0xffffffff, 0xffffffff) == nullptr &&
                               xSemaphoreCreateCounting(3, 4) == nullptr &&
                               xSemaphoreCreateMutexStatic(nullptr) == nullptr
                           ? "NULL"
                           : "?");
                  const auto other = xQueueCreate(1, 4);
                  note(xQueueSend(other, nullptr, 0) == errQUEUE_FULL ? "NULL" : "?");
                  note(other != queue ? "new" : "?");
              }),
              "empty@3 full full empty failure NULL NULL new");
    EXPECT_THAT(output(), HasSubstr("xQueueSend: the queue or semaphore is NULL"));
    EXPECT_THAT(output(), HasSubstr("xQueueReceive: the queue or semaphore has been deleted"));
}

TEST_F(FreeRtosQueue, SeveralProducersAndConsumersLoseNothing) {
    EXPECT_EQ(run([] {
                  struct item {
                      std::array<int, 5> parts;
                  };
                  static const auto queue = xQueueCreate(3, sizeof(item));
                  static std::array<int, 300> seen{};
                  static int torn = 0;
                  for (int producer = 0; producer < 3; ++producer)
                      spawn("producer", 2 + static_cast<UBaseType_t>(producer), [producer] {
                          for (int i = 0; i < 100; ++i) {
                              item next{};
                              next.parts.fill(100 * producer + i);
                              if (i % 10 == producer) vTaskDelay(1);
                              xQueueSend(queue, &next, portMAX_DELAY);
                          }
                      });
                  for (int consumer = 0; consumer < 2; ++consumer)
                      spawn("consumer", 3 + static_cast<UBaseType_t>(consumer), [] {
                          item got{};
                          while (xQueueReceive(queue, &got, 100) == pdPASS) {
                              for (const int part : got.parts)
                                  torn += part != got.parts[0];
                              ++seen[static_cast<std::size_t>(got.parts[0])];
                          }
                      });
                  vTaskDelay(1000);
                  note(std::to_string(std::ranges::count(seen, 1)) + (torn == 0 ? "" : "torn"));
              }),
              "300");
}

TEST_F(FreeRtosQueue, AnInterruptIsToldWhomItWoke) {
    EXPECT_EQ(run([] {
                  static const auto queue = xQueueCreate(1, sizeof(int));
                  spawn("receiver", 4, [] { note(received(queue, portMAX_DELAY)); });
                  const int value = 7;
                  BaseType_t woken = pdFALSE;
                  xQueueSendFromISR(queue, &value, &woken);
                  note(woken == pdTRUE ? "woken" : "?");
                  woken = pdFALSE;
                  xQueueSendFromISR(queue, &value, &woken);
                  note(woken == pdFALSE && xQueueSendFromISR(queue, &value, &woken) == errQUEUE_FULL &&
                               xQueueIsQueueFullFromISR(queue)
                           ? "full"
                           : "?");
                  int got = 0;
                  note(xQueuePeekFromISR(queue, &got) == pdPASS && got == 7 &&
                               xQueueReceiveFromISR(queue, &got, &woken) == pdPASS &&
                               xQueueReceiveFromISR(queue, &got, nullptr) == pdFAIL
                           ? "empty"
                           : "?");
              }),
              "7 woken full empty");
}

TEST_F(FreeRtosQueue, ASetTellsWhichOfItsMembersHasSomething) {
    EXPECT_EQ(
        run([] {
            static const auto numbers = xQueueCreate(2, sizeof(int));
            static const auto signal = xSemaphoreCreateBinary();
            static const auto set = xQueueCreateSet(3);
            xQueueAddToSet(numbers, set);
            xQueueAddToSet(signal, set);
            note(xQueueAddToSet(signal, set) == pdFAIL ? "twice" : "?");
            spawn("selects", 5, [] {
                for (int i = 0; i < 4; ++i) {
                    const auto member = xQueueSelectFromSet(set, 20);
                    if (member == numbers)
                        mark(received(numbers));
                    else if (member == signal && xSemaphoreTake(signal, 0) == pdPASS)
                        mark("signal");
                    else
                        mark(member == nullptr ? "none" : "?");
                }
            });
            vTaskDelay(5);
            xSemaphoreGive(signal);
            vTaskDelay(5);
            sent(numbers, 1);
            sent(numbers, 2);
            note(xQueueRemoveFromSet(signal, numbers) == pdFAIL ? "not in it" : "?");
            vTaskDelay(30);
            note(xQueueRemoveFromSet(signal, set) == pdPASS && xQueueRemoveFromSet(signal, set) == pdFAIL ? "out"
                                                                                                          : "?");
            xSemaphoreGive(signal);
            note(xQueueSelectFromSet(set, 0) == nullptr && xQueueSelectFromSetFromISR(set) == nullptr ? "none" : "?");
            note(xQueueAddToSet(signal, set) == pdFAIL ? "not empty" : "?");
        }),
        "twice signal@5 1@10 2@10 not in it none@30 out none not empty");
}

TEST_F(FreeRtosQueue, ASetThatIsTooShortAborts) {
    EXPECT_THAT(run_until_abort([] {
                    const auto queue = xQueueCreate(2, sizeof(int));
                    xQueueAddToSet(queue, xQueueCreateSet(1));
                    sent(queue, 1);
                    sent(queue, 2);
                }),
                HasSubstr("the queue set is shorter than what its members hold together"));
}

TEST_F(FreeRtosQueue, SemaphoresCount) {
    EXPECT_EQ(run([] {
                  const auto take = [](SemaphoreHandle_t semaphore, TickType_t ticks = 0) {
                      return xSemaphoreTake(semaphore, ticks) == pdTRUE ? "taken" : "not";
                  };
                  const auto binary = xSemaphoreCreateBinary();
                  note(take(binary, 3));
                  mark(xSemaphoreGive(binary) == pdTRUE && xSemaphoreGive(binary) == pdFALSE ? "once" : "?");
                  note(take(binary));
                  const auto counting = xSemaphoreCreateCounting(3, 1);
                  for (int i = 0; i < 3; ++i)
                      xSemaphoreGive(counting);
                  note(std::to_string(uxSemaphoreGetCount(counting)));
                  BaseType_t woken = pdFALSE;
                  note(xSemaphoreTakeFromISR(counting, &woken) == pdTRUE &&
                               xSemaphoreGiveFromISR(counting, &woken) == pdTRUE &&
                               xSemaphoreGiveFromISR(counting, &woken) == pdFALSE && woken == pdFALSE
                           ? "three"
                           : "?");
                  SemaphoreHandle_t old = nullptr;
                  vSemaphoreCreateBinary(old);
                  note(take(old));
                  vSemaphoreDelete(counting);
                  note(take(counting));
              }),
              "not once@3 taken 3 three taken not");
}

TEST_F(FreeRtosQueue, WhoHoldsAMutexIsAsUrgentAsWhoWaitsForIt) {
    EXPECT_EQ(run([] {
                  static const auto mutex = xSemaphoreCreateMutex();
                  spawn("low", 2, [] {
                      xSemaphoreTake(mutex, portMAX_DELAY);
                      mark("low has it");
                      vTaskDelay(10);
                      // The one in between is ready, too, but less urgent than this one is now.
                      mark("low as " + std::to_string(uxTaskPriorityGet(nullptr)));
                      xSemaphoreGive(mutex);
                      mark("low as " + std::to_string(uxTaskPriorityGet(nullptr)));
                  });
                  vTaskDelay(1);
                  spawn("high", 9, [] {
                      vTaskDelay(5);
                      mark("high wants it");
                      xSemaphoreTake(mutex, portMAX_DELAY);
                      mark("high has it");
                      note(xSemaphoreGetMutexHolder(mutex) == xTaskGetCurrentTaskHandle() ? "holder" : "?");
                      xSemaphoreGive(mutex);
                      note(xSemaphoreGetMutexHolder(mutex) == nullptr ? "nobody" : "?");
                  });
                  spawn("middle", 5, [] {
                      vTaskDelay(9);
                      mark("middle");
                  });
              }),
              "low has it@0 high wants it@6 low as 9@10 high has it@10 holder nobody middle@10 low as 2@10");
}

TEST_F(FreeRtosQueue, AWaitInVainTakesTheLentPriorityBack) {
    EXPECT_EQ(run([] {
                  static const auto mutex = xSemaphoreCreateMutex();
                  const auto low = spawn("low", 2, [] {
                      xSemaphoreTake(mutex, portMAX_DELAY);
                      vTaskDelay(100);
                      xSemaphoreGive(mutex);
                  });
                  for (const auto& [priority, ticks] : {std::pair{9U, TickType_t{20}}, {6U, TickType_t{40}}})
                      spawn("waits", priority, [ticks] {
                          vTaskDelay(10);
                          mark(xSemaphoreTake(mutex, ticks) == pdTRUE ? "?" : "in vain");
                      });
                  for (const TickType_t ticks : {5U, 10U, 20U, 20U}) {
                      vTaskDelay(ticks);
                      mark(std::to_string(uxTaskPriorityGet(low)));
                  }
                  vTaskPrioritySet(low, 4);
                  note(std::to_string(uxTaskPriorityGet(low)));
              }),
              "2@5 9@15 in vain@30 6@35 in vain@50 2@55 4");
}

TEST_F(FreeRtosQueue, OneWithTwoMutexesKeepsWhatWasLentUntilItHasGivenBoth) {
    EXPECT_EQ(run([] {
                  static const auto first = xSemaphoreCreateMutex();
                  static const auto second = xSemaphoreCreateMutex();
                  xSemaphoreTake(first, 0);
                  xSemaphoreTake(second, 0);
                  spawn("high", 9, [] {
                      xSemaphoreTake(first, portMAX_DELAY);
                      note("high");
                  });
                  const auto priority = [] { return std::to_string(uxTaskPriorityGet(nullptr)); };
                  note(priority());
                  xSemaphoreGive(second);
                  note(priority());
                  xSemaphoreTake(second, 0);
                  xSemaphoreGive(first);
                  note(priority());
                  xSemaphoreGive(second);
                  note(priority());
              }),
              "9 9 9 high 1");
}

TEST_F(FreeRtosQueue, OnlyItsHolderGivesAMutex) {
    EXPECT_THAT(run_until_abort([] {
                    static const auto mutex = xSemaphoreCreateMutex();
                    xSemaphoreTake(mutex, 0);
                    spawn("thief", 5, [] { xSemaphoreGive(mutex); });
                }),
                HasSubstr("the task \"thief\" does not hold this mutex"));
    EXPECT_EQ(run([] { note(xSemaphoreGive(xSemaphoreCreateMutex()) == pdFALSE ? "free already" : "?"); }),
              "free already");
}

TEST_F(FreeRtosQueue, ARecursiveMutexIsGivenAsOftenAsItWasTaken) {
    EXPECT_EQ(run([] {
                  static const auto mutex = xSemaphoreCreateRecursiveMutex();
                  for (int i = 0; i < 3; ++i)
                      note(xSemaphoreTakeRecursive(mutex, 0) == pdTRUE ? "taken" : "?");
                  spawn("other", 5, [] {
                      note(xSemaphoreTakeRecursive(mutex, 0) == pdFALSE && xSemaphoreGiveRecursive(mutex) == pdFALSE
                               ? "not its own"
                               : "?");
                      xSemaphoreTakeRecursive(mutex, portMAX_DELAY);
                      note("has it");
                      xSemaphoreGiveRecursive(mutex);
                  });
                  for (int i = 0; i < 3; ++i) {
                      xSemaphoreGiveRecursive(mutex);
                      note("given");
                  }
                  note(xSemaphoreGiveRecursive(mutex) == pdFALSE ? "no more" : "?");
                  note(xSemaphoreTakeRecursive(xSemaphoreCreateMutex(), 0) == pdFALSE ? "not recursive" : "?");
              }),
              "taken taken taken not its own given given has it given no more not recursive");
}

TEST_F(FreeRtosQueue, TheRegistryKeepsNames) {
    EXPECT_EQ(run([] {
                  const auto queue = xQueueCreate(1, 1);
                  note(pcQueueGetName(queue) == nullptr ? "none" : "?");
                  vQueueAddToRegistry(queue, "inbox");
                  note(pcQueueGetName(queue));
                  vQueueUnregisterQueue(queue);
                  note(pcQueueGetName(queue) == nullptr ? "none" : "?");
              }),
              "none inbox none");
}

TEST_F(FreeRtosQueue, WaitingWithTheSchedulerSuspendedAbortsEvenWhereThereIsRoom) {
    EXPECT_THAT(run_until_abort([] {
                    const auto queue = xQueueCreate(1, sizeof(int));
                    vTaskSuspendAll();
                    sent(queue, 1, 1);
                }),
                HasSubstr("assert failed: xQueueSend: asked to wait while the scheduler is suspended"));
}

}  // namespace nowire::test
