#include "idf/rtc_memory.hpp"

#include "idf/console.hpp"
#include "idf/state_file.hpp"
#include "idf/text_record.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <span>

// The linker names begin and end of a section whose name could be a variable's. A program without such variables has
// none of them.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {
[[gnu::weak]] extern std::uint8_t __start_nowire_rtc_data[];
[[gnu::weak]] extern std::uint8_t __stop_nowire_rtc_data[];
[[gnu::weak]] extern std::uint8_t __start_nowire_rtc_noinit[];
[[gnu::weak]] extern std::uint8_t __stop_nowire_rtc_noinit[];
[[gnu::weak]] extern std::uint8_t __start_nowire_noinit[];
[[gnu::weak]] extern std::uint8_t __stop_nowire_noinit[];
}
// NOLINTEND(bugprone-reserved-identifier)

namespace nowire::idf {

namespace {

/// An RTC memory has 16 KiB, a chip's whole memory less than 1 MiB; a byte is two hex digits.
constexpr std::size_t record_limit = 4 << 20;

constinit beginning began;

using memory = std::span<std::uint8_t>;

memory rtc_data() {
    return {__start_nowire_rtc_data, __stop_nowire_rtc_data};
}
memory rtc_noinit() {
    return {__start_nowire_rtc_noinit, __stop_nowire_rtc_noinit};
}
memory noinit() {
    return {__start_nowire_noinit, __stop_nowire_noinit};
}

std::vector<std::uint8_t> copy(memory bytes) {
    return {bytes.begin(), bytes.end()};
}

/// Which program this is: one that was built anew has its variables elsewhere.
std::uint64_t this_program() {
    struct stat status {};
    if (::stat("/proc/self/exe", &status) != 0) return 0;
    std::uint64_t number = static_cast<std::uint64_t>(status.st_size);
    for (const auto part : {static_cast<std::uint64_t>(status.st_mtim.tv_sec),
                            static_cast<std::uint64_t>(status.st_mtim.tv_nsec), std::uint64_t{status.st_ino}})
        number = (number ^ part) * 0x9e3779b97f4a7c15ULL;
    return number;
}

/// Puts back what `text` says. @returns why not; "" where it did
std::string_view put_back(std::string_view text) {
    const auto record = rtc_record_in(text);
    if (!record) return "is damaged, so this program begins as after power-on";
    if (record->program != this_program()) return "is another program's, so this one begins as after power-on";
    const auto fits = [](memory bytes, const std::vector<std::uint8_t>& kept) {
        return kept.empty() || kept.size() == bytes.size();
    };
    if (!fits(rtc_data(), record->rtc_data) || !fits(rtc_noinit(), record->rtc_noinit) ||
        !fits(noinit(), record->noinit))
        return "is damaged, so this program begins as after power-on";
    std::ranges::copy(record->rtc_data, rtc_data().begin());
    std::ranges::copy(record->rtc_noinit, rtc_noinit().begin());
    std::ranges::copy(record->noinit, noinit().begin());
    began.by = record->deep_sleep ? beginning::cause::deep_sleep : beginning::cause::restart;
    began.timer_woke = record->deep_sleep && record->sleep.has_value();
    began.left_at = time_point(record->at);
    began.day = record->day;
    began.slept = record->sleep.value_or(std::chrono::microseconds(0));
    return {};
}

/// After a restart: the same process before it left an open file.
bool begin_after_restart() {
    const char* text = std::getenv(restart_variable);
    if (text == nullptr) return false;
    const unique_descriptor file(number_in<int>(text).value_or(-1));
    ::unsetenv(restart_variable);
    const auto content = read_state_file(file.get(), restart_variable, record_limit);
    if (!content)
        complain(content.error());
    else if (const auto problem = put_back(*content); !problem.empty())
        complain(problem, restart_variable);
    return true;
}

/// The file is removed: who starts the program after a crash starts it as after power-on.
void begin_after_deep_sleep() {
    const char* path = std::getenv(rtc_file_variable);
    if (path == nullptr || *path == '\0') return;
    const auto content = read_state_file(path, record_limit);
    if (!content) return complain(content.error());
    if (!*content) return;
    ::unlink(path);
    if (const auto problem = put_back(**content); !problem.empty()) complain(problem, path);
}

/// Before every constructor of the program, which may use these variables.
[[gnu::constructor(101)]] void begin() {
    if (!begin_after_restart()) begin_after_deep_sleep();
}

}  // namespace

const beginning& how_it_began() {
    return began;
}

rtc_record kept_by_restart(time_point now, duration day) {
    return {.program = this_program(),
            .at = now.time_since_epoch(),
            .day = day,
            .rtc_data = {},
            .rtc_noinit = copy(rtc_noinit()),
            .noinit = copy(noinit())};
}

rtc_record kept_by_deep_sleep(std::optional<std::chrono::microseconds> sleep, time_point now, duration day) {
    return {.program = this_program(),
            .deep_sleep = true,
            .sleep = sleep,
            .until = sleep ? (now + *sleep).time_since_epoch() : std::chrono::nanoseconds(0),
            .at = now.time_since_epoch(),
            .day = day,
            .rtc_data = copy(rtc_data()),
            .rtc_noinit = copy(rtc_noinit()),
            .noinit = {}};
}

}  // namespace nowire::idf
