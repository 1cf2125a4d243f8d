#pragma once

#include <nowire/air/protocol.hpp>

#include <array>
#include <chrono>
#include <vector>

/// One or more messages of each type, with values of every kind.
namespace nowire::air::protocol {

inline constexpr std::array<std::uint8_t, 5> sample_mpdu = {0xd0, 1, 2, 3, 4};

inline medium_radio sample_radio() {
    medium_radio radio;
    radio.name = "kitchen";
    radio.setup = {.on = *channel::from_number(36),
                   .station = mac_address({0x02, 1, 2, 3, 4, 0xfe}),
                   .soft_ap = mac_address({0x02, 1, 2, 3, 4, 0xff}),
                   .receiving = true};
    radio.at = position{12.5, -3.25};
    radio.tx_power = -4;
    radio.loss = 0.125;
    radio.promiscuous = true;
    return radio;
}

inline pace sample_pace() {
    return {time_point(std::chrono::seconds(5)), real_time(std::chrono::hours(70)), 2'500'000};
}

inline peer_report sample_peers() {
    return {.count = 300,
            .listed = {{.address = mac_address({0x02, 9, 8, 7, 6, 5}), .on = channel::from_number(6), .encrypt = true},
                       {.address = mac_address({0x02, 9, 8, 7, 6, 6}), .via = interface::soft_ap},
                       {.address = mac_address::broadcast(), .on = channel::from_number(36)}}};
}

inline std::vector<client_message> client_samples() {
    medium_radio plain;
    plain.name = "x";
    return {
        hello{client_kind::radio, sample_radio()},
        hello{client_kind::radio, plain},
        hello{client_kind::control, {}},
        transmit_frame{0x1122334455667788, rate::ofdm_54m, 31, sample_mpdu},
        transmit_frame{},
        configure{7, sample_radio().setup},
        configure{8, {.on = {}, .station = std::nullopt, .soft_ap = std::nullopt, .receiving = false}},
        set_promiscuous{9, true},
        set_tx_power{10, -1},
        set_position{11, position{-1, 1}},
        set_position{12, std::nullopt},
        idle_until{13, time_point(std::chrono::seconds(-4))},
        idle_until{14, std::nullopt},
        status_request{},
        stop{},
        bye{},
        polling{},
        report_peers{sample_peers()},
        report_peers{},
        set_link{15, sample_radio().setup.station.value(), mac_address({0x02, 0, 0, 0, 0, 1}), {.loss = 0.25}},
        set_link{
            16, mac_address({0x02, 0, 0, 0, 0, 1}), mac_address({0x02, 0, 0, 0, 0, 2}), {.rssi = std::int8_t{-70}}}};
}

inline std::vector<hub_message> hub_samples() {
    rx_info full;
    full.time = time_point(std::chrono::microseconds(77));
    full.rssi = std::int8_t{-70};
    full.noise = std::int8_t{-95};
    full.on = *channel::from_number(11);
    full.rx_rate = rate::cck_11m_short;
    radio_status radio;
    radio.radio = sample_radio();
    radio.pid = 4711;
    radio.in_flight = 3;
    radio.counters = {1, 2, 3, 4, 5, 6, 7};
    radio.idle = idleness::until;
    radio.idle_until = time_point(std::chrono::hours(1));
    auto with_peers = radio;
    with_peers.peers = sample_peers();
    return {welcome{0xabcdef, sample_pace(), 42, false, 256},
            refused{refusal::address_taken, "24:0a is taken"},
            time_is{sample_pace()},
            time_is{{time_point(std::chrono::seconds(6)), real_time(std::chrono::hours(70)), standing}},
            transmit_done{{.token = 5, .status = tx_status::not_acked, .attempts = 32, .time = full.time}},
            received{full, sample_mpdu},
            received{rx_info{}, {}},
            applied{3, std::nullopt},
            applied{4, refused{refusal::address_taken, "no"}},
            frames_lost{12},
            hub_status{.pid = 1,
                       .radios = 2,
                       .pace = sample_pace(),
                       .seed = 3,
                       .loss = 0.5,
                       .airtime = false,
                       .statistics = {4, 5, 6, 7, 10},
                       .slipped = std::chrono::milliseconds(11),
                       .clients_refused = 8,
                       .clients_dropped = 9,
                       .version = "0.1.0"},
            radio,
            with_peers};
}

}  // namespace nowire::air::protocol
