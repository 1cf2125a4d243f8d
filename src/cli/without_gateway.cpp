#include "cli/command.hpp"

/// A program that was built without the gateway has no commands that need it.
namespace nowire::cli {

void add_gateway(program&) {}

void add_demo(program&) {}

}  // namespace nowire::cli
