#include <nowire/aio/espnow.hpp>
#include <nowire/station/station_deadline.hpp>

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <string>
#include <system_error>
#include <utility>

namespace nowire::aio {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;

namespace {

/// A sleep, which the chip's thread ends.
struct alarm {
    explicit alarm(const asio::any_io_executor& e) : timer(e, asio::steady_timer::time_point::max()) {}

    asio::steady_timer timer;
    bool rung = false;
};

}  // namespace

/// What coroutines hold while they wait, which may be longer than the object lives.
struct AIOESPNow::watcher {
    watcher(asio::any_io_executor e, AIOESPNow& o) : executor(std::move(e)), object(&o), watched(executor) {
        // Its own, since an executor watches a descriptor but once.
        const int own = ::dup(o.fileno());
        if (own < 0) throw std::system_error(errno, std::generic_category(), "dup()");
        watched.assign(own);
    }

    /// @throws boost::system::system_error, operation_aborted, where the object has gone.
    AIOESPNow& alive() const {
        if (object == nullptr) throw boost::system::system_error(asio::error::operation_aborted);
        return *object;
    }

    asio::any_io_executor executor;
    AIOESPNow* object;  ///< nullptr: it has gone
    stream_descriptor watched;
    std::shared_ptr<void> schedule;
    std::map<timer_id, std::shared_ptr<alarm>> sleeps;  ///< by the timer of the air's clock
};

struct AIOESPNow::operations {
    using watcher_ptr = std::shared_ptr<watcher>;

    template <class Read>
    static asio::awaitable<std::invoke_result_t<Read, AIOESPNow&>> receive(watcher_ptr w, Read read) {
        for (;;) {
            co_await w->watched.async_wait(stream_descriptor::wait_read, asio::use_awaitable);
            // Another one may have been faster.
            if (auto got = read(w->alive())) co_return got;
        }
    }

    /// @param mac  with its bytes in `to`, if it has some.
    static asio::awaitable<bool> send(watcher_ptr w, micropython::maybe_bytes mac, std::string to, std::string msg,
                                      std::optional<bool> sync) {
        co_await w->watched.async_wait(stream_descriptor::wait_write, asio::use_awaitable);
        co_return w->alive().send(mac.has_bytes() ? micropython::maybe_bytes(to) : mac, msg, sync);
    }

    /// Takes a timer of the air's clock back.
    struct timer_guard {
        ~timer_guard() {
            if (w.sleeps.erase(id) == 0) return;
            w.object->chip().mailbox().with([this](station& s) { s.clock().cancel(id); });
        }
        watcher& w;
        timer_id id;
    };

    static asio::awaitable<void> sleep(watcher_ptr w, duration d) {
        const auto until = std::make_shared<alarm>(w->executor);
        auto& box = w->alive().chip().mailbox();
        const auto ring = [&box, until, on = w->executor] {
            box.report_busy();
            asio::post(on, [until] {
                until->rung = true;
                until->timer.cancel();
            });
        };
        const auto id = box.with([&](station& s) {
            auto& clock = s.clock();
            return clock.call_at(deadline_after(clock.now(), d).value_or(time_point::max()), ring);
        });
        w->sleeps.emplace(id, until);
        const timer_guard taken_back{.w = *w, .id = id};
        boost::system::error_code always_aborted;
        co_await until->timer.async_wait(asio::redirect_error(asio::use_awaitable, always_aborted));
        if (!until->rung) throw boost::system::system_error(asio::error::operation_aborted);
    }
};

AIOESPNow::AIOESPNow(asio::any_io_executor executor) : AIOESPNow(std::move(executor), chip::standard()) {}

AIOESPNow::AIOESPNow(asio::any_io_executor executor, nowire::chip& on)
    : ESPNow(on), watcher_(std::make_shared<watcher>(std::move(executor), *this)) {
    watcher_->schedule = micropython::on_schedule(
        [weak = std::weak_ptr(watcher_), e = watcher_->executor] {
            asio::post(e, [weak] {
                const auto w = weak.lock();
                if (w && w->object) micropython::run_scheduled(w->object->chip());
            });
        },
        on);
}

AIOESPNow::~AIOESPNow() {
    end_irq();
    auto& w = *watcher_;
    w.schedule.reset();
    w.object = nullptr;
    // The chip's thread must not post to an executor that may go next.
    for (const auto& [id, sleep] : std::exchange(w.sleeps, {})) {
        chip().mailbox().with([&, timer = id](station& s) { s.clock().cancel(timer); });
        sleep->timer.cancel();
    }
    boost::system::error_code ignored;
    w.watched.close(ignored);
}

asio::awaitable<micropython::received> AIOESPNow::arecv() {
    return operations::receive(watcher_, [](AIOESPNow& e) { return e.recv(0); });
}

asio::awaitable<micropython::borrowed> AIOESPNow::airecv() {
    return operations::receive(watcher_, [](AIOESPNow& e) { return e.irecv(0); });
}

asio::awaitable<bool> AIOESPNow::asend(const micropython::maybe_bytes& mac, const bytes_like& msg,
                                       std::optional<bool> sync) {
    return operations::send(watcher_, mac, std::string(mac.bytes().text()), std::string(msg.text()), sync);
}

asio::awaitable<bool> AIOESPNow::asend(const bytes_like& msg) {
    return asend(micropython::None, msg);
}

asio::awaitable<void> AIOESPNow::sleep_ms(micropython::integer ms) {
    return operations::sleep(watcher_, std::chrono::milliseconds(std::max<std::int64_t>(ms.value, 0)));
}

asio::any_io_executor AIOESPNow::executor() const {
    return watcher_->executor;
}

std::size_t run(asio::io_context& io, const std::vector<std::reference_wrapper<const AIOESPNow>>& on) {
    std::vector<std::weak_ptr<AIOESPNow::watcher>> watched;
    watched.reserve(on.size());
    for (const AIOESPNow& each : on)
        watched.push_back(each.watcher_);
    std::size_t handlers = 0;
    while (true) {
        handlers += io.poll();
        if (io.stopped()) return handlers;
        for (const auto& each : watched)
            if (const auto w = each.lock(); w && w->object) w->object->chip().mailbox().report_idle();
        handlers += io.run_one();
    }
}

}  // namespace nowire::aio
