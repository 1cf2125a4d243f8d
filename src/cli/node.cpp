#include "cli/explain.hpp"
#include "cli/radio_options.hpp"
#include "cli/signals.hpp"

#include <nowire/frame/text.hpp>
#include <nowire/node/link.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <poll.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <vector>

namespace nowire::cli {

namespace {

using nlohmann::ordered_json;
using node::outcome;

struct node_options {
    radio_options radio;
    std::string gateway;
    bool json = false;
    bool utf8 = false;
    bool scan = false;
    std::size_t longest = node::link_options().payload_limit;

    std::string topic;
    std::string text;
    bool retain = false;
    int qos = 0;
    std::vector<std::string> filters;
    std::optional<unsigned> count;
    std::optional<double> timeout;
    double interval = 1;
    bool once = false;
};

int status_of(outcome o) {
    switch (o) {
        case outcome::ok:
            return status_ok;
        case outcome::broker_out:
        case outcome::pub_fail:
            return status_failure;
        case outcome::esp_fail:
            return status_not_acknowledged;
        case outcome::no_reply:
            return status_timeout;
        case outcome::unconfirmed:
            return status_unconfirmed;
    }
    return status_failure;
}

/// A node as the command line asks for it, while one of its commands runs.
class node_program {
  public:
    node_program(const node_options& options, opened_station opened, const mac_address& gateway)
        : options_(options),
          opened_(std::move(opened)),
          gateway_(gateway),
          link_(*opened_.station, {.gateway = gateway, .payload_limit = options.longest, .ascii_only = !options.utf8}) {
    }

    int find_channel() {
        const auto found = link_.scan();
        if (!found) return fail(status_radio, found.error().text);
        if (!*found) return fail(status_not_acknowledged, "the gateway answers on no channel from 1 to 13");
        std::cerr << "nowire: the gateway is on channel " << (*found)->number() << '\n';
        return status_ok;
    }

    int publish() {
        if (!options_.utf8 && !(is_ascii(options_.topic) && is_ascii(options_.text)))
            return fail(status_usage,
                        "text that is not ASCII costs a MicroPython gateway its broker for seconds: give "
                        "--utf8 if the gateway is nowire's");
        const auto done = link_.publish(options_.topic, options_.text, options_.retain, options_.qos);
        print_result(done, {{"topic", options_.topic}});
        if (done == outcome::broker_out) {
            std::cerr << "nowire: the gateway keeps it until its broker is back\n";
            return status_ok;
        }
        return status(done);
    }

    int ping() {
        const auto done = link_.ping();
        print_result(done, {});
        return status(done);
    }

    int ask_channel() {
        const auto on = link_.ask_channel();
        if (!on) return fail(status_radio, on.error().text);
        if (!*on) return status(link_.logic().result());
        if (options_.json) {
            std::cout << ordered_json{{"channel", (*on)->number()}}.dump() << '\n' << std::flush;
        } else {
            std::cout << (*on)->number() << '\n' << std::flush;
        }
        return status_ok;
    }

    /// Fetches once what is queued.
    int poll() {
        const auto done = link_.get();
        print_messages();
        return status(done);
    }

    /// Subscribes, and prints what comes until the count, the time or a signal ends it.
    int subscribe() {
        const stop_signals stop;
        for (const auto& filter : options_.filters) {
            const auto done = link_.subscribe(filter, options_.qos);
            if (!done || *done != outcome::ok) {
                if (done == outcome::broker_out)
                    std::cerr << "nowire: the gateway's broker is down: nothing was subscribed, try again later\n";
                return status(done);
            }
        }
        if (options_.once) return status_ok;
        auto& clock = opened_.station->clock();
        const auto end = options_.timeout ? clock.now() + seconds(*options_.timeout) : time_point::max();
        auto failed = outcome::ok;
        while (!is_stopped(stop)) {
            const auto next = clock.now() + seconds(options_.interval);
            const auto done = link_.get();
            if (!done) return status(done);
            // A poll that failed is repeated as every other; that it does is said once.
            if (*done != failed && *done != outcome::ok) (void)status(done);
            failed = *done;
            print_messages();
            if (is_enough()) return status_ok;
            while (clock.now() < next && !is_stopped(stop)) {
                if (clock.now() >= end) return options_.count || printed_ == 0 ? status_timeout : status_ok;
                link_.wait(std::min(next - clock.now(), duration(std::chrono::milliseconds(100))));
                print_messages();
                if (is_enough()) return status_ok;
            }
        }
        return status_ok;
    }

  private:
    static bool is_stopped(const stop_signals& stop) {
        pollfd waiting{.fd = stop.descriptor(), .events = POLLIN, .revents = 0};
        return ::poll(&waiting, 1, 0) > 0;
    }

    bool is_enough() const { return options_.count && printed_ >= *options_.count; }

    void print_messages() {
        while (!is_enough()) {
            const auto m = link_.next();
            if (!m) return;
            ++printed_;
            if (options_.json) {
                const ordered_json line{{"topic", m->topic}, {"payload", m->payload}, {"retained", m->retained}};
                std::cout << line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n' << std::flush;
            } else {
                std::cout << m->topic << ' ' << m->payload << '\n' << std::flush;
            }
        }
    }

    void print_result(const std::expected<outcome, error>& done, ordered_json line) const {
        if (!done) return;
        if (options_.json) {
            line["result"] = to_string(*done);
            std::cout << line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n' << std::flush;
        } else {
            std::cout << to_string(*done) << '\n' << std::flush;
        }
    }

    /// The exit status, and on stderr why it is not 0.
    int status(const std::expected<outcome, error>& done) const {
        if (!done) return fail(done.error().code == errc::argument ? status_usage : status_radio, done.error().text);
        if (const auto why = explanation(*done); !why.empty()) std::cerr << "nowire: " << why << '\n';
        return status_of(*done);
    }

    std::string explanation(outcome o) const {
        switch (o) {
            case outcome::ok:
            case outcome::broker_out:
                return {};
            case outcome::pub_fail:
                return "the gateway dropped it: its queue for the broker is full, or it cannot be published";
            case outcome::esp_fail:
                return explain_silence(options_.radio.url, gateway_, opened_.station->device().home_channel());
            case outcome::no_reply:
                return gateway_.to_string() + " acknowledged but did not answer: is a gateway running there?";
            case outcome::unconfirmed:
                return "the radio cannot tell whether the gateway heard it, and no answer came";
        }
        return {};
    }

    const node_options& options_;
    opened_station opened_;
    mac_address gateway_;
    node::link link_;
    unsigned printed_ = 0;
};

int run_node(const node_options& options, int (node_program::*what)()) {
    if (print_radio_help(options.radio.url)) return status_ok;
    const auto gateway = mac_address::parse(options.gateway);
    if (!gateway || gateway->is_group() || gateway->is_zero())
        return fail(status_usage, "\"" + options.gateway +
                                      "\" is no gateway's address: write what the gateway prints, 24:0a:c4:aa:aa:00 or "
                                      "240ac4aaaa00");
    auto opened = open_station(options.radio);
    if (!opened) return opened.error();
    node_program node(options, std::move(*opened), *gateway);
    if (options.scan)
        if (const int status = node.find_channel(); status != status_ok) return status;
    return (node.*what)();
}

}  // namespace

void add_node(program& p) {
    auto options = std::make_shared<node_options>();
    auto* command = p.app.add_subcommand("node", "Talk to a gateway as its nodes do");
    options->radio.add_to(*command);
    command->add_option("--gateway", options->gateway, "MAC address of the gateway, either of its two")
        ->envname("NOWIRE_GATEWAY")
        ->required();
    command->add_flag("--scan", options->scan, "Look for the gateway's channel first");
    command->add_flag("--utf8", options->utf8,
                      "Send text that is not ASCII; it costs a MicroPython gateway its broker for seconds");
    command->add_option("--max-payload", options->longest, "Bytes that the gateway can take")
        ->check(CLI::Range(std::size_t{1}, frame::max_payload_v2))
        ->capture_default_str();
    command->add_flag("--json", options->json, "One object a line (docs/gateway.md)");
    command->require_subcommand(1);
    command->fallthrough();
    // Before its subcommands, which take it over.
    command->footer(R"(A gateway knows a node by its MAC address: give the radio a name to be the same node each time.
Exit status: 0 ok, 1 the broker is down (ping, subscribe) or the gateway dropped the message, 2 usage, 3 not
acknowledged, 4 no answer, or --timeout ended subscribe too early, 5 radio, 6 unconfirmed. A message that the gateway
keeps until its broker is back is ok.

Examples:
  nowire node --gateway 24:0a:c4:aa:aa:00 publish shed/temperature 21.5
  nowire node --gateway 24:0a:c4:aa:aa:00 subscribe 'shed/#' --radio 'air:?name=kitchen'
  nowire node --gateway 24:0a:c4:aa:aa:00 ping --json
)");
    const auto add = [&](const char* name, const char* about, int (node_program::*what)()) {
        auto* sub = command->add_subcommand(name, about);
        sub->callback([&p, options, what] { p.run = [options, what] { return run_node(*options, what); }; });
        return sub;
    };
    const auto add_qos = [&](CLI::App& sub) {
        sub.add_option("--qos", options->qos, "0 or 1")->check(CLI::IsMember({0, 1}))->capture_default_str();
    };

    auto* publish = add("publish", "Publish a message", &node_program::publish);
    publish->add_option("TOPIC", options->topic, "Without wildcards")->required();
    publish->add_option("TEXT", options->text, "The message")->required();
    publish->add_flag("--retain", options->retain, "The broker keeps it for later subscribers");
    add_qos(*publish);

    auto* subscribe = add("subscribe", "Subscribe, and print what comes", &node_program::subscribe);
    subscribe->add_option("TOPIC", options->filters, "With + and # where the gateway knows them")->required();
    add_qos(*subscribe);
    subscribe->add_flag("--once", options->once, "Only subscribe: this radio polls later");
    subscribe->add_option("-c,--count", options->count, "End after N messages")->check(CLI::Range(1U, 1'000'000'000U));
    subscribe->add_option("--timeout", options->timeout, "End after so many seconds of the air's time")
        ->check(CLI::Range(0.001, 1e9));
    subscribe->add_option("--interval", options->interval, "Seconds between two polls")
        ->check(CLI::Range(0.01, 86400.0))
        ->capture_default_str();

    add("poll", "Fetch once what the gateway keeps for this node", &node_program::poll);
    add("ping", "Ask whether the gateway's broker is up", &node_program::ping);
    add("chan", "Ask for the gateway's channel", &node_program::ask_channel);
}

}  // namespace nowire::cli
