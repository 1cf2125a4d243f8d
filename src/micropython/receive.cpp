#include "micropython/receive.hpp"

#include "micropython/scheduler.hpp"

#include <nowire/micropython/error.hpp>
#include <nowire/station/station_deadline.hpp>

#include <algorithm>
#include <utility>

namespace nowire::micropython {

namespace {

std::optional<duration> left_until(const mailbox& box, std::optional<time_point> deadline) {
    if (!deadline) return std::nullopt;
    return std::max(*deadline - box.now(), duration::zero());
}

}  // namespace

std::optional<duration> from_ms(std::int64_t ms) {
    constexpr auto longest = std::chrono::floor<std::chrono::milliseconds>(duration::max()).count();
    if (ms < 0 || ms > longest) return std::nullopt;
    return std::chrono::milliseconds(ms);
}

mailbox_state wait_for(chip& on, const std::function<mailbox_state()>& wanted, std::optional<duration> timeout) {
    auto& box = on.mailbox();
    auto& callbacks = on.part<scheduler>();
    const auto deadline = deadline_after(box.now(), timeout);
    for (;;) {
        callbacks.run();
        const auto found = box.wait(wanted(), left_until(box, deadline), patience::interruptible);
        if (found) return *found;
        if (found.error().code != errc::interrupted) throw os_error::from(found.error());
    }
}

std::optional<message> take_message(chip& on, std::optional<duration> timeout, std::size_t room,
                                    const char* buffer_error) {
    auto& box = on.mailbox();
    auto& callbacks = on.part<scheduler>();
    const auto deadline = deadline_after(box.now(), timeout);
    callbacks.run();
    for (;;) {
        const auto left = left_until(box, deadline);
        // An error has a text, and who only looks shall not allocate memory.
        if (left == duration::zero() && box.is_started() && !box.next_size()) return std::nullopt;
        auto got = box.receive(left, room, patience::interruptible);
        if (got) return std::move(*got);
        switch (got.error().code) {
            case errc::timeout:
                return std::nullopt;
            case errc::interrupted:
                callbacks.run();
                break;
            case errc::buffer_too_small:
                throw value_error(buffer_error);
            default:
                throw os_error::from(got.error());
        }
    }
}

void fail_not_init() {
    throw os_error::from({.code = errc::not_init, .text = {}});
}

}  // namespace nowire::micropython
