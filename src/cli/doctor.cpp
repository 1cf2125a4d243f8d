#include "cli/air_json.hpp"
#include "cli/diagnosis.hpp"

#include <nowire/radio/url_reader.hpp>
#include <nowire/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>

namespace nowire::cli {

namespace {

struct doctor_options {
    radio_options radio;
    bool json = false;
};

void print(const finding& f, bool json) {
    if (json) {
        nlohmann::ordered_json line = {
            {"check", f.check}, {"state", to_string(f.state)}, {"text", f.text}, {"advice", nullptr}};
        if (!f.advice.empty()) line["advice"] = f.advice;
        if (f.device) line["device"] = radio_as_json(*f.device);
        // What comes from outside, a path or a name, need not be UTF-8.
        std::cout << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
        return;
    }
    std::cout << fmt::format("{:<8} {}: {}", to_string(f.state), f.check, f.text);
    if (!f.advice.empty()) std::cout << "; " << f.advice;
    std::cout << '\n';
}

int examine(const doctor_options& options, bool radio_given) {
    if (print_radio_help(options.radio.url)) return status_ok;
    diagnosis d;
    d.ok("version", std::string("nowire ") + version_text);
    if (const auto url = check_radio_url(d, options.radio.url); url && url->scheme == "air") {
        std::optional<channel> own;
        if (radio_given) own = url_reader(*url).channel("channel").value_or(channel());
        check_air(d, *url, own);
    }
    check_keys(d, options.radio.keys);
    check_state_folder(d, !options.radio.keys.empty());
    for (const auto& f : d.findings())
        print(f, options.json);
    return std::ranges::any_of(d.findings(), [](const finding& f) { return f.state == condition::problem; })
               ? status_failure
               : status_ok;
}

}  // namespace

void add_doctor(program& p) {
    auto options = std::make_shared<doctor_options>();
    auto* command = p.app.add_subcommand("doctor", "Look for what keeps devices from hearing each other");
    options->radio.add_to(*command);
    command->add_flag("--json", options->json, "One object a line (docs/json.md)");
    command->footer(
        R"(A line for each check: ok, warning or problem, what was found, and what to do. It looks at the radio's URL, the
program nowire-air, the socket, the air, the devices on it and their peers, the key file of --keys and the folder of
packet numbers, and starts nothing. Devices on another channel than that of --radio, or without it than most, are named,
and so are peers that are on another channel, or encrypted on one side only.

Exit status: 0 no problem, warnings or not; 1 problems; 2 usage.

Examples:
  nowire doctor
  nowire doctor --radio 'air:?name=me&channel=6' --keys keys.toml
  nowire doctor --json
)");
    const auto* radio = command->get_option("--radio");
    command->callback(
        [&p, options, radio] { p.run = [options, given = radio->count() > 0] { return examine(*options, given); }; });
}

}  // namespace nowire::cli
