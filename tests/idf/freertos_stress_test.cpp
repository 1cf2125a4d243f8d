/// Many tasks and threads that use everything at once, at the pace of real time: nothing is lost, and the sanitizers
/// see what is touched without order.

#include "freertos/FreeRTOS.h"
#include "freertos/event_groups.h"
#include "freertos/queue.h"
#include "freertos/ringbuf.h"
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "freertos/timers.h"
#include "idf/chip_process.hpp"
#include "idf/freertos_tasks.hpp"

#include <atomic>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace nowire::test {

namespace {

using FreeRtosStress = Chip;

/// Real time, so that tasks are also interrupted while they compute.
const std::vector<std::string> real_pace;

constexpr int rounds = 200;

}  // namespace

TEST_F(FreeRtosStress, WhatAMutexGuardsIsTouchedByOneAtATime) {
    EXPECT_EQ(run(
                  [] {
                      static const auto mutex = xSemaphoreCreateMutex();
                      static portMUX_TYPE mux = portMUX_INITIALIZER_UNLOCKED;
                      static const auto ended = xSemaphoreCreateCounting(100, 0);
                      static int guarded = 0;
                      static int critical = 0;
                      const auto work = [] {
                          for (int i = 0; i < rounds; ++i) {
                              xSemaphoreTake(mutex, portMAX_DELAY);
                              ++guarded;
                              xSemaphoreGive(mutex);
                              taskENTER_CRITICAL(&mux);
                              ++critical;
                              taskEXIT_CRITICAL(&mux);
                              if (i % 50 == 0) vTaskDelay(1);
                          }
                          xSemaphoreGive(ended);
                      };
                      for (UBaseType_t priority = 1; priority <= 8; ++priority)
                          spawn("worker", priority, work);
                      std::vector<std::thread> guests;
                      for (int i = 0; i < 3; ++i)
                          guests.emplace_back(work);
                      for (int i = 0; i < 11; ++i)
                          xSemaphoreTake(ended, portMAX_DELAY);
                      for (auto& each : guests)
                          each.join();
                      note(std::to_string(guarded) + " " + std::to_string(critical));
                  },
                  real_pace),
              "2200 2200");
}

TEST_F(FreeRtosStress, MessagesOfAllKindsArrive) {
    EXPECT_EQ(run(
                  [] {
                      static const auto queue = xQueueCreate(4, sizeof(int));
                      static const auto ring = xRingbufferCreate(128, RINGBUF_TYPE_NOSPLIT);
                      static const auto group = xEventGroupCreate();
                      static std::atomic<long> sum{0};
                      static TaskHandle_t notified = nullptr;
                      spawn("queue reader", 3, [] {
                          int value = 0;
                          for (int i = 0; i < 3 * rounds; ++i)
                              if (xQueueReceive(queue, &value, portMAX_DELAY) == pdPASS) sum += value;
                          xEventGroupSetBits(group, 1);
                      });
                      spawn("ring reader", 5, [] {
                          for (int i = 0; i < 3 * rounds; ++i) {
                              std::size_t length = 0;
                              auto* const item = xRingbufferReceive(ring, &length, portMAX_DELAY);
                              int value = 0;
                              std::memcpy(&value, item, sizeof value);
                              sum += value;
                              vRingbufferReturnItem(ring, item);
                          }
                          xEventGroupSetBits(group, 2);
                      });
                      notified = spawn("notified", 6, [] {
                          for (std::uint32_t count = 0; count < 3 * rounds;)
                              count += ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
                          xEventGroupSetBits(group, 4);
                      });
                      for (UBaseType_t priority = 2; priority <= 6; priority += 2)
                          spawn("sender", priority, [] {
                              for (int i = 0; i < rounds; ++i) {
                                  xQueueSend(queue, &i, portMAX_DELAY);
                                  xRingbufferSend(ring, &i, sizeof i, portMAX_DELAY);
                                  xTaskNotifyGive(notified);
                              }
                          });
                      xEventGroupWaitBits(group, 7, pdTRUE, pdTRUE, portMAX_DELAY);
                      note(std::to_string(sum));
                  },
                  real_pace),
              std::to_string(6L * rounds * (rounds - 1) / 2));
}

TEST_F(FreeRtosStress, TasksComeAndGoWhileOthersSuspendResumeAndDeleteThem) {
    EXPECT_EQ(run(
                  [] {
                      static const auto queue = xQueueCreate(2, sizeof(int));
                      static const auto mutex = xSemaphoreCreateMutex();
                      static const auto timer = xTimerCreate("ticks", 1, pdTRUE, nullptr, [](TimerHandle_t) {
                          const int value = 0;
                          xQueueSend(queue, &value, 0);
                      });
                      xTimerStart(timer, portMAX_DELAY);
                      for (int i = 0; i < 60; ++i) {
                          const auto victim = spawn("victim", 1 + static_cast<UBaseType_t>(i % 4), [i] {
                              for (int value = 0;; ++value) {
                                  if (i % 3 == 0) vTaskDelay(1);
                                  if (i % 3 == 1) xQueueReceive(queue, &value, 5);
                                  // A mutex that a deleted task held stays taken, as on the chip.
                                  if (i % 3 == 2 && xSemaphoreTake(mutex, 1) == pdTRUE) xSemaphoreGive(mutex);
                              }
                          });
                          vTaskDelay(static_cast<TickType_t>(i % 2));
                          vTaskSuspend(victim);
                          vTaskResume(victim);
                          vTaskPrioritySet(victim, 3);
                          xTaskAbortDelay(victim);
                          xTaskNotifyGive(victim);
                          vTaskDelete(victim);
                      }
                      xTimerDelete(timer, portMAX_DELAY);
                      while (uxTaskGetNumberOfTasks() > 2)
                          vTaskDelay(1);
                      note("all gone");
                  },
                  real_pace),
              "all gone");
}

}  // namespace nowire::test
