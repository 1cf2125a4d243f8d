#pragma once

#include <nowire/gateway/engine.hpp>

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nowire::gateway::test {

using texts = std::vector<std::string>;

/// Options that name the gateway and its broker; mute() has nothing reported either.
engine_options quiet();
engine_options mute();

template <class Change>
engine_options with(engine_options o, Change change) {
    change(o);
    return o;
}

/// A message on the topic as a node gets it, its text a number.
std::string delivery_of(const std::string& topic, int number);

/// Something that a node or the broker got from the gateway.
struct heard {
    duration when;
    mac_address node;
    std::string text;
    interface via = interface::station;
};

/// An engine in virtual time, with a radio that sends in order (3 ms for a message that is acknowledged, 93 ms for one
/// that is not) and a broker that acknowledges what it gets after 1 ms.
class engine_dialogue {
  public:
    explicit engine_dialogue(engine_options options = {});

    /// The n-th node's address.
    static mac_address node(int n);

    /// A node sends; the gateway hears it now.
    void says(const mac_address& from, std::string_view text, std::optional<interface> to = interface::station);
    void says(int n, std::string_view text) { says(node(n), text); }
    void hears(const message& m, std::optional<interface> to = interface::station);
    /// A message as says() makes it.
    message message_of(const mac_address& from, std::string_view text);

    void broker(bool up);
    void mqtt(std::string_view topic, std::string_view payload, bool retained = false);
    void run_for(duration d);
    /// Lets everything that is under way come to an end.
    void settle() { run_for(std::chrono::seconds(5)); }

    /// What reached this node, whether or not it acknowledged it; taken out.
    std::vector<std::string> heard_by(int n);
    /// What the broker got since the last call: "topic payload", and "SUB filter qos", "UNSUB filter".
    std::vector<std::string> at_broker();

    class engine engine;
    time_point now;
    /// On the air, in order; never cleared.
    std::vector<heard> sent;
    /// Nodes that do not acknowledge.
    std::set<mac_address> absent;
    /// What a send to somebody present ends with.
    tx_status present_status = tx_status::acked;
    /// The broker keeps its acknowledgements to itself.
    bool broker_silent = false;
    /// Filters the broker refuses.
    std::set<std::string> refused;
    std::map<std::string, std::string> retained;
    wall_time wall = wall_time(std::chrono::seconds(1795210866));  // 2026-11-20 21:41:06 UTC

    instant instant_now() const { return {now, wall}; }

  private:
    void take_events();
    void at(time_point when, std::function<void()> what) { timers_.emplace(when, std::move(what)); }
    void transmit(const send_to_node& s);

    std::multimap<time_point, std::function<void()>> timers_;
    std::deque<std::string> broker_log_;
    std::map<mac_address, std::vector<std::string>> heard_;
    time_point radio_free_;
    bool broker_up_ = false;
    unsigned connection_ = 0;
    std::uint16_t sequence_number_ = 0;
};

}  // namespace nowire::gateway::test
