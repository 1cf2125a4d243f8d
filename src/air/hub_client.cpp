#include "air/hub_client.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <variant>

namespace nowire::air {

using protocol::refusal;

hub_client::hub_client(hub_services& hub, std::uint64_t id, unique_descriptor socket, pid_t pid)
    : hub_(hub), id_(id), socket_(std::move(socket)), pid_(pid) {}

void hub_client::read() {
    // One byte more than a packet may have shows one that is too long.
    std::array<std::uint8_t, protocol::packet_limit + 1> buffer;
    std::size_t bytes = 0;
    for (int packets = 0; packets < round_packets && bytes < round_bytes && wants_input(); ++packets) {
        const auto size = ::recv(socket(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && errno == EAGAIN) return;
        // An empty packet looks like the end, and is as wrong.
        if (size <= 0) return close();
        bytes += static_cast<std::size_t>(size);
        if (static_cast<std::size_t>(size) > protocol::packet_limit)
            return drop("a packet of more than " + std::to_string(protocol::packet_limit) + " bytes");
        handle(std::span(buffer).first(static_cast<std::size_t>(size)));
    }
}

bool hub_client::has_input() const {
    pollfd ready{.fd = socket(), .events = POLLIN, .revents = 0};
    return wants_input() && ::poll(&ready, 1, 0) == 1;
}

void hub_client::handle(std::span<const std::uint8_t> packet) {
    while (!packet.empty() && !closed_) {
        const auto message = protocol::take_client_message(packet);
        if (message)
            handle(*message);
        else if (message.error().what == protocol::problem::wrong_version)
            refuse(refusal::version, to_string(message.error()));
        else
            drop(to_string(message.error()));
    }
}

void hub_client::handle(const protocol::client_message& message) {
    if (const auto* hello = std::get_if<protocol::hello>(&message)) {
        if (has_greeted()) return drop("a second hello");
        return greet(*hello);
    }
    if (!has_greeted()) return drop("a message before its hello");
    idle_.reset();
    if (std::holds_alternative<protocol::bye>(message)) return close();
    if (std::holds_alternative<protocol::stop>(message))
        return hub_.end("process " + std::to_string(pid_) + " asked for it");
    if (std::holds_alternative<protocol::status_request>(message)) {
        wants_status_ = true;
        return hub_.client_changed(*this);
    }
    if (const auto* change = std::get_if<protocol::set_link>(&message)) {
        hub_.radio_asked(radio_.value_or(radio_id{}), message);
        hub_.medium().set_link(change->from, change->to, change->how);
        return applied(change->serial);
    }
    if (!radio_) return drop("a request for a radio from a client that has none");

    if (const auto* frame = std::get_if<protocol::transmit_frame>(&message)) return transmit(*frame);
    if (const auto* setup = std::get_if<protocol::configure>(&message)) return configure(*setup);
    if (const auto* idle = std::get_if<protocol::idle_until>(&message)) {
        idle_ = *idle;
        polling_ = false;
    } else if (std::holds_alternative<protocol::polling>(message)) {
        polling_ = true;
    } else if (const auto* report = std::get_if<protocol::report_peers>(&message)) {
        peers_ = report->peers;
    } else if (const auto* promiscuous = std::get_if<protocol::set_promiscuous>(&message)) {
        hub_.radio_asked(*radio_, message);
        about_.promiscuous = promiscuous->on;
        hub_.medium().set_promiscuous(*radio_, promiscuous->on);
        applied(promiscuous->serial);
    } else if (const auto* power = std::get_if<protocol::set_tx_power>(&message)) {
        hub_.radio_asked(*radio_, message);
        about_.tx_power = power->dbm;
        hub_.medium().set_tx_power(*radio_, power->dbm);
        applied(power->serial);
    } else if (const auto* place = std::get_if<protocol::set_position>(&message)) {
        hub_.radio_asked(*radio_, message);
        about_.at = place->at;
        hub_.medium().set_position(*radio_, place->at);
        applied(place->serial);
    }
}

void hub_client::greet(const protocol::hello& hello) {
    if (hello.kind == protocol::client_kind::control) {
        stage_ = stage::control;
        return answer(hub_.welcome());
    }
    radio_ = hub_.medium().join(hello.radio, *this);
    if (!radio_) return refuse(refusal::address_taken, taken_text(hello.radio.setup));
    hub_.radio_asked(*radio_, hello);
    stage_ = stage::radio;
    about_ = hello.radio;
    hub_.client_joined(*this);
    answer(hub_.welcome());
}

void hub_client::transmit(const protocol::transmit_frame& frame) {
    ++counters_.transmits;
    if (in_flight_ >= protocol::max_in_flight) {
        ++counters_.not_sent;
        return answer(protocol::transmit_done{{.token = frame.token, .time = hub_.medium().now()}});
    }
    ++in_flight_;
    hub_.radio_asked(*radio_, frame);
    hub_.medium().transmit(*radio_, {.token = frame.token,
                                     .mpdu = {frame.mpdu.begin(), frame.mpdu.end()},
                                     .tx_rate = frame.rate,
                                     .retries = frame.retries});
}

void hub_client::configure(const protocol::configure& m) {
    if (!hub_.medium().configure(*radio_, m.setup))
        return answer(protocol::applied{m.serial, protocol::refused{refusal::address_taken, taken_text(m.setup)}});
    hub_.radio_asked(*radio_, m);
    about_.setup = m.setup;
    applied(m.serial);
}

/// Whose the address is that cannot be had.
std::string hub_client::taken_text(const radio_setup& setup) const {
    for (const auto& address : {setup.station, setup.soft_ap}) {
        if (!address || address == about_.setup.station || address == about_.setup.soft_ap) continue;
        if (const auto owner = hub_.medium().owner_of(*address))
            return address->to_string() + " is already on this air: radio '" + *owner + "'";
    }
    return "an address is already on this air";
}

void hub_client::on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) {
    if (closed_) return;
    if (queue_.add_frame({info, mpdu}))
        ++counters_.received;
    else
        ++counters_.lost;
    hub_.client_changed(*this);
}

void hub_client::on_transmit_done(const tx_done& done) {
    --in_flight_;
    switch (done.status) {
        case tx_status::acked:
            ++counters_.acked;
            break;
        case tx_status::not_acked:
            ++counters_.not_acked;
            break;
        case tx_status::sent:
            ++counters_.sent;
            break;
        default:
            ++counters_.not_sent;
    }
    if (closed_) return;
    queue_.add_done(protocol::transmit_done{done});
    hub_.client_changed(*this);
}

void hub_client::wake_at(time_point now) {
    const auto until = idle_until();
    if (until && *until <= now) tell_time({now, real_clock::now(), standing});
}

void hub_client::tell_time(const pace& p) {
    if (radio_) answer(protocol::time_is{p});
}

std::string hub_client::label() const {
    return "'" + about_.name + "' (process " + std::to_string(pid_) + ")";
}

void hub_client::applied(std::uint32_t serial) {
    answer(protocol::applied{serial, std::nullopt});
}

void hub_client::answer(const protocol::hub_message& m) {
    if (closed_) return;
    queue_.add_answer(m);
    hub_.client_changed(*this);
}

void hub_client::flush() {
    if (closed_) return;
    if (queue_.flush(socket()) == hub_queue::flushed::broken) return close();
    // One answer at a time: whoever asks faster than it reads is told less often.
    if (wants_status_ && queue_.empty()) {
        wants_status_ = false;
        hub_.send_status(queue_);
        if (queue_.flush(socket()) == hub_queue::flushed::broken) close();
    }
}

void hub_client::refuse(refusal code, const std::string& text) {
    if (closed_) return;
    if (has_greeted() && code != refusal::ended)
        hub_.client_dropped();
    else if (!has_greeted())
        hub_.client_refused();
    queue_.add_answer(protocol::refused{code, text});
    queue_.flush(socket());
    close();
}

void hub_client::drop(const std::string& why) {
    const auto who = about_.name.empty() ? "" : " ('" + about_.name + "')";
    hub_.say("dropped process " + std::to_string(pid_) + who + ": it sent " + why);
    refuse(refusal::malformed, "the air dropped this client: it sent " + why);
}

void hub_client::close() {
    if (closed_) return;
    closed_ = true;
    if (radio_) {
        hub_.radio_asked(*radio_, protocol::bye());
        hub_.medium().leave(*radio_);
        radio_.reset();
        hub_.client_left(*this);
    }
    hub_.client_changed(*this);
}

protocol::radio_status hub_client::status() const {
    protocol::radio_status s;
    s.radio = about_;
    s.pid = static_cast<std::uint32_t>(pid_);
    s.in_flight = in_flight_;
    s.counters = counters_;
    s.peers = peers_;
    if (polling_) s.idle = protocol::idleness::unknown;
    if (!is_idle()) return s;
    s.idle = idle_->until ? protocol::idleness::until : protocol::idleness::forever;
    s.idle_until = idle_->until.value_or(time_point());
    return s;
}

}  // namespace nowire::air
