#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace nowire::bench {

/// A child process that ends with this object. It runs where this process is pinned.
class child_process {
  public:
    /// Runs a program, its standard output and errors in /dev/null.
    /// @throws std::system_error if it cannot be started.
    explicit child_process(const std::vector<std::string>& command);
    /// Runs `body` in a copy of this process.
    explicit child_process(const std::function<void()>& body);
    ~child_process();
    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;

    pid_t pid() const { return pid_; }

  private:
    pid_t pid_ = -1;
};

}  // namespace nowire::bench
