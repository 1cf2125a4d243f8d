#include "idf/freertos/timer_service.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace nowire::idf::freertos {

timer_service& timer_service::get() {
    static auto& the_service = *new timer_service();
    return the_service;
}

bool timer_service::start(api& c) {
    if (task_ != nullptr) return true;
    const auto priority = std::min<std::uint32_t>(nowire_freertos_config.timer_task_priority, configMAX_PRIORITIES - 1);
    try {
        task_ = &c.tasks().start(
            configTIMER_SERVICE_TASK_NAME, priority, [this] { run(); }, true);
    } catch (const std::system_error& e) {
        c.complain(e.what());
        return false;
    }
    data(*task_).stack_size = configTIMER_TASK_STACK_DEPTH;
    return true;
}

bool timer_service::send(api& c, command what, TickType_t ticks, BaseType_t* more_urgent) {
    what.sent_at = c.tick();
    const auto length = nowire_freertos_config.timer_queue_length;
    if (!start(c) || !c.wait_until(wait_for_room_, ticks, [&] { return commands_.size() < length; })) return false;
    commands_.push_back(std::move(what));
    keep_alive(true);
    c.wake_first(waits_for_work_, more_urgent);
    return true;
}

void timer_service::call_soon(std::function<void()> function) {
    commands_.push_back({.function = std::move(function)});
    keep_alive(true);
    chip::get().tasks().wake_first(waits_for_work_);
}

void timer_service::run() {
    for (;;) {
        std::function<void()> callback;
        {
            call c;
            while (!(callback = next(c))) {
                keep_alive(!active_.empty());
                std::optional<time_point> until;
                if (!active_.empty()) until = time_of_tick(c.chip(), active_.begin()->first);
                c.block(&waits_for_work_, until);
            }
        }
        callback();
    }
}

/// The next of the program's functions to be called; empty: there is nothing to do now.
std::function<void()> timer_service::next(call& c) {
    for (;;) {
        const auto now = ticks_at(c.chip(), c.now());
        if (!active_.empty() && active_.begin()->first <= now) return ring();
        if (commands_.empty()) return {};
        const auto what = std::move(commands_.front());
        commands_.pop_front();
        c.tasks().wake_first(wait_for_room_);
        if (auto callback = obey(what, now)) return callback;
    }
}

std::function<void()> timer_service::ring() {
    const auto first = active_.begin();
    const auto which = std::move(first->second);
    active_.erase(first);
    which->is_active = false;
    // From when it was due, not from now: it does not drift.
    if (which->reloads) activate(which, which->expiry + which->period);
    return [which] { which->callback(to_handle<TimerHandle_t>(which->handle)); };
}

std::function<void()> timer_service::obey(const command& what, std::uint64_t now) {
    if (what.what == command::action::call) return what.function;
    auto& which = *what.which;
    deactivate(which);
    if (which.gone) return {};
    switch (what.what) {
        case command::action::start:
            activate(what.which, what.sent_at + which.period);
            break;
        case command::action::change_period:
            which.period = what.period;
            activate(what.which, now + which.period);
            break;
        case command::action::remove:
            registry<timer>::all().remove(which);
            break;
        case command::action::stop:
        case command::action::call:
            break;
    }
    return {};
}

void timer_service::activate(const std::shared_ptr<timer>& which, std::uint64_t expiry) {
    which->is_active = true;
    which->expiry = expiry;
    active_.emplace(expiry, which);
}

void timer_service::deactivate(const timer& which) {
    const auto found =
        std::ranges::find_if(active_, [&which](const auto& each) { return each.second.get() == &which; });
    if (found == active_.end()) return;
    found->second->is_active = false;
    active_.erase(found);
}

/// A program whose tasks have ended goes on while timers will ring.
void timer_service::keep_alive(bool needed) {
    if (std::exchange(keeps_alive_, needed) != needed) chip::get().keep_alive(needed ? 1 : -1);
}

}  // namespace nowire::idf::freertos
