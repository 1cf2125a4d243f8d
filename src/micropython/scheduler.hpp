#pragma once

#include <nowire/station/chip.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

namespace nowire::micropython {

/// What micropython/schedule.hpp says, for one chip; a part of it.
class scheduler {
  public:
    explicit scheduler(chip& on) : chip_(on) {}

    /// @param owner  what forget() knows it by.
    bool add(std::function<void()> what, const void* owner);
    void run();
    /// Nothing of `owner` is called from now on. Waits where something of it runs in another thread.
    void forget(const void* owner);
    std::shared_ptr<void> watch(std::function<void()> wake);

  private:
    struct entry {
        std::function<void()> what;
        const void* owner;
    };

    chip& chip_;
    std::mutex mutex_;
    std::deque<entry> waiting_;
    const entry* running_ = nullptr;
    std::thread::id runner_;
    std::condition_variable ended_;
    std::list<std::function<void()>> watchers_;
};

}  // namespace nowire::micropython
