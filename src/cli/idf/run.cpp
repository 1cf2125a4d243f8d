#include "cli/idf/run.hpp"

#include "boards/node.hpp"
#include "boards/scratch_folder.hpp"
#include "cli/command.hpp"
#include "cli/radio_options.hpp"
#include "cli/signals.hpp"

#include <nowire/radio/air_control.hpp>
#include <nowire/radio/hub_program.hpp>
#include <nowire/radio/hub_radio.hpp>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

namespace nowire::cli::idf {

namespace {

using namespace std::chrono_literals;
using wall = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr auto air_patience = 10s;
constexpr auto join_patience = 10s;
constexpr auto join_interval = 5ms;
constexpr auto end_patience = 5s;

/// Hears nothing, sends nothing.
constexpr radio_setup without_interfaces = {.on = channel(), .station = {}, .soft_ap = {}, .receiving = false};

/// A radio of this program's on the air, which hears nothing: for its clock, or in the place of one that does not come.
std::unique_ptr<hub_radio> join_air(const std::string& socket, const std::string& name, mac_address address) {
    auto opened = open_hub_radio({.socket = socket, .name = name, .station = address});
    if (!opened) throw std::runtime_error("the air does not take " + name + ": " + opened.error().text);
    auto& radio = **opened;
    if (const auto deaf = radio.configure(without_interfaces); !deaf)
        throw std::runtime_error("the air does not take " + name + ": " + deaf.error().text);
    radio.set_handler(nullptr);
    radio.set_idle_reports(true);
    return std::move(*opened);
}

/// 02:00:00:00:xx:y0: the chip has four addresses, which follow each other.
mac_address address_of(std::size_t number) {
    const auto low = static_cast<unsigned>(number) << 4;
    return mac_address({0x02, 0, 0, static_cast<std::uint8_t>(low >> 16), static_cast<std::uint8_t>(low >> 8),
                        static_cast<std::uint8_t>(low)});
}

/// The file's name as far as a radio's URL takes it as it is.
std::string base_name(const std::string& program) {
    auto name = fs::path(program).filename().string().substr(0, 40);
    std::ranges::replace_if(
        name,
        [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '-' && c != '.'; },
        '_');
    return name;
}

enum class condition : std::uint8_t {
    joining,         ///< just woken, and not on the air yet: time stands
    running,         ///< its process does what it does
    falling_asleep,  ///< let go, and not ended yet: time stands
    sleeping,        ///< without a process, until its timer rings
    ended,           ///< for good
};

struct board {
    boards::node what;
    condition is = condition::running;
    wall::time_point join_limit = {};
    std::optional<time_point> wake = {};

    bool has_process() const { return is != condition::sleeping && is != condition::ended; }
    bool lets_time_stand() const { return is == condition::joining || is == condition::falling_asleep; }
};

/// One run, from the first process to the last.
class runner {
  public:
    runner(const run_options& options, const fs::path& folder) : options_(options), folder_(folder) {}

    int run() {
        if (const int status = start_air(); status != status_ok) return status;
        make_boards();
        own_radios_.push_back(join_air(socket(), "nowire-idf-run", address_of(0)));
        if (options_.time) clock().call_at(time_point(seconds(*options_.time)), [this] { is_over_ = true; });
        for (auto& b : boards_) {
            b.what.start();
            std::cerr << fmt::format("nowire: {} is process {}, {}\n", b.what.name(), b.what.process().id(),
                                     b.what.address().to_string());
        }
        while (!is_over_ && !all_done() && std::cout) {
            if (const auto status = air_->status())
                return fail(status_radio, fmt::format("the air ended with status {}: {}", *status, air_log()));
            wait();
            look_after_boards();
        }
        end_boards();
        return failed_ ? status_failure : status_ok;
    }

  private:
    std::string socket() const { return (folder_ / "air").string(); }
    nowire::clock& clock() { return own_radios_.front()->clock(); }

    std::string air_log() const {
        std::ifstream in(folder_ / "air.log");
        std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        while (text.ends_with('\n'))
            text.pop_back();
        return text;
    }

    int start_air() {
        const auto program = find_hub_program();
        if (!program) return fail(status_radio, program.error().text);
        auto settings = options_.air;
        // Time begins when all are there, so that none misses what another says first.
        settings.radios = options_.programs.size() * options_.nodes + 1;
        std::vector<std::string> arguments = {*program, "--socket", socket()};
        const auto more = settings.arguments();
        arguments.insert(arguments.end(), more.begin(), more.end());
        air_.emplace(boards::process::options{
            .arguments = arguments, .environment = {}, .error_file = (folder_ / "air.log").string()});
        const auto limit = wall::now() + air_patience;
        while (!air_control::status(socket())) {
            const auto status = air_->wait(wall::now() + 10ms);
            if (status || wall::now() > limit)
                return fail(status == status_usage ? status_usage : status_radio,
                            "the air does not start: " + air_log());
        }
        std::cerr << fmt::format("nowire: the air is air:{}\n", socket());
        return status_ok;
    }

    void make_boards() {
        std::map<std::string, unsigned> uses;
        for (const auto& program : options_.programs)
            uses[base_name(program)] += options_.nodes;
        std::map<std::string, unsigned> given;
        const auto state = options_.state.empty() ? folder_ / "state" : fs::path(options_.state);
        for (const auto& program : options_.programs) {
            for (unsigned i = 0; i < options_.nodes; ++i) {
                const auto base = base_name(program);
                const auto name = uses[base] == 1 ? base : fmt::format("{}-{}", base, ++given[base]);
                boards_.push_back({.what = boards::node({.program = program,
                                                         .name = name,
                                                         .address = address_of(boards_.size() + 1),
                                                         .socket = socket(),
                                                         .folder = fs::absolute(state / name),
                                                         .seed = options_.air.seed,
                                                         .wakes = options_.restart_on_deep_sleep})});
                width_ = std::max(width_, name.size());
            }
        }
    }

    bool all_done() const {
        return std::ranges::all_of(boards_, [](const board& b) { return b.is == condition::ended; });
    }

    /// Until something is to be done: a board says something, ends, or is to be woken; a signal; the time is over.
    void wait() {
        const bool stands = std::ranges::any_of(boards_, &board::lets_time_stand);
        std::vector<pollfd> waiting = {{.fd = stop_.descriptor(), .events = POLLIN, .revents = 0},
                                       {.fd = air_->end_descriptor(), .events = POLLIN, .revents = 0}};
        for (auto& b : boards_) {
            if (!b.has_process()) continue;
            waiting.push_back({.fd = b.what.sleep_descriptor(), .events = POLLIN, .revents = 0});
            waiting.push_back({.fd = b.what.process().descriptor(), .events = POLLIN, .revents = 0});
            waiting.push_back({.fd = b.what.process().end_descriptor(), .events = POLLIN, .revents = 0});
        }
        for (const auto& radio : own_radios_) {
            waiting.push_back({.fd = radio->descriptor(), .events = POLLIN, .revents = 0});
            if (!stands) radio->report_idle();
        }
        poll(waiting.data(), waiting.size(), stands ? static_cast<int>(join_interval.count()) : -1);
        if ((waiting[0].revents & POLLIN) != 0) is_over_ = true;
        for (const auto& radio : own_radios_)
            radio->dispatch();
    }

    void look_after_boards() {
        for (auto& b : boards_) {
            if (b.is == condition::ended) continue;
            if (b.is == condition::sleeping) {
                if (b.wake && clock().now() >= *b.wake) wake(b);
                continue;
            }
            if (b.what.wants_to_sleep()) let_sleep(b);
            const auto status = b.what.process().status();
            print(b);
            if (status) note_end(b, *status);
        }
        note_joined();
        std::cout.flush();
    }

    void print(board& b) {
        for (const auto& line : b.what.process().lines())
            std::cout << fmt::format("{:<{}} | {}\n", b.what.name(), width_, line);
    }

    /// The board is about to go to deep sleep, and its air stands as long as it computes. It is let go when the hub
    /// knows that this program has something to do too: so time stands until the end of the process has been seen.
    void let_sleep(board& b) {
        // Any request that the hub answers; this one changes nothing.
        own_radios_.front()->set_position(std::nullopt);
        b.is = condition::falling_asleep;
        b.what.let_sleep();
    }

    void note_end(board& b, int status) {
        b.is = condition::ended;
        // Who never came would let the time stand for ever.
        if (clock().now() == time_point())
            own_radios_.push_back(join_air(socket(), b.what.name() + ".gone", b.what.address()));
        if (status == boards::deep_sleep_status && options_.restart_on_deep_sleep) {
            b.wake = b.what.wake_time();
            if (!b.wake) {
                std::cerr << fmt::format("nowire: {} sleeps for ever\n", b.what.name());
                return;
            }
            b.is = condition::sleeping;
            // Its coming wakes wait(); the rest is done there.
            clock().call_at(*b.wake, [] {});
        } else if (status == boards::deep_sleep_status) {
            std::cerr << fmt::format("nowire: {} sleeps, and nobody wakes it: --restart-on-deep-sleep would\n",
                                     b.what.name());
        } else if (status != 0) {
            failed_ = true;
            std::cerr << fmt::format("nowire: {} {}\n", b.what.name(), boards::how_it_ended(status));
        }
    }

    void wake(board& b) {
        b.what.start();
        b.is = condition::joining;
        b.join_limit = wall::now() + join_patience;
        b.wake.reset();
    }

    void note_joined() {
        const auto is_joining = [](const board& b) { return b.is == condition::joining; };
        if (std::ranges::none_of(boards_, is_joining)) return;
        const auto status = air_control::status(socket());
        for (auto& b : boards_) {
            const auto is_there = [&](const auto& r) { return r.radio.name == b.what.name(); };
            if (is_joining(b) &&
                (wall::now() > b.join_limit || (status && std::ranges::any_of(status->radios, is_there))))
                b.is = condition::running;
        }
    }

    void end_boards() {
        for (auto& b : boards_)
            if (b.has_process()) b.what.process().signal(SIGTERM);
        const auto limit = wall::now() + end_patience;
        for (auto& b : boards_) {
            if (!b.has_process()) continue;
            if (!b.what.process().wait(limit)) {
                std::cerr << fmt::format("nowire: {} does not end: it is killed\n", b.what.name());
                b.what.process().signal(SIGKILL);
                b.what.process().wait(wall::now() + end_patience);
            }
            print(b);
        }
        std::cout.flush();
        own_radios_.clear();
        air_->signal(SIGTERM);
        air_->wait(wall::now() + end_patience);
    }

    const run_options& options_;
    fs::path folder_;
    stop_signals stop_;
    std::optional<boards::process> air_;
    std::vector<board> boards_;
    std::vector<std::unique_ptr<hub_radio>> own_radios_;  ///< the first one's clock is the air's
    std::size_t width_ = 0;
    bool is_over_ = false;
    bool failed_ = false;
};

/// Writing to a reader that went away becomes an error. Blocked, not ignored: what is ignored here would be ignored in
/// the programs too.
void block_sigpipe() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigprocmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

int run(const run_options& options) {
    for (const auto& program : options.programs) {
        std::error_code failed;
        if (!fs::exists(program, failed)) return fail(status_usage, program + ": there is no such program");
        if (fs::is_directory(program, failed))
            return fail(status_usage,
                        fmt::format("{0}: this is a folder; build a program of it with: nowire idf build {0} "
                                    "-o NAME",
                                    program));
        if (access(program.c_str(), X_OK) != 0) return fail(status_usage, program + ": " + std::strerror(errno));
    }
    if (options.air.pcap == "-") return fail(status_usage, "--pcap -: stdout is what the programs say; name a file");
    block_sigpipe();
    const boards::scratch_folder folder("nowire-idf");
    return runner(options, folder.path()).run();
}

}  // namespace nowire::cli::idf
