#include "cli/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace nowire::test {

namespace {

using namespace std::chrono_literals;

// Generous: machines are slow under sanitizers. A test that hangs ends here all the same.
constexpr auto limit = 60s;

void prepend_program(std::vector<std::string>& arguments) {
    arguments.insert(arguments.begin(), NOWIRE_PROGRAM);
}

}  // namespace

sandbox::~sandbox() {
    run({NOWIRE_PROGRAM, "air", "stop"});
}

std::string sandbox::file(const std::string& name, const std::string& content) const {
    const auto path = (folder() / name).string();
    const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0 || write(descriptor, content.data(), content.size()) != static_cast<ssize_t>(content.size()))
        throw std::system_error(errno, std::generic_category(), path);
    close(descriptor);
    return path;
}

std::vector<std::pair<std::string, std::string>> sandbox::environment() const {
    return {{"XDG_RUNTIME_DIR", folder().string()},
            {"NOWIRE_STATE_DIR", (folder() / "state").string()},
            {"NOWIRE_AIR", NOWIRE_AIR_PROGRAM},
            {"LANG", "C"},
            {"TERM", ""}};
}

sandbox::running sandbox::start(std::vector<std::string> arguments) const {
    const auto errors = (folder() / ("stderr-" + std::to_string(++started_))).string();
    return {.process = boards::process(
                {.arguments = std::move(arguments), .environment = environment(), .error_file = errors}),
            .error_file = errors,
            .seen = {}};
}

sandbox::running sandbox::start_nowire(std::vector<std::string> arguments) const {
    prepend_program(arguments);
    return start(std::move(arguments));
}

sandbox::result sandbox::run(std::vector<std::string> arguments) const {
    auto program = start(std::move(arguments));
    std::string out;
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (program.process.descriptor() >= 0 && std::chrono::steady_clock::now() < deadline) {
        pollfd waiting{.fd = program.process.descriptor(), .events = POLLIN, .revents = 0};
        poll(&waiting, 1, 1000);
        for (const auto& line : program.process.lines())
            out += line + '\n';
    }
    const auto status = program.process.wait(deadline);
    return {.status = status.value_or(-1), .out = out, .err = program.err()};
}

sandbox::result sandbox::nowire(std::vector<std::string> arguments) const {
    prepend_program(arguments);
    return run(std::move(arguments));
}

std::string sandbox::running::next_line() {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (seen.empty() && process.descriptor() >= 0 && std::chrono::steady_clock::now() < deadline) {
        pollfd waiting{.fd = process.descriptor(), .events = POLLIN, .revents = 0};
        poll(&waiting, 1, 1000);
        std::ranges::move(process.lines(), std::back_inserter(seen));
    }
    if (seen.empty()) return "";
    auto line = seen.front();
    seen.erase(seen.begin());
    return line;
}

std::string sandbox::running::err() const {
    return content_of(error_file);
}

bool sandbox::running::says(const std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < deadline) {
        if (err().find(text) != std::string::npos) return true;
        // Its end is the event that makes further waiting useless.
        if (process.wait(std::chrono::steady_clock::now() + 10ms)) break;
    }
    return err().find(text) != std::string::npos;
}

sandbox::running start_listening(const sandbox& box, const std::string& radio, const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"listen", "--radio", radio};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto listener = box.start_nowire(std::move(arguments));
    if (!listener.says("listening as")) throw std::runtime_error("nowire listen does not: " + listener.err());
    return listener;
}

}  // namespace nowire::test
