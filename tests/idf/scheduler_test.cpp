/// The core of the chip and its tasks, on an air whose time goes from event to event.

#include "idf/chip.hpp"
#include "idf/chip_process.hpp"

#include <nowire/station/station.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <ctime>
#include <functional>
#include <string>
#include <thread>
#include <utility>

namespace nowire::test {

using namespace std::chrono_literals;

namespace {

using idf::call;
using idf::wait_list;

void start(const std::string& name, unsigned priority, std::function<void()> body) {
    call c;
    c.tasks().start(name, priority, std::move(body));
}

void sleep_for(duration d) {
    call c;
    c.block(nullptr, c.now() + d);
}

/// Spends processor time without a call into the chip.
void compute(std::chrono::milliseconds how_long) {
    const auto spent = [] {
        timespec t{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
    };
    for (const auto end = spent() + how_long; spent() < end;) {
    }
}

}  // namespace

TEST_F(Chip, TheMostUrgentTaskRunsFirstAndEqualsInTheirOrder) {
    EXPECT_EQ(run([] {
                  {
                      call c;
                      for (const auto& [name, priority] : {std::pair{"low", 1U}, {"a", 3U}, {"b", 3U}, {"high", 7U}})
                          c.tasks().start(name, priority, [name = std::string(name)] { note(name); });
                  }
                  note("main");
              }),
              "high a b main low");
}

TEST_F(Chip, TimeGoesFromWakeToWake) {
    EXPECT_EQ(run([] {
                  const auto began = idf::since_boot();
                  for (const int hours : {3, 1, 2})
                      start("sleeper", 2, [=] {
                          sleep_for(std::chrono::hours(hours));
                          const bool exact = idf::since_boot() - began == std::chrono::hours(hours);
                          note(std::to_string(hours) + (exact ? "" : " late"));
                      });
              }),
              "1 2 3");
}

TEST_F(Chip, AListWakesTheMostUrgentFirst) {
    EXPECT_EQ(run([] {
                  static wait_list waiting;
                  for (const auto& [name, priority] : {std::pair{"a", 2U}, {"b", 5U}, {"c", 2U}, {"d", 5U}})
                      start(name, priority, [name = std::string(name)] {
                          {
                              call c;
                              c.block(&waiting, std::nullopt);
                          }
                          note(name);
                      });
                  for (int i = 0; i < 4; ++i) {
                      call c;
                      c.tasks().wake_first(waiting);
                  }
                  note("main");
              }),
              "b d a c main");
}

TEST_F(Chip, AWaitEndsByItsTimeOrBeforeIt) {
    EXPECT_EQ(run([] {
                  static wait_list waiting;
                  start("waits", 2, [] {
                      const auto wait = [](duration limit) {
                          call c;
                          return c.block(&waiting, c.now() + limit);
                      };
                      note(wait(1s) ? "woken" : "late");
                      note(wait(1s) ? "woken" : "late");
                      note(wait(0s) ? "woken" : "late");
                  });
                  sleep_for(1500ms);
                  call c;
                  c.tasks().wake_all(waiting);
              }),
              "late woken late");
}

TEST_F(Chip, ATaskDeletedByAnotherEndsWithItsNextCallAndWhereItWaitsAtOnce) {
    EXPECT_EQ(run([] {
                  struct farewell {
                      const char* text;
                      ~farewell() { notes().emplace_back(text); }
                  };
                  unsigned waits = 0;
                  unsigned computes = 0;
                  {
                      call c;
                      waits = c.tasks()
                                  .start("waits", 2,
                                         [] {
                                             const farewell at_end{"unwound"};
                                             sleep_for(24h);
                                             note("not reached");
                                         })
                                  .number;
                      computes = c.tasks()
                                     .start("computes", 2,
                                            [] {
                                                note("computing");
                                                compute(400ms);
                                                note("not reached");
                                            })
                                     .number;
                  }
                  for (const auto each : {waits, computes}) {
                      call c;
                      if (auto* t = c.tasks().find(each)) c.tasks().end(c.held(), *t);
                  }
                  sleep_for(1s);
                  call c;
                  notes().emplace_back(c.tasks().find(waits) || c.tasks().find(computes) ? "there" : "gone");
              }),
              "computing unwound gone");
}

TEST_F(Chip, ATaskHasTheCoreAndMayCallWhileItsStackIsUnwound) {
    EXPECT_EQ(run([] {
                  struct farewell {
                      ~farewell() {
                          notes().emplace_back("unwinds");
                          sleep_for(1s);
                          note("slept");
                          compute(20ms);
                          notes().emplace_back("unwound");
                      }
                  };
                  start("ends", 3, [] {
                      const farewell at_end;
                      call c;
                      c.tasks().end_own(c.held());
                  });
                  note("main");
                  sleep_for(1500ms);
                  note("main");
              }),
              "unwinds main slept unwound main");
}

TEST_F(Chip, AGuestWhoseThreadHasEndedIsForgotten) {
    EXPECT_EQ(run([] {
                  std::thread([] { note("guest"); }).join();
                  call c;
                  notes().push_back(std::to_string(c.tasks().tasks().size()));
              }),
              "guest 1");
}

TEST_F(Chip, ASuspendedTaskGoesOnWhenItIsResumed) {
    EXPECT_EQ(run([] {
                  unsigned ticker = 0;
                  {
                      call c;
                      ticker = c.tasks()
                                   .start("ticker", 2,
                                          [] {
                                              for (int i = 0; i < 4; ++i) {
                                                  sleep_for(1s);
                                                  note(std::to_string(i));
                                              }
                                          })
                                   .number;
                  }
                  const auto with_ticker = [&](auto&& what) {
                      call c;
                      what(c, *c.tasks().find(ticker));
                  };
                  sleep_for(1500ms);
                  with_ticker([](call& c, idf::task& t) { c.tasks().suspend(c.held(), t); });
                  sleep_for(10s);
                  note("resume");
                  with_ticker([](call& c, idf::task& t) { c.tasks().resume(t); });
              }),
              "0 resume 1 2 3");
}

TEST_F(Chip, WhoComputesForLongDoesNotKeepAMoreUrgentTaskFromItsTurn) {
    EXPECT_EQ(run(
                  [] {
                      start("urgent", 9, [] {
                          sleep_for(20ms);
                          note("urgent");
                      });
                      compute(300ms);
                      note("computed");
                  },
                  {}),
              "urgent computed");
}

TEST_F(Chip, TimeStandsWhileATaskComputes) {
    EXPECT_EQ(run([] {
                  start("sleeper", 9, [] {
                      sleep_for(20ms);
                      note("slept");
                  });
                  compute(100ms);
                  note("computed");
              }),
              "computed slept");
}

TEST_F(Chip, HoldingTheCoreKeepsOthersFromIt) {
    EXPECT_EQ(run([] {
                  static wait_list waiting;
                  start("urgent", 9, [] {
                      {
                          call c;
                          c.block(&waiting, std::nullopt);
                      }
                      note("urgent");
                  });
                  const auto hold = [](bool on) {
                      call c;
                      c.tasks().hold_core(on);
                  };
                  hold(true);
                  {
                      call c;
                      c.tasks().wake_all(waiting);
                  }
                  compute(20ms);
                  note("held");
                  hold(false);
                  note("main");
              }),
              "held urgent main");
}

TEST_F(Chip, ATaskThatPollsLetsTimePass) {
    EXPECT_EQ(run([] {
                  const auto began = idf::since_boot();
                  while (idf::since_boot() - began < 1s) {
                  }
                  note("passed");
              }),
              "passed");
}

TEST_F(Chip, AGuestKeepsTheCoreWhileItHoldsIt) {
    EXPECT_EQ(run([] {
                  std::atomic<bool> goes_on = true;
                  std::thread guest([&] {
                      const auto hold = [](bool on) {
                          call c;
                          c.tasks().hold_core(on);
                      };
                      hold(true);
                      note("held");
                      goes_on = false;
                      compute(20ms);
                      note("still");
                      hold(false);
                  });
                  while (goes_on) {
                  }
                  note("main");
                  guest.join();
              }),
              "held still main");
}

TEST_F(Chip, AGuestThatIsDeletedOrSuspendedBetweenItsCallsTakesNoCore) {
    EXPECT_EQ(run([] {
                  std::atomic<unsigned> number = 0;
                  std::atomic<bool> goes_on = false;
                  std::thread guest([&] {
                      {
                          call c;
                          number = c.task().number;
                      }
                      while (!goes_on) {
                      }
                      note("not reached");
                  });
                  while (number == 0) {
                  }
                  {
                      call c;
                      c.tasks().suspend(c.held(), *c.tasks().find(number));
                      c.tasks().resume(*c.tasks().find(number));
                      c.tasks().end(c.held(), *c.tasks().find(number));
                  }
                  goes_on = true;
                  guest.join();
                  sleep_for(1s);
                  note("main");
              }),
              "main");
}

TEST_F(Chip, ACallbackMayWaitForATimeAndForTasksThatWait) {
    EXPECT_EQ(run([] {
                  static wait_list waiting;
                  static bool answered = false;
                  const auto began = idf::since_boot();
                  const auto called_back = [began](const completion&) {
                      {
                          call c;
                          c.block(nullptr, c.now() + 1s);
                      }
                      note(idf::since_boot() - began >= 1s ? "slept" : "early");
                      {
                          call c;
                          while (!answered)
                              c.block(&waiting, std::nullopt);
                      }
                      note("answered");
                  };
                  {
                      call c;
                      c.station().device().set_interface(interface::station, true);
                      peer everybody;
                      everybody.address = mac_address::broadcast();
                      (void)c.station().device().add_peer(everybody);
                      const std::array<std::uint8_t, 1> payload{};
                      (void)c.station().send_then(everybody.address, payload, called_back);
                  }
                  sleep_for(3s);
                  note("main");
                  {
                      call c;
                      answered = true;
                      c.tasks().wake_all(waiting);
                  }
              }),
              "slept main answered");
}

TEST_F(Chip, ManyTasksPassATokenRound) {
    EXPECT_EQ(run([] {
                  static std::array<wait_list, 40> seats;
                  static std::array<bool, 40> tokens{};
                  static int passed = 0;
                  for (std::size_t seat = 0; seat < seats.size(); ++seat)
                      start("seat", 1 + static_cast<unsigned>(seat % 5), [seat] {
                          for (int round = 0; round < 50; ++round) {
                              call c;
                              while (!tokens[seat])
                                  c.block(&seats[seat], std::nullopt);
                              tokens[seat] = false;
                              ++passed;
                              const auto next = (seat + 1) % seats.size();
                              tokens[next] = true;
                              c.tasks().wake_all(seats[next]);
                          }
                      });
                  {
                      call c;
                      tokens[0] = true;
                      c.tasks().wake_all(seats[0]);
                  }
                  sleep_for(1s);
                  note(std::to_string(passed));
              }),
              "2000");
}

}  // namespace nowire::test
