#pragma once

#include <nowire/air/medium.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nowire::air {

/// A radio on a medium under test, and all that it was told.
class listener final : public medium_listener {
  public:
    struct reception {
        std::vector<std::uint8_t> mpdu;
        rx_info info;
    };

    std::vector<reception> heard;
    std::vector<tx_done> done;
    std::function<void(const reception&)> when_heard;
    std::function<void(const tx_done&)> when_done;

    radio_id id{};
    mac_address mac;

  private:
    void on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) override;
    void on_transmit_done(const tx_done& d) override;
};

/// A frame as the observer saw it.
struct seen_frame {
    time_point start;
    time_point end;
    channel on;
    nowire::rate rate{};
    std::int8_t signal = 0;
    std::vector<std::uint8_t> mpdu;

    friend bool operator==(const seen_frame&, const seen_frame&) = default;
};

/// A medium with radios named 1, 2, 3 ..., and what an observer of it saw.
class world {
  public:
    explicit world(medium_options options = {});

    /// A radio with the MAC 02:00:00:00:00:<2 * number>.
    listener& join(int number, int on_channel = 1);
    listener& join(int number, medium_radio as);
    static mac_address mac_of(int number);
    /// The setup of the radio `number`.
    static radio_setup setup_of(int number, int on_channel = 1);

    /// Queues a frame of `bytes` in all, FCS included, and returns its token.
    std::uint64_t send(const listener& from, const mac_address& to, std::size_t bytes = 293,
                       rate r = rate::dsss_1m_long, std::uint8_t retries = default_retries);
    /// Runs until nothing more will happen.
    void run();

    medium air;
    std::vector<seen_frame> seen;

  private:
    std::vector<std::unique_ptr<listener>> listeners_;
    std::uint64_t last_token_ = 0;
};

/// The MPDU (without FCS) of a management frame of so many bytes, FCS included.
std::vector<std::uint8_t> frame_of(std::size_t bytes, const mac_address& from, const mac_address& to);

}  // namespace nowire::air
