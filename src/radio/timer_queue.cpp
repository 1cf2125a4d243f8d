#include <nowire/radio/timer_queue.hpp>

#include <utility>

namespace nowire {

timer_id timer_queue::add(time_point when, std::function<void()> what, const void* owner) {
    const timer_id id{++last_};
    timers_.emplace(key{when, id}, timer{std::move(what), owner});
    when_.emplace(id, when);
    return id;
}

bool timer_queue::cancel(timer_id id) {
    const auto found = when_.find(id);
    if (found == when_.end()) return false;
    timers_.erase(key{found->second, id});
    when_.erase(found);
    return true;
}

void timer_queue::cancel_all(const void* owner) {
    std::erase_if(timers_, [&](const auto& entry) {
        if (entry.second.owner != owner) return false;
        when_.erase(entry.first.id);
        return true;
    });
}

std::optional<time_point> timer_queue::next() const {
    if (timers_.empty()) return std::nullopt;
    return timers_.begin()->first.when;
}

bool timer_queue::is_due(const void* owner, time_point now) const {
    for (const auto& [key, timer] : timers_) {
        if (key.when > now) break;
        if (timer.owner == owner) return true;
    }
    return false;
}

bool timer_queue::run_one(time_point now, timer_id before) {
    for (auto at = timers_.begin(); at != timers_.end() && at->first.when <= now; ++at) {
        if (at->first.id >= before) continue;
        const auto what = std::move(at->second.what);
        when_.erase(at->first.id);
        timers_.erase(at);
        what();
        return true;
    }
    return false;
}

}  // namespace nowire
