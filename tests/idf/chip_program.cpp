#include "idf/chip_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace nowire::test {

namespace {

/// Waits for the end of a child, or kills it.
int status_of(pid_t child) {
    const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
    pollfd end{.fd = descriptor, .events = POLLIN, .revents = 0};
    const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(patience);
    const bool ended = ::poll(&end, 1, static_cast<int>(limit.count())) == 1;
    ::close(descriptor);
    if (!ended) ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!ended) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> result;
    for (auto& word : words)
        result.push_back(word.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

chip_program::chip_program(std::string executable) : executable_(std::move(executable)) {
    set("HOME", folder_.path());
    set_radio("?name=chip");
}

std::filesystem::path chip_program::file(const std::string& what, int number) const {
    return folder() / (what + std::to_string(number));
}

chip_program::running chip_program::start(const std::string& what, const std::vector<std::string>& arguments) {
    running r{.number = ++runs_};
    std::array<int, 2> input{};
    if (::pipe2(input.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    r.standard_input = input[1];

    std::vector<std::string> words{executable_};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> environment{"DO=" + what};
    for (const auto& [name, value] : environment_)
        environment.push_back(name + "=" + value);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
    const auto out = file("out", r.number);
    const auto err = file("err", r.number);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int failed = ::posix_spawn(&r.id, executable_.c_str(), &actions, nullptr, pointers(words).data(),
                                     pointers(environment).data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(input[0]);
    if (failed != 0) throw std::runtime_error("posix_spawn");
    return r;
}

bool chip_program::prints(const running& r, const std::string& text) {
    const auto limit = std::chrono::steady_clock::now() + patience;
    while (!content_of(file("out", r.number)).contains(text)) {
        if (std::chrono::steady_clock::now() > limit) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

ending chip_program::finish(const running& r) {
    ::close(r.standard_input);
    const int status = status_of(r.id);
    return {status, content_of(file("out", r.number)), content_of(file("err", r.number))};
}

ending chip_program::run(const std::string& what, const std::vector<std::string>& arguments) {
    return finish(start(what, arguments));
}

}  // namespace nowire::test
