#include "cli/air_settings.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace nowire::cli {

void air_settings::add_to(CLI::App& command, bool with_radios) {
    command.add_option("--seed", seed, "What its randomness starts from")->check(CLI::NonNegativeNumber);
    command.add_option("--speed", speed, "At most so many times as fast as life; max: as fast as can be")
        ->check(CLI::Range(0.001, 1000.0) | CLI::IsMember({"max"}));
    if (with_radios) {
        command.add_option("--radios", radios, "Time stands until so many radios have come")
            ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}));
    }
    command.add_flag("--no-airtime", no_airtime, "Frames take no time");
    command.add_option("--loss", loss, "Probability that a link loses a frame")->check(CLI::Range(0.0, 1.0));
    command.add_option("--path-exponent", path_exponent, "2: in the open; 3: within a building (the default)")
        ->check(CLI::Range(1.0, 10.0));
    command.add_option("--shadowing", shadowing, "Standard deviation in dB of what walls do to a link")
        ->check(CLI::Range(0.0, 40.0));
    command.add_flag("--leakage", leakage, "DSSS and CCK are heard up to four channels beside their own");
    command.add_option("--links", links, "File with a line for each link: FROM TO loss=0.3 rssi=-71");
    command.add_option("--record", record, "Keep what comes in and when, for nowire air replay");
    command.add_option("--pcap", pcap, "Write every frame to a pcapng file; - is stdout");
}

std::vector<std::string> air_settings::arguments() const {
    std::vector<std::string> result;
    const auto add = [&](const char* name, const std::string& value) {
        result.emplace_back(name);
        result.push_back(value);
    };
    if (seed) add("--seed", std::to_string(*seed));
    if (!speed.empty()) add("--speed", speed);
    if (radios) add("--radios", std::to_string(*radios));
    if (loss) add("--loss", fmt::format("{}", *loss));
    if (no_airtime) result.emplace_back("--no-airtime");
    if (path_exponent) add("--path-exponent", fmt::format("{}", *path_exponent));
    if (shadowing) add("--shadowing", fmt::format("{}", *shadowing));
    if (leakage) result.emplace_back("--leakage");
    if (!links.empty()) add("--links", links);
    if (!pcap.empty()) add("--pcap", pcap);
    if (!record.empty()) add("--record", record);
    return result;
}

}  // namespace nowire::cli
