/// How a mailbox waits: with poll(), not with condition variables, so that signals and other descriptors end a wait.

#include "station/mailbox_state.hpp"

#include <nowire/station/station_deadline.hpp>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace nowire {

namespace {

/// A signal whose handler runs just before poll() begins does not interrupt it. Programs whose handlers only note
/// something, as Python's do, would see it when the wait is over, so that is never long.
constexpr int longest_interruptible_ms = 250;

/// Set in the mailbox's thread while it calls a handler.
thread_local bool in_handler = false;

detail::signal_descriptor& own_signal() {
    static thread_local detail::signal_descriptor own;
    return own;
}

}  // namespace

void call_handler(const std::function<void()>& handler) {
    in_handler = true;
    handler();
    in_handler = false;
}

bool is_in_handler() {
    return in_handler;
}

std::expected<void, errc> mailbox::state::wait(const std::function<bool()>& done, std::optional<duration> timeout,
                                               patience how, std::span<pollfd> others) {
    bool signalled = false;
    bool others_ready = false;
    std::optional<waiter> own;
    std::optional<time_point> deadline;
    std::optional<timer_id> timer;
    std::vector<pollfd> polled;
    for (;;) {
        {
            const driver::lock held(enter());
            if (own)
                std::erase(waiting, &*own);
            else
                deadline = deadline_after(clock().now(), timeout);
            const bool over = !closing && (done() || others_ready);
            const auto failure = over ? std::nullopt : why_to_end(deadline, how, signalled);
            if (over || failure) {
                if (timer) clock().cancel(*timer);
                if (closing && waiting.empty()) nobody_waits.notify_all();
                if (failure) return std::unexpected(*failure);
                return {};
            }
            if (in_handler) throw std::logic_error("a handler of a mailbox waited, which would be for itself");
            if (!own) {
                own.emplace(own_signal());
                polled.assign(others.begin(), others.end());
                polled.push_back({.fd = own->woken.get(), .events = POLLIN, .revents = 0});
            }
            own->woken.set(false);
            waiting.push_back(&*own);
            if (deadline && !timer) timer = clock().call_at(*deadline, [&signal = own->woken] { signal.set(true); });
        }
        const int limit = how == patience::interruptible ? longest_interruptible_ms : -1;
        const int ready = ::poll(polled.data(), polled.size(), limit);
        signalled = ready == 0 || (ready < 0 && errno == EINTR);
        others_ready = false;
        for (std::size_t i = 0; ready > 0 && i < others.size(); ++i) {
            others[i].revents = polled[i].revents;
            others_ready = others_ready || polled[i].revents != 0;
        }
    }
}

std::optional<errc> mailbox::state::why_to_end(std::optional<time_point> deadline, patience how, bool signalled) {
    if (closing) return errc::closed;
    if (deadline && clock().now() >= *deadline) return errc::timeout;
    if (how == patience::interruptible && (std::exchange(interrupted, false) || signalled)) return errc::interrupted;
    return std::nullopt;
}

void mailbox::state::wake_all() {
    for (auto* each : waiting)
        each->woken.set(true);
}

bool mailbox::state::everybody_waits() const {
    const auto asleep = std::ranges::count_if(waiting, [](const waiter* w) { return !w->woken.is_set(); });
    return std::cmp_greater_equal(asleep + (polls_idly ? 1 : 0), options.users);
}

}  // namespace nowire
