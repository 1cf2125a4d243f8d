#include "mqtt_peer.hpp"

#include <mosquitto.h>
#include <poll.h>

#include <stdexcept>
#include <utility>

namespace nowire::bench {

namespace {

void check(int code) {
    if (code != MOSQ_ERR_SUCCESS) throw std::runtime_error(std::string("MQTT: ") + mosquitto_strerror(code));
}

}  // namespace

mqtt_peer::mqtt_peer(std::uint16_t port, const std::string& filter, handler on_message)
    : on_message_(std::move(on_message)) {
    mosquitto_lib_init();
    mosquitto_ = mosquitto_new(nullptr, true, this);
    mosquitto_int_option(mosquitto_, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_connect_callback_set(
        mosquitto_, [](mosquitto*, void* self, int code) { static_cast<mqtt_peer*>(self)->connected_ = code == 0; });
    mosquitto_subscribe_callback_set(mosquitto_, [](mosquitto*, void* self, int, int, const int*) {
        static_cast<mqtt_peer*>(self)->subscribed_ = true;
    });
    mosquitto_message_callback_set(mosquitto_, [](mosquitto*, void* user_data, const mosquitto_message* m) {
        auto& self = *static_cast<mqtt_peer*>(user_data);
        ++self.received_;
        if (self.on_message_)
            self.on_message_({static_cast<const char*>(m->payload), static_cast<std::size_t>(m->payloadlen)});
    });
    check(mosquitto_connect(mosquitto_, "127.0.0.1", port, 60));
    while (!connected_)
        wait();
    if (filter.empty()) return;
    check(mosquitto_subscribe(mosquitto_, nullptr, filter.c_str(), 0));
    while (!subscribed_)
        wait();
}

mqtt_peer::~mqtt_peer() {
    mosquitto_disconnect(mosquitto_);
    mosquitto_destroy(mosquitto_);
    mosquitto_lib_cleanup();
}

void mqtt_peer::publish(const std::string& topic, std::string_view payload) {
    check(mosquitto_publish(mosquitto_, nullptr, topic.c_str(), static_cast<int>(payload.size()), payload.data(), 0,
                            false));
    while (mosquitto_want_write(mosquitto_))
        wait();
}

int mqtt_peer::socket() const {
    return mosquitto_socket(mosquitto_);
}

void mqtt_peer::read() {
    check(mosquitto_loop_read(mosquitto_, 1));
}

void mqtt_peer::wait() {
    constexpr int patience_ms = 10'000;
    const bool writing = mosquitto_want_write(mosquitto_);
    pollfd ready{.fd = socket(), .events = static_cast<short>(writing ? POLLIN | POLLOUT : POLLIN), .revents = 0};
    if (::poll(&ready, 1, patience_ms) != 1) throw std::runtime_error("the broker does not answer");
    if ((ready.revents & POLLIN) != 0) check(mosquitto_loop_read(mosquitto_, 1));
    if (writing) check(mosquitto_loop_write(mosquitto_, 1));
}

}  // namespace nowire::bench
