// nowire-air: the hub of a simulated air. `nowire air` starts it, and so does the first program that needs the default
// air.

#include "air/hub.hpp"
#include "air/hub_capture.hpp"
#include "air/hub_recording.hpp"

#include <nowire/air/hub_path.hpp>
#include <nowire/air/link_file.hpp>
#include <nowire/version.hpp>

#include <getopt.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstring>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>

namespace {

using namespace nowire;
using namespace nowire::air;

constexpr int status_usage = 2;
constexpr int status_failed = 5;

constexpr std::string_view help =
    R"(usage: nowire-air [options]

A simulated air for the programs of one user, at a Unix socket.

  --socket PATH              listen at PATH, not at the default air's
  --seed N                   seed of all that is drawn (default 1)
  --speed X                  at most X times as fast as life, 0.001 to 1000 (default 1); "max": as fast as the
                             programs on it can
  --radios N                 time stands until N radios have come
  --no-airtime               frames take no time
  --loss P                   each link loses a frame with probability P, 0 to 1 (default 0)
  --path-exponent N          how strength falls with distance: 2 in the open, 3 (default) within a building
  --shadowing DB             standard deviation of what walls do to each pair of radios (default 0)
  --leakage                  DSSS and CCK frames are heard up to four channels beside their own
  --links FILE               a line for each link that is otherwise: FROM TO loss=0.3 rssi=-71
  --pcap FILE                write all frames to FILE, a pcapng file; "-": stdout
  --record FILE              keep what comes in and when; nowire air replay makes the same frames of it
  --exit-when-empty SECONDS  end when no radio has been on the air for so long
  --detach                   go to the background
  --ready-fd N               write "R" to descriptor N when it listens, or else why it cannot
  --help                     print this
  --version                  print the version

Exit status: 0 ended as asked, 2 wrong options, 5 it cannot listen or record.
)";

struct arguments {
    hub_options hub;
    std::string socket;
    std::optional<std::string> capture;
    std::string links;
    std::string recording;
    bool detach = false;
    int ready = -1;
};

/// Tells the person at stderr and whoever waits at --ready-fd.
void fail(const arguments& a, const std::string& text) {
    std::cerr << "nowire-air: " << text << '\n' << std::flush;
    if (a.ready < 0) return;
    [[maybe_unused]] const auto written = ::write(a.ready, text.data(), text.size());
}

template <class number>
bool read_number(std::string_view text, number low, number high, number& out) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    return failed == std::errc() && end == text.data() + text.size() && out >= low && out <= high;
}

enum option_code {
    opt_socket = 1,
    opt_seed,
    opt_speed,
    opt_radios,
    opt_no_airtime,
    opt_loss,
    opt_path_exponent,
    opt_shadowing,
    opt_leakage,
    opt_links,
    opt_pcap,
    opt_record,
    opt_exit,
    opt_detach,
    opt_ready,
    opt_help,
    opt_version
};

constexpr option long_options[] = {
    {"socket", required_argument, nullptr, opt_socket},
    {"seed", required_argument, nullptr, opt_seed},
    {"speed", required_argument, nullptr, opt_speed},
    {"radios", required_argument, nullptr, opt_radios},
    {"no-airtime", no_argument, nullptr, opt_no_airtime},
    {"loss", required_argument, nullptr, opt_loss},
    {"path-exponent", required_argument, nullptr, opt_path_exponent},
    {"shadowing", required_argument, nullptr, opt_shadowing},
    {"leakage", no_argument, nullptr, opt_leakage},
    {"links", required_argument, nullptr, opt_links},
    {"record", required_argument, nullptr, opt_record},
    {"pcap", required_argument, nullptr, opt_pcap},
    {"exit-when-empty", required_argument, nullptr, opt_exit},
    {"detach", no_argument, nullptr, opt_detach},
    {"ready-fd", required_argument, nullptr, opt_ready},
    {"help", no_argument, nullptr, opt_help},
    {"version", no_argument, nullptr, opt_version},
    {nullptr, 0, nullptr, 0},
};

/// @returns what is wrong with the option's value; empty: nothing.
std::string take_option(arguments& a, int code, const std::string& value) {
    double x = 0;
    switch (code) {
        case opt_socket:
            a.socket = value;
            return value.empty() ? "--socket needs a path" : "";
        case opt_seed:
            if (!read_number<std::uint64_t>(value, 0, std::numeric_limits<std::uint64_t>::max(), a.hub.air.medium.seed))
                return "--seed must be a whole number, not \"" + value + "\"";
            return "";
        case opt_radios:
            if (!read_number<std::size_t>(value, 1, 1'000'000, a.hub.radios))
                return "--radios must be 1 to 1000000, not \"" + value + "\"";
            return "";
        case opt_speed:
            if (value == "max") {
                a.hub.speed = standing;
                return "";
            }
            if (!read_number(value, 0.001, 1000.0, x))
                return "--speed must be 0.001 to 1000 or max, not \"" + value + "\"";
            a.hub.speed = static_cast<speed>(std::lround(x * real_speed));
            return "";
        case opt_no_airtime:
            a.hub.air.medium.airtime = false;
            return "";
        case opt_loss:
            if (!read_number(value, 0.0, 1.0, a.hub.air.medium.loss))
                return "--loss must be 0 to 1, not \"" + value + "\"";
            return "";
        case opt_path_exponent:
            if (!read_number(value, 1.0, 10.0, a.hub.air.medium.path.exponent))
                return "--path-exponent must be 1 to 10, not \"" + value + "\"";
            return "";
        case opt_shadowing:
            if (!read_number(value, 0.0, 40.0, a.hub.air.medium.path.shadowing))
                return "--shadowing must be 0 to 40 dB, not \"" + value + "\"";
            return "";
        case opt_leakage:
            a.hub.air.medium.leakage = true;
            return "";
        case opt_links:
            a.links = value;
            return value.empty() ? "--links needs a file" : "";
        case opt_record:
            a.recording = value;
            return value.empty() ? "--record needs a file" : "";
        case opt_pcap:
            a.capture = value;
            return value.empty() ? "--pcap needs a file" : "";
        case opt_exit:
            if (!read_number(value, 0.0, 1e6, x))
                return "--exit-when-empty must be a number of seconds, not \"" + value + "\"";
            a.hub.exit_when_empty = std::chrono::milliseconds(std::llround(x * 1000));
            return "";
        case opt_detach:
            a.detach = true;
            return "";
        default:
            if (!read_number(value, 0, std::numeric_limits<int>::max(), a.ready))
                return "--ready-fd must be a descriptor, not \"" + value + "\"";
            return "";
    }
}

/// @returns the exit status to end with at once; -1: go on.
int read_arguments(int argc, char** argv, arguments& a) {
    while (true) {
        const int code = ::getopt_long(argc, argv, "", long_options, nullptr);
        if (code == -1) break;
        // getopt_long has said what is wrong.
        if (code == '?') return status_usage;
        if (code == opt_help) {
            std::cout << help;
            return 0;
        }
        if (code == opt_version) {
            std::cout << "nowire-air " << version_text << '\n';
            return 0;
        }
        const auto wrong = take_option(a, code, ::optarg ? ::optarg : "");
        if (wrong.empty()) continue;
        fail(a, wrong);
        return status_usage;
    }
    if (::optind == argc && !a.recording.empty() && a.capture == a.recording) {
        fail(a, "--pcap and --record need a file each");
        return status_usage;
    }
    if (::optind == argc) return -1;
    fail(a, "it takes options only, not \"" + std::string(argv[::optind]) + "\"; --help lists them");
    return status_usage;
}

/// As many connections as the system allows.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// The table of links. @returns what is wrong; empty: nothing
std::string read_links(arguments& a) {
    if (a.links.empty()) return {};
    std::ifstream file(a.links, std::ios::binary);
    if (!file) return "cannot read " + a.links + ": " + std::strerror(errno);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (file.bad()) return "cannot read " + a.links;
    auto links = parse_link_file(text, a.links);
    if (!links) return links.error().text;
    a.hub.air.links = std::move(*links);
    return {};
}

int serve(arguments& a) {
    if (const auto wrong = read_links(a); !wrong.empty()) {
        fail(a, wrong);
        return status_usage;
    }
    auto socket = a.socket;
    if (socket.empty()) {
        auto found = default_socket();
        if (!found) {
            fail(a, found.error().text);
            return status_failed;
        }
        socket = *found;
    }
    auto listener = hub_listener::open(socket);
    if (!listener) {
        fail(a, listener.error().text);
        return status_failed;
    }
    std::unique_ptr<hub_capture> capture;
    if (a.capture) {
        auto opened = hub_capture::open(*a.capture);
        if (!opened) {
            fail(a, opened.error().text);
            return status_failed;
        }
        capture = std::move(*opened);
    }
    std::unique_ptr<hub_recording> recording;
    if (!a.recording.empty()) {
        auto opened = hub_recording::open(a.recording, a.hub.air);
        if (!opened) {
            fail(a, opened.error().text);
            return status_failed;
        }
        recording = std::move(*opened);
    }
    hub h(a.hub, std::move(*listener), std::move(capture), std::move(recording));
    // Keeps no file system busy; a relative path must go on meaning the same.
    if (a.detach && socket.front() == '/' && ::chdir("/") != 0) h.say(std::string("chdir: ") + std::strerror(errno));
    if (a.ready >= 0) {
        [[maybe_unused]] const auto written = ::write(a.ready, "R", 1);
        ::close(a.ready);
    }
    h.say("listening at " + socket);
    h.run();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    arguments a;
    if (const int status = read_arguments(argc, argv, a); status >= 0) return status;
    // The starter waits for this process alone; nobody has to wait for its child.
    if (a.detach) {
        const auto child = ::fork();
        if (child < 0) {
            fail(a, std::string("cannot go to the background: ") + std::strerror(errno));
            return status_failed;
        }
        if (child > 0) ::_exit(0);
        ::setsid();
    }
    std::signal(SIGPIPE, SIG_IGN);
    ::umask(077);
    raise_descriptor_limit();
    try {
        return serve(a);
    } catch (const std::exception& e) {
        fail(a, e.what());
        return status_failed;
    }
}
