#include "micropython/scheduler.hpp"

#include <nowire/micropython/schedule.hpp>

#include <utility>

namespace nowire::micropython {

bool scheduler::add(std::function<void()> what, const void* owner) {
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() == scheduler_depth) return false;
        waiting_.push_back({.what = std::move(what), .owner = owner});
        for (const auto& wake : watchers_)
            wake();
    }
    chip_.mailbox().interrupt();
    return true;
}

void scheduler::run() {
    /// A callback that runs, until it has ended, however it does that.
    struct turn {
        turn(scheduler& s, const entry& e) : of(s) {
            of.running_ = &e;
            of.runner_ = std::this_thread::get_id();
        }
        ~turn() {
            const std::lock_guard lock(of.mutex_);
            of.running_ = nullptr;
            of.ended_.notify_all();
        }
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;
        scheduler& of;
    };
    for (std::unique_lock lock(mutex_); running_ == nullptr && !waiting_.empty(); lock.lock()) {
        const auto first = std::move(waiting_.front());
        waiting_.pop_front();
        const turn its(*this, first);
        lock.unlock();
        first.what();
    }
}

void scheduler::forget(const void* owner) {
    std::unique_lock lock(mutex_);
    std::erase_if(waiting_, [owner](const entry& e) { return e.owner == owner; });
    ended_.wait(
        lock, [&] { return running_ == nullptr || running_->owner != owner || runner_ == std::this_thread::get_id(); });
}

std::shared_ptr<void> scheduler::watch(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    const auto here = watchers_.insert(watchers_.end(), std::move(wake));
    return {nullptr, [this, here](void*) {
                const std::lock_guard again(mutex_);
                watchers_.erase(here);
            }};
}

}  // namespace nowire::micropython
