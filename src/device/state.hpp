#pragma once

#include "device/dedupe.hpp"
#include "device/peer_table.hpp"
#include "device/wake_window.hpp"

#include <nowire/device/device.hpp>
#include <nowire/frame/mpdu.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace nowire {

/// What a device is made of. Sending is in send.cpp, receiving in receive.cpp, the rest in device.cpp.
struct device::state {
    /// A send whose completion is to come.
    struct pending {
        mac_address destination;
        time_point accepted;
    };

    state(device_options given, random_source random_values, packet_number_factory packet_numbers);

    /// The latest time that the device was told, `now` included.
    time_point see(time_point now);
    mac_address address(interface which) const;
    bool is_up(interface which) const;
    bool is_receiving() const { return receiver_on && wake.is_open(); }
    /// Queues a radio_setup if what the radio was told last is not so any more.
    void update_radio();

    // send.cpp
    std::expected<void, errc> check_payload(std::span<const std::uint8_t> payload) const;
    std::expected<void, errc> check_peer(const peer& to) const;
    std::array<std::uint8_t, 4> draw_random();
    std::expected<transmit, errc> make_transmit(detail::peer_entry& to, std::span<const std::uint8_t> payload,
                                                std::uint16_t sequence_number);
    std::expected<std::vector<send_token>, errc> send(std::span<detail::peer_entry* const> to,
                                                      std::span<const std::uint8_t> payload, time_point now);
    void complete(const completion& done);

    // receive.cpp
    bool was_off_at(time_point t) const { return !receiver_on || wake.was_closed_at(t); }
    bool is_own(const mac_address& a) const;
    bool is_for_us(const mac_address& destination) const;
    /// Takes a frame. @returns the counter of what became of it.
    std::uint64_t& receive(std::span<const std::uint8_t> mpdu, const rx_info& info);
    std::uint64_t& receive_body(const frame::management_header& header, std::span<const std::uint8_t> body,
                                const rx_info& info, detail::peer_key* secure, std::uint64_t packet_number);
    bool is_duplicate(const frame::management_header& header, const detail::random_value& random,
                      const detail::peer_key* secure) const;
    void remember(const frame::management_header& header, const detail::random_value& random, detail::peer_key* secure);

    device_options options;  ///< as they are now: setters change them
    random_source random;
    ccmp::pmk primary = ccmp::pmk::default_pmk();
    detail::peer_table peers;
    device_statistics statistics;
    std::deque<device_event> events;

    time_point latest;
    detail::wake_window wake;
    bool receiver_on = true;
    std::optional<radio_setup> told;  ///< what the radio was told last

    std::map<std::uint64_t, pending> in_flight;  ///< by token, hence in the order of sending
    std::uint64_t next_token = 1;
    std::uint16_t next_sequence_number = 0;
    std::optional<std::uint32_t> previous_random;

    detail::dedupe_cache plain_seen;
    /// Plaintext of a protected frame. No frame body of an action frame is longer (IEEE 802.11-2020 table 9-25: MMPDU).
    std::array<std::uint8_t, 2304> plaintext;
};

}  // namespace nowire
