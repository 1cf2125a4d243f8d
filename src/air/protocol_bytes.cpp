#include "air/protocol_bytes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nowire::air::protocol {

namespace {

constexpr std::uint8_t has_station = 0x01;
constexpr std::uint8_t has_soft_ap = 0x02;
constexpr std::uint8_t is_receiving = 0x04;
constexpr std::uint8_t is_encrypted = 0x01;
constexpr std::uint8_t is_via_soft_ap = 0x02;
constexpr double millimetres = 1000;
constexpr double millionths = 1e6;

std::int32_t to_millimetres(double metres) {
    constexpr double highest = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int32_t>(std::clamp(std::round(metres * millimetres), -highest - 1, highest));
}

/// An address that a radio may have: of one station, and not zero.
bool is_own_address(const mac_address& address) {
    return !address.is_group() && !address.is_zero();
}

}  // namespace

message_writer::message_writer(std::vector<std::uint8_t>& packet, std::uint8_t type)
    : packet_(packet), start_(packet.size()) {
    put(type).put(std::uint8_t{0}).put(std::uint16_t{0});
}

message_writer::~message_writer() {
    const auto size = packet_.size() - start_ - message_header_size;
    packet_[start_ + 2] = static_cast<std::uint8_t>(size);
    packet_[start_ + 3] = static_cast<std::uint8_t>(size >> 8);
}

message_writer& message_writer::put(std::span<const std::uint8_t> bytes) {
    packet_.insert(packet_.end(), bytes.begin(), bytes.end());
    return *this;
}

message_writer& message_writer::put(time_point t) {
    return put(std::clamp<std::int64_t>(t.time_since_epoch().count(), 1 - time_limit, time_limit - 1));
}

message_writer& message_writer::put(const pace& p) {
    const auto real = std::chrono::nanoseconds(p.real_base().time_since_epoch());
    return put(p.air_base()).put(time_point(real)).put(p.rate());
}

message_writer& message_writer::put(const std::optional<position>& at) {
    const auto where = at.value_or(position());
    return put(at.has_value()).put(to_millimetres(where.x)).put(to_millimetres(where.y));
}

message_writer& message_writer::put(const radio_setup& setup) {
    const int flags =
        (setup.station ? has_station : 0) | (setup.soft_ap ? has_soft_ap : 0) | (setup.receiving ? is_receiving : 0);
    return put(static_cast<std::uint8_t>(setup.on.number()))
        .put(static_cast<std::uint8_t>(flags))
        .put(setup.station.value_or(mac_address()))
        .put(setup.soft_ap.value_or(mac_address()));
}

message_writer& message_writer::put(const medium_radio& radio) {
    return put(radio.setup)
        .put(radio.at)
        .put(static_cast<std::int8_t>(std::clamp(radio.tx_power, -128, 127)))
        .put(radio.promiscuous)
        .put_probability(radio.loss)
        .put_text(radio.name, name_limit);
}

message_writer& message_writer::put(const peer_report& peers) {
    const auto listed = std::span(peers.listed).first(std::min(peers.listed.size(), peer_report::limit));
    constexpr std::size_t highest = std::numeric_limits<std::uint32_t>::max();
    put(static_cast<std::uint32_t>(std::clamp(peers.count, listed.size(), highest)));
    put(static_cast<std::uint16_t>(listed.size()));
    for (const auto& p : listed) {
        const int flags = (p.encrypt ? is_encrypted : 0) | (p.via == interface::soft_ap ? is_via_soft_ap : 0);
        put(p.address);
        put(static_cast<std::uint8_t>(p.on ? p.on->number() : 0));
        put(static_cast<std::uint8_t>(flags));
    }
    return *this;
}

message_writer& message_writer::put_probability(double p) {
    return put(static_cast<std::uint32_t>(std::lround(std::clamp(p, 0.0, 1.0) * millionths)));
}

message_writer& message_writer::put_text(std::string_view text, std::size_t limit) {
    const auto size = std::min(text.size(), limit);
    put(static_cast<std::uint16_t>(size));
    packet_.insert(packet_.end(), text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));
    return *this;
}

std::span<const std::uint8_t> body_reader::get_bytes(std::size_t size) {
    if (size > rest_.size()) {
        overrun_ = true;
        rest_ = {};
        return {};
    }
    const auto bytes = rest_.first(size);
    rest_ = rest_.subspan(size);
    return bytes;
}

bool body_reader::get_bool() {
    const auto value = get<std::uint8_t>();
    require(value <= 1);
    return value == 1;
}

mac_address body_reader::get_address() {
    const auto bytes = get_bytes(mac_address::size);
    return bytes.empty() ? mac_address() : mac_address(bytes.first<mac_address::size>());
}

time_point body_reader::get_time() {
    const auto count = get<std::int64_t>();
    const bool right = count > -time_limit && count < time_limit;
    require(right);
    return time_point(duration(right ? count : 0));
}

pace body_reader::get_pace() {
    const auto air = get_time();
    const auto real = real_time(std::chrono::nanoseconds(get_time().time_since_epoch()));
    const auto rate = get<speed>();
    const bool right = rate == standing || (rate >= min_speed && rate <= max_speed);
    require(right);
    return {air, real, right ? rate : real_speed};
}

std::optional<position> body_reader::get_position() {
    const bool known = get_bool();
    const auto x = get<std::int32_t>();
    const auto y = get<std::int32_t>();
    if (known) return position{x / millimetres, y / millimetres};
    require(x == 0 && y == 0);
    return std::nullopt;
}

radio_setup body_reader::get_setup() {
    const auto on = channel::from_number(get<std::uint8_t>());
    const auto flags = get<std::uint8_t>();
    const auto station = get_address();
    const auto soft_ap = get_address();
    require(on.has_value() && (flags & ~(has_station | has_soft_ap | is_receiving)) == 0);

    radio_setup setup;
    setup.on = on.value_or(channel());
    setup.receiving = (flags & is_receiving) != 0;
    if ((flags & has_station) != 0) setup.station = station;
    if ((flags & has_soft_ap) != 0) setup.soft_ap = soft_ap;
    require(setup.station ? is_own_address(station) : station.is_zero());
    require(setup.soft_ap ? is_own_address(soft_ap) : soft_ap.is_zero());
    require(!setup.station || setup.station != setup.soft_ap);
    return setup;
}

medium_radio body_reader::get_radio() {
    medium_radio radio;
    radio.setup = get_setup();
    radio.at = get_position();
    radio.tx_power = get<std::int8_t>();
    radio.promiscuous = get_bool();
    radio.loss = get_probability();
    radio.name = get_text(name_limit);
    require(is_name(radio.name));
    return radio;
}

peer_report body_reader::get_peers() {
    peer_report peers;
    peers.count = get<std::uint32_t>();
    const auto listed = get<std::uint16_t>();
    require(listed <= peers.count);
    too_many_ = too_many_ || listed > peer_report::limit;
    // No more is made than there is, whatever the number says.
    for (int i = 0; i < listed && !overrun_ && !too_many_; ++i) {
        peer_summary p;
        p.address = get_address();
        const auto number = get<std::uint8_t>();
        const auto flags = get<std::uint8_t>();
        p.on = channel::from_number(number);
        p.via = (flags & is_via_soft_ap) != 0 ? interface::soft_ap : interface::station;
        p.encrypt = (flags & is_encrypted) != 0;
        require((p.on || number == 0) && (flags & ~(is_encrypted | is_via_soft_ap)) == 0);
        require(!p.encrypt || !p.address.is_group());
        peers.listed.push_back(p);
    }
    return peers;
}

double body_reader::get_probability() {
    const auto value = get<std::uint32_t>();
    require(value <= static_cast<std::uint32_t>(millionths));
    return value / millionths;
}

std::string body_reader::get_text(std::size_t limit) {
    const auto size = get<std::uint16_t>();
    require(size <= limit);
    const auto bytes = get_bytes(size);
    return {bytes.begin(), bytes.end()};
}

std::optional<problem> body_reader::finish() const {
    if (too_many_) return problem::too_many;
    if (overrun_ || !rest_.empty()) return problem::wrong_length;
    if (wrong_) return problem::wrong_value;
    return std::nullopt;
}

std::expected<raw_message, decode_error> take_raw(std::span<const std::uint8_t>& packet) {
    const auto type = packet.empty() ? std::uint8_t{0} : packet[0];
    if (packet.size() < message_header_size) return std::unexpected(decode_error{problem::truncated, type});
    const auto size = static_cast<std::size_t>(packet[2] | packet[3] << 8);
    if (packet[1] != 0) return std::unexpected(decode_error{problem::wrong_value, type});
    if (packet.size() - message_header_size < size) return std::unexpected(decode_error{problem::truncated, type});
    const raw_message message{type, packet.subspan(message_header_size, size)};
    packet = packet.subspan(message_header_size + size);
    return message;
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= name_limit &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string to_string(const decode_error& e) {
    const auto type = std::to_string(e.type);
    switch (e.what) {
        case problem::truncated:
            return "a packet that ends within a message of type " + type;
        case problem::unknown_type:
            return "a message of unknown type " + type;
        case problem::wrong_length:
            return "a message of type " + type + " with a wrong length";
        case problem::wrong_value:
            return "a message of type " + type + " with a value that cannot be right";
        case problem::wrong_magic:
            return "a hello that is not one of nowire's";
        case problem::wrong_version:
            return "a hello of version " + std::to_string(e.version) + "; this air speaks version " +
                   std::to_string(version);
        case problem::too_many:
            return "a message of type " + type + " with more than " + std::to_string(peer_report::limit) + " peers";
    }
    return {};
}

}  // namespace nowire::air::protocol
