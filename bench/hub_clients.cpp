#include "hub_clients.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <variant>

namespace nowire::bench {

namespace {

namespace protocol = air::protocol;

unique_descriptor connect_to(const std::string& path) {
    unique_descriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) throw std::runtime_error(path + ": too long for a socket");
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::system_error(errno, std::generic_category(), path);
    return socket;
}

}  // namespace

running_hub::running_hub(const std::string& speed) : socket_(folder_ / "air") {
    int ends[2];
    if (::pipe(ends) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    const unique_descriptor reading(ends[0]);
    unique_descriptor writing(ends[1]);
    const auto ready = std::to_string(writing.get());
    process_ = std::make_unique<child_process>([&] {
        ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
        ::execl(NOWIRE_AIR_PROGRAM, NOWIRE_AIR_PROGRAM, "--no-airtime", "--socket", socket_.c_str(), "--ready-fd",
                ready.c_str(), speed.empty() ? nullptr : "--speed", speed.c_str(), nullptr);
    });
    writing = unique_descriptor();
    char said = 0;
    if (::read(reading.get(), &said, 1) != 1 || said != 'R') throw std::runtime_error("nowire-air does not start");
}

void packet_socket::send(std::span<const std::uint8_t> packet) const {
    if (::send(descriptor_.get(), packet.data(), packet.size(), MSG_NOSIGNAL) < 0)
        throw std::system_error(errno, std::generic_category(), "send");
}

std::span<const std::uint8_t> packet_socket::receive() {
    const auto size = ::recv(descriptor_.get(), buffer_.data(), buffer_.size(), 0);
    if (size <= 0) throw std::runtime_error("the other side has gone");
    return std::span(buffer_).first(static_cast<std::size_t>(size));
}

bare_radio::bare_radio(const std::string& socket, const mac_address& address) : connection_(connect_to(socket)) {
    std::vector<std::uint8_t> packet;
    protocol::append(
        packet, protocol::hello{
                    protocol::client_kind::radio,
                    {.name = address.to_string(), .setup = {.on = {}, .station = address, .soft_ap = {}}, .at = {}}});
    connection_.send(packet);
    auto answer = connection_.receive();
    const auto message = protocol::take_hub_message(answer);
    if (!message || !std::holds_alternative<protocol::welcome>(*message))
        throw std::runtime_error("the hub does not let a radio join");
}

void bare_radio::take_packet() {
    auto packet = connection_.receive();
    while (!packet.empty()) {
        const auto message = protocol::take_hub_message(packet);
        if (!message) throw std::runtime_error("the hub sent " + to_string(message.error()));
        if (std::holds_alternative<protocol::received>(*message)) ++received_;
        const auto* done = std::get_if<protocol::transmit_done>(&*message);
        if (!done) continue;
        ++ended_;
        if (done->done.status == tx_status::acked) ++acked_;
    }
}

}  // namespace nowire::bench
