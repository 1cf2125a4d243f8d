#pragma once

#include <nowire/micropython/values.hpp>
#include <nowire/station/chip.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace nowire::micropython {

/// None for a negative number: that never ends.
std::optional<duration> from_ms(std::int64_t ms);

/// Calls what is scheduled and waits, until one of `wanted` is so or the time is over, however often it is interrupted.
/// @throws os_error for what the mailbox says.
mailbox_state wait_for(chip& on, const std::function<mailbox_state()>& wanted, std::optional<duration> timeout);

/// Takes the oldest message of the chip, calling what is scheduled while it waits. @returns nothing: the time is over.
/// @throws value_error(buffer_error) for one that is larger than `room`, os_error for what the mailbox says.
std::optional<message> take_message(chip& on, std::optional<duration> timeout, std::size_t room,
                                    const char* buffer_error);

/// As ticks_ms() at that time.
inline std::uint32_t ticks_at(time_point began, time_point when) {
    return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::milliseconds>(when - began).count());
}

/// @throws os_error(-12389, "ESP_ERR_ESPNOW_NOT_INIT").
[[noreturn]] void fail_not_init();

}  // namespace nowire::micropython
