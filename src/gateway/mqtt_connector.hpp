#pragma once

#include "gateway/mqtt_library.hpp"

#include <nowire/gateway/mqtt_options.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace nowire::gateway {

/// One attempt to connect, in a thread of its own, which name lookup may hold up for as long as it likes.
class mqtt_connector {
  public:
    /// What came of it: a connection on which CONNECT was sent, or why there is none.
    struct outcome {
        mosquitto_ptr connection;
        std::string fault;
    };

    /// Starts the attempt. @param done  called once on `executor`, unless this is destroyed before.
    /// @param running  counts the threads that have not ended yet.
    mqtt_connector(boost::asio::any_io_executor executor, const mqtt_options& options,
                   std::shared_ptr<std::atomic<int>> running, std::function<void(outcome)> done);
    /// The thread goes on by itself, and throws away what it gets.
    ~mqtt_connector();
    mqtt_connector(const mqtt_connector&) = delete;
    mqtt_connector& operator=(const mqtt_connector&) = delete;

  private:
    struct shared;
    std::shared_ptr<shared> shared_;
};

}  // namespace nowire::gateway
