#include "idf/freertos/api.hpp"

#include <esp_log.h>

#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace nowire::idf::freertos {

namespace {

constexpr const char* line = "E (%" PRIu32 ") FreeRTOS: %s: %s\n";

/// Whether this thread is about to hand a complaint to who writes messages: what that one gets wrong itself would come
/// back to it for ever.
thread_local bool is_complaining = false;

}  // namespace

complaint::~complaint() noexcept(false) {
    if (what_.empty()) return;
    const auto when = static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(when_).count());
    if (is_complaining) {
        esp_rom_printf(line, when, function_, what_.c_str());
        return;
    }
    is_complaining = true;
    esp_log_write(ESP_LOG_ERROR, "FreeRTOS", line, when, function_, what_.c_str());
    is_complaining = false;
}

void complaint::say(std::string what, duration when) {
    what_ = std::move(what);
    when_ = when;
}

void give_up(const char* function, const std::string& why) {
    std::fflush(stdout);
    std::fprintf(stderr, "assert failed: %s: %s\n", function, why.c_str());
    std::fflush(stderr);
    std::abort();
}

void api::complain(std::string what) {
    say(std::move(what), since_boot());
}

void api::complain_of(const void* handle, const char* name) {
    complain(std::string("the ") + name +
             (handle == nullptr ? " is NULL" : " has been deleted, or the handle is none of a " + std::string(name)));
}

idf::task* api::find_task(const void* handle) {
    if (handle == nullptr) return &task();
    const auto value = value_of(handle);
    auto* found =
        value == handle_value(kind::task, value / 8) ? tasks().find(static_cast<unsigned>(value / 8)) : nullptr;
    if (found == nullptr) complain_of(handle, "task");
    return found;
}

void api::refuse_to_wait_while_suspended(TickType_t ticks) {
    if (ticks != 0 && own().scheduler_suspended > 0)
        give_up("asked to wait while the scheduler is suspended (vTaskSuspendAll)");
}

std::optional<time_point> api::deadline(TickType_t ticks) {
    if (ticks == portMAX_DELAY) return std::nullopt;
    return time_of_tick(chip(), tick() + ticks);
}

bool api::block(wait_list* on, std::optional<time_point> deadline) {
    auto& mine = own();
    if (mine.in_interrupt) give_up("has to wait, which an interrupt cannot");
    if (mine.critical > 0) give_up("has to wait inside a critical section");
    refuse_to_wait_while_suspended(1);
    mine.wait_aborted = false;
    const bool woken = call::block(on, deadline);
    return !std::exchange(mine.wait_aborted, false) && woken;
}

void api::wake_first(wait_list& waiting, BaseType_t* more_urgent) {
    const auto* first = tasks().wake_first(waiting);
    if (first != nullptr && more_urgent != nullptr && first->priority > task().priority) *more_urgent = pdTRUE;
}

}  // namespace nowire::idf::freertos
