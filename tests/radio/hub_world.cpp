#include "radio/hub_world.hpp"

#include "support/parent.hpp"

#include <nowire/frame/mpdu.hpp>
#include <nowire/radio/identity.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>

namespace nowire::test {

namespace {

using std::chrono::steady_clock;

std::string program() {
    const char* path = std::getenv("NOWIRE_AIR");
    if (path == nullptr) throw std::runtime_error("NOWIRE_AIR must name the hub's program; ctest sets it");
    return path;
}

/// The hub's command line, made before fork(): a child of a program with threads must not allocate.
class hub_command {
  public:
    explicit hub_command(std::vector<std::string> options) : words_(std::move(options)) {
        words_.insert(words_.begin(), program());
        for (auto& word : words_)
            arguments_.push_back(word.data());
        arguments_.push_back(nullptr);
    }
    hub_command(const hub_command&) = delete;
    hub_command& operator=(const hub_command&) = delete;

    /// Replaces this process by the hub; only in a child.
    [[noreturn]] void become() const {
        end_with_parent(parent_);
        ::execv(arguments_.front(), arguments_.data());
        ::_exit(127);
    }

  private:
    pid_t parent_ = ::getpid();
    std::vector<std::string> words_;
    std::vector<char*> arguments_;
};

int status_of(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/// What comes until the end, or until `enough` bytes; nothing more once patience is over.
std::string read_all(int from, std::size_t enough = SIZE_MAX) {
    std::string text;
    const auto limit = steady_clock::now() + patience;
    while (text.size() < enough) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - steady_clock::now());
        pollfd ready{.fd = from, .events = POLLIN, .revents = 0};
        char buffer[4096];
        if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) <= 0) break;
        const auto size = ::read(from, buffer, std::min(sizeof buffer, enough - text.size()));
        if (size <= 0) break;
        text.append(buffer, static_cast<std::size_t>(size));
    }
    return text;
}

}  // namespace

hub_process::hub_process(std::string socket, std::vector<std::string> options) : socket_(std::move(socket)) {
    int ready[2];
    if (::pipe(ready) != 0) throw std::runtime_error("pipe");
    const unique_descriptor told(ready[0]);
    options.insert(options.end(), {"--socket", socket_, "--ready-fd", std::to_string(ready[1])});
    const hub_command command(std::move(options));
    pid_ = ::fork();
    if (pid_ == 0) {
        ::close(ready[0]);
        command.become();
    }
    ::close(ready[1]);
    auto said = read_all(told.get(), 1);
    if (said == "R") return;
    said += read_all(told.get());
    kill();
    throw std::runtime_error("the hub does not listen: " + said);
}

hub_process::~hub_process() {
    if (pid_ > 0) kill();
}

void hub_process::signal(int number) const {
    ::kill(pid_, number);
}

int hub_process::wait() {
    const int status = status_of(pid_);
    pid_ = -1;
    return status;
}

int hub_process::run(const std::vector<std::string>& options, std::string& said) {
    int errors[2];
    if (::pipe(errors) != 0) throw std::runtime_error("pipe");
    const unique_descriptor from(errors[0]);
    const hub_command command(options);
    const auto pid = ::fork();
    if (pid == 0) {
        ::dup2(errors[1], STDERR_FILENO);
        ::close(errors[0]);
        ::close(errors[1]);
        command.become();
    }
    ::close(errors[1]);
    said = read_all(from.get());
    return status_of(pid);
}

child_process::child_process(const std::function<int(int report)>& body) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    reports_ = unique_descriptor(ends[0]);
    const auto parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) {
        end_with_parent(parent);
        int status = 125;
        try {
            status = body(ends[1]);
        } catch (const std::exception& e) {
            report(ends[1], std::string("threw: ") + e.what());
        }
        ::_exit(status);
    }
    ::close(ends[1]);
}

child_process::~child_process() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    status_of(pid_);
}

std::string child_process::line() {
    const auto limit = steady_clock::now() + patience;
    while (read_.find('\n') == std::string::npos && steady_clock::now() < limit) {
        const auto more = read_all(reports_.get(), 1);
        if (more.empty()) return {};
        read_ += more;
    }
    const auto end = read_.find('\n');
    auto first = read_.substr(0, end);
    read_.erase(0, end + 1);
    return first;
}

void child_process::signal(int number) const {
    ::kill(pid_, number);
}

int child_process::wait() {
    const int status = status_of(pid_);
    pid_ = -1;
    return status;
}

void report(int to, const std::string& line) {
    const auto text = line + "\n";
    [[maybe_unused]] const auto written = ::write(to, text.data(), text.size());
}

std::uint64_t member::send(const mac_address& to, const std::string& text, std::uint8_t retries, rate r) {
    std::vector<std::uint8_t> mpdu(frame::header_size);
    frame::write_header(std::span(mpdu).first<frame::header_size>(), {.a1 = to, .a2 = mac()});
    mpdu.insert(mpdu.end(), text.begin(), text.end());
    radio->transmit({.token = ++last_token_, .mpdu = std::move(mpdu), .tx_rate = r, .retries = retries});
    return last_token_;
}

const tx_done* member::answer_to(std::uint64_t token) const {
    const auto found = std::ranges::find(done, token, &tx_done::token);
    return found == done.end() ? nullptr : &*found;
}

std::size_t member::count(const std::string& text) const {
    return static_cast<std::size_t>(std::ranges::count(heard, text, &reception::text));
}

void member::on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) {
    heard.push_back({std::string(mpdu.begin() + frame::header_size, mpdu.end()), info});
    if (when_heard) when_heard();
}

void member::on_transmit_done(const tx_done& d) {
    done.push_back(d);
    events.emplace_back("done");
}

void member::on_lost(const error& e) {
    events.emplace_back("lost");
    why = e.text;
    if (when_lost) when_lost();
}

void member::on_restored() {
    events.emplace_back("restored");
}

std::unique_ptr<member> join(const std::string& socket, const std::string& name, hub_radio_options options) {
    options.socket = socket;
    options.name = name;
    auto opened = open_hub_radio(std::move(options));
    if (!opened) throw std::runtime_error(opened.error().text);
    return std::make_unique<member>(std::move(*opened));
}

bool run_until(const std::vector<member*>& members, const std::function<bool()>& done,
               std::chrono::milliseconds limit) {
    const auto end = steady_clock::now() + limit;
    std::vector<pollfd> ready;
    for (const auto* m : members)
        ready.push_back({.fd = m->radio->descriptor(), .events = POLLIN, .revents = 0});
    while (!done()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - steady_clock::now());
        if (left.count() <= 0) return false;
        ::poll(ready.data(), ready.size(), static_cast<int>(left.count()));
        for (std::size_t i = 0; i < members.size(); ++i)
            if (ready[i].revents != 0) members[i]->radio->dispatch();
    }
    return true;
}

bool becomes_true(const std::function<bool()>& is_so, std::chrono::milliseconds limit) {
    const auto end = steady_clock::now() + limit;
    while (!is_so()) {
        if (steady_clock::now() >= end) return false;
        std::this_thread::yield();
    }
    return true;
}

}  // namespace nowire::test
