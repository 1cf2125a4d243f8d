#pragma once

#include "radio/hub_clock.hpp"
#include "radio/hub_link.hpp"

#include <nowire/air/protocol.hpp>
#include <nowire/air/unique_descriptor.hpp>
#include <nowire/radio/hub_radio.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace nowire {

/// The client of a hub as a radio.
class hub_air_radio final : public hub_radio {
  public:
    /// @param about  must have a station address
    /// @throws std::system_error if the kernel has no descriptors left.
    hub_air_radio(std::string socket, bool default_air, air::medium_radio about);

    /// Waits until it has joined; errors as open_hub_radio() has them.
    std::expected<void, error> open();

    radio_capabilities capabilities() const override;
    radio_identity identity() const override { return identity_; }
    void set_handler(radio_handler* handler) override { handler_ = handler; }
    void transmit(nowire::transmit what) override;
    std::expected<void, error> configure(const radio_setup& setup) override;
    void set_promiscuous(bool on) override;
    void set_tx_power(int dbm) override;
    void set_position(std::optional<air::position> at) override;
    void report_peers(const peer_report& peers) override;
    nowire::clock& clock() override { return clock_; }
    int descriptor() const override;
    void set_idle_reports(bool on) override { reports_idle_ = on; }
    void report_idle() override;
    void dispatch() override;
    void wait_until(std::optional<time_point> deadline) override;
    std::uint64_t frames_lost() const override { return frames_lost_; }

  private:
    // hub_air_radio.cpp: what the program asks for
    void end_not_sent(std::uint64_t token);
    void update(const air::protocol::client_message& message, std::uint32_t serial);
    void say_peers();
    std::optional<air::protocol::applied> ask(const air::protocol::client_message& message, std::uint32_t serial);

    // hub_air_radio_dispatch.cpp: what comes, and what becomes of it
    bool has_work() const;
    bool is_up() const { return link_.is_joined() && !gone_; }
    void join();
    void say_again();
    void deliver();
    void handle(const air::protocol::hub_message& message);
    void lose(const std::string& why, bool on_purpose);
    void tell_lost();
    void dispatch_now();
    void say_idle(std::optional<time_point> until);
    void say_polling_if_so();
    void settle();
    void watch_link();
    void show_work();

    /// Leaves everything ready to be waited for when a member is left, also by an exception of a handler.
    struct settled {
        hub_air_radio& radio;
        ~settled() { radio.settle(); }
    };

    radio_identity identity_;
    air::medium_radio about_;  ///< as the radio is, or will be when it is back
    peer_report peers_;        ///< those of the device on it
    bool said_peers_ = true;   ///< and this hub knows
    radio_handler* handler_ = nullptr;
    hub_clock clock_;
    hub_link link_;
    std::optional<error> failure_;  ///< of the last attempt to join
    bool known_joined_ = false;     ///< the handler believes that the radio is there
    bool hello_is_old_ = false;     ///< something was changed while the hello was on its way
    std::optional<std::uint32_t> say_again_serial_;

    struct loss {
        std::string why;
        bool on_purpose;
    };
    std::optional<loss> gone_;  ///< the hub has gone, and the handler has not been told yet

    /// What the hub said and nobody was told yet, and how much of the first packet has been.
    std::deque<std::vector<std::uint8_t>> inbox_;
    std::size_t taken_ = 0;
    std::deque<tx_done> own_answers_;
    std::uint64_t handled_ = 0;                      ///< messages of this hub
    std::optional<air::protocol::idle_until> idle_;  ///< as it was said last, if nothing was said after it
    std::uint32_t last_serial_ = 0;
    std::uint64_t frames_lost_ = 0;
    bool dispatching_ = false;
    mutable bool polled_ = false;  ///< somebody has our descriptor, and may wait for other things too
    bool reports_idle_ = false;    ///< and says when there is nothing to do
    bool said_polling_ = false;    ///< the hub knows that somebody polls who does not say it
    std::optional<time_point> waiting_until_;

    unique_descriptor epoll_;
    unique_descriptor work_;  ///< readable when there is something to do that no other descriptor shows
    bool work_shown_ = false;
    hub_link::interest watched_;
};

}  // namespace nowire
