#pragma once

#include "station/station_descriptors.hpp"
#include "station/station_handler.hpp"
#include "station/station_peers.hpp"

#include <nowire/station/station.hpp>
#include <nowire/station/station_deadline.hpp>

#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace nowire {

/// What a station is made of: it carries between device and radio, and keeps the calls that are to be made.
struct station::state final : radio_handler {
    /// When an accepted send has ended, `done` is called: by run_ready() as the handlers are, or (`direct`) at once,
    /// and then it must not call the station.
    struct pending {
        mac_address destination;
        completion_handler done;  ///< empty: nobody waits
        bool direct = false;
    };

    state(std::unique_ptr<nowire::radio> r, const station_options& given);
    ~state() override;
    state(const state&) = delete;
    state& operator=(const state&) = delete;

    void on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) override;
    void on_transmit_done(const tx_done& done) override;
    void on_lost(const error& why) override;
    void on_restored() override;

    time_point now() const { return radio->clock().now(); }
    bool has_room() const { return device.in_flight() < device.options().pool; }

    /// As send_then(). `done` as above.
    std::expected<send_token, error> send(const mac_address& destination, std::span<const std::uint8_t> payload,
                                          completion_handler done, bool direct);
    std::expected<std::vector<send_token>, error> send_to_all(std::span<const std::uint8_t> payload,
                                                              const completion_handler& done, bool direct);
    /// Nobody waits for the end of this send any more.
    void forget(send_token token);

    /// Carries out what the device asked for, and arms its deadline.
    void flush();
    int work_descriptor();
    void process();
    /// Makes the calls that are due, but none that only they bring about.
    void run_calls();
    void run_until(std::optional<time_point> deadline);
    std::vector<std::function<void()>> take_calls();

    void configure(const radio_setup& setup);
    void complete(const completion& done);
    void deliver(message m);
    void queue(std::function<void()> call);
    void arm();
    /// @param to  whom a message of `size` bytes was meant for: "24:0a:c4:1d:58:68", or "all".
    error send_error(errc why, const std::string& to, std::size_t size) const;

    std::unique_ptr<nowire::radio> radio;
    nowire::device device;
    nowire::inbox inbox;
    bool add_plain_peers;
    detail::automatic_peers automatic;

    std::optional<radio_setup> setup;  ///< what the device asked for last
    std::optional<error> refusal;      ///< the radio's answer to that
    std::uint64_t peer_changes = 0;    ///< of the device, as the radio was told
    std::unordered_map<send_token, pending> sends;

    struct armed_timer {
        time_point when;
        timer_id id;
    };
    std::optional<armed_timer> armed;  ///< the device's deadline on the radio's clock

    std::deque<std::function<void()>> calls;
    std::shared_ptr<detail::replaceable_handler> message_handler = std::make_shared<detail::replaceable_handler>();
    std::shared_ptr<detail::replaceable_handler> radio_handler_slot = std::make_shared<detail::replaceable_handler>();

    detail::signal_descriptor message_waits;
    detail::signal_descriptor calls_wait;
    std::optional<detail::descriptor_set> work;
};

}  // namespace nowire
