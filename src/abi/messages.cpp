/// Messages, waiting, and how the program is told.

#include "abi/handle.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <span>
#include <utility>
#include <vector>

namespace nowire::abi {

namespace {

constexpr std::size_t most_sent = 64;

void keep(nowire_station& s, const completion& done) {
    nowire_sent made{};
    put_address(done.destination, made.address);
    made.delivered = done.result == tx_status::acked || done.result == tx_status::sent ? 1 : 0;
    {
        const std::lock_guard guard(s.mutex);
        if (!s.keeps_sent) return;
        if (s.sent.size() == most_sent) s.sent.pop_front();
        s.sent.push_back(made);
        s.sent_waits.set(true);
    }
    note(s, 0);
}

bool has_sent(nowire_station& s) {
    const std::lock_guard guard(s.mutex);
    return !s.sent.empty();
}

std::int32_t receive(nowire_station& s, void* payload, std::uint32_t room, nowire_message* into, std::int64_t timeout) {
    if (payload == nullptr && room > 0) return failed(-EINVAL, "there is no place for the payload");
    auto got = s.mailbox->receive(timeout_of(timeout), room, patience::interruptible);
    if (!got) return failed(got.error());
    if (payload != nullptr) std::memcpy(payload, got->payload.data(), got->payload.size());
    const auto length = static_cast<std::uint32_t>(got->payload.size());
    if (into == nullptr) return static_cast<std::int32_t>(length);
    nowire_message made{};
    made.length = length;
    made.time = since_open(s, got->time);
    put_address(got->source, made.source);
    put_address(got->destination, made.destination);
    made.rssi = got->rssi.value_or(0);
    made.channel = static_cast<std::uint8_t>(got->on.number());
    made.encrypted = got->was_encrypted ? 1 : 0;
    const auto done = give(into, made, "the message");
    return done != 0 ? done : static_cast<std::int32_t>(length);
}

std::int32_t wait(nowire_station& s, std::int32_t wanted, std::int32_t other, std::int64_t timeout) {
    std::vector<pollfd> others;
    if (other >= 0) others.push_back({.fd = other, .events = POLLIN, .revents = 0});
    if ((wanted & NOWIRE_SENT) != 0) others.push_back({.fd = s.sent_waits.get(), .events = POLLIN, .revents = 0});
    const mailbox_state ends = {.message = (wanted & NOWIRE_MESSAGE) != 0, .writable = (wanted & NOWIRE_WRITABLE) != 0};
    const auto found = s.mailbox->wait(ends, timeout_of(timeout), patience::interruptible, others);
    if (!found) return failed(found.error());
    std::int32_t result = 0;
    if (ends.message && found->message) result |= NOWIRE_MESSAGE;
    if (ends.writable && found->writable) result |= NOWIRE_WRITABLE;
    if ((wanted & NOWIRE_SENT) != 0 && has_sent(s)) result |= NOWIRE_SENT;
    if (other >= 0 && others.front().revents != 0) result |= NOWIRE_OTHER;
    return result;
}

}  // namespace

void note(nowire_station& s, std::int32_t messages) {
    std::optional<nowire_station::signalled> told;
    {
        const std::lock_guard guard(s.mutex);
        if (!s.notes_on) return;
        s.notes += messages;
        told = s.told;
    }
    if (told) ::tgkill(::getpid(), told->thread, told->number);
    s.mailbox->interrupt();
}

std::int64_t since_open(const nowire_station& s, time_point when) {
    return std::chrono::duration_cast<std::chrono::microseconds>(when - s.mailbox->began()).count();
}

}  // namespace nowire::abi

using namespace nowire::abi;

extern "C" {

int32_t nowire_send(nowire_station* station, const uint8_t* address, const void* payload, uint32_t length,
                    int32_t wait) {
    return call(station, [&](nowire_station& s) -> std::int32_t {
        if (payload == nullptr && length > 0) return failed(-EINVAL, "the payload is NULL");
        std::optional<nowire::mac_address> to;
        if (address != nullptr) to = address_of(address);
        const std::span bytes(static_cast<const std::uint8_t*>(payload), length);
        const auto sent = s.mailbox->send(to, bytes, wait != 0);
        if (!sent) return failed(sent.error());
        return *sent ? 1 : 0;
    });
}

int32_t nowire_flush(nowire_station* station, int64_t timeout) {
    return call(station, [&](nowire_station& s) {
        const auto done = s.mailbox->flush(timeout_of(timeout).value_or(nowire::duration::max()));
        return done ? 0 : failed(done.error());
    });
}

int32_t nowire_receive(nowire_station* station, void* payload, uint32_t room, struct nowire_message* message,
                       int64_t timeout) {
    return call(station, [&](nowire_station& s) { return receive(s, payload, room, message, timeout); });
}

int32_t nowire_next_size(nowire_station* station) {
    return call(station,
                [](nowire_station& s) { return static_cast<std::int32_t>(s.mailbox->next_size().value_or(0)); });
}

int32_t nowire_clear(nowire_station* station) {
    return call(station, [](nowire_station& s) {
        s.mailbox->clear();
        return 0;
    });
}

int32_t nowire_get_counters(nowire_station* station, struct nowire_counters* counters) {
    return call(station, [&](nowire_station& s) {
        const auto now = s.mailbox->counters();
        return give(counters,
                    nowire_counters{.size = 0,
                                    .reserved = 0,
                                    .tx_packets = now.tx_packets,
                                    .tx_responses = now.tx_responses,
                                    .tx_failures = now.tx_failures,
                                    .rx_packets = now.rx_packets,
                                    .rx_dropped = now.rx_dropped},
                    "the counters");
    });
}

int32_t nowire_keep_sent(nowire_station* station, int32_t on) {
    return call(station, [&](nowire_station& s) {
        {
            const std::lock_guard guard(s.mutex);
            s.keeps_sent = on != 0;
            s.sent.clear();
            s.sent_waits.set(false);
        }
        if (on != 0)
            s.mailbox->on_sent([&s](const nowire::completion& done) { keep(s, done); });
        else
            s.mailbox->on_sent({});
        return 0;
    });
}

int32_t nowire_next_sent(nowire_station* station, struct nowire_sent* sent) {
    return call(station, [&](nowire_station& s) -> std::int32_t {
        const std::lock_guard guard(s.mutex);
        if (s.sent.empty()) return 0;
        if (const auto done = give(sent, s.sent.front(), "the end"); done != 0) return done;
        s.sent.pop_front();
        s.sent_waits.set(!s.sent.empty());
        return 1;
    });
}

int64_t nowire_now(nowire_station* station) {
    return call(station, [](nowire_station& s) { return since_open(s, s.mailbox->now()); });
}

int32_t nowire_wait(nowire_station* station, int32_t wanted, int32_t other, int64_t timeout) {
    return call(station, [&](nowire_station& s) { return wait(s, wanted, other, timeout); });
}

int32_t nowire_interrupt(nowire_station* station) {
    return call(station, [](nowire_station& s) {
        s.mailbox->interrupt();
        return 0;
    });
}

int32_t nowire_notify(nowire_station* station, int32_t number) {
    return call(station, [&](nowire_station& s) {
        if (number > SIGRTMAX) return failed(NOWIRE_ARGUMENT, "there is no signal " + std::to_string(number));
        const std::lock_guard guard(s.mutex);
        s.notes_on = number >= 0;
        s.told.reset();
        if (number > 0) s.told = {.thread = ::gettid(), .number = number};
        s.notes = 0;
        return 0;
    });
}

int32_t nowire_take_notes(nowire_station* station) {
    return call(station, [](nowire_station& s) {
        const std::lock_guard guard(s.mutex);
        return std::exchange(s.notes, 0);
    });
}

int32_t nowire_message_descriptor(nowire_station* station) {
    return call(station, [](nowire_station& s) { return s.mailbox->descriptor(); });
}

int32_t nowire_sent_descriptor(nowire_station* station) {
    return call(station, [](nowire_station& s) { return s.sent_waits.get(); });
}
}
