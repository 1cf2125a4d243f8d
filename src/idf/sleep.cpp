#include "idf/chip.hpp"
#include "idf/console.hpp"
#include "idf/rtc_memory.hpp"
#include "idf/state_file.hpp"
#include "idf/task_watchdog.hpp"
#include "idf/time_of_day.hpp"

#include <esp_sleep.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace nowire::idf {

namespace {

constexpr std::size_t hook_limit = 3;
/// 2^48 ticks of the chip's slow clock.
constexpr std::uint64_t longest_sleep = (std::uint64_t{1} << 48) / 150'000 * 1'000'000;

/// What the ESP32 needs to fall asleep and to wake up is longer than this, and it refuses to.
constexpr std::chrono::milliseconds too_short_for_light_sleep{1};

/// The environment's name for a socket, an open descriptor, over which who runs the program is told that it goes to
/// sleep: one byte; it waits for an answer, or for the end of the stream.
constexpr const char* sleep_variable = "NOWIRE_IDF_SLEEP";

std::mutex lock;
std::optional<std::chrono::microseconds> timer;
std::vector<esp_deep_sleep_cb_t> hooks;
bool memory_has_power = true;
bool woke_from_light_sleep = false;

void keep_memory(std::optional<std::chrono::microseconds> sleep, bool with_variables) {
    const char* path = std::getenv(rtc_file_variable);
    if (path == nullptr || *path == '\0')
        return complain("goes to deep sleep and keeps no RTC variables, since NOWIRE_IDF_RTC names no file",
                        "this program");
    auto record = [&] {
        call c;
        return kept_by_deep_sleep(sleep, c.now(), time_of_day(c));
    }();
    if (!with_variables) {
        record.rtc_data.clear();
        record.rtc_noinit.clear();
    }
    if (const auto kept = replace_state_file(path, to_text(record)); !kept) {
        complain(kept.error());
        // Not as if it had gone to sleep: it would wake up without its variables.
        ::_exit(EXIT_FAILURE);
    }
}

/// Who wakes it up begins to count before the process ends. Until then this task has the core, so that on an air whose
/// time waits for its programs the time stands.
void wait_to_be_let_go() {
    const char* text = std::getenv(sleep_variable);
    if (text == nullptr) return;
    int socket = -1;
    const char* end = text + std::strlen(text);
    if (const auto read = std::from_chars(text, end, socket); read.ec != std::errc() || read.ptr != end) return;
    char byte = 0;
    if (::send(socket, &byte, sizeof byte, MSG_NOSIGNAL) != 1) return;
    while (::recv(socket, &byte, sizeof byte, 0) < 0 && errno == EINTR) {
    }
}

[[noreturn]] void sleep_deeply() {
    std::vector<esp_deep_sleep_cb_t> to_call;
    std::optional<std::chrono::microseconds> sleep;
    bool with_variables = true;
    {
        const std::lock_guard guard(lock);
        to_call = hooks;
        sleep = timer;
        with_variables = memory_has_power;
    }
    for (const auto hook : to_call)
        hook();
    // Not fflush(nullptr), which would wait for a task that reads stdin.
    std::fflush(stdout);
    keep_memory(sleep, with_variables);
    wait_to_be_let_go();
    // Other tasks run on to the end: no destructor may take anything from under them.
    ::_exit(NOWIRE_IDF_DEEP_SLEEP_STATUS);
}

/// The receiver is off, until the end of the sleep or of the task that sleeps.
class receiver_off {
  public:
    explicit receiver_off(station& s) : station_(s) { set_receiving(false); }
    ~receiver_off() { set_receiving(true); }
    receiver_off(const receiver_off&) = delete;
    receiver_off& operator=(const receiver_off&) = delete;

  private:
    void set_receiving(bool on) {
        station_.device().set_receiving(on);
        station_.flush();
    }

    station& station_;
};

esp_err_t sleep_lightly() {
    std::optional<std::chrono::microseconds> length;
    {
        const std::lock_guard guard(lock);
        length = timer;
    }
    if (length && *length <= too_short_for_light_sleep) return ESP_ERR_SLEEP_TOO_SHORT_SLEEP_DURATION;
    if (!length) complain("goes to light sleep, and no timer ends it", "this program");
    std::fflush(stdout);
    {
        call c;
        const auto began = c.now();
        {
            const receiver_off asleep(c.station());
            c.tasks().sleep(c.held(), length ? std::optional(began + *length) : std::nullopt);
        }
        skip_in_watchdog(c, c.now() - began);
        const std::lock_guard guard(lock);
        woke_from_light_sleep = true;
    }
    return ESP_OK;
}

}  // namespace

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

esp_err_t esp_sleep_enable_timer_wakeup(std::uint64_t time_in_us) {
    if (time_in_us > longest_sleep) return ESP_ERR_INVALID_ARG;
    const std::lock_guard guard(lock);
    timer = std::chrono::microseconds(time_in_us);
    return ESP_OK;
}

esp_err_t esp_sleep_disable_wakeup_source(esp_sleep_source_t source) {
    const std::lock_guard guard(lock);
    if (source != ESP_SLEEP_WAKEUP_ALL && (source != ESP_SLEEP_WAKEUP_TIMER || !timer)) return ESP_ERR_INVALID_STATE;
    timer.reset();
    return ESP_OK;
}

esp_sleep_wakeup_cause_t esp_sleep_get_wakeup_cause() {
    const std::lock_guard guard(lock);
    return woke_from_light_sleep || how_it_began().timer_woke ? ESP_SLEEP_WAKEUP_TIMER : ESP_SLEEP_WAKEUP_UNDEFINED;
}

esp_err_t esp_light_sleep_start() {
    return sleep_lightly();
}

void esp_deep_sleep_start() {
    sleep_deeply();
}

void esp_deep_sleep(std::uint64_t time_in_us) {
    // It cannot answer that this is too long.
    esp_sleep_enable_timer_wakeup(std::min(time_in_us, longest_sleep));
    sleep_deeply();
}

esp_err_t esp_deep_sleep_try_to_start() {
    sleep_deeply();
}

esp_err_t esp_deep_sleep_try(std::uint64_t time_in_us) {
    if (const auto enabled = esp_sleep_enable_timer_wakeup(time_in_us); enabled != ESP_OK) return enabled;
    sleep_deeply();
}

esp_err_t esp_sleep_pd_config(esp_sleep_pd_domain_t domain, esp_sleep_pd_option_t option) {
    if (domain >= ESP_PD_DOMAIN_MAX || option > ESP_PD_OPTION_AUTO) return ESP_ERR_INVALID_ARG;
    if (domain != ESP_PD_DOMAIN_RTC_SLOW_MEM) return ESP_OK;
    const std::lock_guard guard(lock);
    memory_has_power = option != ESP_PD_OPTION_OFF;
    return ESP_OK;
}

esp_err_t esp_deep_sleep_register_hook(esp_deep_sleep_cb_t new_dslp_cb) {
    if (new_dslp_cb == nullptr) return ESP_ERR_INVALID_ARG;
    const std::lock_guard guard(lock);
    if (std::ranges::find(hooks, new_dslp_cb) != hooks.end()) return ESP_OK;
    if (hooks.size() == hook_limit) return ESP_ERR_NO_MEM;
    hooks.push_back(new_dslp_cb);
    return ESP_OK;
}

void esp_deep_sleep_deregister_hook(esp_deep_sleep_cb_t old_dslp_cb) {
    const std::lock_guard guard(lock);
    std::erase(hooks, old_dslp_cb);
}
}
