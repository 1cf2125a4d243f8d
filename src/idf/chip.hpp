#pragma once

#include "idf/scheduler.hpp"
#include "idf/tap.hpp"

#include <nowire/station/driver.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <vector>

namespace nowire::idf {

/// The chip that this process is: a radio, its tasks, and the time since it began. Made at first use, and never
/// destroyed, since the program's threads may use it until the process ends.
class chip {
  public:
    /// Opens the radio that NOWIRE_RADIO names ("air:" without it). Where it cannot be opened, it says why on stderr
    /// and ends the process with status 5.
    static chip& get();

    /// Its handlers are called by the Wi-Fi task, the most urgent of the chip's, which has the core and holds no lock:
    /// they may call everything, and wait, as on the chip.
    nowire::driver& driver() { return *driver_; }
    scheduler& tasks() { return *scheduler_; }

    /// The air's time when the chip began. Needs no lock.
    time_point began() const { return began_; }
    /// What the URL says of it. Needs no lock.
    const radio_identity& identity() const { return identity_; }

    /// What the radio hears, before anybody sorts it. Under the lock.
    idf::tap& tap() { return *tap_; }

    /// Random values from the operating system, or, with NOWIRE_IDF_SEED, the same each time for each address: for runs
    /// that shall be the same to the byte, and for nothing else. Under the lock.
    std::uint32_t random();

    /// While there are any, the process goes on though its tasks have ended: timers that will ring, callbacks that may
    /// be called. Under the lock.
    void keep_alive(int more);
    /// Waits until no task of the program is left and nothing keeps it alive; then nobody gets the core any more, so
    /// that the process can end. To be called by a thread that is no task.
    void wait_for_end();

  private:
    chip();
    void take_handlers(std::vector<std::function<void()>> due);
    void run_handlers();

    radio_identity identity_;
    time_point began_;
    std::optional<std::mt19937_64> seeded_;
    idf::tap* tap_ = nullptr;  ///< the station's radio
    std::unique_ptr<nowire::driver> driver_;
    std::unique_ptr<scheduler> scheduler_;
    std::deque<std::function<void()>> handlers_;  ///< due
    wait_list until_due_;
    task* wifi_ = nullptr;
    int keepers_ = 0;
};

/// A call of the program into the chip: holds the lock, and the core for the calling task. Everything that touches the
/// chip does it inside of one.
class call {
  public:
    call() : chip_(chip::get()), held_(chip_.driver()), task_(chip_.tasks().enter(held_)) {}
    ~call() {
        if (scheduler::own() != nullptr) chip_.tasks().leave(held_);
    }
    call(const call&) = delete;
    call& operator=(const call&) = delete;

    idf::chip& chip() { return chip_; }
    nowire::station& station() { return held_.station(); }
    scheduler& tasks() { return chip_.tasks(); }
    idf::task& task() { return task_; }
    scheduler::lock& held() { return held_; }
    time_point now() { return held_.station().clock().now(); }

    /// As scheduler::block().
    bool block(wait_list* on, std::optional<time_point> deadline) { return chip_.tasks().block(held_, on, deadline); }

  private:
    idf::chip& chip_;
    scheduler::lock held_;
    idf::task& task_;
};

/// Since the chip began, on the air's clock.
duration since_boot();

}  // namespace nowire::idf
