#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace nowire::cli::demo {

/// What the demo's devices and its independent MQTT subscriber wrote down, and what follows from comparing them.
class ledger {
  public:
    /// A device's log: it published `seq`, and the gateway's ACK came (or not).
    void published(const std::string& device, std::uint64_t seq, bool acknowledged);
    /// The subscriber's log: a publication of a device arrived at the broker.
    void arrived(const std::string& device, std::uint64_t seq);
    /// The subscriber's log: a command to a device, and the broker's acknowledgement of it.
    void commanded(const std::string& device, std::uint64_t seq);
    /// A device's log: a command came.
    void obeyed(const std::string& device, std::uint64_t seq);

    /// A device that must have crossed messages, at least one each way asked for.
    struct expectation {
        std::string device;
        bool up = true;
        bool down = false;
    };

    struct account {
        std::uint64_t published = 0;
        std::uint64_t acknowledged = 0;
        std::uint64_t arrived = 0;
        std::uint64_t commands = 0;
        std::uint64_t obeyed = 0;
        std::vector<std::uint64_t> lost_up;    ///< acknowledged by the gateway, never seen at the broker
        std::vector<std::uint64_t> lost_down;  ///< acknowledged by the broker, never seen by the device
    };

    account account_of(const std::string& device) const;
    /// One sentence for each thing that is wrong; empty: all is well.
    std::vector<std::string> faults(const std::vector<expectation>& expected) const;

  private:
    struct book {
        std::set<std::uint64_t> published, acknowledged, arrived, commands, obeyed;
    };
    std::map<std::string, book> books_;
};

}  // namespace nowire::cli::demo
