#include "device/state.hpp"

#include <nowire/ccmp/key.hpp>
#include <nowire/frame/action.hpp>
#include <nowire/frame/mpdu.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace nowire {

namespace {

constexpr std::uint16_t sequence_number_mask = 0x0fff;  // 12 bits (IEEE 802.11-2020 section 9.2.4.4.2)
constexpr std::size_t max_action_size =
    frame::action_prefix_size + frame::max_payload_v2_received + frame::max_elements * frame::element_overhead;

std::uint16_t later(std::uint16_t sequence_number, std::size_t by) {
    return static_cast<std::uint16_t>((sequence_number + by) & sequence_number_mask);
}

/// What a failure to protect is to the sender.
errc to_errc(ccmp::error e) {
    switch (e) {
        case ccmp::error::packet_numbers_exhausted:
        case ccmp::error::packet_number_store_failed:
        case ccmp::error::packet_number_out_of_range:
            return errc::packet_numbers;
        default:
            return errc::internal;
    }
}

/// Writes header, CCMP header, body and MIC to `mpdu`, which has their size.
std::expected<void, errc> protect(detail::peer_key& secure, std::span<std::uint8_t> mpdu,
                                  const frame::management_header& header, std::span<const std::uint8_t> body) {
    const auto number = secure.numbers->next();
    if (!number) return std::unexpected(to_errc(number.error()));
    const auto written = secure.key.protect(mpdu, header, body, *number);
    if (!written) return std::unexpected(to_errc(written.error()));
    return {};
}

}  // namespace

std::expected<void, errc> device::state::check_payload(std::span<const std::uint8_t> payload) const {
    if (!frame::action_size(payload.size(), options.version)) return std::unexpected(errc::argument);
    return {};
}

std::expected<void, errc> device::state::check_peer(const peer& to) const {
    if (!is_up(to.via)) return std::unexpected(errc::interface_down);
    if (to.on && *to.on != options.home_channel) return std::unexpected(errc::channel_mismatch);
    return {};
}

/// Differs from the one before, as the drivers see to; a source that is stuck must not hang the device.
std::array<std::uint8_t, 4> device::state::draw_random() {
    constexpr int max_draws = 16;
    auto value = random();
    for (int draws = 1; value == previous_random && draws < max_draws; ++draws)
        value = random();
    if (value == previous_random) ++value;
    previous_random = value;
    std::array<std::uint8_t, 4> bytes;
    for (auto& byte : bytes) {
        byte = static_cast<std::uint8_t>(value & 0xff);
        value >>= 8;
    }
    return bytes;
}

std::expected<transmit, errc> device::state::make_transmit(detail::peer_entry& to,
                                                           std::span<const std::uint8_t> payload,
                                                           std::uint16_t sequence_number) {
    const frame::management_header header = {
        .control = frame::frame_control::action(to.secure.has_value()),
        .a1 = to.info.address,
        .a2 = address(to.info.via),
        .sequence_control = static_cast<std::uint16_t>(sequence_number << 4),
    };
    std::array<std::uint8_t, max_action_size> buffer;
    const auto body = frame::write_action(
        buffer, payload, {.version = options.version, .random = draw_random(), .user_oui = options.user_oui});
    if (!body) return std::unexpected(errc::internal);

    transmit made = {.tx_rate = to.info.tx_rate.value_or(options.tx_rate),
                     .retries = to.info.address.is_group() ? std::uint8_t{0} : options.retries};
    made.mpdu.resize(frame::header_size + body->size() + (to.secure ? ccmp::overhead : 0));
    if (to.secure) {
        const auto done = protect(*to.secure, made.mpdu, header, *body);
        if (!done) return std::unexpected(done.error());
    } else {
        frame::write_header(std::span(made.mpdu).first<frame::header_size>(), header);
        std::ranges::copy(*body, made.mpdu.begin() + frame::header_size);
    }
    return made;
}

/// Sends to all of `to`, or to none. The payload has been checked.
std::expected<std::vector<send_token>, errc> device::state::send(std::span<detail::peer_entry* const> to,
                                                                 std::span<const std::uint8_t> payload,
                                                                 time_point now) {
    for (const auto* entry : to)
        if (const auto fine = check_peer(entry->info); !fine) return std::unexpected(fine.error());
    if (in_flight.size() + to.size() > options.pool) return std::unexpected(errc::no_memory);
    std::vector<transmit> frames;
    frames.reserve(to.size());
    for (auto* entry : to) {
        auto made = make_transmit(*entry, payload, later(next_sequence_number, frames.size()));
        if (!made) return std::unexpected(made.error());
        frames.push_back(std::move(*made));
    }

    std::vector<send_token> tokens;
    tokens.reserve(to.size());
    for (std::size_t i = 0; i < to.size(); ++i) {
        const auto token = next_token++;
        in_flight.emplace(token, pending{.destination = to[i]->info.address, .accepted = now});
        frames[i].token = token;
        events.emplace_back(std::move(frames[i]));
        tokens.push_back(send_token{token});
    }
    next_sequence_number = later(next_sequence_number, to.size());
    statistics.accepted += to.size();
    return tokens;
}

void device::state::complete(const completion& done) {
    switch (done.result) {
        case tx_status::acked:
            ++statistics.acked;
            break;
        case tx_status::not_acked:
            ++statistics.not_acked;
            break;
        case tx_status::sent:
            ++statistics.sent;
            break;
        case tx_status::unconfirmed:
            ++statistics.unconfirmed;
            break;
        case tx_status::not_sent:
            ++statistics.not_sent;
            break;
    }
    statistics.transmissions += done.attempts;
    events.emplace_back(done);
}

std::expected<send_token, errc> device::send(const mac_address& destination, std::span<const std::uint8_t> payload,
                                             time_point now) {
    const auto refuse = [&](errc why) {
        ++state_->statistics.refused;
        return std::unexpected(why);
    };
    now = state_->see(now);
    if (const auto fine = state_->check_payload(payload); !fine) return refuse(fine.error());
    detail::peer_entry* to = state_->peers.find(destination);
    if (to == nullptr) return refuse(errc::peer_not_found);
    const auto tokens = state_->send({&to, 1}, payload, now);
    if (!tokens) return refuse(tokens.error());
    return tokens->front();
}

std::expected<std::vector<send_token>, errc> device::send_to_all(std::span<const std::uint8_t> payload,
                                                                 time_point now) {
    const auto refuse = [&](errc why) {
        ++state_->statistics.refused;
        return std::unexpected(why);
    };
    now = state_->see(now);
    if (const auto fine = state_->check_payload(payload); !fine) return refuse(fine.error());
    const auto everyone = state_->peers.unicast_peers();
    if (everyone.empty()) return refuse(errc::peer_not_found);
    auto tokens = state_->send(everyone, payload, now);
    if (!tokens) return refuse(tokens.error());
    return tokens;
}

void device::transmit_done(const tx_done& done) {
    const auto known = state_->in_flight.find(done.token);
    if (known == state_->in_flight.end()) return;
    const auto sent = known->second;
    state_->in_flight.erase(known);
    const bool never_sent = done.status == tx_status::not_sent;
    state_->complete({.token = send_token{done.token},
                      .destination = sent.destination,
                      .result = done.status,
                      .reason = never_sent ? std::optional(errc::radio) : std::nullopt,
                      .attempts = done.attempts,
                      .accepted = sent.accepted,
                      .done = std::max(done.time, sent.accepted)});
}

void device::radio_lost(time_point now) {
    now = state_->see(now);
    // What nobody has taken yet must not be sent after its completion, when the radio is back.
    std::erase_if(state_->events, [](const device_event& e) { return std::holds_alternative<transmit>(e); });
    for (const auto& [token, sent] : std::exchange(state_->in_flight, {}))
        state_->complete({.token = send_token{token},
                          .destination = sent.destination,
                          .result = tx_status::unconfirmed,
                          .reason = std::nullopt,
                          .attempts = 0,
                          .accepted = sent.accepted,
                          .done = now});
}

}  // namespace nowire
