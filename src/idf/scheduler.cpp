/// Who has the core, who waits for it, and who waits for something else.

#include "idf/scheduler.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

namespace nowire::idf {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A task that computes for so long, by its own processor time, has the core taken from it: by a more urgent task,
/// which would have interrupted it on the chip; by one of its own priority, after a tick; by a less urgent one, which
/// would run on the chip's second core.
constexpr milliseconds for_more_urgent{2};
constexpr milliseconds for_equals{10};
constexpr milliseconds for_less_urgent{200};
/// The same by the clock, for one that is in a call of the system.
constexpr milliseconds for_anybody{500};
/// How often a task that wants the core looks whether it may take it.
constexpr milliseconds look_again{1};
/// How many calls at one moment take a millisecond of it.
constexpr unsigned polls_per_millisecond = 1000;

std::chrono::nanoseconds processor_time(clockid_t which) {
    timespec spent{};
    ::clock_gettime(which, &spent);
    return std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec);
}

}  // namespace

thread_local task* scheduler::own_ = nullptr;

void wait_list::insert(task& t) {
    const auto behind = std::ranges::find_if(tasks_, [&t](const task* other) { return other->priority < t.priority; });
    tasks_.insert(behind, &t);
}

task& scheduler::enter(lock& held) {
    if (own_ == nullptr) {
        own_ = &make("guest", 0);
        own_->now = task::state::outside;
        own_->is_guest = own_->is_system = true;
        watch_end_of_thread();
    }
    auto& t = *own_;
    if (t.now != task::state::running) {
        if (t.now == task::state::away) {
            --away_;
            stop_counting(t);
        }
        make_ready(t);
        give_core();
        wait_for_core(held, t);
    }
    obey(held, t);
    let_time_pass(held, t);
    return t;
}

/// On the chip a call takes about a microsecond; here it takes none of the air's time, so one that polls in a loop
/// would wait for ever on an air that only goes on when all tasks wait.
void scheduler::let_time_pass(lock& held, task& t) {
    const auto now = clock_.now();
    if (t.is_system || held_ > 0 || std::exchange(t.polls_at_, now) != now) {
        t.polls_ = 0;
    } else if (++t.polls_ == polls_per_millisecond) {
        t.polls_now_ = true;
        block(held, nullptr, now + milliseconds(1));
        t.polls_now_ = false;
    }
}

void scheduler::count(task& t) {
    if (std::exchange(t.counts_, true)) return;
    t.counts_from_ = clock_.now();
    if (counting_++ == 0) busy_from_ = t.counts_from_;
}

void scheduler::stop_counting(task& t) {
    if (!std::exchange(t.counts_, false)) return;
    const auto now = clock_.now();
    t.ran_ += now - t.counts_from_;
    if (--counting_ == 0) busy_ += now - busy_from_;
}

duration scheduler::run_time(const task& t) const {
    return t.ran_ + (t.counts_ ? clock_.now() - t.counts_from_ : duration::zero());
}

duration scheduler::busy_time() const {
    return busy_ + (counting_ > 0 ? clock_.now() - busy_from_ : duration::zero());
}

void scheduler::leave(lock& held) {
    if (own_ == nullptr) return;
    if (own_->is_guest && held_ == 0) return release();
    if (would_switch()) give_way(held, *own_, true);
}

bool scheduler::would_switch() const {
    return held_ == 0 && !ready_.empty() && ready_.front()->priority > own_->priority;
}

task& scheduler::acquire(lock& held, const std::string& name, unsigned priority) {
    if (own_ == nullptr) {
        own_ = &make(name, priority);
        own_->now = task::state::outside;
        own_->is_system = true;
    }
    return enter(held);
}

void scheduler::release() {
    // One that was started here keeps it.
    if (own_->body_) return;
    stop_counting(*own_);
    if (running_ != own_) {
        // It was taken meanwhile.
        --away_;
    } else {
        running_ = nullptr;
    }
    own_->now = task::state::outside;
    give_core();
}

void scheduler::make_ready(task& t, bool first) {
    t.now = task::state::ready;
    const auto behind = std::ranges::find_if(ready_, [&t, first](const task* other) {
        return first ? other->priority <= t.priority : other->priority < t.priority;
    });
    ready_.insert(behind, &t);
}

/// Gives the core, if nobody has it, to the next; else that one looks when it may take it.
void scheduler::give_core() {
    if (ready_.empty()) return;
    if (sleeper_ != nullptr) {
        if (sleeper_->now != task::state::ready) return;
        ready_.remove(sleeper_);
        ready_.push_front(std::exchange(sleeper_, nullptr));
    }
    auto& next = *ready_.front();
    if (running_ == nullptr) {
        ready_.pop_front();
        running_ = &next;
        next.now = task::state::running;
        count(next);
        next.granted_.reset();
        if (!ready_.empty()) ready_.front()->turn_.notify_one();
    }
    next.turn_.notify_one();
}

void scheduler::wait_for_core(lock& held, task& t) {
    while (t.now != task::state::running) {
        if (t.now != task::state::ready || ready_.front() != &t || running_ == nullptr)
            held.wait(t.turn_);
        else if (may_take_core(t))
            take_core();
        else
            held.wait_for(t.turn_, look_again);
    }
    pthread_getcpuclockid(pthread_self(), &t.cpu_clock_);
    t.cpu_at_grant_ = processor_time(t.cpu_clock_);
    t.granted_ = steady_clock::now();
}

bool scheduler::may_take_core(const task& wanting) const {
    const auto& holder = *running_;
    // One that has not noticed yet that it has the core cannot have used it.
    if (held_ > 0 || !holder.granted_) return false;
    const auto limit = wanting.priority > holder.priority    ? for_more_urgent
                       : wanting.priority == holder.priority ? for_equals
                                                             : for_less_urgent;
    return processor_time(holder.cpu_clock_) - holder.cpu_at_grant_ >= limit ||
           steady_clock::now() - *holder.granted_ >= for_anybody;
}

void scheduler::take_core() {
    running_->now = task::state::away;
    ++away_;
    running_ = nullptr;
    give_core();
}

void scheduler::give_way(lock& held, task& t, bool first) {
    stop_counting(t);
    running_ = nullptr;
    make_ready(t, first);
    give_core();
    wait_for_core(held, t);
}

void scheduler::yield(lock& held) {
    if (held_ == 0 && !ready_.empty() && ready_.front()->priority >= own_->priority) give_way(held, *own_, false);
}

bool scheduler::block(lock& held, wait_list* on, std::optional<time_point> deadline) {
    auto& t = *own_;
    if (deadline && *deadline <= clock_.now()) return false;
    if (!t.polls_now_) stop_counting(t);
    t.now = task::state::blocked;
    t.timed_out_ = false;
    t.waits_on_ = on;
    if (on != nullptr) on->insert(t);
    if (deadline)
        t.alarm_ = clock_.call_at(*deadline, [this, &t] {
            t.alarm_.reset();
            t.timed_out_ = true;
            wake(t);
        });
    running_ = nullptr;
    give_core();
    wait_for_core(held, t);
    obey(held, t);
    return !t.timed_out_;
}

void scheduler::sleep(lock& held, std::optional<time_point> deadline) {
    sleeper_ = own_;
    block(held, nullptr, deadline);
    // Where the time has come already nobody slept.
    sleeper_ = nullptr;
}

bool scheduler::wake(task& t) {
    if (t.now != task::state::blocked) return false;
    forget_wait(t);
    make_ready(t);
    give_core();
    return true;
}

void scheduler::forget_wait(task& t) {
    if (t.waits_on_ != nullptr) std::exchange(t.waits_on_, nullptr)->remove(t);
    if (t.alarm_) clock_.cancel(*std::exchange(t.alarm_, std::nullopt));
}

task* scheduler::wake_first(wait_list& waiting) {
    auto* first = waiting.first();
    if (first != nullptr) wake(*first);
    return first;
}

void scheduler::wake_all(wait_list& waiting) {
    while (wake_first(waiting) != nullptr) {
    }
}

void scheduler::hold_core(bool on) {
    if (on)
        ++held_;
    else if (held_ > 0)
        --held_;
}

}  // namespace nowire::idf
