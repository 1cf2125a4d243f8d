#pragma once

#include <nowire/radio/clock.hpp>

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

namespace nowire::idf {

class task;

/// Tasks that wait for something: the most urgent first, and among those the one that came first.
class wait_list {
  public:
    wait_list() = default;
    wait_list(const wait_list&) = delete;
    wait_list& operator=(const wait_list&) = delete;

    bool empty() const { return tasks_.empty(); }
    task* first() const { return tasks_.empty() ? nullptr : tasks_.front(); }
    std::size_t size() const { return tasks_.size(); }

  private:
    friend class scheduler;
    void insert(task& t);
    void remove(task& t) { tasks_.remove(&t); }
    std::list<task*> tasks_;
};

/// What a layer above the scheduler keeps for each task: notification values, thread-local pointers.
struct task_extra {
    virtual ~task_extra() = default;
};

/// One thread of the chip. All members are under the driver's lock.
class task {
  public:
    enum class state : std::uint8_t {
        running,    ///< it has the core
        ready,      ///< it waits for the core
        blocked,    ///< it waits for something, or for a time
        suspended,  ///< it waits to be resumed
        away,       ///< it computes or is in a call of the system, and the core was given to others meanwhile
        outside,    ///< a guest, or the driver's thread, between two of its calls: it needs no core
        ended,
    };

    std::string name;
    unsigned number = 0;         ///< from 1 on, in the order of their making
    unsigned priority = 1;       ///< larger is more urgent
    unsigned base_priority = 1;  ///< without what a mutex lends it
    state now = state::ready;
    bool is_system = false;  ///< not the program's: it does not keep the process alive
    bool is_guest = false;   ///< a thread that the program made by itself
    bool is_wifi = false;    ///< the one in which callbacks of ESP-NOW run
    bool must_end = false;   ///< it was deleted by another, and ends with its next call
    bool is_ending = false;  ///< its stack is being unwound
    bool must_stop = false;  ///< it was suspended by another, and stops with its next call
    std::unique_ptr<task_extra> extra;

  private:
    friend class scheduler;
    friend class wait_list;

    std::condition_variable turn_;
    wait_list* waits_on_ = nullptr;
    std::optional<timer_id> alarm_;
    bool timed_out_ = false;
    bool counts_ = false;     ///< its time does: it has the core, or is away, or polls
    bool polls_now_ = false;  ///< it waits because it polls
    std::optional<std::chrono::steady_clock::time_point> granted_;  ///< the core
    std::chrono::nanoseconds cpu_at_grant_{};
    clockid_t cpu_clock_{};
    pthread_t thread_{};  ///< where the scheduler has started it
    std::function<void()> body_;
    time_point counts_from_{};  ///< where its time counts: since when
    duration ran_{};            ///< before that
    time_point polls_at_{};     ///< it has made this many calls at that time without a wait
    unsigned polls_ = 0;
};

}  // namespace nowire::idf
