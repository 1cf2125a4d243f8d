#include "cli/air_json.hpp"
#include "cli/air_replay.hpp"
#include "cli/air_settings.hpp"
#include "cli/arguments.hpp"
#include "cli/command.hpp"

#include <nowire/radio/air_control.hpp>
#include <nowire/radio/hub_program.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nowire::cli {

namespace {

struct air_options {
    std::string socket;
    air_settings settings;
    bool json = false;
    std::string from;
    std::string to;
    std::optional<double> loss;
    std::optional<int> rssi;
};

/// Becomes nowire-air.
int serve(const air_options& options) {
    const auto program = find_hub_program();
    if (!program) return fail(status_radio, program.error().text);
    std::vector<std::string> arguments = {*program};
    if (!options.socket.empty()) arguments.insert(arguments.end(), {"--socket", options.socket});
    const auto settings = options.settings.arguments();
    arguments.insert(arguments.end(), settings.begin(), settings.end());
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (auto& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    execv(program->c_str(), argv.data());
    return fail(status_radio, "cannot run " + *program + ": " + std::strerror(errno));
}

void print_text(const air_control::air_status& status) {
    fmt::print("{}: process {}, {} radio(s), {} frames sent, {} received, {} lost on links\n", status.socket,
               status.hub.pid, status.radios.size(), status.hub.statistics.transmissions,
               status.hub.statistics.receptions, status.hub.statistics.losses);
    for (const auto& r : status.radios) {
        const auto& setup = r.radio.setup;
        fmt::print("  {:<16} {} channel {:>2} {:<9} {} sent, {} received, {} lost: too slow to read\n", r.radio.name,
                   setup.station ? setup.station->to_string() : "-                ", setup.on.number(),
                   setup.receiving ? "receiving" : "deaf", r.counters.transmits, r.counters.received, r.counters.lost);
    }
}

int show_status(const air_options& options) {
    const auto status = air_control::status(options.socket);
    if (!status) return fail(status_radio, status.error().text);
    if (options.json)
        // Names need not be UTF-8.
        fmt::print("{}\n", air_as_json(*status).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    else
        print_text(*status);
    return status_ok;
}

int stop(const air_options& options) {
    const auto stopped = air_control::stop(options.socket);
    if (!stopped) return fail(status_radio, stopped.error().text);
    return status_ok;
}

int set_link(const air_options& options) {
    const auto from = mac_address::parse(options.from);
    const auto to = mac_address::parse(options.to);
    if (!from || !to) return fail(status_usage, no_mac_address(from ? options.to : options.from));
    air::link how{.loss = options.loss, .rssi = {}};
    if (options.rssi) how.rssi = static_cast<std::int8_t>(*options.rssi);
    const auto done = air_control::set_link(options.socket, *from, *to, how);
    if (!done) return fail(done.error().code == errc::argument ? status_usage : status_radio, done.error().text);
    return status_ok;
}

}  // namespace

void add_air(program& p) {
    auto options = std::make_shared<air_options>();
    auto* command = p.app.add_subcommand("air", "The simulated air: run one, ask who is on it, end it");
    command->add_option("--socket", options->socket, "Its socket; without it, the default air's");
    options->settings.add_to(*command);
    command->footer(
        R"(Runs in the foreground until a signal or `nowire air stop`. The default air needs no such call: the first program
that uses `air:` starts it, and it ends 2 s after the last one left.

Examples:
  nowire air --loss 0.1 --pcap air.pcapng
  nowire air --socket /tmp/lab/air --seed 7        then: nowire listen --radio air:/tmp/lab/air
  nowire air --speed max --radios 2 --record air.rec
  nowire air replay air.rec --pcap air.pcapng
  nowire air status --json
  nowire air link 02:4e:57:00:00:10 02:4e:57:00:00:20 --loss 1
  nowire air stop
)");
    auto* status = command->add_subcommand("status", "Who is on the air, and what crossed it");
    status->add_option("--socket", options->socket, "The air's socket; without it, the default air's");
    status->add_flag("--json", options->json, "One object (docs/air.md)");
    auto* end = command->add_subcommand("stop", "End the air, for everybody on it");
    end->add_option("--socket", options->socket, "The air's socket; without it, the default air's");
    status->footer("\nExamples:\n  nowire air status\n  nowire air status --socket /tmp/lab/air --json\n");
    end->footer("\nExamples:\n  nowire air stop\n  nowire air stop --socket /tmp/lab/air\n");
    auto* link = command->add_subcommand("link", "Say how frames get from one station to another from now on");
    link->add_option("FROM", options->from, "MAC address of the station that sends")->required();
    link->add_option("TO", options->to, "MAC address of the station that receives")->required();
    link->add_option("--loss", options->loss, "How many of them are lost, 0 to 1; 1 cuts it")
        ->check(CLI::Range(0.0, 1.0));
    link->add_option("--rssi", options->rssi, "dBm at the receiver")->check(CLI::Range(-128, 127));
    link->add_option("--socket", options->socket, "The air's socket; without it, the default air's");
    link->footer(R"(What is not given is as the air has it without this link. The other direction is a link of its own.

Examples:
  nowire air link 02:4e:57:00:00:10 02:4e:57:00:00:20 --loss 1
  nowire air link 02:4e:57:00:00:10 02:4e:57:00:00:20
)");
    auto* replay = add_air_replay(p, *command);
    command->require_subcommand(0, 1);
    command->callback([&p, options, status, end, link, replay] {
        if (replay->parsed()) return;
        p.run = [options, asks = status->parsed(), ends = end->parsed(), changes = link->parsed()] {
            if (asks) return show_status(*options);
            if (changes) return set_link(*options);
            return ends ? stop(*options) : serve(*options);
        };
    });
}

}  // namespace nowire::cli
