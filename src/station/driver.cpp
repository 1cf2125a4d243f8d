#include "station/signals_blocked.hpp"
#include "station/station_descriptors.hpp"
#include "station/station_state.hpp"

#include <nowire/station/driver.hpp>

#include <poll.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace nowire {

struct driver::state {
    /// Somebody who waits in send() or receive(), on whose stack this lies. All of it is under the lock.
    struct waiter {
        std::condition_variable woken;
        bool ended = false;
        std::optional<error> failed;

        void end() {
            ended = true;
            woken.notify_one();
        }
        void fail(error why) {
            failed = std::move(why);
            end();
        }
    };
    struct sender : waiter {
        mac_address destination;
        std::span<const std::uint8_t> payload;
        std::optional<send_token> token;
        std::optional<completion> done;
    };
    struct receiver : waiter {
        std::optional<message> got;
    };

    state(std::unique_ptr<nowire::station> s, const driver_options& given)
        : station(std::move(s)), users(given.users), is_idle(given.is_idle), hand_over(given.hand_over) {
        station->set_idle_reports(users > 0 || is_idle);
        const signals_blocked in_the_thread;
        thread = std::thread([this] { run(); });
    }

    ~state() {
        {
            std::unique_lock lock(mutex);
            closing = true;
            for (auto* each : waiting)
                each->fail({.code = errc::closed, .text = "the driver was closed"});
            nobody_waits.wait(lock, [&] { return waiting.empty(); });
            stop.set(true);
        }
        thread.join();
    }

    void run() {
        std::array<pollfd, 2> ready{};
        ready[0] = {.fd = station->work_descriptor(), .events = POLLIN, .revents = 0};
        ready[1] = {.fd = stop.get(), .events = POLLIN, .revents = 0};
        while (!closing) {
            ::poll(ready.data(), ready.size(), -1);
            for (const auto& call : work()) {
                if (closing) return;
                call();
            }
            const std::lock_guard lock(mutex);
            calling = false;
            report_idle();
        }
    }

    std::vector<std::function<void()>> work() {
        const std::lock_guard lock(mutex);
        if (closing) return {};
        station->process();
        serve();
        auto calls = station->take_calls();
        if (hand_over && !calls.empty()) hand_over(std::exchange(calls, {}));
        calling = !calls.empty();
        return calls;
    }

    /// Tells the air, if it is so, that the program has nothing to do.
    void report_idle() {
        if (!calling && !closing && has_nothing_to_do()) station->report_idle();
    }

    bool has_nothing_to_do() const {
        if (is_idle) return is_idle();
        const auto wait_still = std::ranges::count_if(waiting, [](const waiter* w) { return !w->ended; });
        return users > 0 && std::cmp_greater_equal(wait_still, users);
    }

    /// Gives free buffers to senders and messages to receivers.
    void serve() {
        std::erase_if(senders, [](const sender* s) { return s->ended; });
        while (!senders.empty() && station->state_->has_room() && start(*senders.front()))
            senders.pop_front();
        while (!receivers.empty()) {
            auto oldest = station->inbox().pop();
            if (!oldest) return;
            auto& first = *receivers.front();
            receivers.pop_front();
            first.got = std::move(oldest);
            first.end();
        }
    }

    /// @returns false if it has to wait for a buffer.
    bool start(sender& s) {
        auto sent = station->state_->send(
            s.destination, s.payload,
            [&s](const completion& done) {
                s.done = done;
                s.end();
            },
            true);
        if (sent)
            s.token = *sent;
        else if (sent.error().code == errc::no_memory)
            return false;
        else
            s.fail(std::move(sent.error()));
        return true;
    }

    /// Waits until `w` has ended, or ends it with a timeout.
    void wait(std::unique_lock<std::mutex>& lock, waiter& w, std::optional<duration> timeout, const char* what) {
        if (w.ended) return;
        auto& clock = station->clock();
        const auto too_late = [&w, timeout, what] {
            const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(*timeout);
            w.fail({.code = errc::timeout,
                    .text = std::string(what) + " within " + std::to_string(limit.count()) + " ms"});
        };
        std::optional<timer_id> timer;
        if (const auto deadline = deadline_after(clock.now(), timeout)) {
            if (*deadline <= clock.now()) return too_late();
            timer = clock.call_at(*deadline, too_late);
        }
        const auto here = waiting.insert(waiting.end(), &w);
        report_idle();
        w.woken.wait(lock, [&w] { return w.ended; });
        waiting.erase(here);
        if (timer) clock.cancel(*timer);
        if (closing && waiting.empty()) nobody_waits.notify_one();
    }

    void refuse_own_thread(const char* what) const {
        if (std::this_thread::get_id() == thread.get_id())
            throw std::logic_error(std::string(what) + " was called from a handler, which would wait for itself");
    }

    std::unique_ptr<nowire::station> station;
    const unsigned users;
    const std::function<bool()> is_idle;
    const std::function<void(std::vector<std::function<void()>>)> hand_over;
    bool calling = false;  ///< handlers run, with no lock held
    std::mutex mutex;
    std::atomic<bool> closing = false;
    detail::signal_descriptor stop;
    std::list<sender*> senders;      ///< who wait for a buffer
    std::list<receiver*> receivers;  ///< who wait for a message
    std::list<waiter*> waiting;      ///< everybody who waits
    std::condition_variable nobody_waits;
    std::thread thread;
};

driver::driver(std::unique_ptr<nowire::station> s, const driver_options& options)
    : state_(std::make_unique<state>(std::move(s), options)) {}

driver::~driver() = default;

std::expected<completion, error> driver::send(const mac_address& destination, std::span<const std::uint8_t> payload,
                                              std::optional<duration> timeout) {
    auto& s = *state_;
    s.refuse_own_thread("driver::send()");
    std::unique_lock lock(s.mutex);
    state::sender own;
    own.destination = destination;
    own.payload = payload;
    if (!s.senders.empty() || !s.start(own)) s.senders.push_back(&own);
    s.wait(lock, own, timeout, "no end of the message");
    // Nobody may write to `own` from here on. Where it waited in vain, serve() takes it out of the line, and who came
    // next may have its turn.
    if (own.token) s.station->state_->forget(*own.token);
    s.serve();
    if (own.done) return *own.done;
    return std::unexpected(std::move(*own.failed));
}

std::expected<message, error> driver::receive(std::optional<duration> timeout) {
    auto& s = *state_;
    s.refuse_own_thread("driver::receive()");
    std::unique_lock lock(s.mutex);
    state::receiver own;
    s.receivers.push_back(&own);
    s.serve();
    s.wait(lock, own, timeout, "no message came");
    std::erase(s.receivers, &own);
    if (own.got) return std::move(*own.got);
    return std::unexpected(std::move(*own.failed));
}

std::expected<void, error> driver::sleep_until(time_point when) {
    auto& s = *state_;
    s.refuse_own_thread("driver::sleep_until()");
    std::unique_lock lock(s.mutex);
    auto& clock = s.station->clock();
    if (when <= clock.now()) return {};
    state::waiter own;
    const auto timer = clock.call_at(when, [&own] { own.end(); });
    s.wait(lock, own, std::nullopt, "");
    clock.cancel(timer);
    if (own.failed) return std::unexpected(std::move(*own.failed));
    return {};
}

std::expected<void, error> driver::sleep_for(duration d) {
    const auto now = with([](nowire::station& s) { return s.clock().now(); });
    return sleep_until(deadline_after(now, d).value_or(time_point::max()));
}

driver::lock::lock(driver& d) : state_(*d.state_), held_(state_.mutex) {}

driver::lock::~lock() {
    before_release();
}

void driver::lock::before_release() {
    state_.station->flush();
    state_.serve();
    state_.report_idle();
}

station& driver::lock::station() const {
    return *state_.station;
}

void driver::lock::wait(std::condition_variable& woken) {
    before_release();
    woken.wait(held_);
}

bool driver::lock::wait_for(std::condition_variable& woken, std::chrono::milliseconds limit) {
    before_release();
    return woken.wait_for(held_, limit) == std::cv_status::no_timeout;
}

}  // namespace nowire
