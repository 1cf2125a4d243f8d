#include "measure.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace nowire::bench {

namespace {

constexpr int rounds = 7;

/// @returns what it might use before.
cpu_set_t pin() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) throw std::runtime_error("no processor to be known");
    for (std::size_t i = 0; i < CPU_SETSIZE; ++i) {
        if (!CPU_ISSET(i, &allowed)) continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(i, &one);
        if (::sched_setaffinity(0, sizeof one, &one) == 0) return allowed;
    }
    throw std::runtime_error("the process cannot be pinned to one processor");
}

double seconds_of(clockid_t clock) {
    timespec t{};
    if (::clock_gettime(clock, &t) != 0) throw std::runtime_error("a process that was measured has ended");
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

std::string target_of(const comparison& c) {
    std::string text;
    char number[32];
    if (c.ratio) {
        std::snprintf(number, sizeof number, "%.2g x", *c.ratio);
        text = number;
    }
    if (c.rate) {
        const bool millions = *c.rate >= 1e6;
        std::snprintf(number, sizeof number, "%.0f %c/s", *c.rate / (millions ? 1e6 : 1e3), millions ? 'M' : 'k');
        text += (text.empty() ? "" : " or ") + std::string(number);
    }
    return text;
}

}  // namespace

suite::suite(int count, char** arguments) {
    for (int i = 1; i < count; ++i) {
        if (std::string_view(arguments[i]) != "--smoke")
            throw std::runtime_error(std::string(arguments[i]) + ": the only argument is --smoke");
        smoke_ = true;
    }
    allowed_ = pin();
}

void suite::add_process(pid_t pid) {
    others_.push_back(pid);
}

void suite::unpin() const {
    ::sched_setaffinity(0, sizeof allowed_, &allowed_);
    for (const auto pid : others_)
        ::sched_setaffinity(pid, sizeof allowed_, &allowed_);
}

double suite::cpu_seconds() const {
    double sum = 0;
    for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage used{};
        if (::getrusage(who, &used) != 0) throw std::runtime_error("the CPU time cannot be read");
        for (const auto& t : {used.ru_utime, used.ru_stime})
            sum += static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    }
    for (const auto pid : others_) {
        clockid_t clock{};
        if (::clock_getcpuclockid(pid, &clock) != 0) throw std::runtime_error("a process that was measured has ended");
        sum += seconds_of(clock);
    }
    return sum;
}

/// Units a second.
double suite::rate_of(const work& w, bool by_clock) const {
    const auto now = [&] { return by_clock ? seconds_of(CLOCK_MONOTONIC) : cpu_seconds(); };
    const auto before = now();
    const auto done = w();
    // Times have microseconds.
    const auto took = std::max(now() - before, 1e-6);
    if (done == 0) throw std::runtime_error("a round did nothing");
    return static_cast<double>(done) / took;
}

void suite::measure(const comparison& c) const {
    double subject = 0;
    double baseline = 0;
    for (int i = 0; i < (smoke_ ? 1 : rounds); ++i) {
        subject = std::max(subject, rate_of(c.subject, c.by_clock));
        baseline = std::max(baseline, rate_of(c.baseline, c.by_clock));
    }
    if (smoke_) {
        std::printf("%s: runs\n", c.name.c_str());
        return;
    }
    const auto ratio = subject / baseline;
    const bool met = (c.ratio && ratio >= *c.ratio) || (c.rate && subject >= *c.rate);
    const char* verdict = met ? "met" : "missed";
    if (!c.ratio && !c.rate) verdict = "";
    const bool millions = std::max(subject, baseline) >= 1e6;
    const double scale = millions ? 1e6 : 1e3;
    std::printf("%-36s %9.3f %9.3f %c %-12s %6.2f  %-16s %s\n", c.name.c_str(), subject / scale, baseline / scale,
                millions ? 'M' : 'k', c.unit.c_str(), ratio, target_of(c).c_str(), verdict);
    std::fflush(stdout);
}

void suite::measure_time(const time_comparison& c) const {
    double subject = std::numeric_limits<double>::max();
    double baseline = subject;
    for (int i = 0; i < (smoke_ ? 1 : rounds); ++i) {
        subject = std::min(subject, c.subject());
        baseline = std::min(baseline, c.baseline());
    }
    if (smoke_) {
        std::printf("%s: runs\n", c.name.c_str());
        return;
    }
    const auto ratio = subject / baseline;
    char target[32] = "";
    if (c.ratio) std::snprintf(target, sizeof target, "at most %.2g x", *c.ratio);
    const char* verdict = !c.ratio ? "" : ratio <= *c.ratio ? "met" : "missed";
    std::printf("%-36s %9.1f %9.1f   %-12s %6.2f  %-16s %s\n", c.name.c_str(), subject, baseline, "us, median", ratio,
                target, verdict);
    std::fflush(stdout);
}

void suite::note(const std::string& name, const std::string& text) const {
    if (smoke_)
        std::printf("%s: runs\n", name.c_str());
    else
        std::printf("%-36s %s\n", name.c_str(), text.c_str());
    std::fflush(stdout);
}

int run(int count, char** arguments, const std::function<void(suite&)>& body) {
    try {
        suite s(count, arguments);
        body(s);
        return 0;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s: %s\n", arguments[0], e.what());
        return 1;
    }
}

}  // namespace nowire::bench
