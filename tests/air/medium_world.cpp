#include "air/medium_world.hpp"

#include <nowire/frame/mpdu.hpp>

namespace nowire::air {

void listener::on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) {
    heard.push_back({{mpdu.begin(), mpdu.end()}, info});
    if (when_heard) when_heard(reception(heard.back()));
}

void listener::on_transmit_done(const tx_done& d) {
    done.push_back(d);
    if (when_done) when_done(d);
}

std::vector<std::uint8_t> frame_of(std::size_t bytes, const mac_address& from, const mac_address& to) {
    std::vector<std::uint8_t> mpdu(bytes - frame::fcs_size, 0x55);
    frame::write_header(std::span(mpdu).first<frame::header_size>(), {.a1 = to, .a2 = from});
    return mpdu;
}

world::world(medium_options options) : air(std::move(options)) {
    air.set_observer([this](const air_frame& f) {
        seen.push_back({f.start, f.end, f.on, f.rate, f.signal, {f.mpdu.begin(), f.mpdu.end()}});
    });
}

mac_address world::mac_of(int number) {
    return mac_address({0x02, 0, 0, 0, 0, static_cast<std::uint8_t>(2 * number)});
}

radio_setup world::setup_of(int number, int on_channel) {
    return {
        .on = *channel::from_number(on_channel), .station = mac_of(number), .soft_ap = std::nullopt, .receiving = true};
}

listener& world::join(int number, int on_channel) {
    return join(number, {.name = std::to_string(number), .setup = setup_of(number, on_channel), .at = std::nullopt});
}

listener& world::join(int number, medium_radio as) {
    auto& l = *listeners_.emplace_back(std::make_unique<listener>());
    l.mac = mac_of(number);
    l.id = air.join(std::move(as), l).value();
    return l;
}

std::uint64_t world::send(const listener& from, const mac_address& to, std::size_t bytes, rate r,
                          std::uint8_t retries) {
    air.transmit(from.id,
                 {.token = ++last_token_, .mpdu = frame_of(bytes, from.mac, to), .tx_rate = r, .retries = retries});
    return last_token_;
}

void world::run() {
    while (const auto next = air.next_event())
        air.advance_to(*next);
}

}  // namespace nowire::air
