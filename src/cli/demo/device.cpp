#include "cli/demo/roles.hpp"
#include "cli/radio_options.hpp"
#include "cli/signals.hpp"

#include <nowire/node/link.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <poll.h>

#include <algorithm>
#include <fstream>
#include <iostream>

/// One device of the demo: what a firmware's main loop would be. It writes what happens to it as JSON lines to its log
/// and to stdout.
namespace nowire::cli {

namespace {

using namespace demo;
using namespace std::chrono_literals;

struct device_command {
    std::string name;
    radio_options radio;
    std::string log;
};

class player {
  public:
    player(const cast_member& who, const device_command& command)
        : who_(who), command_(command), log_(command.log, std::ios::app) {}

    int perform() {
        switch (who_.plays) {
            case role::thermometer:
            case role::vault:
                return measure();
            case role::sleeper:
                return sleep_and_wake();
            case role::lamp:
                return shine();
        }
        return status_failure;
    }

  private:
    /// A radio that is up, and the link over it.
    struct awake {
        opened_station opened;
        node::link link;

        explicit awake(opened_station o) : opened(std::move(o)), link(*opened.station, {.gateway = gateway_address}) {}
        nowire::clock& clock() { return opened.station->clock(); }
    };

    std::string topic(const char* last) const { return "demo/" + std::string(who_.name) + "/" + last; }

    std::expected<std::unique_ptr<awake>, int> wake() const {
        auto opened = open_station(command_.radio);
        if (!opened) return std::unexpected(opened.error());
        return std::make_unique<awake>(std::move(*opened));
    }

    void tell(nlohmann::json what, const awake& a) {
        if (const auto rssi = a.link.rssi()) what["rssi"] = *rssi;
        const auto line = what.dump();
        log_ << line << '\n' << std::flush;
        std::cout << line << '\n' << std::flush;
    }

    bool stopped() const {
        pollfd waiting{.fd = stop_.descriptor(), .events = POLLIN, .revents = 0};
        return poll(&waiting, 1, 0) > 0;
    }

    /// Lets the station work until `when`, or until it is told to stop. @returns whether to go on.
    bool pause_until(awake& a, time_point when) const {
        while (!stopped()) {
            const auto now = a.clock().now();
            if (now >= when) return true;
            a.opened.station->run_until(std::min(when, now + 100ms));
        }
        return false;
    }

    void publish(awake& a, nlohmann::json content) {
        content["seq"] = next_seq_;
        const auto text = content.dump();
        const auto done = a.link.publish(topic("data"), text);
        tell({{"event", "published"},
              {"seq", next_seq_},
              {"payload", text},
              {"result", done ? std::string(to_string(*done)) : done.error().text}},
             a);
        ++next_seq_;
    }

    /// Takes what came for this device; `obey` is told the text of each command.
    template <class Obey>
    void take_deliveries(awake& a, Obey obey) {
        while (const auto delivery = a.link.next()) {
            const auto content = nlohmann::json::parse(delivery->payload, nullptr, false);
            if (!content.is_object()) continue;
            if (content.contains("hello")) tell(nlohmann::json::object({{"event", "hello"}}), a);
            if (!content.contains("seq")) continue;
            const auto text = content.value("text", "");
            tell({{"event", "obeyed"}, {"seq", content["seq"]}, {"text", text}}, a);
            obey(text);
        }
    }

    /// Subscribes to the commands for this device. @returns whether the gateway's radio has it.
    bool subscribe(awake& a) const {
        const auto done = a.link.subscribe(topic("set"), 1);
        return done && *done == node::outcome::ok;
    }

    int measure() {
        const auto a = wake();
        if (!a) return a.error();
        auto next = (*a)->clock().now();
        do {
            publish(**a, {{"celsius", 17.5 + static_cast<double>(next_seq_ % 8) / 4}});
            next += 1s;
        } while (pause_until(**a, next));
        return status_ok;
    }

    int sleep_and_wake() {
        bool subscribed = false;
        auto next = std::chrono::steady_clock::now();
        while (true) {
            const bool last = stopped();
            {
                const auto a = wake();
                if (!a) return a.error();
                if (!subscribed) subscribed = subscribe(**a);
                publish(**a, {{"battery", 3.1}});
                // A get is answered by what waits, or by nothing at all: silence ends it, so ask until nothing came.
                for (bool more = true; more;) {
                    const auto got = (*a)->link.get();
                    more = got && *got == node::outcome::ok && (*a)->link.logic().waiting() > 0;
                    take_deliveries(**a, [](const std::string&) {});
                }
            }
            if (last) return status_ok;
            next += 5s;
            // Asleep its radio is off, so there is no station whose clock it could ask.
            pollfd waiting{.fd = stop_.descriptor(), .events = POLLIN, .revents = 0};
            const auto left = next - std::chrono::steady_clock::now();
            poll(&waiting, 1,
                 static_cast<int>(std::max<long>(0, std::chrono::ceil<std::chrono::milliseconds>(left).count())));
        }
    }

    int shine() {
        const auto a = wake();
        if (!a) return a.error();
        const auto obey = [&](const std::string& text) { publish(**a, {{"lamp", text}}); };
        bool subscribed = false;
        do {
            if (!subscribed) subscribed = subscribe(**a);
            // How it went shows with the next one: a poll that failed is repeated as every other.
            [[maybe_unused]] const auto polled = (*a)->link.aget();
            take_deliveries(**a, obey);
        } while (pause_until(**a, (*a)->clock().now() + 300ms));
        return status_ok;
    }

    const cast_member& who_;
    const device_command& command_;
    stop_signals stop_;
    std::ofstream log_;
    std::uint64_t next_seq_ = 0;
};

int perform(const device_command& command) {
    const auto who = std::ranges::find(cast, command.name, &cast_member::name);
    if (who == cast.end()) return fail(status_usage, "the demo has no device \"" + command.name + "\"");
    return player(*who, command).perform();
}

}  // namespace

void add_demo_device(program& p) {
    auto options = std::make_shared<device_command>();
    auto* command = p.app.add_subcommand("demo-device", "One device of the demo, which starts it")->group("");
    command->add_option("NAME", options->name)->required();
    command->add_option("--log", options->log)->required();
    options->radio.add_to(*command);
    command->callback([&p, options] { p.run = [options] { return perform(*options); }; });
}

}  // namespace nowire::cli
