#pragma once

#include <nowire/gateway/engine.hpp>
#include <nowire/gateway/mqtt_options.hpp>
#include <nowire/station/station.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

namespace nowire::gateway {

/// Turns `options` into those of a gateway's station: both interfaces up, since nodes may write to either, and as many
/// peers as there are nodes.
void prepare_station(station_options& options);

/// What a gateway is made of.
struct service_options {
    /// gateway_id, broker_name, utc_offset and unconfirmed_is_delivered are filled in where they have their defaults.
    engine_options engine;
    /// client_id is filled in where it is empty.
    mqtt_options mqtt;
    /// Told what a person who runs a gateway wants to know, a line without end at a time; empty: nobody.
    std::function<void(std::string_view line)> log;
};

/// A gateway at work: a station, an engine and a connection to a broker on one executor, with no thread of its own but
/// the one that connects. It serves nodes from the first moment, broker or not, and goes on when radio or broker come
/// back.
///
/// Belongs to its executor's thread or strand. To be destroyed before the executor's context.
class service {
  public:
    /// @param s  made with prepare_station(); its options decide on keys and packet numbers.
    /// @throws std::invalid_argument as engine() does.
    service(const boost::asio::any_io_executor& executor, std::unique_ptr<nowire::station> s, service_options options);
    ~service();
    service(const service&) = delete;
    service& operator=(const service&) = delete;

    /// Listens to nodes and begins to connect to the broker.
    /// @throws std::system_error as mqtt_client::start() does.
    void start();

    /// Listens to nodes no more, waits until the broker has what they published, and says goodbye to it; then calls
    /// `done`. Without a broker, or after `limit`, what is left is lost, and said so in the log.
    void stop(std::function<void()> done, std::chrono::milliseconds limit = std::chrono::seconds(5));

    /// What it knows of nodes and has counted.
    const class engine& engine() const;
    /// For its peers, keys and counters; what comes in is the service's to take.
    nowire::station& station();

  private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace nowire::gateway
