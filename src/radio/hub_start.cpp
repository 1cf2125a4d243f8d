#include "radio/hub_start.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

namespace nowire {

namespace {

constexpr const char* program_name = "nowire-air";
constexpr const char* idle_seconds = "2";
constexpr int ready_in_hub = 3;  ///< the first after stdin, stdout and stderr

std::unexpected<error> failure(const std::string& text) {
    return std::unexpected(error{errc::radio, text});
}

bool can_run(const std::string& path) {
    return ::access(path.c_str(), X_OK) == 0;
}

/// The folder of the running program, with its slash.
std::string own_folder() {
    std::array<char, 4096> path{};
    const auto size = ::readlink("/proc/self/exe", path.data(), path.size());
    if (size <= 0) return {};
    const std::string program(path.data(), static_cast<std::size_t>(size));
    return program.substr(0, program.rfind('/') + 1);
}

/// The folder of the shared library that this code is in, with its slash; empty where its path is not absolute, as that
/// of a program may be, which is found as one.
std::string library_folder() {
    Dl_info about{};
    if (::dladdr(reinterpret_cast<const void*>(&own_folder), &about) == 0 || about.dli_fname == nullptr) return {};
    const std::string library = about.dli_fname;
    if (!library.starts_with('/')) return {};
    return library.substr(0, library.rfind('/') + 1);
}

/// What posix_spawn needs; each call's result is looked at once, at the end.
struct spawn_settings {
    posix_spawn_file_actions_t files{};
    posix_spawnattr_t attributes{};
    int failed = 0;

    spawn_settings(const std::string& log, int ready) {
        note(::posix_spawn_file_actions_init(&files));
        note(::posix_spawnattr_init(&attributes));
        note(::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0));
        note(::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0));
        note(::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, log.c_str(),
                                                O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW, 0600));
        note(::posix_spawn_file_actions_adddup2(&files, ready, ready_in_hub));
        note(::posix_spawn_file_actions_addclosefrom_np(&files, ready_in_hub + 1));
        sigset_t signals;
        ::sigemptyset(&signals);
        note(::posix_spawnattr_setsigmask(&attributes, &signals));
        ::sigfillset(&signals);
        note(::posix_spawnattr_setsigdefault(&attributes, &signals));
        note(::posix_spawnattr_setflags(&attributes,
                                        POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
    }
    ~spawn_settings() {
        ::posix_spawn_file_actions_destroy(&files);
        ::posix_spawnattr_destroy(&attributes);
    }
    spawn_settings(const spawn_settings&) = delete;
    spawn_settings& operator=(const spawn_settings&) = delete;

  private:
    void note(int result) { failed = failed != 0 ? failed : result; }
};

}  // namespace

std::expected<std::string, error> find_hub_program() {
    if (const char* named = std::getenv("NOWIRE_AIR"); named != nullptr && *named != '\0') {
        if (can_run(named)) return named;
        return failure("NOWIRE_AIR names " + std::string(named) + ", which cannot be run: " + std::strerror(errno));
    }
    // A library in somebody else's program, Python's say, was not installed where that was.
    std::vector<std::string> places;
    for (const auto& folder : {own_folder(), library_folder()}) {
        if (folder.empty()) continue;
        for (const auto& place : {folder + program_name, folder + "../libexec/nowire/" + program_name})
            if (std::ranges::find(places, place) == places.end()) places.push_back(place);
    }
    places.push_back(std::string(NOWIRE_LIBEXEC) + "/" + program_name);
    for (const auto& place : places)
        if (can_run(place)) return place;
    auto text = std::string(program_name) + " is not installed; it was looked for at ";
    for (std::size_t i = 0; i < places.size(); ++i)
        text += (i == 0 ? "" : ", ") + places[i];
    return failure(text + "; NOWIRE_AIR can name it");
}

std::expected<hub_start, error> hub_start::at(const std::string& socket) {
    auto program = find_hub_program();
    if (!program) return std::unexpected(program.error());
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return failure(std::string("a pipe: ") + std::strerror(errno));
    unique_descriptor ready(ends[0]);
    const unique_descriptor told(ends[1]);
    ::fcntl(ready.get(), F_SETFL, O_NONBLOCK);

    const auto log = socket.substr(0, socket.rfind('/') + 1) + "air.log";
    const spawn_settings settings(log, told.get());
    std::vector<std::string> words = {*program,     "--socket", socket,       "--exit-when-empty",
                                      idle_seconds, "--detach", "--ready-fd", std::to_string(ready_in_hub)};
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (auto& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t starter = 0;
    const int failed = settings.failed != 0 ? settings.failed
                                            : ::posix_spawn(&starter, program->c_str(), &settings.files,
                                                            &settings.attributes, arguments.data(), environ);
    if (failed != 0) return failure("cannot start " + *program + ": " + std::strerror(failed));
    return hub_start(std::move(*program), starter, std::move(ready));
}

hub_start::hub_start(hub_start&& other) noexcept
    : program_(std::move(other.program_)),
      starter_(std::exchange(other.starter_, -1)),
      ready_(std::move(other.ready_)),
      said_(std::move(other.said_)) {}

hub_start::~hub_start() {
    if (starter_ > 0) ::waitpid(starter_, nullptr, WNOHANG);
}

std::optional<std::expected<void, error>> hub_start::state() {
    std::array<char, 256> text{};
    const auto size = ::read(ready_.get(), text.data(), text.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
    if (size > 0) said_.append(text.data(), static_cast<std::size_t>(size));
    if (size > 0 && said_ != "R") return std::nullopt;

    // The process that was started has nothing left to do but to end: the hub is its child. Somebody who waits for any
    // child may have seen it end before.
    while (::waitpid(starter_, nullptr, 0) < 0 && errno == EINTR) {
    }
    starter_ = -1;
    if (said_ == "R") return std::expected<void, error>();
    return failure(program_ + " did not start: " + (said_.empty() ? "it ended without a word" : said_));
}

}  // namespace nowire
