#include "cli/command.hpp"
#include "cli/idf/build.hpp"
#include "cli/idf/run.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace nowire::cli {

namespace {

const CLI::Validator is_sanitizer(
    [](const std::string& text) {
        for (const auto& name : CLI::detail::split(text, ','))
            if (name != "address" && name != "undefined" && name != "leak" && name != "thread")
                return "'" + name + "' is not address, undefined, leak or thread";
        return std::string();
    },
    "", "sanitizer");

const CLI::Validator is_version(
    [](const std::string& text) {
        const auto parts = CLI::detail::split(text, '.');
        const auto is_number = [](const std::string& part) {
            return !part.empty() && part.size() <= 2 && part.find_first_not_of("0123456789") == std::string::npos;
        };
        if (parts.size() < 2 || parts.size() > 3 || !std::ranges::all_of(parts, is_number))
            return "'" + text + "' is no version of ESP-IDF; 5.5 and 5.4.1 are";
        return std::string();
    },
    "", "version");

void add_build(program& p, CLI::App& idf) {
    auto options = std::make_shared<idf::build_options>();
    options->idf_version = "5.5";
    auto* command = idf.add_subcommand("build", "Build a Linux program of an ESP-IDF project");
    command->add_option("project", options->project, "The project's folder: with CMakeLists.txt and main/")->required();
    command->add_option("-o,--output", options->output, "The program to write")->required();
    command->add_option("--idf-version", options->idf_version, "The ESP-IDF that it is compiled for: 4.4 to 6.0")
        ->check(is_version)
        ->capture_default_str();
    command->add_option("--set", options->set, "An option of the project: CONFIG_X=value; may be repeated")
        ->allow_extra_args(false);
    command->add_option("--sanitize", options->sanitize, "address, undefined, leak or thread, or several with commas")
        ->check(is_sanitizer);
    command->add_option("--build-dir", options->build_folder,
                        "Where to build; without it, the program's name with .build");
    command->add_option("-j,--jobs", options->jobs, "So many compilers at once; without it, one a processor")
        ->check(CLI::Range(1U, 1024U));
    command->footer(
        R"(What the project wants and nowire does not have is told by name; what was said besides is in build.log in the
folder that was built in. docs/esp-idf-build.md says what of ESP-IDF's build system is understood.

Exit status: 0 built, 1 it cannot be built, 2 usage.

Examples:
  nowire idf build blink -o blink.linux
  nowire idf build ~/esp/espnow -o espnow --set CONFIG_ESPNOW_CHANNEL=6 --sanitize address,undefined
  nowire idf build old-project -o old --idf-version 4.4
)");
    command->callback([&p, options] { p.run = [options] { return idf::build(*options); }; });
}

void add_run(program& p, CLI::App& idf) {
    auto options = std::make_shared<idf::run_options>();
    auto* command = idf.add_subcommand("run", "Run ESP-IDF programs on a simulated air of their own");
    command->add_option("program", options->programs, "Programs that nowire idf build made")->required();
    command->add_option("-n,--nodes", options->nodes, "So many boards with each program")->check(CLI::Range(1U, 1000U));
    command->add_option("--time", options->time, "End after so many seconds of the air's time")
        ->check(CLI::Range(0.001, 1e9));
    command->add_flag("--restart-on-deep-sleep", options->restart_on_deep_sleep,
                      "Start a program that went to deep sleep again when its timer rings");
    command->add_option("--state", options->state, "Folder in which boards keep their flash (NVS) from run to run");
    options->air.add_to(*command, false);
    command->footer(
        R"(Each line that a program prints has its board's name before it. Boards have the addresses 02:00:00:00:00:10,
02:00:00:00:00:20 and so on, in the order of the command line. What they keep in NVS goes with the run, but for --state.
With --seed the air and all random values of the programs are the same each time; with --speed max, so are the times.

Ends when all programs have ended, when --time is over, or on ^C; those that still run are ended then.
Exit status: 0 no program ended with another status than 0, or in deep sleep (86); 1 one did; 2 usage; 5 the air.

Examples:
  nowire idf run ./espnow --nodes 2
  nowire idf run ./gateway ./sensor --time 120 --speed max --seed 7 --pcap air.pcapng
  nowire idf run ./sensor --nodes 5 --restart-on-deep-sleep --loss 0.3
)");
    command->callback([&p, options] { p.run = [options] { return idf::run(*options); }; });
}

}  // namespace

void add_idf(program& p) {
    auto* command = p.app.add_subcommand("idf", "ESP-IDF programs: build them for Linux, run them on an air");
    command->require_subcommand(1);
    command->footer(R"(
Examples:
  nowire idf build ~/esp/espnow -o espnow
  nowire idf run ./espnow --nodes 2
)");
    add_build(p, *command);
    add_run(p, *command);
}

}  // namespace nowire::cli
