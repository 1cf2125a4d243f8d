#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

/// The `nowire` program: one file per command. Data goes to stdout, talk to stderr.
namespace nowire::cli {

/// What the program's exit status says; README and `nowire --help` list the same.
enum exit_status : int {
    status_ok = 0,
    status_failure = 1,
    status_usage = 2,
    status_not_acknowledged = 3,
    status_timeout = 4,
    status_radio = 5,
    status_unconfirmed = 6,
};

/// The program while its command line is read: each command adds itself to `app` and, when it is the one asked for,
/// sets `run` (from its callback) to what then runs.
struct program {
    CLI::App& app;
    std::function<int()> run;
};

void add_air(program& p);
void add_decode(program& p);
void add_demo(program& p);
void add_doctor(program& p);
void add_gateway(program& p);
void add_idf(program& p);
void add_listen(program& p);
void add_micropython(program& p);
void add_node(program& p);
void add_pages(program& p);
void add_ping(program& p);
void add_send(program& p);

/// Prints "nowire: <text>" to stderr and returns `status`.
int fail(int status, const std::string& text);

}  // namespace nowire::cli
