#include "cli/command.hpp"
#include "cli/radio_options.hpp"

#include <nowire/radio/hub_program.hpp>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <expected>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace nowire::cli {

namespace {

namespace fs = std::filesystem;

struct micropython_options {
    std::string script;
    std::vector<std::string> arguments;
    std::string node;
    std::string radio;
    std::string python = "python3";
};

bool has_package(const fs::path& folder) {
    std::error_code failed;
    return fs::is_directory(folder / "nowire/chip_modules", failed);
}

/// The folder in which Python finds the package nowire.
std::expected<fs::path, std::string> find_python_path() {
    std::error_code failed;
    const auto own = fs::read_symlink("/proc/self/exe", failed).parent_path();
    const auto installed = (own / "../share/nowire/python").lexically_normal();
    for (const auto& folder : {own / "python", installed})
        if (has_package(folder)) return folder;
    return std::unexpected("there is neither " + (own / "python/nowire").string() + " nor " +
                           (installed / "nowire").string() + ": nowire was built without NOWIRE_WITH_PYTHON");
}

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

/// Puts folders before those that a search path in the environment has.
void put_before(const char* name, const std::string& folders, const std::string& standard = {}) {
    const auto before = variable(name).empty() ? standard : variable(name);
    ::setenv(name, (before.empty() ? folders : folders + ":" + before).c_str(), 1);
}

int run_script(const micropython_options& options) {
    if (print_radio_help(options.radio)) return status_ok;
    const auto folder = find_python_path();
    if (!folder) return fail(status_failure, folder.error());
    put_before("PYTHONPATH", folder->string());
    // MicroPython takes the variable instead of where it looks without it.
    put_before("MICROPYPATH", folder->string() + ":" + (*folder / "nowire/chip_modules").string(),
               ".frozen:~/.micropython/lib:/usr/lib/micropython");
    ::setenv("PYTHONUNBUFFERED", "1", 1);  // lines come when they are printed, as from a chip
    if (variable("NOWIRE_AIR").empty())
        if (const auto hub = find_hub_program()) ::setenv("NOWIRE_AIR", hub->c_str(), 1);

    std::vector<std::string> words = {options.python, "-m", "nowire.micropython"};
    for (const auto& [name, value] : {std::pair("--node", options.node), std::pair("--radio", options.radio)})
        if (!value.empty()) words.insert(words.end(), {name, value});
    words.push_back(options.script);
    if (!options.arguments.empty()) words.emplace_back("--");
    words.insert(words.end(), options.arguments.begin(), options.arguments.end());
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (auto& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    ::execvp(pointers.front(), pointers.data());
    return fail(status_failure, options.python + ": " + std::strerror(errno));
}

int print_python_path() {
    const auto folder = find_python_path();
    if (!folder) return fail(status_failure, folder.error());
    std::cout << (*folder / "nowire/chip_modules").string() << '\n';
    return status_ok;
}

}  // namespace

void add_micropython(program& p) {
    auto options = std::make_shared<micropython_options>();
    auto* command = p.app.add_subcommand("micropython", "Run a script for MicroPython or Pycom on a chip as a node");
    command->add_option("SCRIPT", options->script, "The script, as it would be on the chip")->required();
    command->add_option("ARGUMENT", options->arguments,
                        "Further words of its sys.argv; after --, if they begin with -");
    command->add_option("--node", options->node, "The node's name, from which it gets its MAC address");
    command->add_option("--radio", options->radio, "The radio, as a URL")->envname("NOWIRE_RADIO");
    command->add_option("--python", options->python, "What runs it: python3, or a unix port of MicroPython")
        ->capture_default_str();
    command->footer(
        R"(The script finds the modules of the chip: espnow, aioespnow, network, esp, machine and the rest; its time and sleep follow
the air's clock, and after machine.deepsleep() it is started again. docs/python.md says what there is.

Exit status: that of the script; 1 it cannot be run, 2 usage.

Examples:
  nowire micropython receiver.py --node receiver
  nowire micropython sender.py --radio 'air:?name=sender&channel=6'
  nowire micropython sender.py --python micropython
)");
    command->callback([&p, options] { p.run = [options] { return run_script(*options); }; });

    auto* path = p.app.add_subcommand("python-path", "Print the folder of the chip's Python modules");
    path->footer(R"(For Python programs that import espnow and the rest without nowire micropython.

Exit status: 0 ok, 1 there is no such folder.

Examples:
  PYTHONPATH=$(nowire python-path) python3 script.py
)");
    path->callback([&p] { p.run = print_python_path; });
}

}  // namespace nowire::cli
