#include "gateway/mqtt_connector.hpp"

#include "station/signals_blocked.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

#include <cerrno>
#include <exception>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace nowire::gateway {

namespace asio = boost::asio;

/// What the thread and its owner have in common.
struct mqtt_connector::shared {
    mosquitto_user library;
    std::shared_ptr<std::atomic<int>> running;
    mqtt_options options;
    mosquitto_ptr connection;

    std::mutex lock;
    /// Nothing when the owner has gone: then its executor may have gone too.
    std::optional<asio::any_io_executor> executor;
    std::function<void(outcome)> done;
    outcome result;

    ~shared() { --*running; }
    outcome connect();
    static void tell(const std::shared_ptr<shared>& s, outcome result);
};

namespace {

mosquitto_ptr make_connection(const mqtt_options& o) {
    mosquitto_ptr made(mosquitto_new(o.client_id.empty() ? nullptr : o.client_id.c_str(),
                                     o.clean_session || o.client_id.empty(), nullptr));
    if (!made) throw std::system_error(errno, std::generic_category(), "mosquitto_new");
    auto* m = made.get();
    mosquitto_int_option(m, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V311);
    mosquitto_int_option(m, MOSQ_OPT_TCP_NODELAY, 1);
    // How much is under way is the engine's business.
    mosquitto_int_option(m, MOSQ_OPT_SEND_MAXIMUM, 65535);
    if (!o.user.empty())
        mosquitto_username_pw_set(m, o.user.c_str(), o.password.empty() ? nullptr : o.password.c_str());
    if (o.will)
        mosquitto_will_set(m, o.will->topic.c_str(), static_cast<int>(o.will->payload.size()), o.will->payload.data(),
                           o.will->qos, o.will->retain);
    return made;
}

}  // namespace

mqtt_connector::mqtt_connector(asio::any_io_executor executor, const mqtt_options& options,
                               std::shared_ptr<std::atomic<int>> running, std::function<void(outcome)> done)
    : shared_(std::make_shared<shared>()) {
    ++*running;
    shared_->running = std::move(running);
    shared_->options = options;
    shared_->connection = make_connection(options);
    // While the thread works, the executor has work.
    shared_->executor = asio::prefer(std::move(executor), asio::execution::outstanding_work_t::tracked);
    shared_->done = std::move(done);
    const signals_blocked in_the_thread;
    std::thread([s = shared_] { shared::tell(s, s->connect()); }).detach();
}

mqtt_connector::~mqtt_connector() {
    const std::scoped_lock guard(shared_->lock);
    shared_->executor.reset();
    shared_->done = nullptr;
}

mqtt_connector::outcome mqtt_connector::shared::connect() {
    try {
        const auto address = options.resolve ? options.resolve(options.host) : options.host;
        const auto seconds = static_cast<int>(options.keepalive.count());
        const int code = mosquitto_connect(connection.get(), address.c_str(), options.port, seconds);
        const int system_error = errno;
        if (code == MOSQ_ERR_SUCCESS) return {std::move(connection), {}};
        return {nullptr, mosquitto_text(code, system_error)};
    } catch (const std::exception& e) {
        return {nullptr, e.what()};
    }
}

void mqtt_connector::shared::tell(const std::shared_ptr<shared>& s, outcome result) {
    const std::scoped_lock guard(s->lock);
    if (!s->executor) return;
    s->result = std::move(result);
    asio::post(*s->executor, [s] {
        // The owner may have gone since this was posted: both are on the executor.
        if (auto done = std::exchange(s->done, nullptr)) done(std::move(s->result));
    });
    s->executor.reset();
}

}  // namespace nowire::gateway
