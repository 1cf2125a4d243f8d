#include "async/station_state.hpp"

#include <nowire/async/station.hpp>
#include <nowire/station/station_deadline.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace nowire::async {

namespace asio = boost::asio;

namespace {

error closed_error() {
    return {.code = errc::closed, .text = "the station was closed"};
}

error timeout_error(const std::string& what, duration timeout) {
    const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(timeout);
    return {.code = errc::timeout, .text = what + " within " + std::to_string(limit.count()) + " ms"};
}

}  // namespace

/// The operations, each a coroutine that keeps the state alive while it waits. They may look at `sync` only while the
/// state is not closed.
struct station::operations {
    using state_ptr = std::shared_ptr<state>;

    /// Wakes a waiter at a time of the station's clock, unless it is destroyed before.
    class alarm {
      public:
        alarm(state& s, waiter& w, std::optional<time_point> when) : state_(s) {
            if (!when) return;
            timer_ = s.sync->clock().call_at(*when, [&w] {
                w.timed_out = true;
                w.woken.set();
            });
        }
        ~alarm() {
            if (timer_ && state_.sync) state_.sync->clock().cancel(*timer_);
        }
        alarm(const alarm&) = delete;
        alarm& operator=(const alarm&) = delete;

      private:
        state& state_;
        std::optional<timer_id> timer_;
    };

    /// In a list as long as it lives; then those who are left may have their turn.
    class turn {
      public:
        turn(state& s, waiter_list& list, waiter& w) : state_(s), waiter_(w) { list.push_back(w); }
        ~turn() {
            waiter_.unlink();
            state_.wake_receivers();
            state_.wake_senders();
        }
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;

      private:
        state& state_;
        waiter& waiter_;
    };

    /// Where the end of a send is put, for as long as somebody waits for it.
    struct outcome {
        std::optional<completion> end;
        waiter* waiting = nullptr;
    };
    struct outcome_guard {
        outcome& of;
        ~outcome_guard() { of.waiting = nullptr; }
    };

    static asio::awaitable<std::expected<message, error>> receive(state_ptr s, std::optional<duration> timeout) {
        if (timeout && *timeout <= duration::zero()) co_await asio::post(s->executor, asio::use_awaitable);
        if (s->closed) co_return std::unexpected(closed_error());
        if (s->receivers.empty() && !s->sync->inbox().empty()) co_return *s->sync->inbox().pop();
        auto& clock = s->sync->clock();
        const auto deadline = deadline_after(clock.now(), timeout);
        waiter self(s->executor);
        self.timed_out = deadline && *deadline <= clock.now();
        const alarm limit(*s, self, self.timed_out ? std::nullopt : deadline);
        const turn in_line(*s, s->receivers, self);
        while (!self.timed_out) {
            s->wake_receivers();
            co_await self.woken.wait();
            if (s->closed) co_return std::unexpected(closed_error());
            if (auto oldest = s->sync->inbox().pop()) co_return std::move(*oldest);
        }
        co_return std::unexpected(timeout_error("no message came", *timeout));
    }

    static asio::awaitable<std::expected<completion, error>> send(state_ptr s, mac_address destination,
                                                                  std::vector<std::uint8_t> payload,
                                                                  std::optional<duration> timeout) {
        if (s->closed) co_return std::unexpected(closed_error());
        waiter self(s->executor);
        const alarm limit(*s, self, deadline_after(s->sync->clock().now(), timeout));
        const auto result = std::make_shared<outcome>();
        const auto send_now = [&] {
            return s->sync->send_then(destination, payload, [result](const completion& done) {
                result->end = done;
                if (result->waiting) result->waiting->woken.set();
            });
        };
        std::optional<std::expected<send_token, error>> sent;
        if (s->senders.empty()) sent = send_now();
        if (!sent || is_full(*sent)) {
            const turn in_line(*s, s->senders, self);
            do {
                co_await self.woken.wait();
                if (s->closed) co_return std::unexpected(closed_error());
                if (self.timed_out) co_return std::unexpected(timeout_error("no free buffer for a message", *timeout));
                if (s->has_room()) sent = send_now();
            } while (!sent || is_full(*sent));
        }
        if (!*sent) co_return std::unexpected(std::move(sent->error()));

        result->waiting = &self;
        const outcome_guard while_waiting{*result};
        const turn in_line(*s, s->others, self);
        while (!result->end) {
            co_await self.woken.wait();
            if (result->end) break;
            if (s->closed) co_return std::unexpected(closed_error());
            if (self.timed_out) co_return std::unexpected(timeout_error("no end of the message", *timeout));
        }
        co_return *result->end;
    }

    static bool is_full(const std::expected<send_token, error>& sent) {
        return !sent && sent.error().code == errc::no_memory;
    }

    static asio::awaitable<std::expected<void, error>> sleep(state_ptr s, std::optional<time_point> when) {
        if (s->closed) co_return std::unexpected(closed_error());
        if (when && *when <= s->sync->clock().now()) co_return std::expected<void, error>();
        waiter self(s->executor);
        const alarm clock(*s, self, when);
        const turn in_line(*s, s->others, self);
        co_await self.woken.wait();
        if (s->closed) co_return std::unexpected(closed_error());
        co_return std::expected<void, error>();
    }

    static asio::awaitable<std::expected<void, error>> sleep_for(state_ptr s, duration d) {
        if (s->closed) co_return std::unexpected(closed_error());
        const auto when = deadline_after(s->sync->clock().now(), d);
        co_return co_await sleep(std::move(s), when);
    }
};

station::station(asio::any_io_executor executor, std::unique_ptr<nowire::station> s)
    : state_(std::make_shared<state>(std::move(executor), std::move(s))) {
    state_->start();
}

station::~station() {
    state_->close();
}

asio::awaitable<std::expected<completion, error>> station::send(mac_address destination,
                                                                std::span<const std::uint8_t> payload,
                                                                std::optional<duration> timeout) {
    return operations::send(state_, destination, {payload.begin(), payload.end()}, timeout);
}

asio::awaitable<std::expected<message, error>> station::receive(std::optional<duration> timeout) {
    return operations::receive(state_, timeout);
}

asio::awaitable<std::expected<void, error>> station::sleep_until(time_point when) {
    return operations::sleep(state_, when);
}

asio::awaitable<std::expected<void, error>> station::sleep_for(duration d) {
    return operations::sleep_for(state_, d);
}

asio::any_io_executor station::executor() const {
    return state_->executor;
}

nowire::station& station::sync() {
    return *state_->sync;
}

void station::flush() {
    state_->sync->flush();
}

}  // namespace nowire::async
