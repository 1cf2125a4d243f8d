#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace nowire::cli {

/// How far a long work has got, as one line on stderr that is written over and erased in the end: for people who wait.
/// Nothing is written unless stderr is a terminal and stdout is none, where results would scroll it away.
class progress {
  public:
    /// @param total  bytes; 0: not known, and nothing is shown.
    explicit progress(std::uint64_t total);
    ~progress() { erase(); }
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

    /// So many bytes are done. Writes ten times a second at most.
    void show(std::uint64_t done);
    /// Before anything else goes to stderr.
    void erase();

  private:
    std::uint64_t total_;
    std::chrono::steady_clock::time_point next_;
    std::size_t width_ = 0;  ///< of what stands on the terminal now
};

}  // namespace nowire::cli
