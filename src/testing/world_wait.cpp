/// The one way in which a world's time passes.

#include "testing/world_state.hpp"

#include <poll.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <limits>
#include <stdexcept>

namespace nowire::testing {

namespace {

using condition = board_state::condition;

std::string to_text(duration d) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
    if (ms % 1000 == 0) return std::to_string(ms / 1000) + " s";
    return std::to_string(ms) + " ms";
}

}  // namespace

/// Sums of any times that a test gives stay times.
time_point after(time_point now, duration limit) {
    constexpr auto last = time_point(std::chrono::hours(24 * 365 * 50));
    return limit < last - now ? now + std::max(limit, duration::zero()) : last;
}

bool world_state::wait(const std::string& what, time_point deadline, const std::function<bool()>& done,
                       bool asks_at_frames) {
    if (calls_handlers) throw std::logic_error("a peer's on_message handler must not wait; post() does not");
    const auto limit = wall::now() + options.patience;
    while (true) {
        look_after();
        const bool is_done = done();
        throw_trouble();
        if (is_done || host->now() >= deadline) break;
        host->let_pass(next_wake(deadline), asks_at_frames, conditions());
        wait_for_event(limit, what);
    }
    settle(what);
    return done();
}

void world_state::require(const std::string& what, duration limit, const std::function<bool()>& done,
                          bool asks_at_frames) {
    if (!wait(what, after(host->now(), limit), done, asks_at_frames))
        fail("waited " + to_text(limit) + " for " + what + ", in vain");
}

void world_state::settle(const std::string& what) {
    const auto limit = wall::now() + options.patience;
    bool is_settled = false;
    while (!is_settled) {
        look_after();
        host->let_settle(conditions());
        is_settled = wait_for_event(limit, what);
    }
    look_after();
    throw_trouble();
}

/// Until something comes for the test's thread, which then has the time again.
/// @returns whether the air has answered what was asked of it
bool world_state::wait_for_event(wall::time_point limit, const std::string& what) {
    std::vector<pollfd> waiting = {{.fd = host->descriptor(), .events = POLLIN, .revents = 0}};
    for (const auto& p : peers) {
        p->state_->station->report_idle();
        waiting.push_back({.fd = p->state_->station->work_descriptor(), .events = POLLIN, .revents = 0});
    }
    for (const int descriptor : conditions().quiet)
        waiting.push_back({.fd = descriptor, .events = POLLIN, .revents = 0});
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - wall::now()).count();
    const int ready = ::poll(waiting.data(), waiting.size(),
                             static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max())));
    const bool answered = host->hold();
    if (const auto trouble = host->trouble()) fail("the air has ended: " + *trouble);
    if (ready == 0 && !answered) fail_at_patience(what);
    return answered;
}

/// What must be so for time to pass: each board that has a process is on the air, or else its end is to be seen first;
/// and all that boards have printed has been read.
air_conditions world_state::conditions() const {
    air_conditions c;
    for (const auto& b : boards) {
        auto& s = *b->state_;
        (s.has_process() ? c.present : c.absent).push_back(b->name());
        if (!s.has_process()) continue;
        if (const int output = s.node.process().descriptor(); output >= 0) c.quiet.push_back(output);
        c.quiet.push_back(s.node.process().end_descriptor());
    }
    return c;
}

time_point world_state::next_wake(time_point otherwise) const {
    for (const auto& b : boards)
        if (b->state_->is == condition::asleep && b->state_->wakes_by_timer && b->state_->wake)
            otherwise = std::min(otherwise, *b->state_->wake);
    return otherwise;
}

void world_state::look_after() {
    for (const auto& p : peers)
        look_after(*p);
    for (const auto& b : boards)
        look_after(*b);
}

void world_state::look_after(peer& p) {
    auto& s = *p.state_;
    s.station->run_ready();
    while (auto message = s.station->inbox().pop()) {
        s.inbox.push_back(*message);
        if (!s.handler) continue;
        struct flag {
            bool& is_set;
            explicit flag(bool& f) : is_set(f) { is_set = true; }
            ~flag() { is_set = false; }
        };
        const flag guard(calls_handlers);
        s.handler(*message);
    }
}

void world_state::look_after(board& b) {
    auto& s = *b.state_;
    if (s.is == condition::asleep && s.wakes_by_timer && s.wake && *s.wake <= host->now()) return start(b);
    if (!s.has_process()) return;
    // Its status first: what it printed before its end is then there.
    const auto status = s.node.process().status();
    for (auto& line : s.node.process().lines())
        s.lines.push_back(std::move(line));
    if (status) note_end(b, *status);
}

void world_state::note_end(board& b, int status) {
    auto& s = *b.state_;
    s.wake.reset();
    if (status == boards::deep_sleep_status) {
        s.is = condition::asleep;
        s.wake = s.node.wake_time();
        return;
    }
    s.is = condition::ended;
    s.status = status;
    s.is_trouble = status != 0;
}

void world_state::start(board& b) {
    auto& s = *b.state_;
    s.joins_before = host->joins(b.name());
    s.status.reset();
    s.wake.reset();
    s.is_trouble = false;
    s.node.start();
    s.is = condition::running;
}

void world_state::power_on(board& b) {
    auto& s = *b.state_;
    if (s.has_process()) throw std::logic_error(b.name() + " runs already");
    start(b);
    settle(b.name() + " to come onto the air");
    if (host->joins(b.name()) == s.joins_before)
        fail(b.name() + " " + (s.status ? boards::how_it_ended(*s.status) : "went to sleep") +
             " before it was on the air: " + s.node.program() + " is no ESP-IDF program that nowire has built");
}

void world_state::power_off(board& b) {
    auto& s = *b.state_;
    if (s.has_process()) {
        s.node.process().signal_group(SIGKILL);
        if (!s.node.process().wait(wall::now() + options.patience)) fail(b.name() + " cannot be killed");
        look_after(b);
    }
    s.is = condition::off;
    s.is_trouble = false;
    s.status.reset();
    s.wake.reset();
    s.node.forget_sleep();
    settle(b.name() + " to leave the air");
}

void world_state::wake(board& b) {
    if (b.state_->is != condition::asleep) throw std::logic_error(b.name() + " does not sleep");
    power_on(b);
}

}  // namespace nowire::testing
