#pragma once

#include "station/poll_socket.hpp"
#include "station/station_descriptors.hpp"
#include "station/station_state.hpp"

#include <nowire/station/mailbox.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nowire {

/// Calls a handler of the program's, which then must not wait.
void call_handler(const std::function<void()>& handler);

/// Whether the caller is such a handler.
bool is_in_handler();

/// Why nothing can be done while ESP-NOW is off.
error no_espnow();

/// What a mailbox is made of. All of it is under the driver's lock, but for what is atomic.
struct mailbox::state {
    /// Somebody who waits, on whose stack this lies.
    struct waiter {
        detail::signal_descriptor& woken;  ///< his thread's
    };
    /// Why the radio is gone, and until when it may come back before that is an error.
    struct loss {
        error why;
        time_point hoped_until;
    };

    state(std::unique_ptr<nowire::station> s, const mailbox_options& given);
    ~state();
    state(const state&) = delete;
    state& operator=(const state&) = delete;

    /// The driver, for a call of the program's, which is not idle any more.
    nowire::driver& enter() {
        polls_idly = false;
        return *driver;
    }

    /// Waits until `done` returns true, which is asked under the lock, first of all at once, and may take what it
    /// finds. Errors: timeout, interrupted, closed, without texts. `others` that have events end the wait too.
    std::expected<void, errc> wait(const std::function<bool()>& done, std::optional<duration> timeout, patience how,
                                   std::span<pollfd> others = {});
    /// Why a wait for what is not so must end all the same; nothing: it goes on.
    std::optional<errc> why_to_end(std::optional<time_point> deadline, patience how, bool signalled);
    /// Has everybody who waits look again.
    void wake_all();
    bool everybody_waits() const;

    /// Hands a message over, if that is possible now. no_memory: later.
    std::expected<void, error> submit(const std::optional<mac_address>& to, std::span<const std::uint8_t> payload);
    void ended(const completion& done, std::uint64_t of_generation);
    bool has_unended() const { return counters.tx_packets > counters.tx_responses; }

    void arrived();
    void radio_changed(const std::optional<error>& why);
    /// The radio is gone, and it is too late to hope for it.
    bool has_no_radio() const { return lost && clock().now() >= lost->hoped_until; }
    error no_radio() const;

    nowire::clock& clock() const { return station->clock(); }
    mailbox_state look() const;
    mailbox_counters count() const;
    /// Shows descriptor() what there is now.
    void show();

    const mailbox_options options;
    nowire::station* station = nullptr;  ///< the driver's
    time_point began{};
    bool started = false;
    std::uint64_t generation = 0;  ///< of start() and stop()
    mailbox_counters counters;     ///< but for those of the inbox
    std::uint64_t in_flight = 0;   ///< messages that have not ended, those from before it was switched off too
    std::uint64_t dropped_while_off = 0;
    std::uint64_t dropped_when_stopped = 0;
    std::optional<loss> lost;
    bool interrupted = false;  ///< and nobody has noticed yet
    bool closing = false;
    std::vector<waiter*> waiting;
    std::atomic<bool> polls_idly = false;  ///< who polls descriptor() has said that he has nothing to do
    std::condition_variable nobody_waits;
    std::optional<detail::poll_socket> shown;
    std::shared_ptr<const std::function<void()>> on_message;
    std::shared_ptr<const std::function<void(const completion&)>> on_sent;
    std::unique_ptr<nowire::driver> driver;  ///< last: its thread uses the others
};

}  // namespace nowire
