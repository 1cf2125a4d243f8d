#include "gateway/engine_dialogue.hpp"

#include <nowire/node/topic.hpp>

#include <algorithm>
#include <utility>

namespace nowire::gateway::test {

using namespace std::chrono_literals;

engine_options quiet() {
    engine_options o;
    o.gateway_id = "240ac4aaaa01";
    o.broker_name = "127.0.0.1";
    return o;
}

engine_options mute() {
    auto o = quiet();
    o.errors.reset();
    o.status.reset();
    return o;
}

std::string delivery_of(const std::string& topic, int number) {
    return "[\"" + topic + "\", \"" + std::to_string(number) + "\", false]";
}

engine_dialogue::engine_dialogue(engine_options options) : engine(std::move(options), *channel::from_number(6)) {}

mac_address engine_dialogue::node(int n) {
    return mac_address({0x24, 0x0a, 0xc4, 0, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)});
}

message engine_dialogue::message_of(const mac_address& from, std::string_view text) {
    message m;
    m.source = from;
    m.payload.assign(text.begin(), text.end());
    m.time = now;
    m.version = 1;
    m.sequence_number = ++sequence_number_;
    return m;
}

void engine_dialogue::says(const mac_address& from, std::string_view text, std::optional<interface> to) {
    hears(message_of(from, text), to);
}

void engine_dialogue::hears(const message& m, std::optional<interface> to) {
    engine.node_message(m, to, instant_now());
    take_events();
}

void engine_dialogue::broker(bool up) {
    broker_up_ = up;
    ++connection_;
    if (up) {
        engine.broker_up(instant_now());
    } else {
        engine.broker_down(instant_now());
    }
    take_events();
}

void engine_dialogue::mqtt(std::string_view topic, std::string_view payload, bool is_retained) {
    engine.mqtt_message(topic, payload, is_retained, instant_now());
    take_events();
}

void engine_dialogue::run_for(duration d) {
    const auto end = now + d;
    while (true) {
        auto next = timers_.empty() ? end : std::min(end, timers_.begin()->first);
        const auto deadline = engine.next_deadline();
        if (deadline && *deadline <= next) {
            wall += std::chrono::duration_cast<wall_time::duration>(*deadline - now);
            now = std::max(now, *deadline);
            engine.advance(instant_now());
            take_events();
            continue;
        }
        wall += std::chrono::duration_cast<wall_time::duration>(next - now);
        now = next;
        if (timers_.empty() || timers_.begin()->first > now) return;
        auto what = std::move(timers_.begin()->second);
        timers_.erase(timers_.begin());
        what();
    }
}

void engine_dialogue::transmit(const send_to_node& s) {
    const bool present = !absent.contains(s.node);
    radio_free_ = std::max(radio_free_, now) + (present ? 3ms : 93ms);
    at(radio_free_, [this, s, present] {
        sent.push_back({now.time_since_epoch(), s.node, s.payload, s.via});
        if (present) heard_[s.node].push_back(s.payload);
        engine.send_done(s.id, present ? present_status : tx_status::not_acked, instant_now());
        take_events();
    });
}

void engine_dialogue::take_events() {
    while (const auto event = engine.next_event()) {
        if (const auto* s = std::get_if<send_to_node>(&*event)) {
            transmit(*s);
        } else if (const auto* p = std::get_if<publish>(&*event)) {
            broker_log_.push_back(p->topic + " " + p->payload);
            if (broker_silent) continue;
            at(now + 1ms, [this, id = p->id, connection = connection_] {
                if (connection == connection_) engine.publish_done(id, instant_now());
                take_events();
            });
        } else if (const auto* sub = std::get_if<subscribe>(&*event)) {
            broker_log_.push_back("SUB " + sub->filter + " " + std::to_string(sub->qos));
            if (broker_silent) continue;
            at(now + 1ms, [this, asked = *sub, connection = connection_] {
                if (connection != connection_) return;
                const bool granted = !refused.contains(asked.filter);
                engine.subscribed(asked.filter, granted ? std::optional(asked.qos) : std::nullopt, instant_now());
                for (const auto& [topic, payload] : retained)
                    if (granted && node::matches(asked.filter, topic))
                        engine.mqtt_message(topic, payload, true, instant_now());
                take_events();
            });
        } else if (const auto* unsub = std::get_if<unsubscribe>(&*event)) {
            broker_log_.push_back("UNSUB " + unsub->filter);
        }
    }
}

std::vector<std::string> engine_dialogue::heard_by(int n) {
    return std::exchange(heard_[node(n)], {});
}

std::vector<std::string> engine_dialogue::at_broker() {
    std::vector<std::string> all(broker_log_.begin(), broker_log_.end());
    broker_log_.clear();
    return all;
}

}  // namespace nowire::gateway::test
