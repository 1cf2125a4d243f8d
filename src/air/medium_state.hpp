#pragma once

#include "air/random.hpp"

#include <nowire/air/airtime.hpp>
#include <nowire/air/medium.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

namespace nowire::air {

struct node;
struct flight;

/// A radio that another one reaches, and how.
struct neighbour {
    node* at = nullptr;
    double dbm = 0;
    double mw = 0;
    double loss = 0;  ///< probability
    bool same_channel = true;
};

/// What a radio's receiver is in the middle of.
struct receiver {
    std::uint32_t arriving = 0;  ///< frames that reach it, however weakly
    std::uint32_t sensed = 0;    ///< those of them that make the channel busy
    bool transmitting = false;
    bool extended = false;      ///< the last frame could not be made out: EIFS
    double total = 0;           ///< mW of all that arrives
    flight* locked = nullptr;   ///< the frame that it is receiving
    double signal = 0;          ///< mW of that frame
    double worst = 0;           ///< mW: the most that the others together had since it began
    time_point idle_from;       ///< since when the channel has been free, where nothing is sensed
    time_point reserved_until;  ///< by the Duration field of others (NAV), or for an ACK of its own
};

/// A radio of the medium.
struct node {
    enum class sending : std::uint8_t {
        nothing,
        contending,  ///< counts its backoff down while the channel is free
        on_air,      ///< its frame is on the air, maybe on a channel that it has left meanwhile
        awaiting,    ///< the ACK
        answering,   ///< what is first in its queue cannot be sent and is about to be answered
    };

    // First what every frame in reach touches.
    receiver rx;
    sending state = sending::nothing;
    bool counting = false;  ///< contending, and the channel is free
    bool left = false;
    std::uint32_t slots = 0;      ///< of backoff still to count
    std::uint64_t due_event = 0;  ///< the one event of its own that is to come; 0: none
    time_point count_from;        ///< when the countdown of `slots` began
    time_point due;               ///< when it will transmit
    time_point on_channel_since;
    time_point receiving_since;
    medium_listener* listener = nullptr;

    radio_id id{};
    medium_radio as;
    /// What its links are known by: its station MAC, the last one where that interface is down.
    mac_address identity;
    random_sequence backoff{0};

    std::deque<nowire::transmit> queue;
    nowire::transmit current;          ///< the frame that is on the air or awaits its ACK
    std::uint16_t attempts = 0;        ///< transmissions of the frame that is first in the queue or current
    const flight* expected = nullptr;  ///< the ACK that is being sent to it
    std::vector<neighbour> reach;      ///< whom it reaches on its channel
    /// What its links draw from, by the receiver; made when first needed.
    std::unordered_map<radio_id, random_sequence> draws;

    /// Whether it could hear a frame that began at `start` and ends now.
    bool hears_since(time_point start) const {
        return as.setup.receiving && on_channel_since <= start && receiving_since <= start;
    }
};

/// A frame on the air, or an ACK that is about to be.
struct flight {
    struct arrival {
        neighbour by;
        bool sensed = false;
    };

    node* from = nullptr;  ///< nothing: its sender left in mid-frame, of which nobody can make anything
    /// An ACK's sender that has left since it heard what it acknowledges: its ACK is on its way all the same.
    std::unique_ptr<node> departed;
    channel on;
    nowire::rate rate{};
    double capture = 0;  ///< how many times stronger than the rest it must be
    time_point start;
    time_point end;
    bool is_ack = false;
    bool begun = false;
    node* answered = nullptr;            ///< of an ACK: whom it is for, as long as that is there
    std::array<std::uint8_t, 10> ack{};  ///< the bytes of an ACK
    std::span<const std::uint8_t> mpdu;  ///< in `ack` or in from->current
    std::vector<arrival> arrivals;       ///< whom it reaches
};

/// Something that is to happen. At one time what ends comes before what begins: frames that only touch do not overlap.
struct event {
    enum class kind : std::uint8_t { frame_ends, ack_begins, ack_timeout, answer, frame_begins };

    time_point time;
    kind what{};
    /// Of those of the same time and kind, whose comes first, whoever asked first: the radio's address as a number.
    /// Without airtime all happens at the same time; then this is 0, and they come in the order in which they were
    /// asked.
    std::uint64_t rank = 0;
    std::uint64_t order = 0;  ///< never used twice
    radio_id who{};           ///< of the last three
    flight* which = nullptr;  ///< of the first two
};

struct link_key {
    mac_address from;
    mac_address to;
    friend bool operator==(const link_key&, const link_key&) = default;
};

struct link_key_hash {
    std::size_t operator()(const link_key& key) const noexcept {
        return static_cast<std::size_t>(seed_of(0, key.from, key.to));
    }
};

struct medium::state {
    medium_options options;
    time_point now;
    std::uint64_t order = 0;
    std::uint32_t last_id = 0;
    bool advancing = false;
    medium_statistics statistics;
    std::function<void(const air_frame&)> observer;

    std::unordered_map<radio_id, std::unique_ptr<node>> nodes;
    std::vector<node*> all;  ///< the same, in the order in which they came
    std::unordered_map<mac_address, node*> addresses;
    std::unordered_map<link_key, link, link_key_hash> link_settings;

    std::vector<event> events;  ///< a heap; it may hold events of nodes that have since been called off
    std::vector<std::unique_ptr<flight>> flights;
    std::vector<std::unique_ptr<flight>> spare;

    struct reception {
        node* by;
        double dbm;
        channel on;
    };
    std::vector<reception> receptions;        ///< of the frame that just ended
    std::unique_ptr<flight> ended;            ///< that frame
    std::vector<std::unique_ptr<node>> gone;  ///< left while listeners were being called

    // medium.cpp
    node* find(radio_id id);
    bool are_free(const radio_setup& setup, const node* but) const;
    void take_addresses(node& n);
    void drop_addresses(const node& n);
    void identify(node& n);

    // medium_topology.cpp: who reaches whom
    void tune(node& n, channel on);
    void untune(node& n);
    /// Works out anew whom it reaches and who reaches it.
    void relink(node& n);
    void relink(node& from, node& to);
    std::optional<neighbour> reach_between(const node& from, node& to, channel sent_on) const;
    /// Whether the link loses a frame that could have been received.
    bool loses(node& from, const neighbour& by);

    // medium_contention.cpp: what happens when, and when a radio may send
    void start_next(node& n);
    void stop_waiting(node& n);
    void freeze(node& n);
    void resume(node& n);
    void plan(node& n, time_point when, event::kind what);
    void plan(flight& f, time_point when, event::kind what);
    std::optional<time_point> next_event();
    bool step(time_point t);

    // medium_flight.cpp: frames on the air, and what reaches receivers of them
    flight& make_flight(node& from, channel on, rate r);
    void launch(flight& f);
    void arrive(flight& f, const flight::arrival& a);
    bool depart(const flight& f, const flight::arrival& a);
    void overhear(node& n);
    void take_off(flight& f);
    void disown(std::unique_ptr<node> departing);

    // medium_exchange.cpp: a frame, and for a unicast its ACK or the wait for it
    void begin_frame(node& sender);
    void begin_ack(flight& f);
    void end_flight(flight& f);
    void end_data();
    void end_ack();
    void ack_timed_out(node& sender);
    void answer(node& n);
    void plan_ack(node& acker);
    std::optional<tx_done> attempt_failed(node& sender);
    tx_done finish(node& sender, tx_status status);
    void deliver();
    void observe() const;

    duration timed(duration d) const { return options.airtime ? d : duration::zero(); }
    void drop_stale();
    std::uint64_t rank_of(const node& n) const;
};

}  // namespace nowire::air
