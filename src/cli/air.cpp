#include "cli/air_json.hpp"
#include "cli/air_replay.hpp"
#include "cli/command.hpp"

#include <nowire/radio/air_control.hpp>
#include <nowire/radio/hub_program.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <memory>
#include <vector>

namespace nowire::cli {

namespace {

struct air_options {
    std::string socket;
    std::optional<std::uint64_t> seed;
    std::string speed;
    std::optional<std::size_t> radios;
    std::optional<double> loss;
    bool no_airtime = false;
    std::optional<double> path_exponent;
    std::optional<double> shadowing;
    bool leakage = false;
    std::string links;
    std::string pcap;
    std::string record;
    bool json = false;
};

/// Becomes nowire-air.
int serve(const air_options& options) {
    const auto program = find_hub_program();
    if (!program) return fail(status_radio, program.error().text);
    std::vector<std::string> arguments = {*program};
    const auto add = [&](const char* name, const std::string& value) {
        arguments.emplace_back(name);
        arguments.push_back(value);
    };
    if (!options.socket.empty()) add("--socket", options.socket);
    if (options.seed) add("--seed", std::to_string(*options.seed));
    if (!options.speed.empty()) add("--speed", options.speed);
    if (options.radios) add("--radios", std::to_string(*options.radios));
    if (options.loss) add("--loss", fmt::format("{}", *options.loss));
    if (options.no_airtime) arguments.emplace_back("--no-airtime");
    if (options.path_exponent) add("--path-exponent", fmt::format("{}", *options.path_exponent));
    if (options.shadowing) add("--shadowing", fmt::format("{}", *options.shadowing));
    if (options.leakage) arguments.emplace_back("--leakage");
    if (!options.links.empty()) add("--links", options.links);
    if (!options.pcap.empty()) add("--pcap", options.pcap);
    if (!options.record.empty()) add("--record", options.record);
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

}  // namespace

void add_air(program& p) {
    auto options = std::make_shared<air_options>();
    auto* command = p.app.add_subcommand("air", "The simulated air: run one, ask who is on it, end it");
    command->add_option("--socket", options->socket, "Its socket; without it, the default air's");
    command->add_option("--seed", options->seed, "What its randomness starts from")->check(CLI::NonNegativeNumber);
    command->add_option("--speed", options->speed, "At most so many times as fast as life; max: as fast as can be")
        ->check(CLI::Range(0.001, 1000.0) | CLI::IsMember({"max"}));
    command->add_option("--radios", options->radios, "Time stands until so many radios have come")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}));
    command->add_flag("--no-airtime", options->no_airtime, "Frames take no time");
    command->add_option("--loss", options->loss, "Probability that a link loses a frame")->check(CLI::Range(0.0, 1.0));
    command->add_option("--path-exponent", options->path_exponent, "2: in the open; 3: within a building (the default)")
        ->check(CLI::Range(1.0, 10.0));
    command->add_option("--shadowing", options->shadowing, "Standard deviation in dB of what walls do to a link")
        ->check(CLI::Range(0.0, 40.0));
    command->add_flag("--leakage", options->leakage, "DSSS and CCK are heard up to four channels beside their own");
    command->add_option("--links", options->links, "File with a line for each link: FROM TO loss=0.3 rssi=-71");
    command->add_option("--record", options->record, "Keep what comes in and when, for nowire air replay");
    command->add_option("--pcap", options->pcap, "Write every frame to a pcapng file; - is stdout");
    command->footer(
        R"(Runs in the foreground until a signal or `nowire air stop`. The default air needs no such call: the first program
that uses `air:` starts it, and it ends 2 s after the last one left.

Examples:
  nowire air --loss 0.1 --pcap air.pcapng
  nowire air --socket /tmp/lab/air --seed 7        then: nowire listen --radio air:/tmp/lab/air
  nowire air --speed max --radios 2 --record air.rec
  nowire air replay air.rec --pcap air.pcapng
  nowire air status --json
  nowire air stop
)");
    auto* status = command->add_subcommand("status", "Who is on the air, and what crossed it");
    status->add_option("--socket", options->socket, "The air's socket; without it, the default air's");
    status->add_flag("--json", options->json, "One object (docs/air.md)");
    auto* end = command->add_subcommand("stop", "End the air, for everybody on it");
    end->add_option("--socket", options->socket, "The air's socket; without it, the default air's");
    status->footer("\nExamples:\n  nowire air status\n  nowire air status --socket /tmp/lab/air --json\n");
    end->footer("\nExamples:\n  nowire air stop\n  nowire air stop --socket /tmp/lab/air\n");
    auto* replay = add_air_replay(p, *command);
    command->require_subcommand(0, 1);
    command->callback([&p, options, status, end, replay] {
        if (replay->parsed()) return;
        p.run = [options, asks = status->parsed(), ends = end->parsed()] {
            if (asks) return show_status(*options);
            return ends ? stop(*options) : serve(*options);
        };
    });
}

}  // namespace nowire::cli
