#include "boards/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace nowire::boards {

namespace {

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

int decode(int wait_status) {
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

/// The environment with `extra` set, as execvpe() takes it. Made before fork(): a child of a program that may have
/// threads must not allocate.
std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& extra) {
    std::vector<std::string> result;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        bool replaced = false;
        for (const auto& [name, value] : extra)
            replaced = replaced || (text.starts_with(name) && text.find('=') == name.size());
        if (!replaced) result.push_back(text);
    }
    for (const auto& [name, value] : extra)
        result.emplace_back(name).append("=").append(value);
    return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (auto& text : texts)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

process::process(const options& o) {
    auto arguments = o.arguments;
    auto environment = environment_with(o.environment);
    const auto argv = pointers(arguments);
    const auto envp = pointers(environment);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) fail("pipe");
    const int errors = o.error_file.empty()
                           ? fcntl(ends[1], F_DUPFD_CLOEXEC, 0)
                           : open(o.error_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(127);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        // A group of its own: ^C on the terminal is the program's to handle, which then ends them in order.
        setpgid(0, 0);
        if (nothing >= 0) dup2(nothing, STDIN_FILENO);
        dup2(ends[1], STDOUT_FILENO);
        if (errors >= 0) dup2(errors, STDERR_FILENO);
        for (const int descriptor : o.inherited)
            fcntl(descriptor, F_SETFD, 0);
        execvpe(argv[0], argv.data(), envp.data());
        _exit(127);
    }
    const int error_number = errno;
    close(ends[1]);
    if (nothing >= 0) close(nothing);
    if (errors >= 0) close(errors);
    if (pid_ < 0) {
        close(ends[0]);
        errno = error_number;
        fail("fork");
    }
    output_ = ends[0];
    fcntl(output_, F_SETFL, O_NONBLOCK);
    pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    if (pidfd_ < 0) fail("pidfd_open");
}

process::process(process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::exchange(other.pidfd_, -1)),
      output_(std::exchange(other.output_, -1)),
      partial_(std::move(other.partial_)),
      status_(other.status_) {}

process::~process() {
    if (pid_ > 0 && !status()) {
        signal(SIGKILL);
        int ignored = 0;
        waitpid(pid_, &ignored, 0);
    }
    if (pidfd_ >= 0) close(pidfd_);
    if (output_ >= 0) close(output_);
}

std::vector<std::string> process::lines() {
    std::vector<std::string> result;
    char buffer[4096];
    while (output_ >= 0) {
        const auto got = read(output_, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) break;
        if (got == 0) {
            close(output_);
            output_ = -1;
            break;
        }
        partial_.append(buffer, static_cast<std::size_t>(got));
    }
    std::size_t start = 0;
    for (auto end = partial_.find('\n'); end != std::string::npos; end = partial_.find('\n', start)) {
        result.push_back(partial_.substr(start, end - start));
        start = end + 1;
    }
    partial_.erase(0, start);
    if (output_ < 0 && !partial_.empty()) result.push_back(std::exchange(partial_, {}));
    return result;
}

void process::signal(int number) const {
    if (pid_ > 0 && !status_) kill(pid_, number);
}

void process::signal_group(int number) const {
    if (pid_ > 0 && !status_) kill(-pid_, number);
}

std::optional<int> process::status() {
    if (status_) return status_;
    int wait_status = 0;
    if (waitpid(pid_, &wait_status, WNOHANG) == pid_) status_ = decode(wait_status);
    return status_;
}

std::optional<int> process::wait(std::chrono::steady_clock::time_point deadline) {
    while (!status()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) break;
        pollfd end{.fd = pidfd_, .events = POLLIN, .revents = 0};
        poll(&end, 1, static_cast<int>(left.count()));
    }
    return status();
}

std::string how_it_ended(int status) {
    if (status <= 128 || status > 128 + 64) return "ended with status " + std::to_string(status);
    const char* signal = strsignal(status - 128);
    return "was ended by signal " + std::to_string(status - 128) + " (" + (signal != nullptr ? signal : "unknown") +
           ")";
}

}  // namespace nowire::boards
