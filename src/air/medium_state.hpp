#pragma once

#include "air/random.hpp"

#include <nowire/air/channel_access.hpp>
#include <nowire/air/medium.hpp>

#include <array>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

namespace nowire::air {

/// How frames get from one radio to another: worked out when first needed, and again when `version` is not the sum of
/// theirs any more.
struct link_state {
    std::uint64_t version = 0;
    random_sequence random{0};
    double loss = 0;
    std::int8_t rssi = 0;
};

/// A radio of the medium.
struct node {
    enum class sending : std::uint8_t {
        nothing,
        waiting,    ///< has a request at its channel's access
        on_air,     ///< its frame is in an exchange, which may be on a channel that the radio has left meanwhile
        answering,  ///< what is first in its queue cannot be sent and is about to be answered
    };

    radio_id id{};
    std::size_t slot = 0;  ///< its index in link_state vectors
    medium_radio as;
    medium_listener* listener = nullptr;
    /// What its links are known by: its station MAC, the last one where that interface is down.
    mac_address identity;
    std::uint64_t version = 1;  ///< counts changes of anything that link_state depends on
    bool left = false;

    time_point on_channel_since;
    time_point receiving_since;
    time_point transmits_until;

    std::deque<nowire::transmit> queue;
    sending state = sending::nothing;
    std::uint16_t attempts = 0;  ///< transmissions of the frame that is first in the queue or on the air
    random_sequence backoff{0};

    std::vector<link_state> links;  ///< from this radio, by the receiver's slot

    /// Whether it could hear a frame that began at `start` and ends now.
    bool hears_since(time_point start) const {
        return as.setup.receiving && on_channel_since <= start && receiving_since <= start;
    }
};

/// What is going on on a channel.
struct channel_state {
    enum class phase : std::uint8_t {
        free,         ///< next: the radio that has the grant begins
        frame,        ///< next: the frame ends
        ack,          ///< next: its ACK ends
        ack_timeout,  ///< next: the sender gives up waiting for the ACK
    };

    channel on;
    channel_access access;
    std::vector<node*> radios;  ///< tuned to it, in the order in which they came
    std::size_t promiscuous = 0;

    phase now = phase::free;
    /// The time of what comes next, and its place among what comes at the same time.
    std::optional<time_point> due;
    std::uint64_t order = 0;
    /// Whose turn `due` is, while free.
    std::optional<channel_access::grant> granted;

    nowire::transmit frame;
    rate frame_rate{};
    radio_id sender{};
    std::optional<radio_id> acker;
    /// The radio that owes the ACK, if it left after the frame had ended: its ACK is on its way all the same.
    std::unique_ptr<node> departed_acker;
    time_point frame_start;
    time_point frame_end;
    time_point ack_start;
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
    std::vector<bool> slots;  ///< which are taken
    std::unordered_map<mac_address, node*> addresses;
    std::unordered_map<link_key, link, link_key_hash> link_settings;
    std::vector<std::unique_ptr<channel_state>> channels;

    struct answer {
        radio_id to;
        time_point due;
        std::uint64_t order;
    };
    std::deque<answer> answers;  ///< frames that cannot be sent

    struct reception {
        node* by;
        std::int8_t rssi;
    };
    std::vector<reception> receptions;        ///< of the frame that just ended
    std::vector<std::unique_ptr<node>> gone;  ///< left while listeners were being called

    // medium.cpp
    node* find(radio_id id);
    bool are_free(const radio_setup& setup, const node* but) const;
    void take_addresses(node& n);
    void drop_addresses(const node& n);
    channel_state& channel_of(channel on);
    void tune(node& n, channel on);
    void untune(node& n);
    void identify(node& n);
    link_state& link_between(node& from, node& to);

    // medium_exchange.cpp
    void start_next(node& n);
    void stop_waiting(node& n);
    void reschedule(channel_state& c);
    std::optional<time_point> next_event() const;
    bool step(time_point t);

  private:
    channel_state* earliest_channel() const;
    void begin_frame(channel_state& c);
    void end_frame(channel_state& c);
    void end_ack(channel_state& c);
    void attempt_failed(channel_state& c);
    void answer_first();
    void wait(channel_state& c, channel_state::phase phase, time_point until);
    void wait_for_ack(channel_state& c, node& addressee);
    tx_done finish(channel_state& c, node& sender, tx_status status);
    void release(channel_state& c);
    bool hear(node& from, node& by);
    void deliver(const channel_state& c, std::span<const std::uint8_t> mpdu, rate r);
    void observe(const channel_state& c, const node& from, time_point start, std::span<const std::uint8_t> mpdu,
                 rate r) const;
    duration timed(duration d) const { return options.airtime ? d : duration::zero(); }
};

}  // namespace nowire::air
