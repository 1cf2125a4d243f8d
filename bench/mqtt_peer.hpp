#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

struct mosquitto;

namespace nowire::bench {

/// A client of libmosquitto's and nothing else, with QoS 0 and without a thread.
class mqtt_peer {
  public:
    using handler = std::function<void(std::string_view payload)>;

    /// Connected when made, and subscribed where `filter` is not empty.
    /// @throws std::runtime_error if the broker cannot be reached.
    mqtt_peer(std::uint16_t port, const std::string& filter, handler on_message);
    ~mqtt_peer();
    mqtt_peer(const mqtt_peer&) = delete;
    mqtt_peer& operator=(const mqtt_peer&) = delete;

    /// Hands it to the kernel, waiting for room if need be.
    void publish(const std::string& topic, std::string_view payload);

    int socket() const;
    /// Reads what is there; to be called when the socket is readable.
    void read();
    std::uint64_t received() const { return received_; }

  private:
    /// Waits for the socket, and does what is to do then.
    void wait();

    mosquitto* mosquitto_;
    handler on_message_;
    std::uint64_t received_ = 0;
    bool connected_ = false;
    bool subscribed_ = false;
};

}  // namespace nowire::bench
