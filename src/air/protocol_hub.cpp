// What the hub says to its clients.

#include "air/protocol_bytes.hpp"

namespace nowire::air::protocol {

namespace {

enum type : std::uint8_t {
    type_welcome = 0x81,
    type_refused = 0x82,
    type_time = 0x83,
    type_transmit_done = 0x84,
    type_received = 0x85,
    type_applied = 0x86,
    type_frames_lost = 0x87,
    type_hub_status = 0x88,
    type_radio_status = 0x89,
};

constexpr std::uint8_t has_rssi = 0x01;
constexpr std::uint8_t has_noise = 0x02;
constexpr std::uint8_t has_rate = 0x04;

struct encoder {
    std::vector<std::uint8_t>& packet;

    void operator()(const welcome& m) const {
        message_writer(packet, type_welcome).put(m.hub_id).put(m.pace).put(m.seed).put(m.airtime).put(m.max_in_flight);
    }
    void operator()(const refused& m) const {
        message_writer(packet, type_refused).put(static_cast<std::uint16_t>(m.code)).put_text(m.text, text_limit);
    }
    void operator()(const time_is& m) const { message_writer(packet, type_time).put(m.pace); }
    void operator()(const transmit_done& m) const {
        message_writer(packet, type_transmit_done)
            .put(m.done.token)
            .put(static_cast<std::uint8_t>(m.done.status))
            .put(m.done.attempts)
            .put(m.done.time);
    }
    void operator()(const received& m) const {
        const auto& info = m.info;
        const int flags = (info.rssi ? has_rssi : 0) | (info.noise ? has_noise : 0) | (info.rx_rate ? has_rate : 0);
        message_writer(packet, type_received)
            .put(info.time)
            .put(static_cast<std::uint8_t>(flags))
            .put(info.rssi.value_or(0))
            .put(info.noise.value_or(0))
            .put(static_cast<std::uint8_t>(info.on.number()))
            .put(static_cast<std::uint8_t>(info.rx_rate.value_or(rate::dsss_1m_long)))
            .put(m.mpdu);
    }
    void operator()(const applied& m) const {
        message_writer out(packet, type_applied);
        out.put(m.serial).put(static_cast<std::uint16_t>(m.failure ? static_cast<int>(m.failure->code) : 0));
        out.put_text(m.failure ? m.failure->text : std::string(), text_limit);
    }
    void operator()(const frames_lost& m) const { message_writer(packet, type_frames_lost).put(m.count); }
    void operator()(const hub_status& m) const {
        message_writer(packet, type_hub_status)
            .put(m.pid)
            .put(m.radios)
            .put(m.pace)
            .put(m.seed)
            .put_probability(m.loss)
            .put(m.airtime)
            .put(m.statistics.transmissions)
            .put(m.statistics.acks)
            .put(m.statistics.receptions)
            .put(m.statistics.losses)
            .put(m.statistics.collisions)
            .put(time_point(m.slipped))
            .put(m.clients_refused)
            .put(m.clients_dropped)
            .put_text(m.version, text_limit);
    }
    void operator()(const radio_status& m) const {
        message_writer(packet, type_radio_status)
            .put(m.radio)
            .put(m.pid)
            .put(m.in_flight)
            .put(m.counters.transmits)
            .put(m.counters.acked)
            .put(m.counters.not_acked)
            .put(m.counters.sent)
            .put(m.counters.not_sent)
            .put(m.counters.received)
            .put(m.counters.lost)
            .put(static_cast<std::uint8_t>(m.idle))
            .put(m.idle_until)
            .put(m.peers);
    }
};

refused read_refused(body_reader& in) {
    refused m;
    m.code = in.get_enum<refusal>(1, refusal_count);
    m.text = in.get_text(text_limit);
    return m;
}

received read_received(body_reader& in) {
    received m;
    m.info.time = in.get_time();
    const auto flags = in.get<std::uint8_t>();
    const auto rssi = in.get<std::int8_t>();
    const auto noise = in.get<std::int8_t>();
    const auto on = channel::from_number(in.get<std::uint8_t>());
    const auto number = in.get<std::uint8_t>();
    const auto rx_rate = rate_from_number(number);
    m.mpdu = in.get_rest();
    in.require((flags & ~(has_rssi | has_noise | has_rate)) == 0 && on.has_value() && m.mpdu.size() <= max_mpdu);
    m.info.on = on.value_or(channel());
    if ((flags & has_rssi) != 0)
        m.info.rssi = rssi;
    else
        in.require(rssi == 0);
    if ((flags & has_noise) != 0)
        m.info.noise = noise;
    else
        in.require(noise == 0);
    if ((flags & has_rate) != 0)
        m.info.rx_rate = rx_rate;
    else
        in.require(number == 0);
    in.require(rx_rate.has_value());
    return m;
}

applied read_applied(body_reader& in) {
    applied m;
    m.serial = in.get<std::uint32_t>();
    const auto code = in.get<std::uint16_t>();
    auto text = in.get_text(text_limit);
    in.require(code <= refusal_count && (code != 0 || text.empty()));
    if (code != 0) m.failure = refused{static_cast<refusal>(code), std::move(text)};
    return m;
}

hub_status read_hub_status(body_reader& in) {
    hub_status m;
    m.pid = in.get<std::uint32_t>();
    m.radios = in.get<std::uint32_t>();
    m.pace = in.get_pace();
    m.seed = in.get<std::uint64_t>();
    m.loss = in.get_probability();
    m.airtime = in.get_bool();
    for (auto* counter : {&m.statistics.transmissions, &m.statistics.acks, &m.statistics.receptions,
                          &m.statistics.losses, &m.statistics.collisions})
        *counter = in.get<std::uint64_t>();
    m.slipped = in.get_time().time_since_epoch();
    m.clients_refused = in.get<std::uint64_t>();
    m.clients_dropped = in.get<std::uint64_t>();
    m.version = in.get_text(text_limit);
    return m;
}

radio_status read_radio_status(body_reader& in) {
    radio_status m;
    m.radio = in.get_radio();
    m.pid = in.get<std::uint32_t>();
    m.in_flight = in.get<std::uint32_t>();
    auto& c = m.counters;
    for (auto* counter : {&c.transmits, &c.acked, &c.not_acked, &c.sent, &c.not_sent, &c.received, &c.lost})
        *counter = in.get<std::uint64_t>();
    m.idle = in.get_enum<idleness>(0, 3);
    m.idle_until = in.get_time();
    m.peers = in.get_peers();
    return m;
}

hub_message read(std::uint8_t type, body_reader& in) {
    switch (type) {
        case type_welcome: {
            welcome m;
            m.hub_id = in.get<std::uint64_t>();
            m.pace = in.get_pace();
            m.seed = in.get<std::uint64_t>();
            m.airtime = in.get_bool();
            m.max_in_flight = in.get<std::uint16_t>();
            return m;
        }
        case type_refused:
            return read_refused(in);
        case type_time:
            return time_is{in.get_pace()};
        case type_transmit_done: {
            tx_done done;
            done.token = in.get<std::uint64_t>();
            done.status = in.get_enum<tx_status>(0, static_cast<int>(tx_status::not_sent));
            done.attempts = in.get<std::uint16_t>();
            done.time = in.get_time();
            return transmit_done{done};
        }
        case type_received:
            return read_received(in);
        case type_applied:
            return read_applied(in);
        case type_frames_lost:
            return frames_lost{in.get<std::uint64_t>()};
        case type_hub_status:
            return read_hub_status(in);
        default:
            return read_radio_status(in);
    }
}

}  // namespace

void append(std::vector<std::uint8_t>& packet, const hub_message& m) {
    std::visit(encoder{packet}, m);
}

std::expected<hub_message, decode_error> take_hub_message(std::span<const std::uint8_t>& packet) {
    const auto raw = take_raw(packet);
    if (!raw) return std::unexpected(raw.error());
    if (raw->type < type_welcome || raw->type > type_radio_status)
        return std::unexpected(decode_error{problem::unknown_type, raw->type});
    body_reader in(raw->body);
    auto m = read(raw->type, in);
    if (const auto wrong = in.finish()) return std::unexpected(decode_error{*wrong, raw->type});
    return m;
}

}  // namespace nowire::air::protocol
