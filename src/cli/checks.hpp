#pragma once

#include <CLI/CLI.hpp>

namespace nowire::cli {

/// Checks of an option: what does not pass is an error of usage.
CLI::Validator is_mac();
CLI::Validator is_hex();

}  // namespace nowire::cli
