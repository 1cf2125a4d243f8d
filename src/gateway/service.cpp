#include <nowire/async/station.hpp>
#include <nowire/gateway/mqtt_client.hpp>
#include <nowire/gateway/service.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <ctime>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace nowire::gateway {

namespace asio = boost::asio;

namespace {

/// Sends that wait for their end at once: the engine asks for few.
constexpr std::size_t send_pool = 64;

std::chrono::seconds local_offset(wall_time when) {
    const auto seconds = std::chrono::system_clock::to_time_t(when);
    std::tm local{};
    if (!localtime_r(&seconds, &local)) return std::chrono::seconds(0);
    return std::chrono::seconds(local.tm_gmtoff);
}

/// As people write it: "127.0.0.1:1883", "[::1]:1883".
std::string address_of(const mqtt_options& broker) {
    const bool ipv6 = broker.host.find(':') != std::string::npos;
    return (ipv6 ? "[" + broker.host + "]" : broker.host) + ":" + std::to_string(broker.port);
}

service_options completed(service_options o, nowire::station& s) {
    const engine_options unset;
    if (o.engine.gateway_id == unset.gateway_id) o.engine.gateway_id = s.address().to_hex();
    if (o.engine.broker_name == unset.broker_name) o.engine.broker_name = o.mqtt.host;
    if (!o.engine.utc_offset) o.engine.utc_offset = local_offset;
    if (!s.radio().capabilities().reports_ack) o.engine.unconfirmed_is_delivered = true;
    if (o.mqtt.client_id.empty()) o.mqtt.client_id = "nowire-" + s.address().to_hex();
    if (!o.log) o.log = [](std::string_view) {};
    return o;
}

}  // namespace

void prepare_station(station_options& options) {
    options.device.station_up = true;
    options.device.soft_ap_up = true;
    options.device.peer_limit = std::nullopt;
    options.device.encrypted_limit = std::nullopt;
    options.device.pool = send_pool;
    // One radio serves all nodes: one that is gone must not keep it for 32 transmissions while others wait for their
    // answers. Ten get through wherever a link works at all.
    options.device.retries = 9;
}

struct service::state : mqtt_handler, std::enable_shared_from_this<state> {
    state(const asio::any_io_executor& e, std::unique_ptr<nowire::station> s, service_options o)
        : options(completed(std::move(o), *s)),
          executor(e),
          engine(options.engine, s->device().home_channel()),
          mqtt(e, options.mqtt, *this),
          limit(e) {
        radio_up = true;
        s->on_radio([this](const std::optional<error>& why) { on_radio(why); });
        station.emplace(e, std::move(s));
    }

    instant now() { return {station->sync().clock().now(), std::chrono::system_clock::now()}; }

    asio::awaitable<void> receive();
    void take(const message& m);
    void drain();
    void handle(const send_to_node& s);
    void arm();
    void prepare_peer(const mac_address& node, interface via);
    void forget_peer(const mac_address& node);
    void on_radio(const std::optional<error>& why);
    void stop_if_done();
    void finish();

    void on_up() override;
    void on_down(const std::string& why) override;
    void on_refused(const std::string& why) override;
    void on_published(publish_id id) override {
        engine.publish_done(id, now());
        drain();
    }
    void on_publish_failed(publish_id id, const std::string& why) override {
        engine.publish_failed(id, why, now());
        drain();
    }
    void on_subscribed(const std::string& filter, std::optional<int> granted) override {
        if (!granted) options.log("the broker refuses the subscription to " + filter);
        engine.subscribed(filter, granted, now());
        drain();
    }
    void on_message(std::string_view topic, std::string_view payload, bool retained) override {
        engine.mqtt_message(topic, payload, retained, now());
        drain();
    }

    service_options options;
    asio::any_io_executor executor;
    class engine engine;
    std::optional<async::station> station;
    mqtt_client mqtt;
    asio::steady_timer limit;
    std::optional<timer_id> timer;
    std::optional<time_point> armed_for;
    bool draining = false;
    bool closed = false;
    bool radio_up = false;
    std::function<void()> stopped;  ///< set while it stops
    std::string last_refusal;
};

service::service(const asio::any_io_executor& executor, std::unique_ptr<nowire::station> s, service_options options)
    : state_(std::make_shared<state>(executor, std::move(s), std::move(options))) {}

service::~service() {
    state_->closed = true;
    state_->mqtt.stop();
    state_->limit.cancel();
    // Ends the coroutine that receives, whose frame holds the state.
    state_->station.reset();
}

void service::start() {
    // Not one expression: g++ 12 miscompiles coroutines made in a lambda that captures.
    auto receiving = state_->receive();
    asio::co_spawn(state_->executor, std::move(receiving), [](const std::exception_ptr& failed) {
        if (failed) std::rethrow_exception(failed);
    });
    state_->mqtt.start();
}

void service::stop(std::function<void()> done, std::chrono::milliseconds limit) {
    auto& s = *state_;
    if (s.closed || s.stopped) return;
    s.stopped = std::move(done);
    s.limit.expires_after(limit);
    s.limit.async_wait([self = state_](const boost::system::error_code& cancelled) {
        if (!cancelled) self->finish();
    });
    asio::post(s.executor, [self = state_] { self->stop_if_done(); });
}

const class engine& service::engine() const {
    return state_->engine;
}

nowire::station& service::station() {
    return state_->station->sync();
}

// Nodes.

/// Keeps the state alive as long as it waits.
asio::awaitable<void> service::state::receive() {
    const auto self = shared_from_this();
    while (!closed) {
        const auto m = co_await station->receive();
        if (!m) break;
        if (!stopped) take(*m);
    }
}

void service::state::take(const message& m) {
    auto& device = station->sync().device();
    std::optional<interface> to;
    for (const auto each : {interface::station, interface::soft_ap})
        if (m.destination == device.address(each)) to = each;
    engine.set_channel(device.home_channel());
    engine.node_message(m, to, now());
    drain();
}

void service::state::drain() {
    if (closed || std::exchange(draining, true)) return;
    while (const auto event = engine.next_event()) {
        if (const auto* s = std::get_if<send_to_node>(&*event)) {
            handle(*s);
        } else if (const auto* p = std::get_if<gateway::publish>(&*event)) {
            mqtt.publish(*p);
        } else if (const auto* sub = std::get_if<gateway::subscribe>(&*event)) {
            mqtt.subscribe(*sub);
        } else if (const auto* unsub = std::get_if<gateway::unsubscribe>(&*event)) {
            mqtt.unsubscribe(*unsub);
        } else {
            forget_peer(std::get<forget_node>(*event).node);
        }
    }
    station->flush();
    draining = false;
    arm();
    stop_if_done();
}

void service::state::handle(const send_to_node& s) {
    prepare_peer(s.node, s.via);
    const auto bytes = std::span(reinterpret_cast<const std::uint8_t*>(s.payload.data()), s.payload.size());
    const auto sent = station->sync().send_then(s.node, bytes, [this, id = s.id](const completion& done) {
        engine.send_done(id, done.result, now());
        drain();
    });
    if (sent) return;
    options.log("cannot send to " + s.node.to_string() + ": " + sent.error().text);
    engine.send_done(s.id, tx_status::not_sent, now());
}

/// Makes the node a peer whose messages leave from the interface that it wrote to.
void service::state::prepare_peer(const mac_address& node, interface via) {
    auto& device = station->sync().device();
    const auto* known = device.find_peer(node);
    if (known && known->via == via) return;
    peer wanted;
    if (known) wanted = *known;
    wanted.address = node;
    wanted.via = via;
    const auto changed = known ? device.modify_peer(wanted) : device.add_peer(wanted);
    if (!changed) options.log("cannot make a peer of " + node.to_string());
}

void service::state::forget_peer(const mac_address& node) {
    auto& device = station->sync().device();
    const auto* known = device.find_peer(node);
    // One with a key was put there by whoever configured the gateway.
    if (!known || known->encrypt) return;
    if (const auto removed = device.remove_peer(node); !removed) options.log("cannot forget " + node.to_string());
}

/// Has advance() called when the engine wants it.
void service::state::arm() {
    const auto wanted = engine.next_deadline();
    if (wanted == armed_for) return;
    auto& clock = station->sync().clock();
    if (timer) clock.cancel(*timer);
    timer.reset();
    armed_for = wanted;
    if (!wanted) return;
    timer = clock.call_at(*wanted, [this] {
        timer.reset();
        armed_for.reset();
        engine.advance(now());
        drain();
    });
}

void service::state::on_radio(const std::optional<error>& why) {
    const bool back = !why;
    if (back == radio_up) return;
    radio_up = back;
    const std::string line = back ? "the radio is back" : "the radio is gone: " + why->text;
    options.log(line);
    engine.report_error(line, now());
    drain();
}

// The broker.

void service::state::on_up() {
    last_refusal.clear();
    options.log("connected to the broker " + address_of(options.mqtt));
    engine.broker_up(now());
    drain();
}

void service::state::on_down(const std::string& why) {
    options.log("the broker is gone: " + why);
    engine.broker_down(now());
    drain();
    stop_if_done();
}

void service::state::on_refused(const std::string& why) {
    if (why != last_refusal) options.log("cannot connect to the broker " + address_of(options.mqtt) + ": " + why);
    last_refusal = why;
    stop_if_done();
}

// The end.

void service::state::stop_if_done() {
    if (stopped && (engine.unpublished() == 0 || !mqtt.is_up())) finish();
}

void service::state::finish() {
    auto done = std::exchange(stopped, nullptr);
    if (!done || closed) return;
    closed = true;
    limit.cancel();
    if (const auto left = engine.unpublished(); left > 0)
        options.log(std::to_string(left) + (left == 1 ? " publication is" : " publications are") +
                    " lost: the broker did not take them");
    mqtt.stop();
    done();
}

}  // namespace nowire::gateway
