#pragma once

#include <sched.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// What every benchmark shares: a subject and its baseline, measured in turns in one process on one processor.
namespace nowire::bench {

/// Does one round of work.
/// @returns how many units (frames, receptions) it did. Throws where the work went wrong.
using work = std::function<std::uint64_t()>;

struct comparison {
    std::string name;
    std::string unit;  ///< of the rates: "frames"
    work subject;
    work baseline;
    std::optional<double> ratio = {};  ///< the subject's rate over the baseline's must be at least this
    std::optional<double> rate = {};   ///< or the subject's rate must: units a CPU second
    /// What counts is the time that passes, not the CPU's: for processes on several processors.
    bool by_clock = false;
};

/// A time, of which less is better: the median of a round, in microseconds.
struct time_comparison {
    std::string name;
    std::function<double()> subject;
    std::function<double()> baseline;
    std::optional<double> ratio = {};  ///< the subject's time over the baseline's must be at most this
};

/// The measurements of one program. Prints a line each.
class suite {
  public:
    /// Pins the process, and so its children, to the lowest processor that it may use.
    /// @param arguments  of main(): nothing, or `--smoke` for one short round that says only that the work is done.
    /// @throws std::runtime_error for other arguments, or where the process cannot be pinned.
    suite(int count, char** arguments);

    bool is_smoke() const { return smoke_; }

    /// From now on the CPU time of this process, which must live on, counts too.
    void add_process(pid_t pid);

    /// From now on this process and those that were added run on all processors that they may use.
    void unpin() const;

    /// Runs subject and baseline in turns, seven rounds each, and prints the best rates by CPU time (user and system,
    /// children that have ended included), so that what else runs on the machine counts little.
    void measure(const comparison& c) const;

    /// The same for times; the best round of each counts.
    void measure_time(const time_comparison& c) const;

    /// Prints a line of something else that was measured.
    void note(const std::string& name, const std::string& text) const;

  private:
    double cpu_seconds() const;
    double rate_of(const work& w, bool by_clock) const;

    bool smoke_ = false;
    cpu_set_t allowed_{};
    std::vector<pid_t> others_;
};

/// Runs a benchmark's body; what it throws goes to stderr.
/// @returns the program's status: 0, also where a target is missed; 1 where something broke.
int run(int count, char** arguments, const std::function<void(suite&)>& body);

}  // namespace nowire::bench
