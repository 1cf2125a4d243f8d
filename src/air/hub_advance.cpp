/// How far an air's time goes. Paced, it follows real time. Stepped, it goes from one thing that happens to the next
/// while every client is idle; their clocks stand meanwhile, so nothing can be late on them that was in time on the
/// air.

#include "air/hub.hpp"
#include "air/hub_recording.hpp"

#include <algorithm>

namespace nowire::air {

namespace {

std::optional<time_point> earlier(std::optional<time_point> a, std::optional<time_point> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

}  // namespace

void hub::advance() {
    if (!started_) return;
    if (!stepping_) {
        advance_medium(pace_.air_at(real_clock::now()));
        return;
    }
    while (const auto next = next_step()) {
        advance_medium(*next);
        for (auto& [id, connection] : clients_)
            connection.client->wake_at(medium_.now());
        if (options_.companion) options_.companion->on_time(medium_.now());
    }
}

void hub::advance_medium(time_point to) {
    medium_.advance_to(to);
    if (recording_) recording_->advanced(medium_.now());
}

/// The next time at which something happens, if time may go there.
std::optional<time_point> hub::next_step() {
    if (options_.companion) return next_step_with_companion();
    const auto real = real_clock::now();
    const bool unlimited = options_.speed == standing;
    if (is_anybody_busy()) {
        // Nothing lapses before a busy client has had its say: without a limit time waits for it, and else it passes
        // no faster than for the client.
        if (unlimited) return std::nullopt;
        if (!busy_) busy_ = pace(medium_.now(), real, real_speed);
    } else if (busy_) {
        busy_.reset();
        slipped_ += std::max(duration::zero(), pace_.air_at(real) - medium_.now());
        set_pace(options_.speed);
    }
    const auto next = next_for_anybody();
    if (unlimited) return next;
    const auto limit = std::min(busy_ ? busy_->air_at(real) : time_point::max(), pace_.air_at(real));
    if (next && *next <= limit) return next;
    advance_medium(limit);
    return std::nullopt;
}

std::optional<time_point> hub::next_step_with_companion() {
    if (is_anybody_busy()) return std::nullopt;
    const auto limit = options_.companion->time_may_pass_until(medium_.now());
    return limit ? earlier(next_for_anybody(), limit) : std::nullopt;
}

/// When something happens on the air, or an idle client has something to do.
std::optional<time_point> hub::next_for_anybody() const {
    auto next = medium_.next_event();
    if (!stepping_) return next;
    for (const auto& [id, connection] : clients_)
        next = earlier(next, connection.client->idle_until());
    return next;
}

bool hub::is_anybody_busy() const {
    return std::ranges::any_of(clients_, [this](const auto& c) {
        const auto& client = *c.second.client;
        return client.has_radio() && !client.is_idle() && !(options_.companion && client.is_polling());
    });
}

/// Time runs ahead only while every client can say when it is idle.
void hub::choose_mode() {
    const bool wanted = started_ && paced_speed(options_.speed) != options_.speed;
    const auto blind = std::ranges::find_if(clients_, [](const auto& c) { return c.second.client->is_polling(); });
    const bool held = wanted && !options_.companion && blind != clients_.end();
    if (held && !held_) say(blind->second.client->label() + " cannot say when it is idle: time is held to real");
    held_ = held;
    if (const bool steps = wanted && !held; steps != stepping_) {
        stepping_ = steps;
        busy_.reset();
        set_pace(steps && options_.speed != standing ? options_.speed : paced_speed(options_.speed));
    }
}

/// Lets clients know when their clocks go otherwise than they believe.
void hub::tell_mode() {
    const auto now = client_pace();
    if (now.rate() == told_) return;
    told_ = now.rate();
    for (auto& [id, connection] : clients_)
        connection.client->tell_time(now);
}

/// How the clients' clocks go.
pace hub::client_pace() const {
    if (started_ && !stepping_) return pace_;
    return {medium_.now(), real_clock::now(), standing};
}

/// How fast time passes where it follows real time.
speed hub::paced_speed(speed wanted) {
    return wanted == standing ? real_speed : std::min(wanted, real_speed);
}

/// From now on.
void hub::set_pace(speed s) {
    pace_ = pace(medium_.now(), real_clock::now(), s);
}

}  // namespace nowire::air
