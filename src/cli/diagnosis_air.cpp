#include "boards/process.hpp"
#include "cli/diagnosis.hpp"

#include <nowire/air/hub_path.hpp>
#include <nowire/radio/air_control.hpp>
#include <nowire/radio/hub_program.hpp>
#include <nowire/version.hpp>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>

namespace nowire::cli {

namespace {

namespace fs = std::filesystem;
using air::protocol::radio_status;

/// What `program` prints for --version; nothing if it does not end well, or not in time.
std::optional<std::string> version_line(const std::string& program) {
    constexpr std::chrono::seconds patience{3};
    const auto limit = std::chrono::steady_clock::now() + patience;
    boards::process asked({.arguments = {program, "--version"}, .environment = {}, .error_file = "/dev/null"});
    if (asked.wait(limit) != status_ok) return std::nullopt;
    const auto lines = asked.lines();
    return lines.size() == 1 ? std::optional(lines.front()) : std::nullopt;
}

/// What `d` has to say about the program; its path where there is one.
std::optional<fs::path> check_program(diagnosis& d) {
    const auto program = find_hub_program();
    if (!program) {
        d.problem("nowire-air", program.error().text, "install it beside nowire, or set NOWIRE_AIR to its path");
        return std::nullopt;
    }
    const auto line = version_line(*program);
    if (!line)
        d.warn("nowire-air", *program + " does not say its version", "install that of this nowire beside it");
    else if (*line != std::string("nowire-air ") + version_text)
        d.warn("nowire-air", fmt::format("{} is {}, this is nowire {}", *program, *line, version_text),
               "install that of this nowire beside it");
    else
        d.ok("nowire-air", fmt::format("{}: {}", *program, *line));
    return *program;
}

/// The socket of the air; nothing if there can be none.
std::optional<std::string> check_socket(diagnosis& d, const std::string& path) {
    const auto socket = path.empty() ? air::default_socket() : std::expected<std::string, error>(path);
    if (!socket) {
        d.problem("socket", socket.error().text, "what the text says, then ask again");
        return std::nullopt;
    }
    if (const auto address = air::socket_address(*socket); !address) {
        d.problem("socket", address.error().text, "choose a shorter path");
        return std::nullopt;
    }
    struct stat found {};
    if (::lstat(socket->c_str(), &found) != 0) {
        d.ok("socket", *socket + ": not there yet");
    } else if (!S_ISSOCK(found.st_mode)) {
        d.problem("socket", *socket + " is no socket", "remove it, or choose another path");
        return std::nullopt;
    } else if ((found.st_mode & 077) != 0) {
        d.problem("socket", fmt::format("{} has mode {:04o}: others may connect", *socket, found.st_mode & 07777),
                  "chmod 600 " + *socket);
    } else {
        d.ok("socket", *socket + ": yours alone");
    }
    return *socket;
}

/// An air that goes on running while its program is replaced is a trap: half of what runs is old.
void check_running_program(diagnosis& d, const air::protocol::hub_status& hub, const std::optional<fs::path>& program) {
    const std::string advice = "nowire air stop, so that the next program starts the right one";
    if (hub.version != version_text)
        d.warn("air", fmt::format("the air is that of version {}, this is nowire {}", hub.version, version_text),
               advice);
    std::error_code failed;
    const auto running = fs::read_symlink(fmt::format("/proc/{}/exe", hub.pid), failed);
    if (failed || !program) return;
    const auto wanted = fs::canonical(*program, failed);
    if (failed || running == wanted) return;
    d.warn("air", fmt::format("the air runs {}, this nowire would start {}", running.string(), wanted.string()),
           advice);
}

std::optional<channel> most_used(const std::vector<radio_status>& radios) {
    std::map<channel, std::size_t> uses;
    for (const auto& r : radios)
        ++uses[r.radio.setup.on];
    const auto most = std::ranges::max_element(uses, {}, [](const auto& use) { return use.second; });
    if (most == uses.end()) return std::nullopt;
    return most->first;
}

void check_radio(diagnosis& d, const radio_status& r, channel expected, std::string_view whose) {
    const auto& setup = r.radio.setup;
    const auto who = name_of(r);
    bool well = true;
    const auto warn = [&](const std::string& text, const std::string& advice) {
        d.warn("device", who + text, advice);
        well = false;
    };
    if (setup.on != expected)
        warn(fmt::format(" is on channel {}, {} channel {}: they do not hear each other", setup.on.number(), whose,
                         expected.number()),
             "put them on one channel, for example with ?channel=" + std::to_string(expected.number()));
    if (!setup.receiving)
        warn(fmt::format(" is on channel {} with its receiver off", setup.on.number()),
             "it sleeps, or its program switched it off: it hears and acknowledges nothing");
    if (r.counters.lost > 0)
        warn(fmt::format(" lost {} frame(s): its program reads too slowly", r.counters.lost),
             "look at what its program waits for");
    if (well) d.ok("device", fmt::format("{} is on channel {} and receives", who, setup.on.number()));
}

void check_names(diagnosis& d, const std::vector<radio_status>& radios) {
    std::map<std::string, std::size_t> uses;
    for (const auto& r : radios)
        ++uses[r.radio.name];
    for (const auto& [name, count] : uses) {
        if (count > 1)
            d.warn("device", fmt::format("{} devices have the name '{}'", count, name),
                   "give each its own, for example ?name=kitchen: logs and captures name devices by it");
    }
}

}  // namespace

std::string name_of(const radio_status& r) {
    const auto& setup = r.radio.setup;
    const auto address = setup.station ? setup.station : setup.soft_ap;
    return "'" + r.radio.name + "' (" + (address ? address->to_string() : "no address") + ")";
}

void check_air(diagnosis& d, const radio_url& url, std::optional<channel> own_channel) {
    const auto program = check_program(d);
    const auto socket = check_socket(d, url.path);
    if (!socket) return;
    const auto status = air_control::status(url.path);
    if (!status) {
        // The error has one text for all that keeps a program from an air; that nobody listens is no fault of the
        // default one, which is started when it is needed.
        const bool nobody = status.error().text.starts_with("no air listens");
        if (nobody && url.path.empty()) return d.ok("air", "none runs; the first program that uses air: starts it");
        return d.problem("air", status.error().text, nobody ? "start it" : "nowire air stop, or end its process");
    }
    d.ok("air", fmt::format("process {}, version {}, with {} device(s)", status->hub.pid, status->hub.version,
                            status->radios.size()));
    check_running_program(d, status->hub, program);
    const auto expected = own_channel ? own_channel : most_used(status->radios);
    for (const auto& r : status->radios)
        check_radio(d, r, *expected, own_channel ? "--radio is on" : "most are on");
    check_names(d, status->radios);
    check_peers(d, status->radios);
}

}  // namespace nowire::cli
