/// How tasks begin, are suspended and end.

#include "idf/scheduler.hpp"
#include "station/signals_blocked.hpp"

#include <algorithm>
#include <system_error>
#include <tuple>
#include <utility>

namespace nowire::idf {

namespace {

/// For the tasks' own frames and what the C library needs; what is not used is never there.
constexpr std::size_t stack_size = std::size_t{1} << 20;

}  // namespace

/// The last thing that a thread does, after the destructors of what was on its stack and of what is local to it.
struct scheduler::thread_end {
    scheduler* owner = nullptr;

    thread_end() = default;
    ~thread_end() {
        if (owner != nullptr) owner->forget_own();
    }
    thread_end(const thread_end&) = delete;
    thread_end& operator=(const thread_end&) = delete;
};
thread_local scheduler::thread_end scheduler::at_end_;

void scheduler::watch_end_of_thread() {
    at_end_.owner = this;
}

struct scheduler::beginning {
    scheduler& owner;
    task& of;
};

task& scheduler::make(std::string name, unsigned priority) {
    const auto number = ++made_;
    auto& made = *(tasks_[number] = std::make_unique<task>());
    made.name = std::move(name);
    made.number = number;
    made.priority = made.base_priority = priority;
    return made;
}

task& scheduler::start(std::string name, unsigned priority, std::function<void()> body, bool is_system) {
    auto& made = make(std::move(name), priority);
    made.is_system = is_system;
    made.body_ = std::move(body);
    auto given = std::make_unique<beginning>(*this, made);
    pthread_attr_t how;
    pthread_attr_init(&how);
    pthread_attr_setstacksize(&how, stack_size);
    pthread_t thread{};
    int failed = 0;
    {
        const signals_blocked while_starting;
        failed = pthread_create(&thread, &how, run, given.get());
    }
    pthread_attr_destroy(&how);
    if (failed != 0) {
        tasks_.erase(made.number);
        throw std::system_error(failed, std::generic_category(), "a thread for a task");
    }
    std::ignore = given.release();
    made.thread_ = thread;
    for (const auto each : std::exchange(ended_, {}))
        pthread_detach(each);
    make_ready(made);
    give_core();
    return made;
}

void* scheduler::run(void* given) {
    const std::unique_ptr<beginning> from(static_cast<beginning*>(given));
    auto& self = from->owner;
    own_ = &from->of;
    self.watch_end_of_thread();
    {
        lock held(self.driver_);
        self.wait_for_core(held, *own_);
        self.obey(held, *own_);
    }
    own_->body_();
    const lock held(self.driver_);
    own_->is_ending = true;
    return nullptr;
}

/// What others have asked of it meanwhile.
void scheduler::obey(lock& held, task& t) {
    while (t.must_stop && !t.must_end) {
        t.must_stop = false;
        stop_counting(t);
        t.now = task::state::suspended;
        running_ = nullptr;
        give_core();
        wait_for_core(held, t);
    }
    if (t.must_end && !t.is_ending) end_own(held);
}

void scheduler::suspend(lock& held, task& t) {
    switch (t.now) {
        case task::state::blocked:
            forget_wait(t);
            stop_counting(t);
            t.now = task::state::suspended;
            break;
        case task::state::ready:
            ready_.remove(&t);
            t.now = task::state::suspended;
            give_core();
            break;
        case task::state::running:
        case task::state::away:
        case task::state::outside:
            t.must_stop = true;
            if (&t == own_) obey(held, t);
            break;
        case task::state::suspended:
        case task::state::ended:
            break;
    }
}

bool scheduler::resume(task& t) {
    if (std::exchange(t.must_stop, false)) return true;
    if (t.now != task::state::suspended) return false;
    make_ready(t);
    give_core();
    return true;
}

void scheduler::end(lock& held, task& t) {
    if (&t == own_) end_own(held);
    t.must_end = true;
    if (t.now == task::state::suspended) {
        make_ready(t);
        give_core();
    } else {
        wake(t);
    }
}

void scheduler::end_own(lock&) {
    own_->must_end = own_->is_ending = true;
    own_->must_stop = false;
    held_ = 0;
    // Unwinds the thread's frames, and the lock with them.
    pthread_exit(nullptr);
}

std::vector<pthread_t> scheduler::take_ended() {
    return std::exchange(ended_, {});
}

void scheduler::forget_own() {
    const lock held(driver_);
    const auto self = std::move(tasks_.extract(own_->number).mapped());
    own_ = nullptr;
    stop_counting(*self);
    if (self->now == task::state::running) running_ = nullptr;
    if (self->now == task::state::away) --away_;
    self->now = task::state::ended;
    // exit() destroys what is local to its thread too: time stands until the process is gone.
    if (self->body_ && !self->is_ending) exits_ = true;
    give_core();
    if (self->body_) ended_.push_back(self->thread_);
    note_end();
}

void scheduler::note_end() {
    end_unseen_ = ends_are_seen_;
    one_ended_.notify_all();
}

void scheduler::set_priority(task& t, unsigned priority) {
    t.priority = priority;
    if (t.now == task::state::ready) {
        ready_.remove(&t);
        make_ready(t);
        give_core();
    } else if (t.waits_on_ != nullptr) {
        t.waits_on_->remove(t);
        t.waits_on_->insert(t);
    }
}

std::size_t scheduler::alive() const {
    return static_cast<std::size_t>(std::ranges::count_if(tasks_, [](const auto& each) {
        return !each.second->is_system && (!each.second->must_end || each.second->is_ending);
    }));
}

task* scheduler::find(unsigned number) const {
    const auto found = tasks_.find(number);
    return found == tasks_.end() || found->second->must_end ? nullptr : found->second.get();
}

}  // namespace nowire::idf
