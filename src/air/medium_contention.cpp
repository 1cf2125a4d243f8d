/// What happens when, and when a radio may send: carrier sense and backoff of IEEE 802.11-2020, 10.23.2.

#include "air/medium_state.hpp"

#include <nowire/frame/mpdu.hpp>

#include <algorithm>
#include <tuple>

namespace nowire::air {

namespace {

bool comes_later(const event& a, const event& b) {
    return std::tuple(a.time, a.what, a.rank, a.order) > std::tuple(b.time, b.what, b.rank, b.order);
}

bool can_be_sent(std::span<const std::uint8_t> mpdu) {
    return mpdu.size() >= frame::header_size && mpdu.size() <= max_mpdu;
}

/// The last slot that a transmission may draw which follows `attempts` others of the same frame.
std::uint32_t window(const contention& access, unsigned attempts) {
    constexpr unsigned doublings = 16;
    const auto doubled = (std::uint64_t{access.first_window} + 1) << std::min(attempts, doublings);
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>({doubled - 1, std::max(access.first_window, access.last_window), 0xffff}));
}

}  // namespace

/// Asks for the channel on behalf of what is first in the queue, if anything is.
void medium::state::start_next(node& n) {
    if (n.state != node::sending::nothing || n.queue.empty()) return;
    if (!can_be_sent(n.queue.front().mpdu)) {
        n.state = node::sending::answering;
        plan(n, now, event::kind::answer);
        return;
    }
    n.state = node::sending::contending;
    n.slots = options.airtime ? n.backoff.up_to(window(options.access, n.attempts)) : 0;
    resume(n);
}

void medium::state::stop_waiting(node& n) {
    if (n.state != node::sending::contending) return;
    n.state = node::sending::nothing;
    n.counting = false;
    n.due_event = 0;
}

/// The channel has become busy for it.
void medium::state::freeze(node& n) {
    if (n.state != node::sending::contending || !n.counting) return;
    const auto on = n.as.setup.on;
    // It begins before it can notice: this is how frames of radios that sense each other collide.
    if (n.due - now <= timed(sensing_delay(on))) return;
    if (now > n.count_from) n.slots -= static_cast<std::uint32_t>((now - n.count_from) / slot_time(on));
    n.counting = false;
    n.due_event = 0;
}

/// Goes on counting if the channel is free for it.
void medium::state::resume(node& n) {
    n.counting = !n.rx.transmitting && n.rx.sensed == 0;
    if (!n.counting) return;
    const auto on = n.as.setup.on;
    auto space = aifs(on, options.access.aifsn);
    if (n.rx.extended && options.access.extended) space += eifs_extension(on);
    n.count_from = std::max(now, std::max(n.rx.idle_from, n.rx.reserved_until) + timed(space));
    n.due = n.count_from + n.slots * timed(slot_time(on));
    plan(n, n.due, event::kind::frame_begins);
}

std::uint64_t medium::state::rank_of(const node& n) const {
    std::uint64_t rank = 0;
    if (options.airtime)
        for (const auto octet : n.identity.octets())
            rank = rank << 8 | octet;
    return rank;
}

/// The one thing that is to happen to `n`; what was planned before is off.
void medium::state::plan(node& n, time_point when, event::kind what) {
    n.due_event = ++order;
    events.push_back({.time = when, .what = what, .rank = rank_of(n), .order = order, .who = n.id});
    std::ranges::push_heap(events, comes_later);
}

void medium::state::plan(flight& f, time_point when, event::kind what) {
    const auto rank = f.from ? rank_of(*f.from) : 0;
    events.push_back({.time = when, .what = what, .rank = rank, .order = ++order, .which = &f});
    std::ranges::push_heap(events, comes_later);
}

void medium::state::drop_stale() {
    while (!events.empty() && !events.front().which) {
        const auto* n = find(events.front().who);
        if (n && n->due_event == events.front().order) return;
        std::ranges::pop_heap(events, comes_later);
        events.pop_back();
    }
}

std::optional<time_point> medium::state::next_event() {
    drop_stale();
    if (events.empty()) return std::nullopt;
    return events.front().time;
}

bool medium::state::step(time_point t) {
    const auto next = next_event();
    if (!next || *next > t) return false;
    const auto e = events.front();
    std::ranges::pop_heap(events, comes_later);
    events.pop_back();
    now = std::max(now, e.time);
    if (e.which) {
        e.what == event::kind::ack_begins ? begin_ack(*e.which) : end_flight(*e.which);
        return true;
    }
    auto& n = *find(e.who);
    n.due_event = 0;
    if (e.what == event::kind::frame_begins)
        begin_frame(n);
    else if (e.what == event::kind::ack_timeout)
        ack_timed_out(n);
    else
        answer(n);
    return true;
}

}  // namespace nowire::air
