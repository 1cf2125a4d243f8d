#pragma once

#include "freertos/timers.h"
#include "idf/freertos/api.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace nowire::idf::freertos {

struct timer final : object {
    static constexpr kind is = kind::timer;
    static constexpr const char* name = "timer";

    std::string label;
    TickType_t period = 0;
    bool reloads = false;
    void* id = nullptr;
    TimerCallbackFunction_t callback = nullptr;
    bool is_active = false;
    std::uint64_t expiry = 0;  ///< the tick at which it rings next
};

/// The task "Tmr Svc", to which the functions of timers.h send what is to be done. All members are called under the
/// driver's lock.
class timer_service {
  public:
    static timer_service& get();

    struct command {
        enum class action : std::uint8_t { start, stop, change_period, remove, call };
        action what = action::call;
        std::shared_ptr<timer> which{};
        TickType_t period = 0;
        std::function<void()> function{};
        std::uint64_t sent_at = 0;  ///< in ticks
    };

    /// Starts the task if it does not run. @returns false, and complains, if the system has no thread for it.
    bool start(api& c);
    idf::task* task() const { return task_; }
    /// @returns false if there was no room for `ticks`.
    bool send(api& c, command what, TickType_t ticks, BaseType_t* more_urgent);
    /// Without waiting for room. The task must have been started.
    void call_soon(std::function<void()> function);

  private:
    void run();
    std::function<void()> next(call& c);
    std::function<void()> ring();
    std::function<void()> obey(const command& what, std::uint64_t now);
    void activate(const std::shared_ptr<timer>& which, std::uint64_t expiry);
    void deactivate(const timer& which);
    void keep_alive(bool needed);

    idf::task* task_ = nullptr;
    std::deque<command> commands_;
    std::multimap<std::uint64_t, std::shared_ptr<timer>> active_;  ///< by when they ring; among equals the first first
    wait_list waits_for_work_;
    wait_list wait_for_room_;
    bool keeps_alive_ = false;
};

}  // namespace nowire::idf::freertos
