#include "station/poll_socket.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace nowire::detail {

namespace {

/// Reads all that waits. Datagrams are thrown away whole, however short the buffer.
void drain(int descriptor) {
    std::array<char, 1> buffer{};
    while (::recv(descriptor, buffer.data(), buffer.size(), MSG_DONTWAIT) >= 0 || errno == EINTR) {
    }
}

}  // namespace

poll_socket::poll_socket() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0)
        throw std::system_error(errno, std::system_category(), "no socket to poll");
    shown_ = unique_descriptor(ends[0]);
    other_ = unique_descriptor(ends[1]);
    // The smallest that the kernel allows, so that few bytes fill it.
    const int least = 1;
    ::setsockopt(shown_.get(), SOL_SOCKET, SO_SNDBUF, &least, sizeof least);
    set_writable(false);
}

void poll_socket::set_readable(bool on) {
    if (on == readable_) return;
    if (on)
        ::send(other_.get(), "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    else
        drain(shown_.get());
    readable_ = on;
}

void poll_socket::set_writable(bool on) {
    if (on == writable_) return;
    if (on) {
        drain(other_.get());
    } else {
        // What the other end has not read counts against the buffer of the one that wrote it.
        const std::array<char, 512> filler{};
        while (::send(shown_.get(), filler.data(), filler.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 || errno == EINTR) {
        }
    }
    writable_ = on;
}

}  // namespace nowire::detail
