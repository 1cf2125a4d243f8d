#pragma once

#include "cli/command_tree.hpp"

#include <string>

namespace nowire::cli {

/// The manual page of `command`, in roff with the macros of man(7), section 1. Commands below it are sections of it;
/// those of the whole program are named with references to their own pages.
/// @param version  of the program: "0.1.0"
std::string man_page(const command_entry& command, const std::string& version);

}  // namespace nowire::cli
