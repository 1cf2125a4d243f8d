#pragma once

#include <nowire/micropython/values.hpp>
#include <nowire/station/chip.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

/// A chip's scheduler and its time: `micropython.schedule` and what of `time` follows the air's clock.
///
/// On the chip a message interrupts the one thread that runs Python, and the callback runs there, soon, between two
/// bytecodes. Here the mailbox's thread is the interrupt: it only schedules. The callbacks run in the threads that wait
/// on the chip - recv(), irecv(), recvinto(), poll(), sleep_ms(), whatever the object - or that call run_scheduled();
/// one at a time, in their order, never one inside another. A program that computes for long calls that now and then.
namespace nowire::micropython {

/// How many callbacks may be scheduled at once, on the ESP32.
inline constexpr std::size_t scheduler_depth = 8;

/// micropython.schedule(): has `what` called, as said above. May be called by any thread, by callbacks too.
/// @returns false where scheduler_depth are waiting already (on the chip: RuntimeError, "schedule queue full").
bool schedule(std::function<void()> what, chip& on);
/// The same on the process's own chip.
/// @throws std::system_error as chip::standard() does; so do the following that name no chip.
bool schedule(std::function<void()> what);

/// Calls what is scheduled. Does nothing where a callback runs already.
/// @throws what a callback lets out; those behind it are still scheduled.
void run_scheduled(chip& on);
/// The same on the process's own chip.
void run_scheduled();

/// For loops that wait for something else than the chip: `wake` is called whenever something was scheduled, in any
/// thread, until what this returns is gone. It must call nothing of the chip, but see to it that run_scheduled() is
/// called.
[[nodiscard]] std::shared_ptr<void> on_schedule(std::function<void()> wake, chip& on);

/// time.sleep_ms() on the air's clock. What is scheduled meanwhile is called meanwhile.
/// @throws what callbacks let out, and os_error where the chip is destroyed meanwhile.
void sleep_ms(integer ms, chip& on);
/// The same on the process's own chip.
void sleep_ms(integer ms);

/// Milliseconds since the chip began, on the air's clock, as time stamps of messages have them; they wrap at 2^32.
std::uint32_t ticks_ms(chip& on);
/// The same on the process's own chip.
std::uint32_t ticks_ms();
/// From `start` to `end`, across a wrap too.
constexpr std::int32_t ticks_diff(std::uint32_t end, std::uint32_t start) {
    return static_cast<std::int32_t>(end - start);
}

}  // namespace nowire::micropython
