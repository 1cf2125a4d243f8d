/// Frames on the air, and what becomes of them at each receiver: which frame it locks on, what disturbs that, and when
/// the channel is busy for it.

#include "air/medium_state.hpp"
#include "air/phy.hpp"

#include <algorithm>
#include <utility>

namespace nowire::air {

namespace {

/// Whether a receiver that `by` describes can make anything of the preamble. Beside its channel only DSSS gets through:
/// OFDM needs the right frequency.
bool shows_its_preamble(const neighbour& by, rate r) {
    const auto m = modulation_of(r);
    return by.dbm >= preamble_sensitivity(m) && (by.same_channel || m == modulation::dsss_cck);
}

/// Receives `f` from now on.
void lock(receiver& rx, flight& f, double mw) {
    rx.locked = &f;
    rx.signal = mw;
    rx.worst = rx.total - mw;
}

}  // namespace

flight& medium::state::make_flight(node& from, channel on, rate r) {
    auto f = spare.empty() ? std::make_unique<flight>() : std::move(spare.back());
    if (!spare.empty()) spare.pop_back();
    auto arrivals = std::move(f->arrivals);  // has grown to the size that is needed
    arrivals.clear();
    *f = flight();
    f->from = &from;
    f->on = on;
    f->rate = r;
    f->capture = capture_ratio(r);
    f->arrivals = std::move(arrivals);
    flights.push_back(std::move(f));
    return *flights.back();
}

void medium::state::launch(flight& f) {
    auto& from = *f.from;
    f.begun = true;
    from.rx.transmitting = true;
    from.rx.locked = nullptr;
    const auto add = [&](const neighbour& by) {
        f.arrivals.push_back({by, shows_its_preamble(by, f.rate) || by.dbm >= energy_threshold});
    };
    if (!from.left && from.as.setup.on == f.on) {
        for (const auto& by : from.reach)
            add(by);
    } else {  // an ACK of a radio that is not there any more
        for (auto* to : all)
            if (to != &from)
                if (const auto by = reach_between(from, *to, f.on)) add(*by);
    }
    for (const auto& a : f.arrivals)
        arrive(f, a);
    plan(f, f.end, event::kind::frame_ends);
}

void medium::state::arrive(flight& f, const flight::arrival& a) {
    auto& n = *a.by.at;
    auto& rx = n.rx;
    ++rx.arriving;
    rx.total += a.by.mw;
    if (a.sensed && rx.sensed++ == 0) freeze(n);
    if (rx.transmitting) return;
    const bool can_lock = f.start == now && shows_its_preamble(a.by, f.rate);
    if (can_lock && (!rx.locked || a.by.mw >= rx.signal * f.capture))
        lock(rx, f, a.by.mw);
    else if (rx.locked)
        rx.worst = std::max(rx.worst, rx.total - rx.signal);
}

/// @returns whether the frame has been received.
bool medium::state::depart(const flight& f, const flight::arrival& a) {
    auto& rx = a.by.at->rx;
    bool received = false;
    if (rx.locked == &f) {
        rx.locked = nullptr;
        received = f.from && a.by.dbm >= sensitivity(f.rate) && a.by.mw >= rx.worst * f.capture;
        rx.extended = !received;
    }
    rx.total = --rx.arriving == 0 ? 0 : rx.total - a.by.mw;
    if (a.sensed && --rx.sensed == 0) rx.idle_from = now;
    return received;
}

/// Of frames that are on the air as it comes to a channel, a radio senses but the energy.
void medium::state::overhear(node& n) {
    for (const auto& f : flights) {
        if (!f->begun || !f->from || f->from == &n) continue;
        const auto by = reach_between(*f->from, n, f->on);
        if (!by || (by->dbm < energy_threshold && f->start != now)) continue;
        f->arrivals.push_back({*by, shows_its_preamble(*by, f->rate) || by->dbm >= energy_threshold});
        arrive(*f, f->arrivals.back());
    }
}

/// Moves the flight that has come to its end to `ended`.
void medium::state::take_off(flight& f) {
    if (ended) spare.push_back(std::move(ended));
    const auto found = std::ranges::find(flights, &f, &std::unique_ptr<flight>::get);
    ended = std::move(*found);
    *found = std::move(flights.back());
    flights.pop_back();
}

/// What becomes of a radio that has left.
void medium::state::disown(std::unique_ptr<node> departing) {
    const auto* n = departing.get();
    flight* owed = nullptr;
    for (const auto& f : flights) {
        if (f->answered == n) f->answered = nullptr;
        if (f->from != n) continue;
        if (f->is_ack)
            owed = f.get();
        else
            f->from = nullptr;
    }
    // A radio acknowledges before its program can have done anything about the frame, leaving included.
    if (owed)
        owed->departed = std::move(departing);
    else if (advancing)
        gone.push_back(std::move(departing));
}

}  // namespace nowire::air
