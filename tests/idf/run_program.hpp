#pragma once

#include <string>
#include <vector>

namespace nowire::test {

/// What a program for ESP-IDF has said on stdout, line by line.
struct said {
    std::vector<std::string> lines;
    int status = -1;
};

/// Runs a program on the air at `socket`, as a chip of the name `name`, until it ends. `task` is what it is to do, in
/// its variable TEST_TASK.
said run_program(const std::string& path, const std::string& socket, const std::string& task,
                 const std::string& name = "chip");

}  // namespace nowire::test
