/// The course of an exchange: a frame, and for a unicast SIFS and its ACK or the sender's timeout. Each step first
/// brings the medium's state to where it will be, then calls listeners, who may ask for anything.

#include "air/medium_state.hpp"
#include "air/phy.hpp"

#include <nowire/frame/mpdu.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
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

std::array<std::uint8_t, ack_size - frame::fcs_size> ack_to(const mac_address& receiver) {
    std::array<std::uint8_t, ack_size - frame::fcs_size> ack = {0xd4, 0x00, 0x00, 0x00};
    std::ranges::copy(receiver.octets(), ack.begin() + 4);
    return ack;
}

std::int8_t rounded(double dbm) {
    return static_cast<std::int8_t>(std::clamp(std::round(dbm), -128.0, 127.0));
}

}  // namespace

/// What cannot be sent has had its turn.
void medium::state::answer(node& n) {
    const tx_done done{.token = n.queue.front().token, .status = tx_status::not_sent, .attempts = 0, .time = now};
    n.queue.pop_front();
    n.state = node::sending::nothing;
    start_next(n);
    n.listener->on_transmit_done(done);
}

void medium::state::begin_frame(node& sender) {
    const auto on = sender.as.setup.on;
    sender.counting = false;
    sender.state = node::sending::on_air;
    sender.current = std::move(sender.queue.front());
    sender.queue.pop_front();
    ++sender.attempts;
    ++statistics.transmissions;

    const std::span mpdu(sender.current.mpdu);
    const auto r = usable_rate(sender.current.tx_rate, on);
    frame::set_duration(mpdu.first<4>(), receiver_of(mpdu).is_group() ? std::uint16_t{0} : duration_field(r, on));
    if (sender.attempts > 1) frame::set_retry(mpdu.first<2>());

    auto& f = make_flight(sender, on, r);
    f.mpdu = mpdu;
    f.start = now;
    f.end = now + timed(airtime(mpdu.size() + frame::fcs_size, r, on));
    launch(f);
}

/// `acker` has received what just ended.
void medium::state::plan_ack(node& acker) {
    const auto& data = *ended;
    auto& f = make_flight(acker, data.on, ack_rate(data.rate));
    f.is_ack = true;
    f.answered = data.from;
    f.ack = ack_to(transmitter_of(data.mpdu));
    f.mpdu = f.ack;
    f.start = now + timed(sifs(f.on));
    f.end = f.start + timed(airtime(ack_size, f.rate, f.on));
    acker.rx.reserved_until = std::max(acker.rx.reserved_until, f.end);
    plan(f, f.start, event::kind::ack_begins);
}

void medium::state::begin_ack(flight& f) {
    if (f.from->rx.transmitting) {  // it has gone to another channel and is sending there
        take_off(f);
        return;
    }
    ++statistics.acks;
    if (f.answered) f.answered->expected = &f;
    launch(f);
}

void medium::state::end_flight(flight& f) {
    take_off(f);
    receptions.clear();
    if (f.from) {
        f.from->rx.transmitting = false;
        f.from->rx.idle_from = now;
        // What was asked for while it acknowledged.
        if (!f.from->left && f.from->state == node::sending::contending) resume(*f.from);
    }
    if (f.is_ack)
        end_ack();
    else
        end_data();
}

void medium::state::end_data() {
    const auto& f = *ended;
    auto* sender = f.from;
    const auto a1 = sender ? receiver_of(f.mpdu) : mac_address();
    const bool group = a1.is_group();
    const auto reserved = now + (group ? duration::zero() : timed(sifs(f.on) + ack_airtime(f.rate, f.on)));
    const auto owner = addresses.find(a1);
    const auto addressee = owner == addresses.end() ? radio_id{} : owner->second->id;
    for (const auto& a : f.arrivals) {
        auto& by = *a.by.at;
        const bool received = depart(f, a);
        const bool is_for_it = sender && (group || by.id == addressee);
        const bool wanted = sender && (is_for_it || by.as.promiscuous) && by.hears_since(f.start);
        if (received && !is_for_it) by.rx.reserved_until = std::max(by.rx.reserved_until, reserved);
        if (sender && received && wanted) {
            if (!loses(*sender, a.by)) {
                receptions.push_back({&by, a.by.dbm, by.as.setup.on});
                if (by.id == addressee) plan_ack(by);
            }
        } else if (wanted && a.by.same_channel && a.by.dbm >= sensitivity(f.rate)) {
            ++statistics.collisions;
        }
        if (a.sensed && by.rx.sensed == 0 && by.state == node::sending::contending) resume(by);
    }
    if (!sender) return;

    std::optional<tx_done> done;
    if (group) {
        done = finish(*sender, tx_status::sent);
    } else {
        sender->state = node::sending::awaiting;
        plan(*sender, now + timed(ack_timeout(f.rate, f.on)), event::kind::ack_timeout);
    }
    observe();
    deliver();
    if (done && !sender->left) sender->listener->on_transmit_done(*done);
}

void medium::state::end_ack() {
    const auto& f = *ended;
    auto* sender = f.answered;
    bool acknowledged = false;
    for (const auto& a : f.arrivals) {
        auto& by = *a.by.at;
        const bool received = depart(f, a);
        // The receiver's switch does not keep a radio from hearing the ACK to what it sent.
        const bool tells = by.as.promiscuous && by.hears_since(f.start);
        if (received && (tells || &by == sender) && !loses(*f.from, a.by)) {
            if (tells) receptions.push_back({&by, a.by.dbm, by.as.setup.on});
            if (&by == sender) acknowledged = sender->expected == &f;
        }
        if (a.sensed && by.rx.sensed == 0 && by.state == node::sending::contending) resume(by);
    }

    std::optional<tx_done> done;
    if (acknowledged) {
        done = finish(*sender, tx_status::acked);
    } else if (sender && sender->expected == &f) {
        sender->expected = nullptr;
        // Its timeout has passed while this was coming in; else that is still to come.
        if (sender->due_event == 0) done = attempt_failed(*sender);
    }
    observe();
    deliver();
    if (done && !sender->left) sender->listener->on_transmit_done(*done);
}

void medium::state::ack_timed_out(node& sender) {
    // The preamble of an ACK has come in time: its end will tell.
    if (sender.expected && sender.rx.locked == sender.expected) return;
    if (const auto done = attempt_failed(sender)) sender.listener->on_transmit_done(*done);
}

/// The next transmission of the same frame asks for the channel anew, so a unicast that nobody answers does not keep
/// others waiting until its last retry.
std::optional<tx_done> medium::state::attempt_failed(node& sender) {
    // The free time that AIFS asks for begins here (10.23.2.2).
    sender.rx.idle_from = std::max(sender.rx.idle_from, now);
    if (sender.attempts > sender.current.retries) return finish(sender, tx_status::not_acked);
    sender.expected = nullptr;
    sender.queue.push_front(std::move(sender.current));
    sender.state = node::sending::nothing;
    start_next(sender);
    return std::nullopt;
}

/// Ends the exchange and lets the sender ask for its next frame.
tx_done medium::state::finish(node& sender, tx_status status) {
    const tx_done done{.token = sender.current.token, .status = status, .attempts = sender.attempts, .time = now};
    sender.attempts = 0;
    sender.expected = nullptr;
    sender.due_event = 0;
    sender.state = node::sending::nothing;
    start_next(sender);
    return done;
}

void medium::state::deliver() {
    const auto& f = *ended;
    for (const auto& [by, dbm, on] : receptions) {
        if (by->left) continue;
        ++statistics.receptions;
        by->listener->on_receive(
            f.mpdu, {.time = now, .rssi = rounded(dbm), .noise = options.noise, .on = on, .rx_rate = f.rate});
    }
}

void medium::state::observe() const {
    const auto& f = *ended;
    if (!observer) return;
    observer({.start = f.start,
              .end = now,
              .on = f.on,
              .rate = f.rate,
              .signal = static_cast<std::int8_t>(f.from->as.tx_power),
              .mpdu = f.mpdu,
              .from = f.from->as.name});
}

}  // namespace nowire::air
