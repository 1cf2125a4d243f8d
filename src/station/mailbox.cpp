#include "station/mailbox_state.hpp"

#include <chrono>
#include <functional>
#include <tuple>
#include <utility>

namespace nowire {

namespace {

constexpr auto hope_for_radio = std::chrono::seconds(2);

/// Nothing has room: ESP-NOW is off.
constexpr inbox::limits nothing = {.messages = 0};

/// Errors of a wait that has nothing more to say.
error wait_error(errc why) {
    return {.code = why, .text = make_error_code(why).message()};
}

}  // namespace

inbox::limits ring_limits(std::size_t bytes, std::size_t header, std::size_t spare) {
    if (bytes <= spare) return nothing;
    return {.messages = bytes, .bytes = bytes - spare, .overhead = header};
}

error no_espnow() {
    return {.code = errc::not_init, .text = "ESP-NOW is off: switch it on first"};
}

mailbox::state::state(std::unique_ptr<nowire::station> s, const mailbox_options& given)
    : options(given), station(s.get()), began(s->clock().now()) {
    s->inbox().set_limits(nothing);
    driver =
        std::make_unique<nowire::driver>(std::move(s), driver_options{.is_idle = [this] { return everybody_waits(); }});
    // Not before: its thread calls them, and they use it.
    driver->with([this](nowire::station& mine) {
        mine.on_message([this] { arrived(); });
        mine.on_radio([this](const std::optional<error>& why) { radio_changed(why); });
    });
}

mailbox::state::~state() {
    driver::lock held(*driver);
    closing = true;
    wake_all();
    while (!waiting.empty())
        held.wait(nobody_waits);
}

void mailbox::state::arrived() {
    std::shared_ptr<const std::function<void()>> handler;
    {
        const driver::lock held(enter());
        handler = on_message;
        show();
        wake_all();
    }
    if (handler) call_handler(*handler);
}

void mailbox::state::radio_changed(const std::optional<error>& why) {
    const driver::lock held(*driver);
    lost.reset();
    if (why) {
        const auto until = clock().now() + hope_for_radio;
        lost.emplace(*why, until);
        clock().call_at(until, [this] { wake_all(); });
    }
    wake_all();
}

error mailbox::state::no_radio() const {
    return {.code = errc::radio, .text = "the radio is gone: " + lost->why.text};
}

mailbox_state mailbox::state::look() const {
    return {.message = !station->inbox().empty(), .writable = started && !has_unended()};
}

void mailbox::state::show() {
    if (!shown) return;
    const auto now = look();
    shown->set_readable(now.message);
    shown->set_writable(now.writable);
}

mailbox_counters mailbox::state::count() const {
    const auto& inbox = station->inbox();
    auto result = counters;
    result.rx_packets = inbox.stored();
    result.rx_dropped = (started ? inbox.dropped() : dropped_when_stopped) - dropped_while_off;
    return result;
}

mailbox::mailbox(std::unique_ptr<station> s, const mailbox_options& options)
    : state_(std::make_unique<state>(std::move(s), options)) {}

mailbox::~mailbox() = default;

driver& mailbox::driver_of(mailbox& m) {
    return m.state_->enter();
}

void mailbox::start(const inbox::limits& ring) {
    auto& s = *state_;
    const driver::lock held(s.enter());
    if (std::exchange(s.started, true)) return;
    ++s.generation;
    auto& inbox = held.station().inbox();
    inbox.set_limits(ring);
    s.dropped_while_off += inbox.dropped() - s.dropped_when_stopped;
    s.show();
}

void mailbox::stop() {
    auto& s = *state_;
    const driver::lock held(s.enter());
    if (!std::exchange(s.started, false)) return;
    ++s.generation;
    auto& inbox = held.station().inbox();
    inbox.clear();
    inbox.set_limits(nothing);
    s.dropped_when_stopped = inbox.dropped();
    // As MicroPython's module has it: what has not ended is not waited for any more.
    s.counters.tx_packets = s.counters.tx_responses;
    auto& device = held.station().device();
    for (const auto& each : device.peers())
        std::ignore = device.remove_peer(each);
    s.show();
    s.wake_all();
}

bool mailbox::is_started() const {
    const driver::lock held(state_->enter());
    return state_->started;
}

std::expected<message, error> mailbox::receive(std::optional<duration> timeout, std::size_t room, patience how) {
    auto& s = *state_;
    std::optional<std::expected<message, error>> result;
    const auto take = [&] {
        if (!s.started) {
            result = std::unexpected(no_espnow());
            return true;
        }
        auto& inbox = s.station->inbox();
        const auto size = inbox.next_size();
        if (!size) {
            if (s.has_no_radio()) result = std::unexpected(s.no_radio());
            return result.has_value();
        }
        if (*size > room) {
            inbox.clear();
            result = std::unexpected(
                error{errc::buffer_too_small,
                      "a message of " + std::to_string(*size) + " bytes came for a buffer of " + std::to_string(room)});
        } else {
            result = *inbox.pop();
        }
        s.show();
        return true;
    };
    if (const auto done = s.wait(std::ref(take), timeout, how); !done) return std::unexpected(wait_error(done.error()));
    return std::move(*result);
}

std::optional<std::size_t> mailbox::next_size() const {
    const driver::lock held(state_->enter());
    return held.station().inbox().next_size();
}

void mailbox::clear() {
    const driver::lock held(state_->enter());
    held.station().inbox().clear();
    state_->show();
}

mailbox_state mailbox::look() const {
    const driver::lock held(state_->enter());
    return state_->look();
}

std::expected<mailbox_state, error> mailbox::wait(const mailbox_state& wanted, std::optional<duration> timeout,
                                                  patience how, std::span<pollfd> others) {
    auto& s = *state_;
    mailbox_state found;
    const auto look = [&] {
        found = s.look();
        return (wanted.message && found.message) || (wanted.writable && found.writable);
    };
    for (auto& each : others)
        each.revents = 0;
    const auto done = s.wait(std::ref(look), timeout, how, others);
    if (!done && done.error() != errc::timeout) return std::unexpected(wait_error(done.error()));
    for (const auto& each : others)
        found.others = found.others || each.revents != 0;
    return found;
}

void mailbox::report_idle() {
    const driver::lock held(state_->enter());
    const auto now = state_->look();
    // Said on release of the lock.
    state_->polls_idly = !now.message;
}

void mailbox::report_busy() {
    state_->polls_idly = false;
}

void mailbox::interrupt() {
    const driver::lock held(state_->enter());
    state_->interrupted = true;
    state_->wake_all();
}

int mailbox::descriptor() {
    const driver::lock held(state_->enter());
    if (!state_->shown) state_->shown.emplace();
    state_->show();
    return state_->shown->get();
}

void mailbox::on_message(std::function<void()> handler) {
    auto made = handler ? std::make_shared<const std::function<void()>>(std::move(handler)) : nullptr;
    const driver::lock held(state_->enter());
    state_->on_message.swap(made);
}

void mailbox::on_sent(std::function<void(const completion&)> handler) {
    auto made = handler ? std::make_shared<const std::function<void(const completion&)>>(std::move(handler)) : nullptr;
    const driver::lock held(state_->enter());
    state_->on_sent.swap(made);
}

mailbox_counters mailbox::counters() const {
    const driver::lock held(state_->enter());
    return state_->count();
}

time_point mailbox::now() const {
    const driver::lock held(state_->enter());
    return held.station().clock().now();
}

time_point mailbox::began() const {
    return state_->began;
}

}  // namespace nowire
