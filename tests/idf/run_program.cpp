#include "idf/run_program.hpp"

#include "radio/hub_world.hpp"

#include <unistd.h>

#include <cstdlib>

namespace nowire::test {

said run_program(const std::string& path, const std::string& socket, const std::string& task, const std::string& name) {
    child_process process([&](int to) {
        ::setenv("NOWIRE_RADIO", ("air:" + socket + "?name=" + name).c_str(), 1);
        ::setenv("TEST_TASK", task.c_str(), 1);
        ::dup2(to, STDOUT_FILENO);
        ::execl(path.c_str(), path.c_str(), nullptr);
        return 127;
    });
    said all;
    for (auto line = process.line(); !line.empty(); line = process.line())
        all.lines.push_back(line);
    all.status = process.wait();
    return all;
}

}  // namespace nowire::test
