#pragma once

#include "cli/command_tree.hpp"

#include <string>

/// Scripts that complete the words of `nowire`, to be sourced or put where the shell looks for them.
namespace nowire::cli {

std::string bash_completion(const command_entry& program);
std::string zsh_completion(const command_entry& program);
std::string fish_completion(const command_entry& program);

}  // namespace nowire::cli
