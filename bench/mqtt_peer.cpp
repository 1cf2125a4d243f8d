#include "mqtt_peer.hpp"

#include <arpa/inet.h>
#include <mosquitto.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <span>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace nowire::bench {

namespace {

constexpr std::uint8_t packet_publish = 3;
constexpr std::uint8_t packet_subscribed = 9;

void check(int code) {
    if (code != MOSQ_ERR_SUCCESS) throw std::runtime_error(std::string("MQTT: ") + mosquitto_strerror(code));
}

/// An MQTT 3.1.1 packet (section 2.2) of less than 128 bytes.
std::vector<std::uint8_t> packet_of(std::uint8_t first, const std::vector<std::uint8_t>& rest) {
    std::vector<std::uint8_t> packet(2 + rest.size());
    packet[0] = first;
    packet[1] = static_cast<std::uint8_t>(rest.size());
    std::ranges::copy(rest, packet.begin() + 2);
    return packet;
}

struct extent {
    std::size_t start = 0;  ///< of what follows the fixed header
    std::size_t end = 0;
};

/// Of the packet that `bytes` start with; nothing: its length is not there yet.
std::optional<extent> extent_of(std::span<const std::uint8_t> bytes) {
    std::size_t size = 0;
    for (std::size_t i = 1; i < std::min<std::size_t>(bytes.size(), 5); ++i) {
        size |= static_cast<std::size_t>(bytes[i] & 0x7f) << (7 * (i - 1));
        if ((bytes[i] & 0x80) == 0) return extent{i + 1, i + 1 + size};
    }
    return std::nullopt;
}

}  // namespace

mqtt_publisher::mqtt_publisher(std::uint16_t port) {
    mosquitto_lib_init();
    mosquitto_ = mosquitto_new(nullptr, true, this);
    mosquitto_int_option(mosquitto_, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_connect_callback_set(mosquitto_, [](mosquitto*, void* self, int code) {
        static_cast<mqtt_publisher*>(self)->connected_ = code == 0;
    });
    check(mosquitto_connect(mosquitto_, "127.0.0.1", port, 600));
    while (!connected_)
        wait();
}

mqtt_publisher::~mqtt_publisher() {
    mosquitto_disconnect(mosquitto_);
    mosquitto_destroy(mosquitto_);
    mosquitto_lib_cleanup();
}

void mqtt_publisher::publish(const std::string& topic, std::string_view payload) {
    check(mosquitto_publish(mosquitto_, nullptr, topic.c_str(), static_cast<int>(payload.size()), payload.data(), 0,
                            false));
    while (mosquitto_want_write(mosquitto_))
        wait();
}

void mqtt_publisher::wait() {
    constexpr int patience_ms = 10'000;
    const bool writing = mosquitto_want_write(mosquitto_);
    pollfd ready{.fd = mosquitto_socket(mosquitto_),
                 .events = static_cast<short>(writing ? POLLIN | POLLOUT : POLLIN),
                 .revents = 0};
    if (::poll(&ready, 1, patience_ms) != 1) throw std::runtime_error("the broker does not answer");
    if ((ready.revents & POLLIN) != 0) check(mosquitto_loop_read(mosquitto_, 1));
    if (writing) check(mosquitto_loop_write(mosquitto_, 1));
}

mqtt_subscriber::mqtt_subscriber(std::uint16_t port, const std::string& topic)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), buffer_(std::size_t{1} << 18) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::system_error(errno, std::generic_category(), "the broker");
    // CONNECT: protocol level 4, a clean session, no keepalive, a client without a name of its own (section 3.1).
    auto hello = packet_of(0x10, {0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 0});
    // SUBSCRIBE: packet identifier 1, the topic, QoS 0 (section 3.8).
    std::vector<std::uint8_t> filter = {0, 1, 0, static_cast<std::uint8_t>(topic.size())};
    filter.insert(filter.end(), topic.begin(), topic.end());
    filter.push_back(0);
    const auto subscribe = packet_of(0x82, filter);
    hello.insert(hello.end(), subscribe.begin(), subscribe.end());
    if (::send(socket(), hello.data(), hello.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(hello.size()))
        throw std::runtime_error("the broker takes nothing");
    while (!subscribed_)
        read();
}

void mqtt_subscriber::read() {
    const auto size = ::recv(socket(), buffer_.data() + filled_, buffer_.size() - filled_, 0);
    if (size <= 0) throw std::runtime_error("the broker ended the connection");
    filled_ += static_cast<std::size_t>(size);
    take_packets();
}

void mqtt_subscriber::take_packets() {
    std::span<const std::uint8_t> rest(buffer_.data(), filled_);
    for (auto packet = extent_of(rest); packet && packet->end <= rest.size(); packet = extent_of(rest)) {
        const auto type = rest[0] >> 4;
        const auto body = rest.subspan(packet->start, packet->end - packet->start);
        if (type == packet_subscribed) subscribed_ = true;
        if (type == packet_publish && body.size() >= 2) {
            ++received_;
            const auto topic_size = static_cast<std::size_t>(body[0] << 8 | body[1]);
            if (body.size() < 2 + topic_size) throw std::runtime_error("the broker sent a topic that overruns");
            const auto payload = body.subspan(2 + topic_size);
            if (on_message_) on_message_({reinterpret_cast<const char*>(payload.data()), payload.size()});
        }
        rest = rest.subspan(packet->end);
    }
    std::ranges::copy(rest, buffer_.begin());
    filled_ = rest.size();
}

}  // namespace nowire::bench
