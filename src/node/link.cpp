#include <nowire/node/link.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace nowire::node {

link::link(station& s, link_options options) : station_(s), logic_(options) {}

std::expected<outcome, error> link::publish(std::string_view topic, std::string_view text, bool retain, int qos) {
    // What came before now is no answer to this.
    take_waiting();
    const auto payload = logic_.publish({std::string(topic), std::string(text), retain, qos});
    if (!payload) return std::unexpected(payload.error());
    return run(*payload);
}

std::expected<outcome, error> link::subscribe(std::string_view filter, int qos) {
    const subscription wanted{std::string(filter), qos};
    if (auto fault = logic_.fault_of(wanted)) return std::unexpected(std::move(*fault));
    take_waiting();
    if (logic_.options().ping_before_subscribe) {
        const auto broker = ping();
        if (!broker || *broker != outcome::ok) return broker;
    }
    const auto payload = logic_.subscribe(wanted);
    if (!payload) return std::unexpected(payload.error());
    return run(*payload);
}

std::expected<outcome, error> link::ping() {
    take_waiting();
    return run(logic_.ask(command::ping));
}

std::expected<outcome, error> link::get() {
    take_waiting();
    return run(logic_.ask(command::get));
}

std::expected<outcome, error> link::aget() {
    take_waiting();
    return run(logic_.ask(command::aget));
}

std::expected<std::optional<channel>, error> link::ask_channel() {
    take_waiting();
    const auto ended = run(logic_.ask(command::ask_channel));
    if (!ended) return std::unexpected(ended.error());
    return logic_.reported_channel();
}

std::expected<std::optional<channel>, error> link::scan(std::span<const channel> channels) {
    const auto tune = [this](channel on) {
        station_.device().set_channel(on, station_.clock().now());
        station_.flush();
    };
    const auto before = station_.device().home_channel();
    for (const auto on : channels) {
        tune(on);
        const auto found = ask_channel();
        if (found && !*found) continue;
        tune(found ? **found : before);
        return found;
    }
    tune(before);
    return std::nullopt;
}

std::expected<std::optional<channel>, error> link::scan() {
    std::vector<channel> all;
    for (int number = 1; number <= 13; ++number)
        all.push_back(*channel::from_number(number));
    return scan(all);
}

std::optional<delivery> link::next(duration timeout) {
    wait(timeout);
    return logic_.next();
}

void link::wait(duration timeout) {
    const auto limit = station_.clock().now() + timeout;
    take_waiting();
    while (logic_.waiting() == 0) {
        const auto left = limit - station_.clock().now();
        if (left <= duration::zero()) return;
        if (auto m = station_.receive(left)) take(std::move(*m));
    }
}

/// Sends the request that logic_ has begun and waits for its end.
std::expected<outcome, error> link::run(std::string_view payload) {
    const auto done = station_.send(logic_.options().gateway, payload);
    if (!done) {
        logic_.sent(tx_status::not_sent, station_.clock().now());
        return std::unexpected(done.error());
    }
    take_waiting();
    logic_.sent(done->result, station_.clock().now());
    while (logic_.busy()) {
        auto m = station_.receive(std::max(*logic_.deadline() - station_.clock().now(), duration::zero()));
        if (m) take(std::move(*m));
        logic_.advance(station_.clock().now());
    }
    return logic_.result();
}

void link::take(message m) {
    if (logic_.receive(m, station_.clock().now())) {
        rssi_ = m.rssi;
    } else if (on_other_) {
        on_other_(std::move(m));
    }
}

void link::take_waiting() {
    while (auto m = station_.receive(duration::zero()))
        take(std::move(*m));
}

}  // namespace nowire::node
