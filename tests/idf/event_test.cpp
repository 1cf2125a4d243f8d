/// esp_event.h in chips of their own, judged by the order and the exact times of what they do.

#include "idf/event.hpp"

#include "idf/chip.hpp"
#include "idf/chip_process.hpp"

#include <esp_event.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>

namespace nowire::test {

using namespace std::chrono_literals;

namespace {

using IdfEvent = Chip;
using idf::call;

ESP_EVENT_DEFINE_BASE(FIRE);
ESP_EVENT_DEFINE_BASE(WATER);

constexpr TickType_t second = configTICK_RATE_HZ;

std::string name_of(esp_err_t error) {
    switch (error) {
        case ESP_OK:
            return "ok";
        case ESP_FAIL:
            return "fail";
        case ESP_ERR_INVALID_ARG:
            return "arg";
        case ESP_ERR_INVALID_STATE:
            return "state";
        case ESP_ERR_NOT_FOUND:
            return "none";
        case ESP_ERR_TIMEOUT:
            return "full";
        default:
            return "other";
    }
}

/// Notes its argument, which is a text, and the event's id.
void note_event(void* name, esp_event_base_t, std::int32_t id, void*) {
    note(static_cast<const char*>(name) + std::to_string(id));
}

void* text(const char* of) {
    return const_cast<char*>(of);
}

/// Handles an event for 10 seconds.
void take_long(void*, esp_event_base_t, std::int32_t id, void*) {
    note_time("begin" + std::to_string(id));
    wait_for(10s);
    note_time("end" + std::to_string(id));
}

void start_task(const std::string& name, unsigned priority, std::function<void()> body) {
    call c;
    c.tasks().start(name, priority, std::move(body));
}

esp_err_t post(std::int32_t id, TickType_t ticks = 0) {
    return esp_event_post(FIRE, id, nullptr, 0, ticks);
}

esp_event_loop_handle_t make_loop(const char* task, UBaseType_t priority = 5, std::int32_t size = 3) {
    const esp_event_loop_args_t how = {.queue_size = size,
                                       .task_name = task,
                                       .task_priority = priority,
                                       .task_stack_size = 2048,
                                       .task_core_id = tskNO_AFFINITY};
    esp_event_loop_handle_t made = nullptr;
    EXPECT_EQ(esp_event_loop_create(&how, &made), ESP_OK);
    return made;
}

}  // namespace

TEST_F(IdfEvent, AnEventGoesToItsHandlersInTheOrderOfTheirRegistration) {
    EXPECT_EQ(run([] {
                  esp_event_loop_create_default();
                  esp_event_handler_register(FIRE, 1, note_event, text("one"));
                  esp_event_handler_register(ESP_EVENT_ANY_BASE, ESP_EVENT_ANY_ID, note_event, text("all"));
                  esp_event_handler_register(FIRE, 2, note_event, text("two"));
                  esp_event_handler_register(FIRE, ESP_EVENT_ANY_ID, note_event, text("fire"));
                  esp_event_handler_register(WATER, 1, note_event, text("water"));
                  post(1);
                  note("|");
                  post(2);
                  note("|");
                  esp_event_post(WATER, 1, nullptr, 0, 0);
                  note("|");
                  esp_event_post(WATER, 2, nullptr, 0, 0);
              }),
              "one1 all1 fire1 | all2 two2 fire2 | all1 water1 | all2");
}

TEST_F(IdfEvent, HandlersRunInTheLoopsTaskWithACopyOfTheData) {
    EXPECT_EQ(run([] {
                  const auto say = [](void*, esp_event_base_t base, std::int32_t, void* data) {
                      std::string task;
                      {
                          call c;
                          task = c.task().name + '/' + std::to_string(c.task().priority);
                      }
                      note(std::string(base) + ':' + (data != nullptr ? static_cast<const char*>(data) : "nothing") +
                           '@' + task);
                  };
                  esp_event_loop_create_default();
                  esp_event_handler_register(FIRE, 1, say, nullptr);
                  const auto own = make_loop("own", 30);
                  esp_event_handler_register_with(own, WATER, 1, say, nullptr);
                  start_task("poster", 24, [own] {
                      std::array<char, 6> data{"early"};
                      esp_event_post(FIRE, 1, data.data(), data.size(), 0);
                      esp_event_post_to(own, WATER, 1, data.data(), data.size(), 0);
                      data = {"later"};
                      esp_event_post(FIRE, 1, data.data(), data.size(), 0);
                      esp_event_post(FIRE, 1, nullptr, 5, 0);
                      esp_event_post(FIRE, 1, data.data(), 0, 0);
                      note("posted");
                  });
              }),
              "posted WATER:early@own/24 FIRE:early@sys_evt/20 FIRE:later@sys_evt/20 FIRE:nothing@sys_evt/20 "
              "FIRE:nothing@sys_evt/20");
}

// This program is compiled with CONFIG_ESP_SYSTEM_EVENT_QUEUE_SIZE=4.
TEST_F(IdfEvent, WhoFindsNoPlaceWaitsForOneAsLongAsItSays) {
    EXPECT_EQ(run([] {
                  esp_event_loop_create_default();
                  esp_event_handler_register(FIRE, ESP_EVENT_ANY_ID, take_long, nullptr);
                  for (int id = 0; id < 5; ++id)
                      note(name_of(post(id)));
                  note_time(name_of(post(5)));
                  note_time(name_of(post(5, second)));
                  note_time(name_of(post(5, portMAX_DELAY)));
                  esp_event_handler_unregister(FIRE, ESP_EVENT_ANY_ID, take_long);
              }),
              "begin0@0 ok ok ok ok ok full@0 full@1000000 end0@10000000 begin1@10000000 ok@10000000 end1@20000000");
}

TEST_F(IdfEvent, AHandlerDoesNotWaitForItsOwnLoop) {
    EXPECT_EQ(run([] {
                  const auto fill = [](void* loop, esp_event_base_t, std::int32_t id, void*) {
                      if (id != 1) return;
                      for (int more = 2; more < 6; ++more)
                          note_time(name_of(esp_event_post_to(loop, FIRE, more, nullptr, 0, portMAX_DELAY)));
                  };
                  const auto loop = make_loop("own");
                  esp_event_handler_register_with(loop, FIRE, ESP_EVENT_ANY_ID, fill, loop);
                  esp_event_post_to(loop, FIRE, 1, nullptr, 0, 0);
              }),
              "ok@0 ok@0 ok@0 full@0");
}

TEST_F(IdfEvent, TheSameHandlerTwiceHasItsNewArgumentAndInstancesAreAnewEachTime) {
    EXPECT_EQ(run([] {
                  esp_event_loop_create_default();
                  esp_event_handler_instance_t first = nullptr;
                  esp_event_handler_instance_t next = nullptr;
                  esp_event_handler_register(FIRE, 1, note_event, text("old"));
                  esp_event_handler_instance_register(FIRE, 1, note_event, text("x"), &first);
                  esp_event_handler_instance_register(FIRE, 1, note_event, text("y"), &next);
                  esp_event_handler_instance_register(FIRE, 1, note_event, text("z"), nullptr);
                  esp_event_handler_register(FIRE, 1, note_event, text("new"));
                  post(1);
                  note(name_of(esp_event_handler_instance_unregister(FIRE, 2, first)));
                  note(name_of(esp_event_handler_instance_unregister(FIRE, 1, first)));
                  note(name_of(esp_event_handler_instance_unregister(FIRE, 1, first)));
                  note(name_of(esp_event_handler_unregister(FIRE, 1, note_event)));
                  note(name_of(esp_event_handler_unregister(FIRE, 1, note_event)));
                  post(1);
              }),
              "new1 x1 y1 z1 none ok none ok none y1 z1");
}

TEST_F(IdfEvent, AHandlerThatIsUnregisteredMeanwhileIsNotCalledAndANewOneWaitsForTheNextEvent) {
    EXPECT_EQ(run([] {
                  const auto change = [](void*, esp_event_base_t, std::int32_t, void*) {
                      note("change");
                      esp_event_handler_register(WATER, ESP_EVENT_ANY_ID, note_event, text("any"));
                      esp_event_handler_unregister(FIRE, 1, note_event);
                      esp_event_handler_register(FIRE, ESP_EVENT_ANY_ID, note_event, text("new"));
                  };
                  esp_event_loop_create_default();
                  esp_event_handler_register(FIRE, 1, change, nullptr);
                  esp_event_handler_register(FIRE, 1, note_event, text("old"));
                  post(1);
                  post(2);
              }),
              "change new2");
}

TEST_F(IdfEvent, UnregisteringWaitsForTheHandlerToReturn) {
    EXPECT_EQ(run([] {
                  esp_event_loop_create_default();
                  esp_event_handler_register(FIRE, 1, take_long, nullptr);
                  post(1);
                  wait_for(1s);
                  note(name_of(esp_event_handler_unregister(FIRE, 1, take_long)));
                  note_time("free");
              }),
              "begin1@0 end1@10000000 ok free@10000000");
}

TEST_F(IdfEvent, ALoopWithoutATaskIsRunByWhoeverCalls) {
    EXPECT_EQ(run([] {
                  const auto loop = make_loop(nullptr);
                  esp_event_handler_register_with(loop, FIRE, ESP_EVENT_ANY_ID, note_event, text(""));
                  const auto post_to = [loop](std::int32_t id) {
                      esp_event_post_to(loop, FIRE, id, nullptr, 0, portMAX_DELAY);
                  };
                  post_to(1);
                  post_to(2);
                  note(name_of(esp_event_loop_run(loop, 0)));
                  note(name_of(esp_event_loop_run(loop, 0)));
                  note(name_of(esp_event_loop_run(loop, 0)));
                  start_task("poster", 2, [=] {
                      for (int id = 10; id < 16; ++id)
                          post_to(id);
                      wait_for(1500ms);
                      post_to(20);
                      wait_for(1s);
                      post_to(30);
                  });
                  esp_event_loop_run(loop, 2 * second);
                  note_time("ran");
              }),
              "1 ok 2 ok ok 10 11 12 13 14 15 20 ran@2000000");
}

TEST_F(IdfEvent, OneTaskAtATimeHandsEventsOnAndAHandlerMayRunItsLoop) {
    EXPECT_EQ(run([] {
                  static int inside = 0;
                  const auto loop = make_loop(nullptr, 0, 10);
                  const auto handle = [](void* own, esp_event_base_t, std::int32_t id, void*) {
                      note((inside++ == 0 ? "in" : "nested") + std::to_string(id));
                      if (id == 1) esp_event_loop_run(own, 0);
                      wait_for(1s);
                      --inside;
                  };
                  esp_event_handler_register_with(loop, FIRE, ESP_EVENT_ANY_ID, handle, loop);
                  for (int id = 1; id <= 4; ++id)
                      esp_event_post_to(loop, FIRE, id, nullptr, 0, 0);
                  start_task("other", 2, [loop] { esp_event_loop_run(loop, 5 * second); });
                  esp_event_loop_run(loop, 5 * second);
                  note_time("ran");
              }),
              "in1 nested2 in3 in4 ran@5000000");
}

TEST_F(IdfEvent, DeletingALoopWaitsForItsHandlerAndSendsPostersAway) {
    EXPECT_EQ(run([] {
                  static esp_event_loop_handle_t loop;
                  loop = make_loop("own", 5, 1);
                  esp_event_handler_register_with(loop, FIRE, ESP_EVENT_ANY_ID, take_long, nullptr);
                  esp_event_post_to(loop, FIRE, 1, nullptr, 0, 0);
                  esp_event_post_to(loop, FIRE, 2, nullptr, 0, 0);
                  start_task("poster", 3,
                             [] { note(name_of(esp_event_post_to(loop, FIRE, 3, nullptr, 0, portMAX_DELAY))); });
                  wait_for(1s);
                  note(name_of(esp_event_loop_delete(loop)));
                  note_time("deleted");
                  note(name_of(esp_event_loop_delete(loop)));
                  note(name_of(esp_event_post_to(loop, FIRE, 1, nullptr, 0, 0)));
                  note(name_of(esp_event_handler_register_with(loop, FIRE, 1, note_event, nullptr)));
                  note(name_of(esp_event_loop_run(loop, 1)));
              }),
              "begin1@0 state end1@10000000 ok deleted@10000000 arg arg arg arg");
}

TEST_F(IdfEvent, AHandlerMayDeleteItsLoop) {
    EXPECT_EQ(run([] {
                  const auto end = [](void*, esp_event_base_t, std::int32_t, void*) {
                      note(name_of(esp_event_loop_delete_default()));
                  };
                  esp_event_loop_create_default();
                  esp_event_handler_register(FIRE, 1, end, nullptr);
                  esp_event_handler_register(FIRE, 1, note_event, text("not called"));
                  post(1);
                  note(name_of(post(2)));
                  note(name_of(esp_event_loop_create_default()));
              }),
              "ok state ok");
}

TEST_F(IdfEvent, AHandlerWhoseTaskIsDeletedLeavesTheLoopToOthers) {
    EXPECT_EQ(run([] {
                  const auto loop = make_loop(nullptr);
                  const auto die = [](void*, esp_event_base_t, std::int32_t id, void*) {
                      note(std::to_string(id));
                      call c;
                      if (id == 1) c.tasks().end_own(c.held());
                  };
                  esp_event_handler_register_with(loop, FIRE, ESP_EVENT_ANY_ID, die, nullptr);
                  esp_event_post_to(loop, FIRE, 1, nullptr, 0, 0);
                  esp_event_post_to(loop, FIRE, 2, nullptr, 0, 0);
                  start_task("victim", 2, [loop] { esp_event_loop_run(loop, portMAX_DELAY); });
                  wait_for(1s);
                  esp_event_loop_run(loop, 0);
                  note(name_of(esp_event_handler_unregister_with(loop, FIRE, ESP_EVENT_ANY_ID, die)));
              }),
              "1 2 ok");
}

TEST_F(IdfEvent, MisuseIsAnError) {
    EXPECT_EQ(run([] {
                  note(name_of(post(1)));
                  note(name_of(esp_event_handler_register(FIRE, 1, note_event, nullptr)));
                  note(name_of(esp_event_loop_delete_default()));
                  note(name_of(esp_event_loop_create_default()));
                  note(name_of(esp_event_loop_create_default()));
                  note("|");
                  note(name_of(esp_event_handler_register(ESP_EVENT_ANY_BASE, 1, note_event, nullptr)));
                  note(name_of(esp_event_handler_register(FIRE, 1, nullptr, nullptr)));
                  note(name_of(esp_event_handler_unregister(ESP_EVENT_ANY_BASE, 1, note_event)));
                  note(name_of(esp_event_handler_unregister(FIRE, 1, note_event)));
                  note(name_of(esp_event_handler_instance_unregister(FIRE, 1, nullptr)));
                  note("|");
                  note(name_of(esp_event_post(ESP_EVENT_ANY_BASE, 1, nullptr, 0, 0)));
                  note(name_of(post(ESP_EVENT_ANY_ID)));
                  note(name_of(esp_event_post_to(nullptr, FIRE, 1, nullptr, 0, 0)));
                  note("|");
                  esp_event_loop_handle_t loop = nullptr;
                  esp_event_loop_args_t how{};
                  note(name_of(esp_event_loop_create(nullptr, &loop)));
                  note(name_of(esp_event_loop_create(&how, nullptr)));
                  note(name_of(esp_event_loop_create(&how, &loop)));
                  note(name_of(esp_event_loop_run(nullptr, 0)));
                  note(name_of(esp_event_loop_delete(nullptr)));
                  note(name_of(esp_event_dump(nullptr)));
              }),
              "state state state ok state | arg arg arg none arg | arg arg arg | arg arg arg arg arg arg");
}

TEST_F(IdfEvent, PostingFromAnInterruptNeverWaits) {
    EXPECT_EQ(run([] {
                  const auto loop = make_loop("own", 5, 2);
                  esp_event_handler_register_with(loop, FIRE, ESP_EVENT_ANY_ID, note_event, text(""));
                  const auto isr_post = [loop](std::int32_t id, std::size_t size) {
                      BaseType_t unblocked = pdFALSE;
                      const std::array<char, 5> data{};
                      const auto result = esp_event_isr_post_to(loop, FIRE, id, data.data(), size, &unblocked);
                      note(name_of(result) + (unblocked == pdTRUE ? "!" : ""));
                  };
                  isr_post(1, 4);
                  isr_post(1, 5);
                  start_task("urgent", 9, [=] {
                      for (int id = 2; id < 5; ++id)
                          isr_post(id, 0);
                  });
                  note(name_of(esp_event_isr_post_to(loop, FIRE, ESP_EVENT_ANY_ID, nullptr, 0, nullptr)));
                  note(name_of(esp_event_isr_post(FIRE, 1, nullptr, 0, nullptr)));
              }),
              "1 ok! arg ok ok fail 2 3 arg state");
}

TEST_F(IdfEvent, EventsThatWaitKeepTheChipAlive) {
    EXPECT_EQ(run([] {
                  const auto loop = make_loop("slow", 0);
                  esp_event_handler_register_with(loop, FIRE, ESP_EVENT_ANY_ID, take_long, nullptr);
                  esp_event_post_to(loop, FIRE, 1, nullptr, 0, 0);
                  esp_event_post_to(loop, FIRE, 2, nullptr, 0, 0);
                  note("main");
              }),
              "main begin1@0 end1@10000000 begin2@10000000 end2@20000000");
}

TEST_F(IdfEvent, TheChipsOwnEventsGoToTheDefaultLoopIfThereIsOne) {
    EXPECT_EQ(run([] {
                  const auto post_own = [](std::int32_t id) {
                      call c;
                      const char data = 'x';
                      return idf::post_event(c, FIRE, id, &data, 1);
                  };
                  const auto say = [](void*, esp_event_base_t, std::int32_t id, void* data) {
                      note(std::to_string(id) + *static_cast<const char*>(data));
                  };
                  note(post_own(1) ? "unwanted" : "dropped");
                  esp_event_loop_create_default();
                  esp_event_handler_register(FIRE, ESP_EVENT_ANY_ID, say, nullptr);
                  note(post_own(2) ? "posted" : "dropped");
                  start_task("urgent", 24, [=] {
                      for (int id = 3; id < 8; ++id)
                          note(post_own(id) ? "posted" : "dropped");
                  });
              }),
              "unwanted 2x posted posted posted posted posted dropped 3x 4x 5x 6x");
}

TEST_F(IdfEvent, NothingIsLostBetweenManyTasks) {
    EXPECT_EQ(run(
                  [] {
                      static int got = 0;
                      const auto count = [](void*, esp_event_base_t, std::int32_t, void* data) {
                          call c;
                          got += *static_cast<int*>(data);
                      };
                      esp_event_loop_create_default();
                      esp_event_handler_register(FIRE, ESP_EVENT_ANY_ID, count, nullptr);
                      for (unsigned poster = 0; poster < 4; ++poster)
                          start_task("poster", 1 + 7 * poster, [poster] {
                              for (int i = 0; i < 200; ++i) {
                                  esp_event_handler_instance_t own = nullptr;
                                  esp_event_handler_instance_register(WATER, 1, note_event, text("?"), &own);
                                  const int value = 1;
                                  esp_event_post(FIRE, static_cast<int>(poster), &value, sizeof value, portMAX_DELAY);
                                  esp_event_handler_instance_unregister(WATER, 1, own);
                              }
                          });
                      wait_for(1s);
                      const auto all = [] {
                          const call c;
                          return got;
                      }();
                      note(std::to_string(all));
                  },
                  {}),
              "800");
}

TEST_F(IdfEvent, DumpsLoopsAndHandlers) {
    EXPECT_EQ(run([] {
                  const auto loop = make_loop("own", 9);
                  esp_event_handler_register_with(loop, FIRE, 1, take_long, nullptr);
                  esp_event_handler_register_with(loop, ESP_EVENT_ANY_BASE, ESP_EVENT_ANY_ID, note_event, text(""));
                  for (int i = 0; i < 5; ++i)
                      esp_event_post_to(loop, FIRE, i, nullptr, 0, 0);
                  wait_for(20s);
                  char* dumped = nullptr;
                  std::size_t size = 0;
                  auto* stream = open_memstream(&dumped, &size);
                  esp_event_dump(stream);
                  std::fclose(stream);
                  const std::string all(dumped, size);
                  std::free(dumped);
                  for (const auto* part : {",own rx:5 dr:0\n", " ev:FIRE,1 inv:1 time:10000000 us\n",
                                           " ev:ESP_EVENT_ANY_BASE,ESP_EVENT_ANY_ID inv:5 time:0 us\n"})
                      note(all.find(part) != std::string::npos ? "there" : "lacks" + std::string(part) + all);
              }),
              "0 begin1@0 end1@10000000 1 2 3 4 there there there");
}

}  // namespace nowire::test
