#include "station/station_fake_radio.hpp"

#include <nowire/frame/action.hpp>
#include <nowire/frame/mpdu.hpp>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace nowire::test {

fake_radio::fake_radio(mac_address station)
    : who{.name = "fake", .station = station, .soft_ap = station.plus(1), .on = {}},
      descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

void fake_radio::hear(std::vector<std::uint8_t> mpdu) {
    add([this, mpdu = std::move(mpdu)] {
        handler_->on_receive(mpdu, {.time = now_, .rssi = -40, .noise = -95, .on = who.on, .rx_rate = std::nullopt});
    });
}

void fake_radio::answer(std::uint64_t token, tx_status status, std::uint16_t attempts) {
    add([this, done = tx_done{.token = token, .status = status, .attempts = attempts, .time = now_}] {
        handler_->on_transmit_done(done);
    });
}

void fake_radio::lose(std::string why) {
    add([this, gone = error{.code = errc::radio, .text = std::move(why)}] { handler_->on_lost(gone); });
}

void fake_radio::restore() {
    add([this] { handler_->on_restored(); });
}

void fake_radio::advance(duration d) {
    now_ += d;
    update_descriptor();
}

radio_capabilities fake_radio::capabilities() const {
    return {.acks_for_us = true, .reports_ack = true, .retries = true, .max_mpdu = 2304};
}

void fake_radio::transmit(nowire::transmit what) {
    sent.push_back(what);
    const bool is_group = (what.mpdu.at(4) & 0x01) != 0;
    if (answers) answer(what.token, is_group ? tx_status::sent : answer_with.value_or(tx_status::acked));
}

std::expected<void, error> fake_radio::configure(const radio_setup& setup) {
    setups.push_back(setup);
    if (against) return std::unexpected(*against);
    return {};
}

void fake_radio::dispatch() {
    for (auto due = events_.size(); due > 0; --due) {
        const auto event = std::move(events_.front());
        events_.pop_front();
        event();
    }
    const auto before = timers_.next_id();
    while (timers_.run_one(now_, before)) {
    }
    update_descriptor();
}

void fake_radio::wait_until(std::optional<time_point> deadline) {
    if (!is_ready()) {
        const auto timer = timers_.next();
        if (!timer && !deadline) throw std::logic_error("a fake radio was waited on for ever");
        now_ = std::max(now_, std::min(timer.value_or(time_point::max()), deadline.value_or(time_point::max())));
    }
    dispatch();
}

timer_id fake_radio::call_at(time_point when, std::function<void()> what) {
    const auto id = timers_.add(when, std::move(what));
    update_descriptor();
    return id;
}

bool fake_radio::cancel(timer_id id) {
    const bool was_there = timers_.cancel(id);
    update_descriptor();
    return was_there;
}

bool fake_radio::is_ready() const {
    return !events_.empty() || (timers_.next() && *timers_.next() <= now_);
}

void fake_radio::update_descriptor() {
    if (is_ready() == readable_) return;
    readable_ = !readable_;
    std::uint64_t count = 1;
    const auto size =
        readable_ ? ::write(descriptor(), &count, sizeof count) : ::read(descriptor(), &count, sizeof count);
    if (size != sizeof count) throw std::logic_error("eventfd");
}

void fake_radio::add(std::function<void()> event) {
    events_.push_back(std::move(event));
    update_descriptor();
}

std::vector<std::uint8_t> plain_mpdu(const mac_address& source, const mac_address& destination, std::string_view text) {
    static std::uint8_t count = 0;
    const auto payload = bytes_of(text);
    std::vector<std::uint8_t> mpdu(frame::header_size + *frame::action_size(payload.size(), frame::version::v1));
    frame::management_header header;
    header.a1 = destination;
    header.a2 = source;
    frame::write_header(std::span(mpdu).first<frame::header_size>(), header);
    frame::action_options options;
    options.version = frame::version::v1;
    options.random = {++count, 1, 2, 3};
    frame::write_action(std::span(mpdu).subspan(frame::header_size), payload, options);
    return mpdu;
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string text_of(const message& m) {
    return {m.payload.begin(), m.payload.end()};
}

bool is_readable(int descriptor) {
    pollfd wanted{.fd = descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&wanted, 1, 0) == 1 && (wanted.revents & POLLIN) != 0;
}

}  // namespace nowire::test
