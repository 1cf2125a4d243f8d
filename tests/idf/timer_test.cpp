/// esp_timer.h in chips of their own, judged by the order and the exact times of what they do.

#include "idf/chip_process.hpp"

#include <esp_timer.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace nowire::test {

using namespace std::chrono_literals;

namespace {

using IdfTimer = Chip;

/// A timer that notes its name and the time, then does what it is told.
struct noting_timer {
    std::string name;
    std::function<void()> then;
    esp_timer_handle_t handle = nullptr;

    explicit noting_timer(std::string of, bool skips = false, std::function<void()> what = {})
        : name(std::move(of)), then(std::move(what)) {
        const esp_timer_create_args_t how = {.callback = called,
                                             .arg = this,
                                             .dispatch_method = ESP_TIMER_TASK,
                                             .name = name.c_str(),
                                             .skip_unhandled_events = skips};
        EXPECT_EQ(esp_timer_create(&how, &handle), ESP_OK);
    }

    static void called(void* own) {
        auto& self = *static_cast<noting_timer*>(own);
        note_time(self.name);
        if (self.then) self.then();
    }
};

void note_error(const std::string& what, esp_err_t error) {
    note(what + ":" +
         (error == ESP_OK                  ? "ok"
          : error == ESP_ERR_INVALID_ARG   ? "arg"
          : error == ESP_ERR_INVALID_STATE ? "state"
          : error == ESP_ERR_NOT_SUPPORTED ? "unsupported"
                                           : "other"));
}

}  // namespace

TEST_F(IdfTimer, CallsOnceAtItsTimeToTheMicrosecond) {
    EXPECT_EQ(run([] {
                  static noting_timer hour("hour");
                  static noting_timer soon("soon");
                  esp_timer_start_once(hour.handle, 3600'000'001);
                  esp_timer_start_once(soon.handle, 1);
                  note_time("main");
              }),
              "main@0 soon@1 hour@3600000001");
}

TEST_F(IdfTimer, CallsThoseOfOneTimeInTheOrderOfTheirStart) {
    EXPECT_EQ(run([] {
                  static std::array<noting_timer, 3> timers{noting_timer("a"), noting_timer("b"), noting_timer("c")};
                  for (const auto index : {2U, 0U, 1U})
                      esp_timer_start_once(timers[index].handle, 500);
              }),
              "c@500 a@500 b@500");
}

TEST_F(IdfTimer, ARunningAlarmKeepsTheChipAliveAndItsCallbackDoes) {
    EXPECT_EQ(run([] {
                  static noting_timer late("late", false, [] {
                      wait_for(10s);
                      note_time("end");
                  });
                  esp_timer_start_once(late.handle, 5'000'000);
              }),
              "late@5000000 end@15000000");
}

TEST_F(IdfTimer, APeriodicOneDoesNotDrift) {
    EXPECT_EQ(run([] {
                  static int rounds = 0;
                  static noting_timer often("", false, [] {
                      wait_for(400us);
                      if (++rounds == 5) esp_timer_stop(often.handle);
                  });
                  wait_for(123us);
                  esp_timer_start_periodic(often.handle, 1000);
              }),
              "@1123 @2123 @3123 @4123 @5123");
}

TEST_F(IdfTimer, OneWhoseCallbackIsLateCatchesUpOrSkips) {
    const auto late_in_second_round = [](bool skips) {
        return [skips] {
            static int rounds = 0;
            static noting_timer often("", skips, [] {
                if (++rounds == 2) wait_for(3500us);
                if (rounds == 6) esp_timer_stop(often.handle);
            });
            esp_timer_start_periodic(often.handle, 1000);
        };
    };
    EXPECT_EQ(run(late_in_second_round(false)), "@1000 @2000 @5500 @5500 @5500 @6000");
    EXPECT_EQ(run(late_in_second_round(true)), "@1000 @2000 @5500 @6500 @7500 @8500");
}

TEST_F(IdfTimer, APeriodHasItsLeast) {
    EXPECT_EQ(run([] {
                  static noting_timer often("", false, [] { esp_timer_stop(often.handle); });
                  esp_timer_start_periodic(often.handle, 1);
                  std::uint64_t period = 0;
                  esp_timer_get_period(often.handle, &period);
                  note(std::to_string(period));
              }),
              "50 @50");
}

TEST_F(IdfTimer, IsRestartedAndStopped) {
    EXPECT_EQ(run([] {
                  static noting_timer once("once");
                  static noting_timer often("often");
                  esp_timer_start_once(once.handle, 1000);
                  esp_timer_start_periodic(often.handle, 1000);
                  wait_for(900us);
                  esp_timer_restart(once.handle, 5000);
                  esp_timer_restart(often.handle, 2000);
                  wait_for(5ms);
                  esp_timer_stop(often.handle);
                  note(esp_timer_is_active(once.handle) || esp_timer_is_active(often.handle) ? "active" : "still");
                  wait_for(1s);
              }),
              "often@2900 often@4900 once@5900 still");
}

TEST_F(IdfTimer, TellsItsTimes) {
    EXPECT_EQ(run([] {
                  static noting_timer once("once");
                  static noting_timer often("often", true, [] { esp_timer_stop(often.handle); });
                  note(esp_timer_get_next_alarm() == INT64_MAX ? "none" : "some");
                  wait_for(100us);
                  esp_timer_start_once(once.handle, 500);
                  esp_timer_start_periodic(often.handle, 300);
                  std::uint64_t of_once = 0;
                  std::uint64_t of_often = 0;
                  esp_timer_get_expiry_time(once.handle, &of_once);
                  note(std::to_string(of_once));
                  note_error("often", esp_timer_get_expiry_time(often.handle, &of_often));
                  esp_timer_get_period(often.handle, &of_often);
                  note(std::to_string(of_often));
                  note(std::to_string(esp_timer_get_next_alarm()));
                  note(std::to_string(esp_timer_get_next_alarm_for_wake_up()));
                  note(std::to_string(esp_timer_get_time()));
              }),
              "none 600 often:unsupported 300 400 600 100 often@400 once@600");
}

TEST_F(IdfTimer, AnswersMisuseWithErrors) {
    EXPECT_EQ(run([] {
                  static noting_timer t("t");
                  note_error("stopped", esp_timer_stop(t.handle));
                  note_error("restart", esp_timer_restart(t.handle, 5));
                  esp_timer_start_once(t.handle, 1'000'000);
                  note_error("twice", esp_timer_start_once(t.handle, 5));
                  note_error("both", esp_timer_start_periodic(t.handle, 5));
                  note_error("delete", esp_timer_delete(t.handle));
                  esp_timer_stop(t.handle);
                  note_error("delete", esp_timer_delete(t.handle));
                  std::uint64_t value = 0;
                  for (const auto gone : {t.handle, esp_timer_handle_t{}}) {
                      note_error("start", esp_timer_start_once(gone, 5));
                      note_error("stop", esp_timer_stop(gone));
                      note_error("delete", esp_timer_delete(gone));
                      note_error("period", esp_timer_get_period(gone, &value));
                      note(esp_timer_is_active(gone) ? "active" : "still");
                  }
                  esp_timer_create_args_t how{};
                  esp_timer_handle_t handle = nullptr;
                  note_error("no callback", esp_timer_create(&how, &handle));
                  how.callback = [](void*) {};
                  note_error("no handle", esp_timer_create(&how, nullptr));
                  how.dispatch_method = ESP_TIMER_MAX;
                  note_error("no method", esp_timer_create(&how, &handle));
                  note_error("nothing", esp_timer_create(nullptr, &handle));
                  note_error("no stream", esp_timer_dump(nullptr));
              }),
              "stopped:state restart:state twice:state both:state delete:state delete:ok "
              "start:arg stop:arg delete:arg period:arg still start:arg stop:arg delete:arg period:arg still "
              "no callback:arg no handle:arg no method:arg nothing:arg no stream:arg");
}

TEST_F(IdfTimer, ACallbackMayDeleteItsTimer) {
    EXPECT_EQ(run([] {
                  static noting_timer t("t", false, [] { note_error("delete", esp_timer_delete(t.handle)); });
                  esp_timer_start_once(t.handle, 10);
                  wait_for(1ms);
                  note_error("again", esp_timer_delete(t.handle));
              }),
              "t@10 delete:ok again:arg");
}

TEST_F(IdfTimer, ATimeThatNeverComesIsNoError) {
    EXPECT_EQ(run([] {
                  static noting_timer t("never");
                  note_error("once", esp_timer_start_once(t.handle, UINT64_MAX));
                  wait_for(24h);
                  esp_timer_stop(t.handle);
                  note_error("often", esp_timer_start_periodic(t.handle, UINT64_MAX));
                  wait_for(24h);
                  esp_timer_stop(t.handle);
              }),
              "once:ok often:ok");
}

TEST_F(IdfTimer, ALoopThatLooksAtTheTimeEnds) {
    EXPECT_EQ(run([] {
                  const auto end = esp_timer_get_time() + 1'000'000;
                  while (esp_timer_get_time() < end) {
                  }
                  note("ended");
              }),
              "ended");
}

TEST_F(IdfTimer, DumpsALineForEachTimer) {
    EXPECT_EQ(run([] {
                  static noting_timer idle("idle");
                  static noting_timer often("often", false, [] { esp_timer_stop(often.handle); });
                  esp_timer_start_periodic(often.handle, 500);
                  char* text = nullptr;
                  std::size_t size = 0;
                  auto* stream = open_memstream(&text, &size);
                  esp_timer_dump(stream);
                  std::fclose(stream);
                  const std::string all(text, size);
                  std::free(text);
                  note(all.find("\nidle  0  0  0  0\noften  500  500  1  0\n") != std::string::npos ? "dumped" : all);
              }),
              "dumped often@500");
}

}  // namespace nowire::test
