#include "radio/hub_connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace nowire {

namespace {

constexpr int send_buffer = 1 << 18;
/// A packet is closed when it has got this long, so that the longest message still fits behind it.
constexpr std::size_t packet_target = air::protocol::packet_limit - 4096;
static_assert(air::max_mpdu + 64 < 4096);

}  // namespace

hub_connection::hub_connection(unique_descriptor socket) : socket_(std::move(socket)) {
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
}

void hub_connection::add(const air::protocol::client_message& message) {
    if (packets_.empty() || packets_.back().size() > packet_target) packets_.emplace_back();
    const auto before = packets_.back().size();
    air::protocol::append(packets_.back(), message);
    bytes_ += packets_.back().size() - before;
}

void hub_connection::flush() {
    while (!packets_.empty()) {
        const auto& packet = packets_.front();
        if (::send(socket_.get(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
            if (errno == EINTR) continue;
            if (errno == EAGAIN || errno == ENOBUFS) return;
            packets_.clear();
            bytes_ = 0;
            return;
        }
        bytes_ -= packet.size();
        packets_.pop_front();
    }
}

std::optional<std::vector<std::uint8_t>> hub_connection::read() {
    std::array<std::uint8_t, air::protocol::packet_limit> buffer;
    while (!ended_) {
        const auto size = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size > 0) return std::vector(buffer.begin(), buffer.begin() + size);
        if (size < 0 && errno == EAGAIN) return std::nullopt;
        // A hub that closes before it has read all that we sent: told first, what it said comes behind.
        if (size < 0 && (errno == EINTR || errno == ECONNRESET)) continue;
        ended_ = true;
    }
    return std::nullopt;
}

void hub_connection::wait(std::chrono::milliseconds limit) const {
    pollfd ready{
        .fd = socket_.get(), .events = static_cast<short>(wants_output() ? POLLIN | POLLOUT : POLLIN), .revents = 0};
    ::poll(&ready, 1, static_cast<int>(limit.count()));
}

}  // namespace nowire
