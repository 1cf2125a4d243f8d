// soak SECONDS PROCESSES: two pairs that behave, among processes that join, leave, are killed and are stopped, on one
// hub. The pairs must not notice, the hub's memory must stay as it is, and its descriptors must be what they were when
// all have gone. Prints a line each tenth of the time; the status is 0 if every promise was kept.
#include "soak/churn.hpp"
#include "soak/pair.hpp"

#include <nowire/radio/air_control.hpp>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

namespace nowire::test {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// What the hub may grow by after the first tenth: what an allocator keeps for itself. The address sanitizer keeps all
/// that is freed for a while.
#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t allowed_growth_kib = std::size_t{1} << 20;
#else
constexpr std::size_t allowed_growth_kib = 2048;
#endif

struct footprint {
    std::size_t memory_kib = 0;
    std::size_t descriptors = 0;
};

footprint footprint_of(pid_t pid) {
    const auto folder = "/proc/" + std::to_string(pid);
    footprint f;
    std::ifstream status(folder + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) f.memory_kib = std::stoul(line.substr(6));
    const std::filesystem::directory_iterator open_ones(folder + "/fd");
    f.descriptors = static_cast<std::size_t>(std::distance(begin(open_ones), end(open_ones)));
    return f;
}

std::size_t radios_on(const std::string& socket) {
    const auto status = air_control::status(socket);
    if (!status) throw std::runtime_error("the hub does not answer: " + status.error().text);
    return status->radios.size();
}

void print(const char* when, const footprint& f, const churn::counts& c) {
    std::printf("%-8s %6zu KiB %4zu descriptors, %8llu joined, %llu left, %llu killed, %llu stopped\n", when,
                f.memory_kib, f.descriptors, static_cast<unsigned long long>(c.joined),
                static_cast<unsigned long long>(c.left), static_cast<unsigned long long>(c.killed),
                static_cast<unsigned long long>(c.stopped));
    std::fflush(stdout);
}

/// @returns whether the promise was kept
bool expect(bool kept, const std::string& promise) {
    if (!kept) std::printf("BROKEN: %s\n", promise.c_str());
    return kept;
}

bool soak(std::chrono::seconds length, std::size_t processes) {
    const temporary_folder folder;
    const hub_process hub(folder / "air.sock");
    steady_pair first(hub.socket(), "first");
    steady_pair second(hub.socket(), "second");
    const auto before = footprint_of(hub.pid());
    print("before", before, {});

    churn others(hub.socket(), processes, 1);
    const auto start = steady_clock::now();
    footprint warm;
    for (int tenth = 1; tenth <= 10; ++tenth) {
        while (steady_clock::now() < start + length * tenth / 10) {
            others.turn();
            std::this_thread::sleep_for(2ms);  // the pace at which processes come and go
        }
        const auto now = footprint_of(hub.pid());
        if (tenth == 1) warm = now;
        print((std::to_string(tenth * 10) + " %").c_str(), now, others.so_far());
    }
    others.end();

    bool kept = expect(becomes_true([&] { return radios_on(hub.socket()) == 4; }), "all that went are forgotten");
    kept &= expect(becomes_true([&] { return footprint_of(hub.pid()).descriptors == before.descriptors; }),
                   "no descriptor is left of those that went");
    const auto after = footprint_of(hub.pid());
    print("after", after, others.so_far());
    kept &= expect(after.memory_kib <= warm.memory_kib + allowed_growth_kib, "the hub does not grow");
    kept &= expect(others.so_far().failed == 0,
                   std::to_string(others.so_far().failed) + " that nobody killed ended badly; none should");
    for (auto* pair : {&first, &second}) {
        const auto verdict = pair->end();
        std::printf("a pair that behaves: %llu messages crossed\n", static_cast<unsigned long long>(verdict.crossed));
        kept &= expect(verdict.harm.empty(), "nobody is harmed: " + verdict.harm) &&
                expect(verdict.crossed > 0, "they talk");
    }
    return kept;
}

std::optional<std::size_t> number(const char* text) {
    std::size_t value = 0;
    const auto* end = text + std::strlen(text);
    const auto read = std::from_chars(text, end, value);
    return read.ec == std::errc() && read.ptr == end && value > 0 ? std::optional(value) : std::nullopt;
}

}  // namespace

}  // namespace nowire::test

int main(int argc, char** argv) {
    using namespace nowire::test;
    const auto seconds = argc == 3 ? number(argv[1]) : std::nullopt;
    const auto processes = argc == 3 ? number(argv[2]) : std::nullopt;
    if (!seconds || !processes) {
        std::fputs("usage: soak SECONDS PROCESSES\n", stderr);
        return 2;
    }
    try {
        return soak(std::chrono::seconds(*seconds), *processes) ? 0 : 1;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "soak: %s\n", e.what());
        return 1;
    }
}
