#pragma once

#include "gateway/mqtt_library.hpp"

#include <nowire/gateway/engine.hpp>
#include <nowire/gateway/mqtt_options.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nowire::gateway {

/// Who is told what happens on a connection; never from inside a member of the connection that it called.
class mqtt_connection_owner {
  public:
    virtual ~mqtt_connection_owner() = default;
    /// The broker took us.
    virtual void on_accepted() = 0;
    /// The connection has ended, or the broker did not take us. The last call of all.
    virtual void on_ended(const std::string& why) = 0;
    virtual void on_published(publish_id id) = 0;
    virtual void on_publish_failed(publish_id id, const std::string& why) = 0;
    virtual void on_subscribed(const std::string& filter, std::optional<int> granted) = 0;
    virtual void on_message(std::string_view topic, std::string_view payload, bool retained) = 0;
};

/// One connection to a broker, on which CONNECT has been sent: libmosquitto's reading and writing, done when the
/// executor says that the socket is ready.
class mqtt_connection : public std::enable_shared_from_this<mqtt_connection> {
  public:
    using owner = mqtt_connection_owner;

    /// @param who  is called until detach().
    mqtt_connection(const boost::asio::any_io_executor& executor, mosquitto_ptr m, owner& who);
    ~mqtt_connection();
    mqtt_connection(const mqtt_connection&) = delete;
    mqtt_connection& operator=(const mqtt_connection&) = delete;

    /// @param answer_timeout  for the broker's answer to CONNECT.
    void start(std::chrono::milliseconds answer_timeout);
    /// The owner hears nothing more, and the connection goes; without a goodbye the broker publishes the will.
    void detach(bool goodbye);

    void publish(const gateway::publish& what);
    void subscribe(const gateway::subscribe& what);
    void unsubscribe(const gateway::unsubscribe& what);

  private:
    struct callbacks;

    void watch_read();
    void watch_write();
    void watch_time();
    void after(int code);
    void end(const std::string& why);
    void tell_news_later();
    void tell_news();

    mosquitto_ptr mosquitto_;
    owner* owner_;
    /// A descriptor of our own for the same socket: libmosquitto closes its own whenever it likes.
    boost::asio::posix::stream_descriptor socket_;
    boost::asio::steady_timer second_;
    std::optional<boost::asio::steady_timer::time_point> answer_until_;
    bool writing_ = false;
    bool accepted_ = false;
    bool ended_ = false;
    std::string refusal_;

    std::map<int, publish_id> publishing_;  ///< by libmosquitto's message id
    std::map<int, std::string> subscribing_;
    /// The message id that mosquitto_publish() is at work on: its callback may come before that returns.
    bool in_publish_ = false;
    std::vector<int> early_;
    std::vector<std::function<void(owner&)>> news_;  ///< what the owner is to be told
    bool will_tell_ = false;
};

}  // namespace nowire::gateway
