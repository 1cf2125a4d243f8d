#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

struct mosquitto;

namespace nowire::test {

/// An MQTT client that has nothing to do with the gateway's own code: it says what really is at the broker. It connects
/// again by itself, and subscribes again then.
class mqtt_probe {
  public:
    struct received {
        std::string topic;
        std::string payload;
        bool retained = false;
        friend bool operator==(const received&, const received&) = default;
    };

    /// Connected and subscribed when made. @throws std::runtime_error if that takes too long.
    explicit mqtt_probe(std::uint16_t port, std::string filter = "#", const std::string& user = {},
                        const std::string& password = {});
    ~mqtt_probe();
    mqtt_probe(const mqtt_probe&) = delete;
    mqtt_probe& operator=(const mqtt_probe&) = delete;

    /// QoS 1; returns when the broker has it.
    void publish(const std::string& topic, const std::string& payload, bool retain = false);

    /// Waits until `enough` says so of what came. @returns whether it did.
    bool wait_for(const std::function<bool(const std::vector<received>&)>& enough,
                  std::chrono::milliseconds limit = std::chrono::seconds(20));
    /// Waits for a message with this payload, and one whose payload ends so.
    bool wait_for(const std::string& topic, const std::string& payload);
    bool wait_for_ending(const std::string& topic, const std::string& ending);
    /// Waits until it is connected and subscribed (again).
    bool wait_until_ready();

    std::vector<received> all();
    /// Payloads on this topic, in the order in which they came.
    std::vector<std::string> payloads(const std::string& topic);

  private:
    mosquitto* mosquitto_;
    std::string filter_;
    std::mutex lock_;
    std::condition_variable changed_;
    std::vector<received> all_;
    bool ready_ = false;
    int published_ = 0;
};

}  // namespace nowire::test
