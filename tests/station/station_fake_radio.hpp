#pragma once

#include <nowire/air/unique_descriptor.hpp>
#include <nowire/device/message.hpp>
#include <nowire/radio/radio.hpp>
#include <nowire/radio/timer_queue.hpp>

#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nowire::test {

/// A radio without an air: the test says what it hears and how its transmits end. Its clock stands still until the test
/// advances it or its owner waits in wait_until(), which goes straight to what comes next.
///
/// Like every radio it belongs to one thread or lock: with a driver, to driver::with().
class fake_radio final : public radio, private clock {
  public:
    explicit fake_radio(mac_address station = mac_address({0x02, 0, 0, 0, 0, 0x10}));

    // The test's side. Nothing of it calls the handler: that comes with the next dispatch().
    void hear(std::vector<std::uint8_t> mpdu);
    void answer(std::uint64_t token, tx_status status, std::uint16_t attempts = 1);
    void lose(std::string why);
    void restore();
    void advance(duration d);

    /// Ends each transmit at once with `acked`, or `sent` for a group; off: the test answers.
    bool answers = true;
    /// What it answers to a unicast instead of `acked`.
    std::optional<tx_status> answer_with;
    /// What configure() says.
    std::optional<error> against;
    std::vector<nowire::transmit> sent;
    std::vector<radio_setup> setups;
    /// With the number of transmits before it.
    std::vector<std::pair<std::size_t, peer_report>> reports;
    radio_identity who;

    radio_capabilities capabilities() const override;
    radio_identity identity() const override { return who; }
    void set_handler(radio_handler* handler) override { handler_ = handler; }
    void transmit(nowire::transmit what) override;
    std::expected<void, error> configure(const radio_setup& setup) override;
    void set_promiscuous(bool) override {}
    void set_tx_power(int) override {}
    void report_peers(const peer_report& peers) override { reports.emplace_back(sent.size(), peers); }
    nowire::clock& clock() override { return *this; }
    int descriptor() const override { return descriptor_.get(); }
    void dispatch() override;
    /// @throws std::logic_error if it would wait for ever.
    void wait_until(std::optional<time_point> deadline) override;

    time_point now() const override { return now_; }
    timer_id call_at(time_point when, std::function<void()> what) override;
    bool cancel(timer_id id) override;

  private:
    bool is_ready() const;
    void update_descriptor();
    void add(std::function<void()> event);

    radio_handler* handler_ = nullptr;
    time_point now_{};
    timer_queue timers_;
    std::deque<std::function<void()>> events_;
    unique_descriptor descriptor_;
    bool readable_ = false;
};

/// The MPDU of a plain message of one element, with a random value of its own each time.
std::vector<std::uint8_t> plain_mpdu(const mac_address& source, const mac_address& destination, std::string_view text);

std::span<const std::uint8_t> bytes_of(std::string_view text);
std::string text_of(const message& m);

/// Whether poll() calls a descriptor readable at this moment.
bool is_readable(int descriptor);

}  // namespace nowire::test
