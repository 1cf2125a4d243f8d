#pragma once

#include "radio/hub_world.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace nowire::test {

/// Processes that come and go on an air: each joins, sends to everybody and to nobody, and leaves by itself, or is
/// killed, or is stopped for some seconds in the middle of that; then another takes its place.
class churn {
  public:
    churn(std::string socket, std::size_t processes, std::uint64_t seed);

    /// Does what is due. To be called often.
    void turn();
    /// Kills all.
    void end();

    struct counts {
        std::uint64_t joined = 0;
        std::uint64_t left = 0;
        std::uint64_t killed = 0;
        std::uint64_t stopped = 0;
        std::uint64_t failed = 0;  ///< ended with another status than 0 though nobody killed it
    };
    const counts& so_far() const { return counts_; }

  private:
    using clock = std::chrono::steady_clock;
    enum class fate { leaves, is_killed, is_stopped };
    struct one {
        std::unique_ptr<child_process> process;
        fate what = fate::leaves;
        clock::time_point when;  ///< it is due
        bool is_still = false;   ///< stopped
    };

    void start(one& slot);
    void let_go(one& slot);
    clock::duration some_time(int most_ms);

    std::string socket_;
    std::mt19937_64 random_;
    std::vector<one> slots_;
    counts counts_;
};

}  // namespace nowire::test
