#include "gateway/broker.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace nowire::test {

namespace {

/// The longest that mosquitto may take to start.
constexpr int start_limit_ms = 20'000;

std::uint16_t free_port() {
    const int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool bound = s >= 0 && bind(s, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       getsockname(s, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    const int failure = errno;
    if (s >= 0) close(s);
    if (!bound) throw std::system_error(failure, std::generic_category(), "no free port");
    return ntohs(address.sin_port);
}

pid_t spawn(const std::vector<std::string>& arguments, int output) {
    std::vector<char*> argv;
    for (const auto& a : arguments)
        argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t pid = -1;
    const int failed = posix_spawn(&pid, argv[0], &actions, &attributes, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failed != 0) throw std::system_error(failed, std::generic_category(), arguments[0]);
    return pid;
}

void run(const std::vector<std::string>& arguments) {
    int status = 0;
    waitpid(spawn(arguments, STDERR_FILENO), &status, 0);
    if (status != 0) throw std::runtime_error(arguments[0] + " failed");
}

}  // namespace

broker::broker(options o) : options_(std::move(o)) {
    if (!options_.user.empty()) {
        const auto passwords = (folder_ / "passwords").string();
        run({"/usr/bin/mosquitto_passwd", "-b", "-c", passwords, options_.user, options_.password});
    }
    std::string said;
    for (int attempt = 0; attempt < 10; ++attempt) {
        port_ = free_port();
        write_configuration();
        if (!options_.running || try_start(said)) return;
    }
    throw std::runtime_error("mosquitto does not start: " + said);
}

broker::~broker() {
    end(SIGKILL);
}

void broker::write_configuration() const {
    std::ofstream file(folder_ / "mosquitto.conf");
    file << "listener " << port_ << " 127.0.0.1\n"
         << "allow_anonymous " << (options_.anonymous ? "true" : "false") << '\n'
         << "persistence false\nset_tcp_nodelay true\nconnection_messages false\nlog_dest stderr\n"
         << "log_type error\nlog_type warning\nlog_type information\n";
    if (!options_.user.empty()) file << "password_file " << (folder_ / "passwords").string() << "\n";
    // As root it would become the user mosquitto, who cannot read this folder.
    if (geteuid() == 0) file << "user root\n";
}

/// @returns false, and what mosquitto said, if it ended before it was running.
bool broker::try_start(std::string& said) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
    log_ = ends[0];
    pid_ = spawn({program, "-c", (folder_ / "mosquitto.conf").string()}, ends[1]);
    close(ends[1]);
    said.clear();
    pollfd readable{log_, POLLIN, 0};
    while (poll(&readable, 1, start_limit_ms) > 0) {
        char text[1024];
        const auto count = read(log_, text, sizeof text);
        if (count <= 0) break;
        said.append(text, static_cast<std::size_t>(count));
        // Said when its sockets listen.
        if (said.find(" running") != std::string::npos) return true;
    }
    end(SIGKILL);
    return false;
}

void broker::start() {
    std::string said;
    if (pid_ < 0 && !try_start(said)) throw std::runtime_error("mosquitto does not start again: " + said);
}

void broker::kill() {
    end(SIGKILL);
}

void broker::freeze() const {
    ::kill(pid_, SIGSTOP);
}

void broker::thaw() const {
    ::kill(pid_, SIGCONT);
}

void broker::end(int signal) {
    if (pid_ > 0) {
        ::kill(pid_, signal);
        waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
    if (log_ >= 0) close(log_);
    log_ = -1;
}

}  // namespace nowire::test
