#pragma once

#include "cli/air_settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nowire::cli::idf {

struct run_options {
    std::vector<std::string> programs;  ///< that `nowire idf build` made
    unsigned nodes = 1;                 ///< so many boards with each program
    std::optional<double> time;         ///< seconds on the air's clock; nothing: until all have ended
    air_settings air;
    bool restart_on_deep_sleep = false;
    std::string state;  ///< folder for what boards keep; empty: nothing is kept
};

/// Runs the programs, each a process with its own name and address, on an air of their own, and prints what they say, a
/// name before each line. Ends when all have ended, on SIGINT or SIGTERM, or when the time is over; those that still
/// run are ended then.
/// @returns the exit status: 0 none ended with another status than 0 by itself, 1 one did, 2 a program cannot be run,
///   5 the air does not start or dies.
int run(const run_options& options);

}  // namespace nowire::cli::idf
