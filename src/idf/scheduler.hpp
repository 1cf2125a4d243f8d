#pragma once

#include "idf/task.hpp"

#include <nowire/station/driver.hpp>

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nowire::idf {

/// Gives the one core of the chip to its tasks, which are threads: who has the core runs, the others wait. The most
/// urgent ready task is next, among equals the one that has been ready longest. A task has the core until it waits or
/// makes a more urgent one ready, as FreeRTOS has it; it can lose it only between two of its calls. Hence what the
/// tasks of a program do happens in the same order each time, as far as it is the air that wakes them.
///
/// A task that computes for long without a call, or that is in a call of the system, goes on running while others that
/// want the core have it, as on a chip of two cores; it gets the core again before its next call.
///
/// All members are called under the driver's lock, which they take as proof.
class scheduler {
  public:
    using lock = driver::lock;

    /// To be made under the driver's lock, and to live as long as its threads.
    scheduler(driver& d, clock& air) : driver_(d), clock_(air) {}
    scheduler(const scheduler&) = delete;
    scheduler& operator=(const scheduler&) = delete;

    /// Starts a thread for a task. @throws std::system_error where the system has no more threads.
    task& start(std::string name, unsigned priority, std::function<void()> body, bool is_system = false);

    /// The task of the calling thread, with the core: every call into the chip begins here. A thread that the program
    /// made by itself is a guest: it has the core during its calls alone, and time does not wait for it. If another
    /// task has deleted or suspended this one, that takes effect here, and in the first case it does not return.
    task& enter(lock& held);
    /// Lets a more urgent task run, if there is one: every call into the chip ends here.
    void leave(lock& held);
    /// Whether leave() would let another task run.
    bool would_switch() const;
    /// The calling thread, which the scheduler has not started, becomes a task that keeps the core until release().
    task& acquire(lock& held, const std::string& name, unsigned priority);
    /// It needs the core no more until it acquires it again.
    void release();
    /// The task of the calling thread; nullptr: it is none, or has ended.
    static task* own() { return own_; }

    /// The calling task waits until it is woken (true) or `deadline` has come (false). Waiting on no list, only for a
    /// time, `on` is nullptr. One whose deadline has come already does not wait.
    bool block(lock& held, wait_list* on, std::optional<time_point> deadline);
    /// The chip sleeps until `deadline` (nothing: for ever): nobody has the core until then, not even the most urgent,
    /// and the calling task has it first.
    void sleep(lock& held, std::optional<time_point> deadline);
    /// Lets a task that waits go on. @returns false if it did not wait.
    bool wake(task& t);
    /// The first of them, nullptr: nobody waits.
    task* wake_first(wait_list& waiting);
    void wake_all(wait_list& waiting);
    /// Lets others of the same priority run.
    void yield(lock& held);

    /// Suspended and resumed as vTaskSuspend and vTaskResume have it.
    void suspend(lock& held, task& t);
    bool resume(task& t);
    /// Ends a task: with its next call, or at once where it is the caller's own; then this does not return. It is a
    /// task still, and has the core, while the objects on its stack are destroyed.
    void end(lock& held, task& t);
    [[noreturn]] void end_own(lock& held);
    void set_priority(task& t, unsigned priority);

    /// While this is on, nobody else gets the core (vTaskSuspendAll, critical sections). Counted.
    void hold_core(bool on);

    /// How long it had the core, or was away, or polled, on the air's clock: where an air's time stands while programs
    /// compute, that alone which polling takes.
    duration run_time(const task& t) const;
    /// For how long somebody did; where several did at one time, once.
    duration busy_time() const;

    /// There was a task, nobody has the core, and nobody wants it, or who does must wait for the end of a sleep; and
    /// the program is not about to end.
    bool is_idle() const {
        return made_ > 0 && running_ == nullptr && (ready_.empty() || sleeper_ != nullptr) && away_ == 0 &&
               !end_unseen_ && !exits_;
    }
    /// Tasks of the program that have not ended.
    std::size_t alive() const;
    /// nullptr: there is none, or it has ended.
    task* find(unsigned number) const;
    const std::map<unsigned, std::unique_ptr<task>>& tasks() const { return tasks_; }

    /// The threads of tasks that have ended since the last one was started, to be joined with no lock held: until then
    /// they may be at work with what the C library and others keep for each thread.
    std::vector<pthread_t> take_ended();
    /// Notified whenever a task has ended.
    std::condition_variable& one_ended() { return one_ended_; }
    /// Somebody looks whenever a task has ended, and has looked by now: until then it is not idle, since the program
    /// may be over.
    void see_ends() {
        ends_are_seen_ = true;
        end_unseen_ = false;
    }
    void note_end();

  private:
    struct beginning;
    struct thread_end;
    static void* run(void* given);
    void watch_end_of_thread();
    void forget_own();
    task& make(std::string name, unsigned priority);
    void make_ready(task& t, bool first = false);
    void give_core();
    void wait_for_core(lock& held, task& t);
    void give_way(lock& held, task& t, bool first);
    void count(task& t);
    void stop_counting(task& t);
    bool may_take_core(const task& wanting) const;
    void take_core();
    void forget_wait(task& t);
    void let_time_pass(lock& held, task& t);
    void obey(lock& held, task& t);

    driver& driver_;
    clock& clock_;
    std::map<unsigned, std::unique_ptr<task>> tasks_;
    std::list<task*> ready_;
    task* running_ = nullptr;
    task* sleeper_ = nullptr;  ///< who has put the chip to sleep
    unsigned away_ = 0;
    unsigned counting_ = 0;   ///< tasks whose time counts now
    time_point busy_from_{};  ///< since there are any
    duration busy_{};         ///< before that
    unsigned held_ = 0;
    unsigned made_ = 0;
    bool ends_are_seen_ = false;  ///< by somebody who waits for them
    bool end_unseen_ = false;
    bool exits_ = false;  ///< a task has called exit()
    std::vector<pthread_t> ended_;
    std::condition_variable one_ended_;
    static thread_local task* own_;
    static thread_local thread_end at_end_;
};

}  // namespace nowire::idf
