#pragma once

#include <nowire/gateway/engine.hpp>
#include <nowire/gateway/mqtt_options.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nowire::gateway {

/// Who is told what the broker does. Called on the client's executor, so in its thread, also from inside the client's
/// own members.
class mqtt_handler {
  public:
    virtual ~mqtt_handler() = default;
    /// The broker took the connection.
    virtual void on_up() = 0;
    /// The connection has ended; publications without an answer never get one.
    virtual void on_down(const std::string& why) = 0;
    /// An attempt to connect failed, because of the broker's answer (wrong password) or for want of one.
    virtual void on_refused(const std::string& why) = 0;
    /// The broker has it (QoS 1), or it was sent (QoS 0).
    virtual void on_published(publish_id id) = 0;
    /// It can never be published.
    virtual void on_publish_failed(publish_id id, const std::string& why) = 0;
    /// @param granted  the QoS; nothing: refused.
    virtual void on_subscribed(const std::string& filter, std::optional<int> granted) = 0;
    /// A message to a filter that is subscribed to; the bytes are valid during the call.
    virtual void on_message(std::string_view topic, std::string_view payload, bool retained) = 0;
};

/// A connection to an MQTT broker (3.1.1) that comes back by itself. All I/O is on the executor; name lookup and
/// connecting are done in a helper thread, so neither delays anything else, however long they hang. Nothing is kept
/// over the end of a connection: who publishes does that.
///
/// Belongs to its executor's thread or strand.
class mqtt_client {
  public:
    /// @param handler  outlives the client.
    mqtt_client(const boost::asio::any_io_executor& executor, mqtt_options options, mqtt_handler& handler);
    /// Closes the connection without a goodbye. A helper thread that hangs goes on by itself and harms nobody.
    ~mqtt_client();
    mqtt_client(const mqtt_client&) = delete;
    mqtt_client& operator=(const mqtt_client&) = delete;

    /// Begins to connect, and to connect again whenever the connection ends.
    /// @throws std::system_error if libmosquitto makes no connection from the options: no memory, or a client id that
    /// it does not take.
    void start();
    /// Says goodbye and stays away. No handler is called afterwards.
    void stop();
    /// Whether on_up() was called last, not on_down().
    bool is_up() const;

    /// These do nothing while the connection is down. Answers: on_published() when a QoS 1 message was acknowledged or
    /// a QoS 0 message was sent; on_subscribed().
    void publish(const gateway::publish& what);
    /// Adds a filter, or asks for its retained messages again.
    void subscribe(const gateway::subscribe& what);
    /// Takes a filter away; there is no answer.
    void unsubscribe(const gateway::unsubscribe& what);

  private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace nowire::gateway
