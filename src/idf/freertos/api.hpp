#pragma once

#include "freertos/FreeRTOS.h"
#include "idf/chip.hpp"
#include "idf/freertos/objects.hpp"
#include "idf/freertos/task_data.hpp"
#include "idf/freertos/ticks.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace nowire::idf::freertos {

/// What a call has to say about its arguments; said when the call has ended, because who reads the log may make calls
/// himself. It is a message of the tag "FreeRTOS", written by whom the program has chosen.
class complaint {
  public:
    explicit complaint(const char* function) : function_(function) {}
    /// The task may be deleted while the program's writer waits for something.
    ~complaint() noexcept(false);
    complaint(const complaint&) = delete;
    complaint& operator=(const complaint&) = delete;

  protected:
    void say(std::string what, duration when);
    const char* function() const { return function_; }

  private:
    const char* function_;
    std::string what_;
    duration when_{};
};

/// Tells of a fault after which the program cannot go on, and aborts, as a failed assertion on the chip does.
[[noreturn]] void give_up(const char* function, const std::string& why);

/// A call of a FreeRTOS function.
class api : private complaint, public call {
  public:
    /// @param function  its name, for the log
    explicit api(const char* function) : complaint(function) {}

    /// To the log, as an error.
    void complain(std::string what);
    [[noreturn]] void give_up(const std::string& why) { freertos::give_up(function(), why); }

    task_data& own() { return data(task()); }
    std::uint64_t tick() { return ticks_at(chip(), now()); }

    /// The object with that handle; nullptr, and a complaint, if there is none.
    template <class Object>
    std::shared_ptr<Object> find(const void* handle) {
        auto found = registry<Object>::all().find(value_of(handle));
        if (!found) complain_of(handle, Object::name);
        return found;
    }
    /// The task with that handle, the own one for nullptr; nullptr, and a complaint, if there is none.
    idf::task* find_task(const void* handle);
    void complain_of(const void* handle, const char* name);

    /// To be called first by what is given a time to wait.
    void refuse_to_wait_while_suspended(TickType_t ticks);
    std::optional<time_point> deadline(TickType_t ticks);
    /// As call::block(), and false too where another task has ended the wait. Aborts where waiting is impossible.
    bool block(wait_list* on, std::optional<time_point> deadline);
    /// Waits on `on` until `ready()`. @returns false if that was not so in time.
    template <class Ready>
    bool wait_until(wait_list& on, TickType_t ticks, Ready ready) {
        for (const auto until = deadline(ticks); !ready();)
            if (ticks == 0 || !block(&on, until)) return ready();
        return true;
    }

    /// Wakes the most urgent of those that wait, and sets `*more_urgent` if it is more urgent than the caller.
    void wake_first(wait_list& waiting, BaseType_t* more_urgent = nullptr);

  private:
    duration since_boot() { return now() - chip().began(); }
};

inline BaseType_t truth(bool is_so) {
    return is_so ? pdTRUE : pdFALSE;
}

}  // namespace nowire::idf::freertos
