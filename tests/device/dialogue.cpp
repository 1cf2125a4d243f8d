#include "device/dialogue.hpp"

#include <nowire/frame/mpdu.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace nowire::test {

bytes text(std::string_view characters) {
    return {characters.begin(), characters.end()};
}

const ccmp::lmk& first_lmk() {
    static const ccmp::lmk value = *ccmp::lmk::parse("00112233445566778899aabbccddeeff");
    return value;
}

const ccmp::lmk& second_lmk() {
    static const ccmp::lmk value = *ccmp::lmk::parse("sixteen letters!");
    return value;
}

peer plain_peer(const mac_address& address) {
    return {.address = address};
}

peer encrypted_peer(const mac_address& address, const ccmp::lmk& lmk) {
    return {.address = address, .lmk = lmk, .encrypt = true};
}

participant::participant(dialogue& wire, device_options options)
    : dev(
          std::move(options), [this] { return draw(); },
          [](const ccmp::key& key, const mac_address& own) {
              return std::make_unique<ccmp::packet_number_source>(key.fingerprint(own), 0);
          }),
      wire_(&wire) {
    drain();
}

std::uint32_t participant::draw() {
    if (randoms.empty()) return next_random_++;
    const auto value = randoms.front();
    randoms.pop_front();
    return value;
}

send_token participant::says(const mac_address& to, std::span<const std::uint8_t> payload) {
    const auto token = dev.send(to, payload, wire_->now());
    drain();
    if (!token) {
        ADD_FAILURE() << "send was refused: " << to_string(token.error());
        return {};
    }
    return *token;
}

void participant::hears(std::span<const std::uint8_t> mpdu, std::optional<time_point> at) {
    if (cut_) return;
    dev.receive(mpdu, {.time = at.value_or(wire_->now()),
                       .rssi = std::int8_t{-40},
                       .noise = std::int8_t{-95},
                       .on = dev.home_channel(),
                       .rx_rate = rate::dsss_1m_long});
    drain();
}

completion participant::end_of(send_token token) const {
    EXPECT_EQ(std::ranges::count(ends, token, &completion::token), 1);
    const auto found = std::ranges::find(ends, token, &completion::token);
    return found == ends.end() ? completion{} : *found;
}

std::vector<std::string> participant::heard() const {
    std::vector<std::string> texts;
    texts.reserve(inbox.size());
    for (const auto& m : inbox)
        texts.emplace_back(m.payload.begin(), m.payload.end());
    return texts;
}

void participant::drain() {
    while (auto event = dev.next_event()) {
        if (auto* setup = std::get_if<radio_setup>(&*event)) setups.push_back(*setup);
        if (auto* done = std::get_if<completion>(&*event)) ends.push_back(*done);
        if (auto* got = std::get_if<message>(&*event)) inbox.push_back(std::move(*got));
        if (auto* what = std::get_if<transmit>(&*event)) {
            if (cut_)
                dev.transmit_done({.token = what->token, .status = tx_status::not_sent, .time = wire_->now()});
            else
                to_send_.push_back(std::move(*what));
        }
    }
    begin_transmission();
}

void participant::cut_radio() {
    cut_ = true;
    to_send_.clear();
    dev.radio_lost(wire_->now());
    drain();
}

void participant::begin_transmission() {
    if (transmitting_ || to_send_.empty()) return;
    transmitting_ = true;
    attempts_ = 0;
    const auto token = to_send_.front().token;
    wire_->at(wire_->now() + dialogue::airtime, [this, token] { end_transmission(token); });
}

/// One transmission is over: who hears it hears it now, and the next one begins.
void participant::end_transmission(std::uint64_t token) {
    if (to_send_.empty() || to_send_.front().token != token) {  // the radio was cut in the middle of it
        transmitting_ = false;
        return begin_transmission();
    }
    const auto& what = to_send_.front();
    bytes mpdu = what.mpdu;
    if (attempts_ > 0) frame::set_retry(std::span(mpdu).first<2>());
    ++attempts_;
    const auto destination = frame::read_header(mpdu)->a1;
    const auto fate = wire_->next_fate();
    wire_->wire.push_back({wire_->now(), dev.address(interface::station), mpdu});

    bool acknowledged = false;
    if (fate.change) fate.change(mpdu);
    for (auto& other : wire_->participants_) {
        auto* hearer = other.get();
        if (hearer == this || fate.lost || !hearer->radio_hears(destination)) continue;
        if (hearer->setups.back().on != setups.back().on) continue;
        if (hearer->radio_acknowledges(destination)) acknowledged = !fate.ack_lost;
        const auto ended = wire_->now();
        wire_->at(ended + fate.delay, [hearer, mpdu, ended] { hearer->hears(mpdu, ended); });
    }
    if (!destination.is_group() && !acknowledged && attempts_ <= what.retries) {
        wire_->at(wire_->now() + dialogue::airtime, [this, token] { end_transmission(token); });
        return;
    }
    auto status = acknowledged ? tx_status::acked : tx_status::not_acked;
    if (destination.is_group()) status = tx_status::sent;
    transmitting_ = false;
    to_send_.pop_front();
    dev.transmit_done({.token = token, .status = status, .attempts = attempts_, .time = wire_->now()});
}

bool participant::radio_hears(const mac_address& destination) const {
    const auto& setup = setups.back();
    if (cut_ || !setup.receiving) return false;
    return destination.is_group() || radio_acknowledges(destination);
}

bool participant::radio_acknowledges(const mac_address& destination) const {
    const auto& setup = setups.back();
    return destination == setup.station || destination == setup.soft_ap;
}

participant& dialogue::join(device_options options) {
    participants_.push_back(std::make_unique<participant>(*this, std::move(options)));
    return *participants_.back();
}

fate dialogue::next_fate() {
    if (script_.empty()) return delivered;
    auto next = std::move(script_.front());
    script_.pop_front();
    return next;
}

void dialogue::drain_all() {
    for (auto& p : participants_)
        p->drain();
}

std::optional<time_point> dialogue::next_time() const {
    std::optional<time_point> next;
    if (!agenda_.empty()) next = agenda_.begin()->first;
    for (const auto& p : participants_)
        if (const auto deadline = p->dev.next_deadline(); deadline && (!next || *deadline < *next)) next = deadline;
    return next;
}

void dialogue::run(duration how_long) {
    const auto until = now_ + how_long;
    drain_all();
    for (auto next = next_time(); next && *next <= until; next = next_time()) {
        now_ = std::max(now_, *next);
        for (auto& p : participants_)
            if (const auto deadline = p->dev.next_deadline(); deadline && *deadline <= now_) p->dev.advance(now_);
        drain_all();
        if (!agenda_.empty() && agenda_.begin()->first <= now_) agenda_.extract(agenda_.begin()).mapped()();
        drain_all();
    }
    now_ = until;
}

}  // namespace nowire::test
