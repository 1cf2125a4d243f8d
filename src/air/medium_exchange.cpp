/// The course of an exchange: a frame, and for a unicast SIFS and its ACK or the sender's timeout. Each step first
/// brings the medium's state to where it will be, then calls listeners, who may ask for anything.

#include "air/medium_state.hpp"

#include <nowire/air/airtime.hpp>
#include <nowire/frame/mpdu.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace nowire::air {

namespace {

mac_address address_at(std::span<const std::uint8_t> mpdu, std::size_t offset) {
    return mac_address(mpdu.subspan(offset).first<mac_address::size>());
}

mac_address receiver_of(std::span<const std::uint8_t> mpdu) {
    return address_at(mpdu, 4);
}

mac_address transmitter_of(std::span<const std::uint8_t> mpdu) {
    return address_at(mpdu, 10);
}

using ack_bytes = std::array<std::uint8_t, ack_size - frame::fcs_size>;

ack_bytes ack_to(const mac_address& receiver) {
    ack_bytes ack = {0xd4, 0x00, 0x00, 0x00};
    std::ranges::copy(receiver.octets(), ack.begin() + 4);
    return ack;
}

bool can_be_sent(std::span<const std::uint8_t> mpdu) {
    return mpdu.size() >= frame::header_size && mpdu.size() <= max_mpdu;
}

}  // namespace

/// Asks for the channel on behalf of what is first in the queue, if anything is.
void medium::state::start_next(node& n) {
    if (n.state != node::sending::nothing || n.queue.empty()) return;
    if (!can_be_sent(n.queue.front().mpdu)) {
        n.state = node::sending::answering;
        answers.push_back({n.id, now, ++order});
        return;
    }
    n.state = node::sending::waiting;
    const auto on = n.as.setup.on;
    const auto slots = n.backoff.up_to(n.attempts == 0 ? contention_window.first : contention_window.later);
    auto& c = channel_of(on);
    c.access.request(n.id, timed(aifs(on) + slots * slot_time(on)), now);
    reschedule(c);
}

void medium::state::stop_waiting(node& n) {
    if (n.state != node::sending::waiting) return;
    n.state = node::sending::nothing;
    auto& c = channel_of(n.as.setup.on);
    c.access.withdraw(n.id, now);
    reschedule(c);
}

void medium::state::reschedule(channel_state& c) {
    if (c.now != channel_state::phase::free) return;
    const auto granted = c.access.next();
    if (granted == c.granted) return;
    c.granted = granted;
    c.due.reset();
    if (granted) c.due = granted->start;
    c.order = ++order;
}

channel_state* medium::state::earliest_channel() const {
    channel_state* earliest = nullptr;
    for (const auto& c : channels) {
        if (!c->due) continue;
        if (!earliest || std::pair(*c->due, c->order) < std::pair(*earliest->due, earliest->order)) earliest = c.get();
    }
    return earliest;
}

std::optional<time_point> medium::state::next_event() const {
    const auto* c = earliest_channel();
    if (answers.empty()) return c ? c->due : std::nullopt;
    return c ? std::min(*c->due, answers.front().due) : answers.front().due;
}

bool medium::state::step(time_point t) {
    auto* c = earliest_channel();
    if (!answers.empty()) {
        const auto& first = answers.front();
        if (!c || std::pair(first.due, first.order) < std::pair(*c->due, c->order)) {
            if (first.due > t) return false;
            answer_first();
            return true;
        }
    }
    if (!c || *c->due > t) return false;
    now = *c->due;
    switch (c->now) {
        case channel_state::phase::free:
            begin_frame(*c);
            break;
        case channel_state::phase::frame:
            end_frame(*c);
            break;
        case channel_state::phase::ack:
            end_ack(*c);
            break;
        case channel_state::phase::ack_timeout:
            attempt_failed(*c);
            break;
    }
    return true;
}

/// `due` of an answer is the time when it was asked for, which is never ahead of `now`.
void medium::state::answer_first() {
    auto& n = *find(answers.front().to);
    answers.pop_front();
    const tx_done done{.token = n.queue.front().token, .status = tx_status::not_sent, .attempts = 0, .time = now};
    n.queue.pop_front();
    n.state = node::sending::nothing;
    start_next(n);
    n.listener->on_transmit_done(done);
}

void medium::state::begin_frame(channel_state& c) {
    auto& sender = *find(c.granted->who);
    c.access.begin();
    c.granted.reset();
    c.sender = sender.id;
    c.acker.reset();
    c.frame = std::move(sender.queue.front());
    sender.queue.pop_front();
    sender.state = node::sending::on_air;
    ++sender.attempts;
    ++statistics.transmissions;

    const std::span mpdu(c.frame.mpdu);
    c.frame_rate = usable_rate(c.frame.tx_rate, c.on);
    const bool group = receiver_of(mpdu).is_group();
    frame::set_duration(mpdu.first<4>(), group ? std::uint16_t{0} : duration_field(c.frame_rate, c.on));
    if (sender.attempts > 1) frame::set_retry(mpdu.first<2>());

    c.frame_start = now;
    c.frame_end = now + timed(airtime(mpdu.size() + frame::fcs_size, c.frame_rate, c.on));
    sender.transmits_until = c.frame_end;
    wait(c, channel_state::phase::frame, c.frame_end);
}

/// Adds a reception by `by` to those of the frame from `from` that just ended, unless their link loses it.
/// @returns whether it is heard.
bool medium::state::hear(node& from, node& by) {
    auto& l = link_between(from, by);
    if (l.loss > 0 && l.random.chance(l.loss)) {
        ++statistics.losses;
        return false;
    }
    receptions.push_back({&by, l.rssi});
    return true;
}

void medium::state::deliver(const channel_state& c, std::span<const std::uint8_t> mpdu, rate r) {
    for (const auto& [by, rssi] : receptions) {
        if (by->left) continue;
        ++statistics.receptions;
        by->listener->on_receive(mpdu, {.time = now, .rssi = rssi, .noise = options.noise, .on = c.on, .rx_rate = r});
    }
}

void medium::state::end_frame(channel_state& c) {
    auto* sender = find(c.sender);
    if (!sender) {  // it left in mid-frame, of which nobody can make anything
        release(c);
        return;
    }
    const std::span<const std::uint8_t> mpdu(c.frame.mpdu);
    const auto a1 = receiver_of(mpdu);
    const auto owner = addresses.find(a1);
    auto* addressee = owner == addresses.end() || owner->second == sender ? nullptr : owner->second;
    bool addressee_hears = false;
    receptions.clear();
    if (a1.is_group() || c.promiscuous > 0) {
        for (auto* by : c.radios) {
            const bool wanted = by == addressee || a1.is_group() || by->as.promiscuous;
            if (by == sender || !wanted || !by->hears_since(c.frame_start)) continue;
            const bool heard = hear(*sender, *by);
            if (by == addressee) addressee_hears = heard;
        }
    } else if (addressee && addressee->as.setup.on == c.on && addressee->hears_since(c.frame_start)) {
        addressee_hears = hear(*sender, *addressee);
    }

    std::optional<tx_done> done;
    if (a1.is_group())
        done = finish(c, *sender, tx_status::sent);
    else if (addressee_hears)
        wait_for_ack(c, *addressee);
    else
        wait(c, channel_state::phase::ack_timeout, c.frame_end + timed(ack_timeout(c.frame_rate, c.on)));

    observe(c, *sender, c.frame_start, mpdu, c.frame_rate);
    deliver(c, mpdu, c.frame_rate);
    if (done && !sender->left) sender->listener->on_transmit_done(*done);
}

void medium::state::wait(channel_state& c, channel_state::phase phase, time_point until) {
    c.now = phase;
    c.due = until;
    c.order = ++order;
}

void medium::state::wait_for_ack(channel_state& c, node& addressee) {
    c.acker = addressee.id;
    c.ack_start = now + timed(sifs(c.on));
    addressee.transmits_until = c.ack_start + timed(ack_airtime(c.frame_rate, c.on));
    wait(c, channel_state::phase::ack, addressee.transmits_until);
}

void medium::state::end_ack(channel_state& c) {
    auto* sender = find(c.sender);
    // Kept until the end of this call, for those who are told of its ACK.
    const auto departed = std::move(c.departed_acker);
    auto* acker = departed ? departed.get() : find(*c.acker);
    const auto gives_up = std::max(now, c.frame_end + timed(ack_timeout(c.frame_rate, c.on)));
    if (!sender) {  // it left meanwhile
        wait(c, channel_state::phase::ack_timeout, gives_up);
        return;
    }
    ++statistics.acks;
    const auto ack = ack_to(transmitter_of(c.frame.mpdu));
    const auto r = ack_rate(c.frame_rate);
    bool sender_hears = false;
    receptions.clear();
    // The receiver's switch does not keep a radio from hearing the ACK to what it sent.
    if (sender->as.setup.on == c.on && sender->on_channel_since <= c.frame_end) {
        sender_hears = hear(*acker, *sender);
        const bool tells = sender->as.promiscuous && sender->hears_since(c.ack_start);
        if (sender_hears && !tells) receptions.clear();
    }
    if (c.promiscuous > 0)
        for (auto* by : c.radios)
            if (by != sender && by != acker && by->as.promiscuous && by->hears_since(c.ack_start)) hear(*acker, *by);

    std::optional<tx_done> done;
    if (sender_hears)
        done = finish(c, *sender, tx_status::acked);
    else
        wait(c, channel_state::phase::ack_timeout, gives_up);

    observe(c, *acker, c.ack_start, ack, r);
    deliver(c, ack, r);
    if (done && !sender->left) sender->listener->on_transmit_done(*done);
}

/// The next transmission of the same frame asks for the channel anew, so a unicast that nobody answers does not keep
/// others waiting until its last retry.
void medium::state::attempt_failed(channel_state& c) {
    auto* sender = find(c.sender);
    if (!sender) {
        release(c);
        return;
    }
    if (sender->attempts > c.frame.retries) {
        const auto done = finish(c, *sender, tx_status::not_acked);
        sender->listener->on_transmit_done(done);
        return;
    }
    sender->queue.push_front(std::move(c.frame));
    sender->state = node::sending::nothing;
    release(c);
    start_next(*sender);
}

/// Ends the exchange and lets the sender ask for its next frame.
tx_done medium::state::finish(channel_state& c, node& sender, tx_status status) {
    const tx_done done{.token = c.frame.token, .status = status, .attempts = sender.attempts, .time = now};
    sender.attempts = 0;
    sender.state = node::sending::nothing;
    release(c);
    start_next(sender);
    return done;
}

void medium::state::release(channel_state& c) {
    c.now = channel_state::phase::free;
    c.due.reset();
    c.access.release(now);
    reschedule(c);
}

void medium::state::observe(const channel_state& c, const node& from, time_point start,
                            std::span<const std::uint8_t> mpdu, rate r) const {
    if (!observer) return;
    observer({.start = start,
              .end = now,
              .on = c.on,
              .rate = r,
              .signal = static_cast<std::int8_t>(from.as.tx_power),
              .mpdu = mpdu,
              .from = from.as.name});
}

}  // namespace nowire::air
