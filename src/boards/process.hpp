#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nowire::boards {

/// A child process of a group of its own, whose stdout can be read line by line. It is killed when this object goes,
/// and by the kernel when this program dies: nothing is left behind.
class process {
  public:
    struct options {
        std::vector<std::string> arguments;  ///< the program first; a name without '/' is looked for in PATH
        std::vector<std::pair<std::string, std::string>> environment;  ///< set besides what is inherited
        std::string error_file;           ///< where its stderr goes; empty: where its stdout does
        std::vector<int> inherited = {};  ///< descriptors that it has too, under the same numbers
    };

    /// @throws std::system_error if it cannot be started.
    explicit process(const options& o);
    process(process&& other) noexcept;
    process& operator=(process&&) = delete;
    ~process();

    /// Readable when lines() may have something; -1 after the end of its output.
    int descriptor() const { return output_; }
    /// Readable when it has ended.
    int end_descriptor() const { return pidfd_; }
    pid_t id() const { return pid_; }
    /// The whole lines it has written since the last call, and what stands behind the last one when its output ends.
    /// Never blocks.
    std::vector<std::string> lines();

    void signal(int number) const;
    /// To it and what it started itself.
    void signal_group(int number) const;
    /// Its exit status, or 128 plus the signal that ended it; nothing while it runs.
    std::optional<int> status();
    /// Waits for its end. @returns nothing if it still runs at `deadline`.
    std::optional<int> wait(std::chrono::steady_clock::time_point deadline);

  private:
    pid_t pid_ = -1;
    int pidfd_ = -1;
    int output_ = -1;
    std::string partial_;
    std::optional<int> status_;
};

/// "ended with status 3", "was ended by signal 6 (Aborted)": for a status as process has it.
std::string how_it_ended(int status);

}  // namespace nowire::boards
