// What clients say to the hub.

#include "air/protocol_bytes.hpp"

namespace nowire::air::protocol {

namespace {

enum type : std::uint8_t {
    type_hello = 1,
    type_transmit = 2,
    type_configure = 3,
    type_promiscuous = 4,
    type_tx_power = 5,
    type_position = 6,
    type_idle_until = 7,
    type_status_request = 8,
    type_stop = 9,
    type_bye = 10,
    type_polling = 11,
    type_peers = 12,
    type_link = 13,
};

struct encoder {
    std::vector<std::uint8_t>& packet;

    void operator()(const hello& m) const {
        message_writer out(packet, type_hello);
        out.put(magic).put(version).put(static_cast<std::uint8_t>(m.kind));
        if (m.kind == client_kind::radio) out.put(m.radio);
    }
    void operator()(const transmit_frame& m) const {
        message_writer(packet, type_transmit)
            .put(m.token)
            .put(static_cast<std::uint8_t>(m.rate))
            .put(m.retries)
            .put(m.mpdu);
    }
    void operator()(const configure& m) const { message_writer(packet, type_configure).put(m.serial).put(m.setup); }
    void operator()(const set_promiscuous& m) const {
        message_writer(packet, type_promiscuous).put(m.serial).put(m.on);
    }
    void operator()(const set_tx_power& m) const {
        message_writer(packet, type_tx_power).put(m.serial).put(static_cast<std::int8_t>(m.dbm));
    }
    void operator()(const set_position& m) const { message_writer(packet, type_position).put(m.serial).put(m.at); }
    void operator()(const idle_until& m) const {
        message_writer(packet, type_idle_until)
            .put(m.handled)
            .put(m.until.has_value())
            .put(m.until.value_or(time_point()));
    }
    void operator()(const status_request&) const { message_writer(packet, type_status_request); }
    void operator()(const stop&) const { message_writer(packet, type_stop); }
    void operator()(const bye&) const { message_writer(packet, type_bye); }
    void operator()(const polling&) const { message_writer(packet, type_polling); }
    void operator()(const report_peers& m) const { message_writer(packet, type_peers).put(m.peers); }
    void operator()(const set_link& m) const {
        message_writer(packet, type_link)
            .put(m.serial)
            .put(m.from)
            .put(m.to)
            .put(m.how.loss.has_value())
            .put_probability(m.how.loss.value_or(0))
            .put(m.how.rssi.has_value())
            .put(m.how.rssi.value_or(0));
    }
};

std::expected<hello, decode_error> read_hello(std::span<const std::uint8_t> body) {
    body_reader start(body.first(std::min<std::size_t>(body.size(), 6)));
    const bool ours = start.get<std::uint32_t>() == magic;
    const auto spoken = start.get<std::uint16_t>();
    if (!ours) return std::unexpected(decode_error{problem::wrong_magic, type_hello});
    if (start.finish()) return std::unexpected(decode_error{problem::wrong_length, type_hello});
    if (spoken != version) return std::unexpected(decode_error{problem::wrong_version, type_hello, spoken});

    body_reader in(body.subspan(6));
    hello m;
    m.kind = in.get_enum<client_kind>(1, 2);
    if (m.kind == client_kind::radio) m.radio = in.get_radio();
    if (const auto wrong = in.finish()) return std::unexpected(decode_error{*wrong, type_hello});
    return m;
}

/// What is not known is 0 in its place.
set_link read_link(body_reader& in) {
    set_link m;
    m.serial = in.get<std::uint32_t>();
    m.from = in.get_address();
    m.to = in.get_address();
    const auto is_station = [](const mac_address& a) { return !a.is_group() && !a.is_zero(); };
    in.require(is_station(m.from) && is_station(m.to) && m.from != m.to);
    const bool has_loss = in.get_bool();
    const auto loss = in.get_probability();
    in.require(has_loss || loss == 0);
    if (has_loss) m.how.loss = loss;
    const bool has_rssi = in.get_bool();
    const auto rssi = in.get<std::int8_t>();
    in.require(has_rssi || rssi == 0);
    if (has_rssi) m.how.rssi = rssi;
    return m;
}

client_message read(std::uint8_t type, body_reader& in) {
    switch (type) {
        case type_transmit: {
            transmit_frame m;
            m.token = in.get<std::uint64_t>();
            const auto rate = rate_from_number(in.get<std::uint8_t>());
            in.require(rate.has_value());
            m.rate = rate.value_or(nowire::rate::dsss_1m_long);
            m.retries = in.get<std::uint8_t>();
            m.mpdu = in.get_rest();
            in.require(m.mpdu.size() <= max_mpdu);
            return m;
        }
        case type_configure: {
            const auto serial = in.get<std::uint32_t>();
            return configure{serial, in.get_setup()};
        }
        case type_promiscuous: {
            const auto serial = in.get<std::uint32_t>();
            return set_promiscuous{serial, in.get_bool()};
        }
        case type_tx_power: {
            const auto serial = in.get<std::uint32_t>();
            return set_tx_power{serial, in.get<std::int8_t>()};
        }
        case type_position: {
            const auto serial = in.get<std::uint32_t>();
            return set_position{serial, in.get_position()};
        }
        case type_idle_until: {
            idle_until m;
            m.handled = in.get<std::uint64_t>();
            const bool known = in.get_bool();
            const auto until = in.get_time();
            if (known)
                m.until = until;
            else
                in.require(until == time_point());
            return m;
        }
        case type_status_request:
            return status_request();
        case type_stop:
            return stop();
        case type_bye:
            return bye();
        case type_polling:
            return polling();
        case type_peers:
            return report_peers{in.get_peers()};
        default:
            return read_link(in);
    }
}

}  // namespace

void append(std::vector<std::uint8_t>& packet, const client_message& m) {
    std::visit(encoder{packet}, m);
}

std::expected<client_message, decode_error> take_client_message(std::span<const std::uint8_t>& packet) {
    const auto raw = take_raw(packet);
    if (!raw) return std::unexpected(raw.error());
    if (raw->type < type_hello || raw->type > type_link)
        return std::unexpected(decode_error{problem::unknown_type, raw->type});
    if (raw->type == type_hello) {
        auto m = read_hello(raw->body);
        if (!m) return std::unexpected(m.error());
        return std::move(*m);
    }
    body_reader in(raw->body);
    auto m = read(raw->type, in);
    if (const auto wrong = in.finish()) return std::unexpected(decode_error{*wrong, raw->type});
    return m;
}

}  // namespace nowire::air::protocol
