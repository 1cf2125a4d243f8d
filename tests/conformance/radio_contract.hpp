#pragma once

#include <nowire/air/medium.hpp>
#include <nowire/radio/radio.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// The radio contract (nowire/radio/radio.hpp) as tests, one suite for every radio there is. A kind of radio joins by a
/// file that implements `subject` and says, with one INSTANTIATE_TEST_SUITE_P(Name, RadioContract, ...), how to make
/// it; see subject_simulation.cpp.
namespace nowire::conformance {

/// How a radio joins the air of a test.
struct seat {
    std::string name;
    /// Zero: the radio's own, which it derives from the name if it has none.
    mac_address station{};
    channel on{};
    std::optional<air::position> at{};
};

/// An air without losses and the radios on it, which all are of one kind. It outlives its radios.
class subject {
  public:
    virtual ~subject() = default;

    virtual std::expected<std::unique_ptr<radio>, error> make_radio(const seat& at) = 0;

    /// Lets the radios made so far work, with dispatch() or wait_until() or what moves the air's time, until `done`
    /// says so, or until so much time has passed that it never will.
    /// @returns whether it said so.
    virtual bool run_until(const std::function<bool()>& done) = 0;

    /// Lets the radio's clock pass `t`, and everything happen that is due by then.
    virtual void run_past(radio& r, time_point t) = 0;
};

/// What the suite is instantiated with.
struct subject_kind {
    std::string name;
    std::function<std::unique_ptr<subject>()> make;
};
void PrintTo(const subject_kind& kind, std::ostream* out);

/// A radio and all that it told its handler.
class party final : public radio_handler {
  public:
    struct reception {
        std::vector<std::uint8_t> mpdu;
        rx_info info;
    };

    explicit party(std::unique_ptr<radio> r);

    radio& on_air() { return *radio_; }
    radio_capabilities can() const { return radio_->capabilities(); }
    mac_address mac() const { return radio_->identity().station; }
    radio_setup setup() const;

    /// Transmits an ESP-NOW action frame whose payload is `text`. @returns its token.
    std::uint64_t send(const mac_address& to, const std::string& text, std::uint8_t retries = 2,
                       rate r = rate::dsss_1m_long);

    std::vector<reception> heard;
    std::vector<tx_done> done;
    /// What a test wants to happen inside a call of the handler.
    std::function<void(const reception&)> when_heard;
    std::function<void(const tx_done&)> when_done;

    const tx_done* answer_to(std::uint64_t token) const;
    /// The payloads of the ESP-NOW frames heard, in order.
    std::vector<std::string> texts() const;
    std::size_t count(const std::string& text) const;
    std::size_t calls() const { return heard.size() + done.size(); }

  private:
    void on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) override;
    void on_transmit_done(const tx_done& d) override;
    void on_lost(const error& why) override;
    void on_restored() override {}

    std::unique_ptr<radio> radio_;
    std::uint64_t last_token_ = 0;
    std::uint16_t sequence_number_ = 100;
};

/// An ESP-NOW action frame from `from` to `to`; `text` is at most 250 bytes.
std::vector<std::uint8_t> espnow_frame(const mac_address& from, const mac_address& to, const std::string& text,
                                       std::uint16_t sequence_number);
/// The payload of an ESP-NOW action frame; nothing if it is none.
std::optional<std::string> text_of(std::span<const std::uint8_t> mpdu);

class RadioContract : public testing::TestWithParam<subject_kind> {
  protected:
    RadioContract() : subject_(GetParam().make()) {}

    /// A radio that joins; the test fails if it cannot.
    party& join(const seat& at);
    void leave(party& p);

    bool run_until(const std::function<bool()>& done) { return subject_->run_until(done); }
    /// Runs until each of `p`'s transmits has its answer.
    testing::AssertionResult run_until_answered(party& p, std::uint64_t token);
    /// Runs until `listener` hears a group frame that `speaker` sends now on the same channel: what was sent before has
    /// been heard by then, or never will be.
    testing::AssertionResult run_until_quiet(party& speaker, party& listener);

    /// What a lossless unicast ends with, and after how many transmissions, where these radios can tell.
    static tx_status expected_status(const party& sender, bool somebody_is_there);
    static std::uint16_t expected_attempts(const party& sender, bool somebody_is_there, int retries);
    /// How often a receiver hears a unicast to it.
    static std::size_t expected_copies(const party& sender, int retries);

    conformance::subject& air() { return *subject_; }

  private:
    std::unique_ptr<conformance::subject> subject_;
    std::deque<std::unique_ptr<party>> parties_;
    int quiet_ = 0;
};

}  // namespace nowire::conformance

using nowire::conformance::RadioContract;
