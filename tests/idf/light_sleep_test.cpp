/// Light sleep: what a chip in it does and does not, judged by its tasks.

#include "esp_sleep.h"
#include "esp_task_wdt.h"
#include "esp_timer.h"
#include "idf/chip.hpp"
#include "idf/chip_process.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <utility>

namespace nowire::test {

using namespace std::chrono_literals;
using testing::IsEmpty;

namespace {

using LightSleep = Chip;

esp_err_t sleep_for(std::chrono::microseconds length) {
    esp_sleep_enable_timer_wakeup(static_cast<std::uint64_t>(length.count()));
    return esp_light_sleep_start();
}

void start_task(const std::string& name, unsigned priority, std::function<void()> body) {
    idf::call c;
    c.tasks().start(name, priority, std::move(body));
}

}  // namespace

TEST_F(LightSleep, TakesItsTimeAndNamesItsCause) {
    EXPECT_EQ(run([] {
                  note(std::to_string(esp_sleep_get_wakeup_cause()));
                  note(std::to_string(sleep_for(2500us * 1000)));
                  note_time(std::to_string(esp_sleep_get_wakeup_cause()));
                  note(std::to_string(sleep_for(1ms) - ESP_ERR_SLEEP_TOO_SHORT_SLEEP_DURATION));
                  note_time("too short");
                  sleep_for(1001us);
                  note_time("short");
              }),
              "0 0 4@2500000 0 too short@2500000 short@2501001");
}

TEST_F(LightSleep, NobodyRunsMeanwhileAndWhatWasDueComesAfterwards) {
    EXPECT_EQ(run([] {
                  start_task("urgent", 9, [] {
                      for (int i = 0; i < 3; ++i) {
                          wait_for(1s);
                          note_time("urgent");
                      }
                  });
                  start_task("idle", 0, [] { note_time("idle"); });
                  esp_timer_handle_t timer = nullptr;
                  esp_timer_create_args_t how{};
                  how.callback = [](void*) { note_time("timer"); };
                  esp_timer_create(&how, &timer);
                  esp_timer_start_once(timer, 500000);
                  sleep_for(1500ms);
                  note_time("awake");
                  wait_for(3s);
              }),
              "timer@1500000 urgent@1500000 awake@1500000 idle@1500000 urgent@2500000 urgent@3500000");
}

TEST_F(LightSleep, APeriodicTimerRingsForEachPeriodThatItHasMissedOrForNone) {
    EXPECT_EQ(run([] {
                  static std::string rung;
                  for (const bool skips : {false, true}) {
                      rung.clear();
                      esp_timer_handle_t timer = nullptr;
                      esp_timer_create_args_t how{};
                      how.callback = [](void*) { rung += "*"; };
                      how.skip_unhandled_events = skips;
                      esp_timer_create(&how, &timer);
                      esp_timer_start_periodic(timer, 100'000);
                      sleep_for(550ms);
                      wait_for(10ms);
                      note(rung);
                      esp_timer_stop(timer);
                      esp_timer_delete(timer);
                  }
              }),
              "***** *");
}

TEST_F(LightSleep, ThreadsOfTheProgramWaitForItsEndToo) {
    EXPECT_EQ(run([] {
                  std::thread other;
                  start_task("starts it", 2, [&other] {
                      other = std::thread([] { note_time("thread"); });
                      sleep_for(10s);
                  });
                  other.join();
              }),
              "thread@10000000");
}

TEST_F(LightSleep, TheWatchdogSleepsToo) {
    EXPECT_EQ(run([] {
                  esp_task_wdt_add(nullptr);
                  wait_for(4s);
                  sleep_for(1h);
                  wait_for(900ms);
                  esp_task_wdt_reset();
                  note_time("in time");
                  esp_task_wdt_delete(nullptr);
              }),
              "in time@3604900000");
    EXPECT_THAT(output(), IsEmpty());
}

}  // namespace nowire::test
