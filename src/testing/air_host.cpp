#include "testing/air_host.hpp"

#include "air/hub_capture.hpp"
#include "air/hub_recording.hpp"
#include "station/signals_blocked.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace nowire::testing {

namespace {

unsigned count_of(const std::map<std::string, unsigned, std::less<>>& counts, std::string_view name) {
    const auto found = counts.find(name);
    return found == counts.end() ? 0 : found->second;
}

}  // namespace

air_host::air_host(const world_options& options, const std::string& socket)
    : event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (!event_) throw std::system_error(errno, std::generic_category(), "eventfd");
    auto listener = air::hub_listener::open(socket);
    if (!listener) throw std::runtime_error(listener.error().text);
    std::unique_ptr<air::hub_capture> capture;
    if (!options.capture.empty()) {
        auto opened = air::hub_capture::open(options.capture.string());
        if (!opened) throw std::runtime_error(opened.error().text);
        capture = std::move(*opened);
    }
    air::hub_options how;
    how.air.medium.seed = options.seed;
    how.air.medium.loss = options.loss;
    how.speed = air::standing;
    how.companion = this;
    hub_ = std::make_unique<air::hub>(std::move(how), std::move(*listener), std::move(capture), nullptr);
    const signals_blocked in_the_thread;  // its other threads get them
    thread_ = std::thread([this] { serve(); });
}

air_host::~air_host() {
    if (!trouble()) command([](air::hub& h) { h.end("its test is over"); });
    thread_.join();
}

void air_host::serve() {
    std::string why = "it was ended";
    try {
        hub_->run();
    } catch (const std::exception& e) {
        why = e.what();
    }
    const std::lock_guard guard(lock_);
    trouble_ = why;
    command_done_.notify_all();
    answer();
}

time_point air_host::now() const {
    const std::lock_guard guard(lock_);
    return now_;
}

unsigned air_host::joins(const std::string& name) const {
    const std::lock_guard guard(lock_);
    return count_of(joins_, name);
}

std::optional<std::string> air_host::trouble() const {
    const std::lock_guard guard(lock_);
    return trouble_;
}

void air_host::run(std::function<void(air::hub&)> what) {
    if (const auto why = trouble()) throw std::runtime_error("the air has ended: " + *why);
    command(std::move(what));
}

/// Returns when it is done, or the hub has ended.
void air_host::command(std::function<void(air::hub&)> what) {
    std::unique_lock guard(lock_);
    command_ = std::move(what);
    const auto number = ++asked_;
    hub_->wake();
    command_done_.wait(guard, [&] { return heard_ >= number || trouble_; });
}

void air_host::let_pass(time_point until, bool for_frames, air_conditions c) {
    ask(doing::passing, until, for_frames, std::move(c));
}

void air_host::let_settle(air_conditions c) {
    ask(doing::settling, {}, false, std::move(c));
}

void air_host::ask(doing what, time_point until, bool for_frames, air_conditions c) {
    const std::lock_guard guard(lock_);
    doing_ = what;
    until_ = until;
    for_frames_ = for_frames;
    conditions_ = std::move(c);
    answered_ = false;
    ++asked_;
    hub_->wake();
}

bool air_host::hold() {
    const std::lock_guard guard(lock_);
    doing_ = doing::standing;
    std::uint64_t times = 0;
    // Never blocks. NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection)
    [[maybe_unused]] const auto size = ::read(event_.get(), &times, sizeof times);
    return answered_;
}

/// The test's thread is told, and time stands until it asks again.
void air_host::answer() {
    doing_ = doing::standing;
    answered_ = true;
    constexpr std::uint64_t once = 1;
    [[maybe_unused]] const auto size = ::write(event_.get(), &once, sizeof once);
}

bool air_host::conditions_hold() const {
    const auto is_on_air = [this](const std::string& name) { return count_of(on_air_, name) > 0; };
    if (!std::ranges::all_of(conditions_.present, is_on_air) || std::ranges::any_of(conditions_.absent, is_on_air))
        return false;
    std::vector<pollfd> ready;
    ready.reserve(conditions_.quiet.size());
    for (const int descriptor : conditions_.quiet)
        ready.push_back({.fd = descriptor, .events = POLLIN, .revents = 0});
    return ready.empty() || ::poll(ready.data(), ready.size(), 0) == 0;
}

void air_host::on_frame(const air::air_frame& frame) {
    const std::lock_guard guard(lock_);
    frames_.add(frame);
    if (for_frames_ && doing_ == doing::passing) answer();
}

void air_host::on_joined(std::string_view name) {
    const std::lock_guard guard(lock_);
    ++on_air_[std::string(name)];
    ++joins_[std::string(name)];
}

void air_host::on_left(std::string_view name) {
    const std::lock_guard guard(lock_);
    if (const auto found = on_air_.find(name); found != on_air_.end() && found->second > 0) --found->second;
}

std::uint64_t air_host::request() {
    const std::lock_guard guard(lock_);
    return asked_;
}

void air_host::on_wake(air::hub& h, std::uint64_t request) {
    std::unique_lock guard(lock_);
    // Otherwise it will be called once more.
    if (request != asked_) return;
    if (auto command = std::exchange(command_, nullptr)) {
        guard.unlock();
        command(h);
        guard.lock();
    }
    heard_ = request;
    command_done_.notify_all();
}

std::optional<time_point> air_host::time_may_pass_until(time_point now) {
    const std::lock_guard guard(lock_);
    now_ = now;
    if (doing_ == doing::standing || heard_ != asked_ || !conditions_hold()) return std::nullopt;
    if (doing_ == doing::settling || now >= until_) {
        answer();
        return std::nullopt;
    }
    return until_;
}

void air_host::on_time(time_point now) {
    const std::lock_guard guard(lock_);
    now_ = now;
    if (doing_ == doing::passing && now >= until_) answer();
}

}  // namespace nowire::testing
