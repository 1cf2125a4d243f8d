#include "gateway/mqtt_probe.hpp"

#include <mosquitto.h>

#include <algorithm>
#include <stdexcept>

namespace nowire::test {

namespace {

constexpr std::chrono::seconds patience{20};

}  // namespace

mqtt_probe::mqtt_probe(std::uint16_t port, std::string filter, const std::string& user, const std::string& password)
    : filter_(std::move(filter)) {
    mosquitto_lib_init();
    mosquitto_ = mosquitto_new(nullptr, true, this);
    mosquitto_int_option(mosquitto_, MOSQ_OPT_TCP_NODELAY, 1);
    if (!user.empty()) mosquitto_username_pw_set(mosquitto_, user.c_str(), password.c_str());
    mosquitto_reconnect_delay_set(mosquitto_, 1, 1, false);
    mosquitto_connect_callback_set(mosquitto_, [](mosquitto* m, void* self, int code) {
        if (code == 0) mosquitto_subscribe(m, nullptr, static_cast<mqtt_probe*>(self)->filter_.c_str(), 1);
    });
    mosquitto_disconnect_callback_set(mosquitto_, [](mosquitto*, void* user_data, int) {
        auto& self = *static_cast<mqtt_probe*>(user_data);
        const std::scoped_lock guard(self.lock_);
        self.ready_ = false;
    });
    mosquitto_subscribe_callback_set(mosquitto_, [](mosquitto*, void* user_data, int, int, const int*) {
        auto& self = *static_cast<mqtt_probe*>(user_data);
        const std::scoped_lock guard(self.lock_);
        self.ready_ = true;
        self.changed_.notify_all();
    });
    mosquitto_publish_callback_set(mosquitto_, [](mosquitto*, void* user_data, int) {
        auto& self = *static_cast<mqtt_probe*>(user_data);
        const std::scoped_lock guard(self.lock_);
        ++self.published_;
        self.changed_.notify_all();
    });
    mosquitto_message_callback_set(mosquitto_, [](mosquitto*, void* user_data, const mosquitto_message* m) {
        auto& self = *static_cast<mqtt_probe*>(user_data);
        const std::scoped_lock guard(self.lock_);
        const auto* bytes = static_cast<const char*>(m->payload);
        self.all_.push_back({m->topic, std::string(bytes, bytes + m->payloadlen), m->retain});
        self.changed_.notify_all();
    });
    mosquitto_connect_async(mosquitto_, "127.0.0.1", port, 60);
    mosquitto_loop_start(mosquitto_);
    if (!wait_until_ready()) throw std::runtime_error("the probe cannot connect to the broker");
}

mqtt_probe::~mqtt_probe() {
    mosquitto_disconnect(mosquitto_);
    mosquitto_loop_stop(mosquitto_, true);
    mosquitto_destroy(mosquitto_);
    mosquitto_lib_cleanup();
}

void mqtt_probe::publish(const std::string& topic, const std::string& payload, bool retain) {
    std::unique_lock guard(lock_);
    const int before = published_;
    guard.unlock();
    mosquitto_publish(mosquitto_, nullptr, topic.c_str(), static_cast<int>(payload.size()), payload.data(), 1, retain);
    guard.lock();
    if (!changed_.wait_for(guard, patience, [&] { return published_ > before; }))
        throw std::runtime_error("the broker does not take the probe's message");
}

bool mqtt_probe::wait_for(const std::function<bool(const std::vector<received>&)>& enough,
                          std::chrono::milliseconds limit) {
    std::unique_lock guard(lock_);
    return changed_.wait_for(guard, limit, [&] { return enough(all_); });
}

bool mqtt_probe::wait_for(const std::string& topic, const std::string& payload) {
    return wait_for([&](const auto& all) {
        return std::ranges::any_of(all, [&](const auto& r) { return r.topic == topic && r.payload == payload; });
    });
}

bool mqtt_probe::wait_for_ending(const std::string& topic, const std::string& ending) {
    return wait_for([&](const auto& all) {
        return std::ranges::any_of(all, [&](const auto& r) { return r.topic == topic && r.payload.ends_with(ending); });
    });
}

bool mqtt_probe::wait_until_ready() {
    std::unique_lock guard(lock_);
    return changed_.wait_for(guard, patience, [&] { return ready_; });
}

std::vector<mqtt_probe::received> mqtt_probe::all() {
    const std::scoped_lock guard(lock_);
    return all_;
}

std::vector<std::string> mqtt_probe::payloads(const std::string& topic) {
    std::vector<std::string> found;
    for (const auto& r : all())
        if (r.topic == topic) found.push_back(r.payload);
    return found;
}

}  // namespace nowire::test
