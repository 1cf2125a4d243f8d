#pragma once

#include "station/station_descriptors.hpp"

#include <nowire/abi/nowire.h>
#include <nowire/device/errc.hpp>
#include <nowire/station/mailbox.hpp>

#include <sys/types.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

/// What a nowire_station is.
struct nowire_station {
    /// The thread that is told of messages by a signal.
    struct signalled {
        pid_t thread;
        int number;
    };

    std::unique_ptr<nowire::mailbox> mailbox;
    std::uint64_t forks = 0;  ///< of this process and its parents, when it was opened

    std::mutex mutex;  ///< of what follows; nothing is called with it held
    bool notes_on = false;
    std::optional<signalled> told;
    std::int32_t notes = 0;
    bool keeps_sent = false;
    std::deque<nowire_sent> sent;
    nowire::detail::signal_descriptor sent_waits;
};

namespace nowire::abi {

/// Keeps the text for nowire_error_text() and returns the failure's number.
std::int32_t failed(std::int32_t number, std::string_view text) noexcept;
std::int32_t failed(const error& why) noexcept;
std::int32_t failed(errc why) noexcept;

/// How often this process and its parents have forked since the library was loaded.
std::uint64_t forks() noexcept;

/// Calls `body()`, and turns what it throws into a failure.
template <class Body>
auto guarded(const Body& body) noexcept -> decltype(body()) {
    using number = decltype(body());
    try {
        return body();
    } catch (const std::system_error& e) {
        const bool own = e.code().category() == errc_category();
        return number{failed(own ? -e.code().value() : NOWIRE_INTERNAL, e.what())};
    } catch (const std::bad_alloc&) {
        return number{failed(-ENOMEM, "no memory")};
    } catch (const std::exception& e) {
        return number{failed(NOWIRE_INTERNAL, e.what())};
    }
}

/// The same for `body(station)`, where the station may be used here.
template <class Body>
auto call(nowire_station* station, const Body& body) noexcept -> decltype(body(*station)) {
    using number = decltype(body(*station));
    return guarded([&] {
        if (station == nullptr) return number{failed(-EINVAL, "the station is NULL")};
        if (station->forks != forks())
            return number{failed(NOWIRE_FORKED, "the station belongs to the parent of this process: open another one")};
        return body(*station);
    });
}

/// The same under the lock of its station, as driver::with().
template <class Body>
std::int32_t with(nowire_station* station, const Body& body) noexcept {
    return call(station, [&](nowire_station& s) {
        return s.mailbox->with([&](nowire::station& device) -> std::int32_t { return body(device); });
    });
}

/// Reads a struct of the caller, whose header may be older or newer than the library's: what he has not is zero.
/// @returns 0 or a failure.
template <class Struct>
std::int32_t take(Struct& into, const Struct* from, const char* what) {
    if (from == nullptr) return failed(-EINVAL, std::string(what) + " is NULL");
    if (from->size < sizeof from->size)
        return failed(-EFAULT, std::string(what) + "'s size is " + std::to_string(from->size));
    into = Struct{};
    std::memcpy(&into, from, std::min<std::size_t>(from->size, sizeof into));
    return 0;
}

/// Fills the caller's struct as far as it goes.
template <class Struct>
std::int32_t give(Struct* to, Struct what, const char* name) {
    if (to == nullptr) return failed(-EINVAL, std::string(name) + " is NULL");
    if (to->size < sizeof to->size)
        return failed(-EFAULT, std::string(name) + "'s size is " + std::to_string(to->size));
    what.size = to->size;
    std::memcpy(to, &what, std::min<std::size_t>(to->size, sizeof what));
    return 0;
}

/// Counts messages that came, and tells who wants to know.
void note(nowire_station& s, std::int32_t messages);

/// As the caller is told of times.
std::int64_t since_open(const nowire_station& s, time_point when);

/// The address at `octets`, which has 6 of them.
inline mac_address address_of(const std::uint8_t* octets) {
    return mac_address(std::span<const std::uint8_t, mac_address::size>(octets, mac_address::size));
}

/// The other way round.
inline void put_address(const mac_address& address, std::uint8_t* octets) {
    std::memcpy(octets, address.octets().data(), mac_address::size);
}

/// A timeout of the caller's.
inline std::optional<duration> timeout_of(std::int64_t microseconds) {
    if (microseconds < 0) return std::nullopt;
    // More than that no clock of nowire can tell.
    const auto most = std::chrono::duration_cast<std::chrono::microseconds>(duration::max()).count();
    return std::chrono::microseconds(std::min<std::int64_t>(microseconds, most));
}

}  // namespace nowire::abi
