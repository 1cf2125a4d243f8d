#include "idf/console.hpp"
#include "idf/rtc_memory.hpp"
#include "idf/state_file.hpp"
#include "idf/time_of_day.hpp"

#include <esp_rom_sys.h>
#include <esp_system.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

namespace nowire::idf {

namespace {

constexpr std::size_t handler_limit = 5;

std::mutex lock;
std::vector<shutdown_handler_t> handlers;

/// A task that restarts the program may run in a thread that takes no signals; a process inherits that.
const sigset_t signals_at_start = [] {
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return mask;
}();

/// The words of this process's command line, each with its zero byte.
std::string command_line() {
    std::string words;
    const unique_descriptor file(::open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC));
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0; (got = ::read(file.get(), buffer.data(), buffer.size())) > 0;)
        words.append(buffer.data(), static_cast<std::size_t>(got));
    return words;
}

/// An open file with what the next run is to have; -1 where the system has none.
int file_for_next_run() {
    const auto text = [] {
        call c;
        return to_text(kept_by_restart(c.now(), time_of_day(c)));
    }();
    const int file = ::memfd_create("nowire-idf-restart", 0);
    const bool whole = file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    return whole ? file : -1;
}

void call_shutdown_handlers() {
    while (true) {
        shutdown_handler_t handler = nullptr;
        {
            const std::lock_guard guard(lock);
            if (handlers.empty()) return;
            handler = handlers.back();
            handlers.pop_back();
        }
        handler();
    }
}

[[noreturn]] void begin_again() {
    auto words = command_line();
    std::vector<char*> arguments;
    for (std::size_t at = 0; at < words.size(); at += std::strlen(words.data() + at) + 1)
        arguments.push_back(words.data() + at);
    arguments.push_back(nullptr);

    auto kept = std::string(restart_variable) + "=" + std::to_string(file_for_next_run());
    std::vector<char*> environment;
    for (char** variable = environ; *variable != nullptr; ++variable)
        environment.push_back(*variable);
    environment.push_back(kept.data());
    environment.push_back(nullptr);

    ::pthread_sigmask(SIG_SETMASK, &signals_at_start, nullptr);
    ::execve("/proc/self/exe", arguments.data(), environment.data());
    complain(std::strerror(errno), "esp_restart: cannot start this program again");
    std::abort();
}

}  // namespace

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

void esp_restart() {
    call_shutdown_handlers();
    // Not fflush(nullptr), which would wait for a task that reads stdin.
    std::fflush(stdout);
    begin_again();
}

esp_err_t esp_register_shutdown_handler(shutdown_handler_t handle) {
    if (handle == nullptr) return ESP_ERR_INVALID_ARG;
    const std::lock_guard guard(lock);
    if (std::ranges::find(handlers, handle) != handlers.end()) return ESP_ERR_INVALID_STATE;
    if (handlers.size() == handler_limit) return ESP_ERR_NO_MEM;
    handlers.push_back(handle);
    return ESP_OK;
}

esp_err_t esp_unregister_shutdown_handler(shutdown_handler_t handle) {
    const std::lock_guard guard(lock);
    return std::erase(handlers, handle) != 0 ? ESP_OK : ESP_ERR_INVALID_STATE;
}

esp_reset_reason_t esp_reset_reason() {
    switch (how_it_began().by) {
        case beginning::cause::restart:
            return ESP_RST_SW;
        case beginning::cause::deep_sleep:
            return ESP_RST_DEEPSLEEP;
        case beginning::cause::power_on:
            break;
    }
    return ESP_RST_POWERON;
}

void esp_system_abort(const char* details) {
    esp_rom_printf("\n%s\n", details != nullptr ? details : "");
    std::abort();
}
}
