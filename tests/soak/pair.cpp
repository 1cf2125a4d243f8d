#include "soak/pair.hpp"

#include <nowire/station/station.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <span>

namespace nowire::test {

namespace {

using namespace std::chrono_literals;

volatile std::sig_atomic_t ended = 0;

/// Sends `number` and takes it on the other side. @returns what went wrong; empty: nothing
std::string cross(station& from, station& to, std::uint64_t number) {
    const auto text = std::to_string(number);
    const auto sent = from.send(to.address(), text, 10s);
    if (!sent) return "message " + text + " was refused: " + sent.error().text;
    if (sent->result != tx_status::acked) return "message " + text + " ended " + std::string(to_string(sent->result));
    for (;;) {
        const auto heard = to.receive(10s);
        if (!heard) return "message " + text + " was acknowledged and did not arrive";
        if (heard->source != from.address()) continue;  // somebody says something to everybody
        const std::string said(heard->payload.begin(), heard->payload.end());
        if (said != text) return "message " + said + " came instead of " + text;
        return {};
    }
}

int run(const std::string& socket, const std::string& name, int out) {
    std::signal(SIGTERM, [](int) { ended = 1; });
    const std::array backends = {make_air_backend()};
    std::string harm;
    const auto lost = [&harm](const std::optional<error>& why) {
        if (why) harm = "its radio was lost: " + why->text;
    };
    auto from = station::open("air:" + socket + "?name=" + name + "-from&channel=11", backends).value();
    auto to = station::open("air:" + socket + "?name=" + name + "-to&channel=11", backends).value();
    from->on_radio(lost);
    to->on_radio(lost);
    report(out, "ready");
    std::uint64_t crossed = 0;
    while (ended == 0 && harm.empty()) {
        auto wrong = cross(*from, *to, crossed + 1);
        if (harm.empty()) harm = std::move(wrong);
        if (harm.empty()) ++crossed;
    }
    report(out, std::to_string(crossed));
    report(out, harm.empty() ? "unharmed" : harm);
    return 0;
}

}  // namespace

steady_pair::steady_pair(const std::string& socket, const std::string& name)
    : process_(std::make_unique<child_process>([&](int out) { return run(socket, name, out); })) {
    if (process_->line() != "ready") throw std::runtime_error("the pair " + name + " cannot join");
}

steady_pair::verdict steady_pair::end() {
    process_->signal(SIGTERM);
    verdict v;
    const auto crossed = process_->line();
    v.harm = process_->line();
    if (crossed.empty() || v.harm.empty())
        return {.harm = "it ended by itself, with status " + std::to_string(process_->wait())};
    v.crossed = std::stoull(crossed);
    if (v.harm == "unharmed") v.harm.clear();
    return v;
}

}  // namespace nowire::test
