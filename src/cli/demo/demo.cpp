#include "boards/scratch_folder.hpp"
#include "cli/command.hpp"
#include "cli/demo/capture_check.hpp"
#include "cli/demo/real_frames.hpp"
#include "cli/demo/stage.hpp"
#include "cli/signals.hpp"

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <span>

namespace nowire::cli {

namespace {

using namespace demo;

constexpr const char* next_steps = R"(
Three commands to try next:
  {program} decode {pcap}
      every frame of what you just saw
  {program} listen
      hear the local air, and in another terminal:
  {program} send ff:ff:ff:ff:ff:ff "hello"
      say something on it
)";

/// This program as one would type it from here.
std::string own_name() {
    const auto program = std::filesystem::read_symlink("/proc/self/exe");
    const auto near = std::filesystem::proximate(program).string();
    return near.starts_with("..") ? program.string() : near;
}

void print_summary(const ledger& books) {
    fmt::print("\n{:<10} {:>9} {:>9} {:>10} {:>10} {:>9}\n", "device", "published", "acked", "at broker", "commands",
               "obeyed");
    for (const auto& who : cast) {
        const auto account = books.account_of(std::string(who.name));
        fmt::print("{:<10} {:>9} {:>9} {:>10} {:>10} {:>9}\n", who.name, account.published, account.acknowledged,
                   account.arrived, account.commands, account.obeyed);
    }
}

/// Where the capture goes: as asked, or into the folder for temporary files when that cannot be written.
/// @returns nothing if it is no file that can be read again.
std::optional<std::string> capture_path(const std::string& wanted) {
    const auto usable = [](const std::string& path) {
        const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (file >= 0) close(file);
        return file >= 0;
    };
    if (usable(wanted)) {
        if (wanted == "-" || !std::filesystem::is_regular_file(wanted)) return std::nullopt;
        return std::filesystem::absolute(wanted).string();
    }
    auto instead = (std::filesystem::temp_directory_path() / fmt::format("nowire-demo-{}.pcapng", getpid())).string();
    std::cerr << "nowire: cannot write " << wanted << ": the capture goes to " << instead << '\n';
    if (!usable(instead)) return std::nullopt;
    return instead;
}

int run(demo_options options) {
    const auto pcap = capture_path(options.pcap);
    if (!pcap)
        return fail(status_usage, options.pcap + " is no file that the demo could read again: name another --pcap");
    options.pcap = *pcap;
    const stop_signals stop;
    const boards::scratch_folder folder("nowire-demo", options.keep);
    table shown(table::terminal_is_capable());

    fmt::print(
        "A broker, a simulated air that loses 3 % of all frames, a gateway, and four devices, each a process:\n"
        "  thermo publishes each second; vault does so encrypted; sleeper wakes every 5 s to publish and to fetch\n"
        "  what was queued for it; lamp obeys commands that are sent to it over MQTT.\n\n");
    std::cout.flush();
    stage play(options, folder.path());
    if (const auto opened = play.open(); !opened) return fail(status_failure, opened.error());
    const auto dead = play.play(stop.descriptor(), shown);
    pollfd asked{.fd = stop.descriptor(), .events = POLLIN, .revents = 0};
    const bool interrupted = poll(&asked, 1, 0) > 0;
    if (interrupted) std::cerr << "nowire: interrupted: ending everything in order\n";
    play.close(shown);

    const auto books = play.read_logs();
    print_summary(books);
    std::vector<ledger::expectation> expected;
    expected.reserve(cast.size());
    // Of one that was cut short nothing can be expected, but that nothing acknowledged is lost.
    for (const auto& who : interrupted ? std::span<const cast_member>() : std::span<const cast_member>(cast))
        expected.push_back({std::string(who.name), true, who.commanded});
    auto faults = books.faults(expected);
    if (dead) faults.emplace_back(*dead);

    const auto capture = read_capture(options.pcap, (folder.path() / "gateway.toml").string());
    if (capture) {
        fmt::print("\n{}: {} frames, {} of them ESP-NOW, {} encrypted, {} decrypted with vault's key, {} retries\n",
                   options.pcap, capture->frames, capture->espnow, capture->encrypted, capture->decrypted,
                   capture->retries);
        if (capture->encrypted == 0 && !interrupted) faults.emplace_back("the capture shows no encrypted frame");
        if (capture->decrypted != capture->encrypted)
            faults.emplace_back("the capture has encrypted frames that vault's key does not open");
        if (capture->retries == 0 && !interrupted)
            faults.emplace_back("the capture shows no retry, although the air loses frames");
    } else {
        faults.emplace_back(capture.error());
    }

    fmt::print("\nFrames that real ESP32s sent:\n");
    std::cout.flush();
    if (!decode_real_frames(std::cout)) faults.emplace_back("a real frame was not decoded as its source says");

    if (!faults.empty()) {
        std::cout.flush();
        for (const auto& fault : faults)
            std::cerr << "nowire: FAULT: " << fault << '\n';
        if (options.keep) std::cerr << "nowire: logs are in " << folder.path().string() << '\n';
        return status_failure;
    }
    fmt::print("\nNothing that was acknowledged got lost.\n");
    fmt::print(fmt::runtime(next_steps), fmt::arg("program", own_name()),
               fmt::arg("pcap", std::filesystem::proximate(options.pcap).string()));
    return status_ok;
}

}  // namespace

void add_demo_device(program& p);

void add_demo(program& p) {
    auto options = std::make_shared<demo_options>();
    auto* command = p.app.add_subcommand("demo", "Sensors on a simulated air, a gateway and a real MQTT broker");
    command
        ->add_option("--seconds", options->seconds,
                     "How long it runs; it goes on until each device has crossed messages")
        ->check(CLI::Range(1U, 86400U))
        ->capture_default_str();
    command->add_option("--pcap", options->pcap, "Where the capture of the air goes")->capture_default_str();
    command->add_flag("--keep", options->keep, "Keep the folder with logs and keys");
    command
        ->add_option("--lose", options->lose,
                     "Let the observer miss one message, for example thermo#3: the demo must notice")
        ->group("");
    command->footer(
        R"(Starts mosquitto on a free port of 127.0.0.1, an air, a gateway and four devices. At the end, what each device
and an independent MQTT client wrote down is compared: exit status 1 if anything acknowledged is missing.

Examples:
  nowire demo
  nowire demo --seconds 60 --pcap /tmp/air.pcapng
)");
    command->callback([&p, options] { p.run = [options] { return run(*options); }; });
    add_demo_device(p);
}

}  // namespace nowire::cli
