#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace nowire::cli::demo {

/// An MQTT client that has nothing to do with the gateway: it writes down what reaches the broker and gives the
/// commands. Each line of its log is a JSON object: {"event": "arrived" | "commanded", "device": ..., "seq": ...}.
class observer {
  public:
    /// @param lose  a device and sequence number of which it writes nothing down, as if the message had been lost:
    ///              "thermo#3"; empty: none. It is how a test sees that a loss is noticed.
    observer(std::uint16_t port, const std::string& log_file, std::string lose);
    ~observer();
    observer(const observer&) = delete;
    observer& operator=(const observer&) = delete;

    /// Waits until it is subscribed. @returns false if that takes more than ten seconds.
    bool wait_until_ready();
    /// Publishes {"hello": true} on demo/<device>/set: it counts nowhere. A device that answers is subscribed, which is
    /// the only way to know it, and from then on every command must reach it.
    void hello(const std::string& device);
    /// Publishes {"seq": n, "text": text} on demo/<device>/set at QoS 1.
    void command(const std::string& device, const std::string& text);
    /// Whether the publication has arrived.
    bool has(const std::string& device, std::uint64_t seq) const;

  private:
    struct client;
    std::unique_ptr<client> client_;
};

}  // namespace nowire::cli::demo
