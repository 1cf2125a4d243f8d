/// How a mailbox sends and counts what becomes of it (MicroPython's espnow module: send, and its wait for responses).

#include "station/mailbox_state.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <utility>

namespace nowire {

namespace {

using std::chrono::milliseconds;

constexpr auto response_limit = milliseconds(100);
constexpr auto buffer_limit = milliseconds(2000);

error no_buffer(duration waited) {
    return {.code = errc::no_memory,
            .text = "no transmit buffer was free for " +
                    std::to_string(std::chrono::duration_cast<milliseconds>(waited).count()) + " ms"};
}

error not_ended(std::uint64_t count) {
    return {.code = errc::timeout,
            .text = std::to_string(count) + " sent message(s) have not ended within " +
                    std::to_string(response_limit.count()) + " ms"};
}

}  // namespace

std::expected<void, error> mailbox::state::submit(const std::optional<mac_address>& to,
                                                  std::span<const std::uint8_t> payload) {
    if (payload.empty() || payload.size() > options.longest)
        return std::unexpected(error{errc::argument, "a message has 1 to " + std::to_string(options.longest) +
                                                         " bytes, not " + std::to_string(payload.size())});
    auto& s = *station->state_;
    const auto when_done = [this, of = generation](const completion& done) { ended(done, of); };
    if (to) {
        auto sent = s.send(*to, payload, when_done, true);
        if (!sent) return std::unexpected(std::move(sent.error()));
        ++counters.tx_packets;
        ++in_flight;
    } else {
        auto sent = s.send_to_all(payload, when_done, true);
        // Peers that are groups are left out, which is no mistake of who sends.
        if (!sent && sent.error().code == errc::peer_not_found && station->device().peer_count() > 0) return {};
        if (!sent) return std::unexpected(std::move(sent.error()));
        counters.tx_packets += sent->size();
        in_flight += sent->size();
    }
    show();
    return {};
}

void mailbox::state::ended(const completion& done, std::uint64_t of_generation) {
    polls_idly = false;
    --in_flight;
    if (of_generation != generation) return wake_all();
    ++counters.tx_responses;
    if (done.result != tx_status::acked && done.result != tx_status::sent) ++counters.tx_failures;
    if (on_sent) station->state_->queue([handler = on_sent, done] { call_handler([&] { (*handler)(done); }); });
    show();
    wake_all();
}

std::expected<bool, error> mailbox::send(const std::optional<mac_address>& to, std::span<const std::uint8_t> payload,
                                         bool wait) {
    auto& s = *state_;
    std::optional<error> failed;
    std::uint64_t failures_before = 0;
    std::uint64_t unended = 0;
    // A handler that waited would wait for itself.
    const duration limit = is_in_handler() ? duration::zero() : buffer_limit;
    const auto is_off = [&] {
        if (!s.started) failed = no_espnow();
        return failed.has_value();
    };
    const auto all_ended = [&] {
        unended = s.counters.tx_packets - s.counters.tx_responses;
        return is_off() || unended == 0;
    };
    const auto hand_over = [&] {
        if (is_off()) return true;
        if (s.lost) {
            if (s.has_no_radio()) failed = s.no_radio();
            return failed.has_value();
        }
        // What failed of the earlier ones, this call has only waited for.
        failures_before = s.counters.tx_failures;
        auto done = s.submit(to, payload);
        if (!done && done.error().code == errc::no_memory) return false;
        if (!done) failed = std::move(done.error());
        return true;
    };
    const auto failure = [&](errc why) {
        if (why == errc::timeout) return not_ended(unended);
        return error{why, "the device was closed"};
    };

    if (wait)
        if (const auto flushed = s.wait(std::ref(all_ended), response_limit, patience::patient); !flushed)
            return std::unexpected(failure(flushed.error()));
    if (!failed)
        if (const auto handed = s.wait(std::ref(hand_over), limit, patience::patient); !handed)
            return std::unexpected(handed.error() == errc::timeout ? no_buffer(limit) : failure(handed.error()));
    if (wait && !failed)
        if (const auto ended = s.wait(std::ref(all_ended), response_limit, patience::patient); !ended)
            return std::unexpected(failure(ended.error()));
    if (failed) return std::unexpected(std::move(*failed));
    if (!wait) return true;
    return s.driver->with([&](nowire::station&) { return s.counters.tx_failures == failures_before; });
}

std::expected<void, error> mailbox::flush(duration timeout) {
    auto& s = *state_;
    const auto done = s.wait([&] { return s.in_flight == 0; }, timeout, patience::patient);
    if (done) return {};
    return std::unexpected(error{done.error(), "not everything that was sent has ended"});
}

}  // namespace nowire
