#include "gateway/mqtt_connection.hpp"
#include "gateway/mqtt_connector.hpp"

#include <nowire/gateway/mqtt_client.hpp>

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace nowire::gateway {

namespace asio = boost::asio;

namespace {

/// Attempts that may hang at once in name lookup or connecting.
constexpr int max_attempts = 3;
/// A connection that held this long was a good one: the next delay is the first again.
constexpr std::chrono::seconds good_connection{5};

}  // namespace

struct mqtt_client::state : mqtt_connection_owner, std::enable_shared_from_this<state> {
    state(const asio::any_io_executor& e, mqtt_options o, mqtt_handler& h)
        : executor(e), options(std::move(o)), handler(&h), timer(e), delay(options.first_delay) {
        options.keepalive = std::max(options.keepalive, std::chrono::seconds(5));
    }

    void attempt();
    void retry_later();
    void connected(mqtt_connector::outcome result);
    void stop(bool goodbye);

    void on_accepted() override;
    void on_ended(const std::string& why) override;
    void on_published(publish_id id) override { handler->on_published(id); }
    void on_publish_failed(publish_id id, const std::string& why) override { handler->on_publish_failed(id, why); }
    void on_subscribed(const std::string& filter, std::optional<int> granted) override {
        handler->on_subscribed(filter, granted);
    }
    void on_message(std::string_view topic, std::string_view payload, bool retained) override {
        handler->on_message(topic, payload, retained);
    }

    asio::any_io_executor executor;
    mqtt_options options;
    mqtt_handler* handler;
    asio::steady_timer timer;
    std::chrono::milliseconds delay;
    std::shared_ptr<std::atomic<int>> threads = std::make_shared<std::atomic<int>>(0);
    std::optional<mqtt_connector> connector;
    std::shared_ptr<mqtt_connection> connection;
    asio::steady_timer::time_point up_since;
    bool running = false;
    bool up = false;
};

mqtt_client::mqtt_client(const asio::any_io_executor& executor, mqtt_options options, mqtt_handler& handler)
    : state_(std::make_shared<state>(executor, std::move(options), handler)) {}

mqtt_client::~mqtt_client() {
    state_->stop(false);
}

void mqtt_client::start() {
    if (std::exchange(state_->running, true)) return;
    state_->attempt();
}

void mqtt_client::stop() {
    state_->stop(true);
}

bool mqtt_client::is_up() const {
    return state_->up;
}

void mqtt_client::publish(const gateway::publish& what) {
    if (state_->up) state_->connection->publish(what);
}

void mqtt_client::subscribe(const gateway::subscribe& what) {
    if (state_->up) state_->connection->subscribe(what);
}

void mqtt_client::unsubscribe(const gateway::unsubscribe& what) {
    if (state_->up) state_->connection->unsubscribe(what);
}

void mqtt_client::state::stop(bool goodbye) {
    running = false;
    up = false;
    timer.cancel();
    connector.reset();
    if (auto c = std::exchange(connection, nullptr)) c->detach(goodbye);
}

/// Begins an attempt to connect; one that takes too long is left to itself and another one begun.
void mqtt_client::state::attempt() {
    if (!running) return;
    connector.reset();
    if (threads->load() < max_attempts)
        connector.emplace(executor, options, threads, [self = shared_from_this()](mqtt_connector::outcome result) {
            self->connected(std::move(result));
        });
    timer.expires_after(options.connect_timeout);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (cancelled || !self || !self->running) return;
        self->handler->on_refused("name lookup and connecting take too long");
        self->attempt();
    });
}

void mqtt_client::state::connected(mqtt_connector::outcome result) {
    timer.cancel();
    connector.reset();
    if (!running) return;
    if (!result.connection) {
        handler->on_refused(result.fault);
        return retry_later();
    }
    connection = std::make_shared<mqtt_connection>(executor, std::move(result.connection), *this);
    connection->start(options.answer_timeout);
}

void mqtt_client::state::retry_later() {
    if (!running) return;
    timer.expires_after(delay);
    delay = std::min(delay * 2, options.last_delay);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (!cancelled && self) self->attempt();
    });
}

void mqtt_client::state::on_accepted() {
    up = true;
    up_since = asio::steady_timer::clock_type::now();
    handler->on_up();
}

void mqtt_client::state::on_ended(const std::string& why) {
    connection.reset();
    if (std::exchange(up, false)) {
        if (asio::steady_timer::clock_type::now() - up_since >= good_connection) delay = options.first_delay;
        handler->on_down(why);
    } else {
        handler->on_refused(why);
    }
    retry_later();
}

}  // namespace nowire::gateway
