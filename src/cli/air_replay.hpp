#pragma once

#include "cli/command.hpp"

namespace nowire::cli {

/// Adds `replay` to the command `air`, and returns it.
CLI::App* add_air_replay(program& p, CLI::App& air);

}  // namespace nowire::cli
