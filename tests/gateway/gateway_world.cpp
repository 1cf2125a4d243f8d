#include "gateway/gateway_world.hpp"

#include <nowire/radio/hub_radio.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <future>
#include <stdexcept>

namespace nowire::test {

namespace asio = boost::asio;

namespace {

std::unique_ptr<nowire::station> open_station(const std::string& socket, const std::string& name,
                                              const station_options& options) {
    auto radio = open_hub_radio({.socket = socket, .name = name});
    if (!radio) throw std::runtime_error(radio.error().text);
    return std::make_unique<nowire::station>(std::move(*radio), options);
}

}  // namespace

running_gateway::running_gateway(const std::string& socket, gateway::service_options options, station_options radio)
    : io_(std::make_unique<asio::io_context>(1)) {
    gateway::prepare_station(radio);
    auto station = open_station(socket, "gateway", radio);
    station_ = station->address();
    soft_ap_ = station->device().address(interface::soft_ap);
    options.log = [this](std::string_view line) { log(line); };
    service_ = std::make_unique<gateway::service>(io_->get_executor(), std::move(station), std::move(options));
    asio::post(*io_, [this] { service_->start(); });
    thread_ = std::thread([this] {
        const auto work = asio::make_work_guard(*io_);
        io_->run();
    });
}

running_gateway::~running_gateway() {
    asio::post(*io_, [this] {
        service_.reset();
        io_->stop();
    });
    thread_.join();
}

void running_gateway::with(const std::function<void(gateway::service&)>& use) {
    std::promise<void> done;
    asio::post(*io_, [&] {
        use(*service_);
        done.set_value();
    });
    done.get_future().get();
}

bool running_gateway::stop(std::chrono::milliseconds limit) {
    const auto done = std::make_shared<std::promise<void>>();
    auto stopped = done->get_future();
    with([&](auto& s) { s.stop([done] { done->set_value(); }, limit); });
    return stopped.wait_for(patience) == std::future_status::ready;
}

bool running_gateway::says(const std::string& text) {
    std::unique_lock guard(lock_);
    return logged_.wait_for(guard, patience, [&] {
        return std::ranges::any_of(log_, [&](const auto& line) { return line.find(text) != std::string::npos; });
    });
}

void running_gateway::log(std::string_view line) {
    const std::scoped_lock guard(lock_);
    log_.emplace_back(line);
    logged_.notify_all();
}

struct resolver_gate::state {
    std::mutex lock;
    std::condition_variable changed;
    bool open = true;
    int asked = 0;
    int inside = 0;
};

resolver_gate::resolver_gate(bool open) : state_(std::make_shared<state>()) {
    state_->open = open;
}

void resolver_gate::open() {
    const std::scoped_lock guard(state_->lock);
    state_->open = true;
    state_->changed.notify_all();
}

void resolver_gate::close() {
    const std::scoped_lock guard(state_->lock);
    state_->open = false;
}

int resolver_gate::asked() const {
    const std::scoped_lock guard(state_->lock);
    return state_->asked;
}

bool resolver_gate::holds_somebody() const {
    std::unique_lock guard(state_->lock);
    return state_->changed.wait_for(guard, patience, [this] { return !state_->open && state_->inside > 0; });
}

std::function<std::string(const std::string&)> resolver_gate::function() const {
    return [s = state_](const std::string& host) {
        std::unique_lock guard(s->lock);
        ++s->asked;
        ++s->inside;
        s->changed.notify_all();
        s->changed.wait_for(guard, patience, [&] { return s->open; });
        --s->inside;
        return host;
    };
}

test_node::test_node(const std::string& socket, int number, const mac_address& gateway, station_options options)
    : station(open_station(socket, "node" + std::to_string(number), options)), link(*station, {.gateway = gateway}) {}

gateway_world::gateway_world(gateway::service_options options, nowire::test::broker::options broker_options)
    : broker(std::move(broker_options)), hub(folder / "air") {
    gateway = std::make_unique<running_gateway>(hub.socket(), options_for_broker(std::move(options)));
}

gateway::service_options gateway_world::options_for_broker(gateway::service_options options) const {
    options.mqtt.port = broker.port();
    options.mqtt.first_delay = std::chrono::milliseconds(50);
    options.mqtt.last_delay = std::chrono::milliseconds(200);
    return options;
}

std::unique_ptr<test_node> gateway_world::node(int number) {
    return std::make_unique<test_node>(hub.socket(), number, gateway->address());
}

}  // namespace nowire::test
