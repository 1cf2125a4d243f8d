#pragma once

#include <nowire/air/unique_descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

struct mosquitto;

namespace nowire::bench {

/// A publisher of libmosquitto's and nothing else, with QoS 0 and without a thread.
class mqtt_publisher {
  public:
    /// Connected when made. @throws std::runtime_error if the broker cannot be reached.
    explicit mqtt_publisher(std::uint16_t port);
    ~mqtt_publisher();
    mqtt_publisher(const mqtt_publisher&) = delete;
    mqtt_publisher& operator=(const mqtt_publisher&) = delete;

    /// Hands it to the kernel, waiting for room if need be.
    void publish(const std::string& topic, std::string_view payload);

  private:
    /// Waits for the socket, and does what is to do then.
    void wait();

    mosquitto* mosquitto_;
    bool connected_ = false;
};

/// A subscriber to one topic with QoS 0 that takes what has come with one call of the kernel, where libmosquitto needs
/// three for each message: what is measured is what comes before it.
class mqtt_subscriber {
  public:
    using handler = std::function<void(std::string_view payload)>;

    /// Subscribed when made. @throws std::runtime_error if the broker cannot be reached.
    mqtt_subscriber(std::uint16_t port, const std::string& topic);

    /// Told of each payload from now on; empty: nobody.
    void on_message(handler to) { on_message_ = std::move(to); }
    int socket() const { return socket_.get(); }
    /// Reads what is there, waiting for something.
    /// @throws std::runtime_error if that is the end.
    void read();
    std::uint64_t received() const { return received_; }

  private:
    /// Takes the packets that are whole off the start of buffer_.
    void take_packets();

    unique_descriptor socket_;
    std::vector<std::uint8_t> buffer_;
    std::size_t filled_ = 0;
    handler on_message_;
    std::uint64_t received_ = 0;
    bool subscribed_ = false;
};

}  // namespace nowire::bench
