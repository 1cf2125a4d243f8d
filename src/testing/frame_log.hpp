#pragma once

#include <nowire/air/medium.hpp>
#include <nowire/capture/decode.hpp>
#include <nowire/ccmp/secrets.hpp>
#include <nowire/testing/frame.hpp>

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace nowire::testing {

/// All frames of an air. The hub's thread adds them, the test's looks at them.
class frame_log {
  public:
    void add(const air::air_frame& frame);
    std::size_t size() const;

    /// Test's thread alone from here on.
    void add_key(const mac_address& device, const ccmp::lmk& local, const ccmp::pmk& primary);
    sent_frame at(std::size_t index);
    /// Who sent it, without decoding it.
    std::string sender_of(std::size_t index) const;

  private:
    struct recorded {
        time_point start;
        channel on;
        nowire::rate rate;
        bool acknowledged = false;
        std::string sender;
        std::vector<std::uint8_t> mpdu;
    };
    struct known_key {
        mac_address device;
        ccmp::lmk local;
        ccmp::pmk primary;
    };

    mutable std::mutex lock_;
    std::vector<recorded> frames_;
    std::vector<known_key> keys_;
    capture::decoder decoder_;
};

}  // namespace nowire::testing
