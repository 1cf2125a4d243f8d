/// esp_task_wdt.h in chips of their own: what the watchdog says when, and what it answers.

#include "idf/chip.hpp"
#include "idf/chip_process.hpp"

#include <esp_task_wdt.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

/// The watchdog calls it, because it is there.
extern "C" void esp_task_wdt_isr_user_handler() {
    nowire::test::note_time("bite");
}

namespace nowire::test {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::MatchesRegex;

namespace {

using IdfTaskWatchdog = Chip;

std::string name_of(esp_err_t error) {
    switch (error) {
        case ESP_OK:
            return "ok";
        case ESP_ERR_INVALID_ARG:
            return "arg";
        case ESP_ERR_INVALID_STATE:
            return "state";
        case ESP_ERR_NOT_FOUND:
            return "none";
        default:
            return "other";
    }
}

}  // namespace

TEST_F(IdfTaskWatchdog, BitesWhenASubscriberDoesNotResetItInTime) {
    EXPECT_EQ(run([] {
                  wait_for(1s);
                  esp_task_wdt_user_handle_t user = nullptr;
                  esp_task_wdt_add(nullptr);
                  esp_task_wdt_add_user("engine", &user);
                  for (int i = 0; i < 3; ++i) {
                      wait_for(4s);
                      esp_task_wdt_reset();
                      esp_task_wdt_reset_user(user);
                  }
                  note_time("fed");
                  for (int i = 0; i < 3; ++i) {
                      wait_for(2s);
                      esp_task_wdt_reset();
                  }
                  esp_task_wdt_delete_user(user);
                  note_time("alone");
                  wait_for(6s);
                  esp_task_wdt_delete(nullptr);
                  wait_for(1h);
                  note_time("end");
              }),
              "fed@13000000 bite@18000000 alone@19000000 bite@24000000 end@3625000000");
    EXPECT_THAT(output(),
                MatchesRegex("[^\n]*got triggered[^\n]*\n[^\n]* - engine\n[^\n]*got triggered[^\n]*\n[^\n]* - main\n"));
}

TEST_F(IdfTaskWatchdog, ATaskThatHasEndedIsNotWaitedFor) {
    EXPECT_EQ(run([] {
                  {
                      idf::call c;
                      c.tasks().start("short", 2, [] { esp_task_wdt_add(nullptr); });
                  }
                  wait_for(1min);
                  note("quiet");
              }),
              "quiet");
}

TEST_F(IdfTaskWatchdog, AbortsWhereItIsToPanic) {
    EXPECT_THAT(run_until_abort([] {
                    const esp_task_wdt_config_t how = {.timeout_ms = 100, .idle_core_mask = 0, .trigger_panic = true};
                    esp_task_wdt_reconfigure(&how);
                    esp_task_wdt_add(nullptr);
                    wait_for(1s);
                }),
                HasSubstr("trigger_panic"));
}

TEST_F(IdfTaskWatchdog, MisuseIsAnError) {
    EXPECT_EQ(run([] {
                  const esp_task_wdt_config_t how = {.timeout_ms = 100, .idle_core_mask = 0, .trigger_panic = false};
                  const esp_task_wdt_config_t bad = {.timeout_ms = 0, .idle_core_mask = 0, .trigger_panic = false};
                  esp_task_wdt_user_handle_t user = nullptr;
                  note(name_of(esp_task_wdt_init(&how)));
                  note(name_of(esp_task_wdt_reconfigure(&bad)));
                  note(name_of(esp_task_wdt_reconfigure(nullptr)));
                  note(name_of(esp_task_wdt_status(nullptr)));
                  note(name_of(esp_task_wdt_reset()));
                  note(name_of(esp_task_wdt_delete(nullptr)));
                  note(name_of(esp_task_wdt_add(nullptr)));
                  note(name_of(esp_task_wdt_add(nullptr)));
                  note(name_of(esp_task_wdt_status(nullptr)));
                  note(name_of(esp_task_wdt_deinit()));
                  note(name_of(esp_task_wdt_add_user(nullptr, &user)));
                  note(name_of(esp_task_wdt_add_user("a", nullptr)));
                  note(name_of(esp_task_wdt_reset_user(user)));
                  note(name_of(esp_task_wdt_delete_user(user)));
                  note(name_of(esp_task_wdt_delete(nullptr)));
                  note("|");
                  note(name_of(esp_task_wdt_deinit()));
                  note(name_of(esp_task_wdt_deinit()));
                  note(name_of(esp_task_wdt_add(nullptr)));
                  note(name_of(esp_task_wdt_reset()));
                  note(name_of(esp_task_wdt_reconfigure(&how)));
                  note(name_of(esp_task_wdt_init(&how)));
              }),
              "state arg arg none none none ok arg ok state arg arg none none ok | ok state state state state ok");
}

}  // namespace nowire::test
