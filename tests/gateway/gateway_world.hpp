#pragma once

#include "gateway/broker.hpp"
#include "gateway/mqtt_probe.hpp"
#include "radio/hub_world.hpp"

#include <nowire/gateway/service.hpp>
#include <nowire/node/link.hpp>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace nowire::test {

/// A gateway at work in a thread of its own, on a radio of a real hub.
class running_gateway {
  public:
    running_gateway(const std::string& socket, gateway::service_options options, station_options radio = {});
    /// Stops it without waiting for anything.
    ~running_gateway();
    running_gateway(const running_gateway&) = delete;
    running_gateway& operator=(const running_gateway&) = delete;

    mac_address address() const { return station_; }
    mac_address soft_ap() const { return soft_ap_; }

    /// Calls `use` in the gateway's thread and waits for it.
    void with(const std::function<void(gateway::service&)>& use);
    /// Stops it in order. @returns false if that takes too long.
    bool stop(std::chrono::milliseconds limit = std::chrono::seconds(5));
    /// Waits until a line of its log has this in it.
    bool says(const std::string& text);

  private:
    void log(std::string_view line);

    std::unique_ptr<boost::asio::io_context> io_;
    std::unique_ptr<gateway::service> service_;
    mac_address station_;
    mac_address soft_ap_;
    std::mutex lock_;
    std::condition_variable logged_;
    std::vector<std::string> log_;
    std::thread thread_;
};

/// Name lookup that hangs for as long as a test likes.
class resolver_gate {
  public:
    explicit resolver_gate(bool open = true);
    void open();
    void close();
    /// How often it was asked.
    int asked() const;
    /// Waits until somebody hangs in it.
    bool holds_somebody() const;
    /// For mqtt_options::resolve; may outlive the gate.
    std::function<std::string(const std::string&)> function() const;

  private:
    struct state;
    std::shared_ptr<state> state_;
};

/// A node: a station on the air, and its link.
struct test_node {
    test_node(const std::string& socket, int number, const mac_address& gateway, station_options options = {});

    std::unique_ptr<nowire::station> station;
    node::link link;
};

/// An air, a broker and a gateway.
class gateway_world {
  public:
    explicit gateway_world(gateway::service_options options = {}, broker::options broker_options = {});

    gateway::service_options options_for_broker(gateway::service_options options) const;
    std::unique_ptr<test_node> node(int number);

    temporary_folder folder;
    nowire::test::broker broker;
    hub_process hub;
    std::unique_ptr<running_gateway> gateway;
};

}  // namespace nowire::test
