#include "abi/handle.hpp"

#include <nowire/version.hpp>

#include <pthread.h>

#include <atomic>

namespace nowire::abi {

namespace {

thread_local std::string last_text;

std::atomic<std::uint64_t> fork_count = 0;

/// Told of every fork(), in the child.
[[maybe_unused]] const int watches_forks =
    ::pthread_atfork(nullptr, nullptr, [] { fork_count.fetch_add(1, std::memory_order_relaxed); });

}  // namespace

std::int32_t failed(std::int32_t number, std::string_view text) noexcept {
    try {
        last_text = text;
    } catch (const std::exception&) {
        last_text.clear();
    }
    return number;
}

std::int32_t failed(const error& why) noexcept {
    return failed(-static_cast<std::int32_t>(why.code), why.text);
}

std::int32_t failed(errc why) noexcept {
    try {
        return failed(-static_cast<std::int32_t>(why), make_error_code(why).message());
    } catch (const std::exception&) {
        return failed(-static_cast<std::int32_t>(why), "");
    }
}

std::uint64_t forks() noexcept {
    return fork_count.load(std::memory_order_relaxed);
}

}  // namespace nowire::abi

extern "C" {

uint32_t nowire_abi_version(void) {
    return NOWIRE_ABI_VERSION;
}

const char* nowire_version(void) {
    return nowire::version_text;
}

const char* nowire_error_text(void) {
    return nowire::abi::last_text.c_str();
}

const char* nowire_error_name(int32_t failure) {
    // Each name is a literal, so a zero follows it.
    const auto name = nowire::esp_idf_name(static_cast<nowire::errc>(-static_cast<std::int64_t>(failure)));
    return name.empty() ? "" : name.data();
}
}
