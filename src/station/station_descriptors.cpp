#include "station/station_descriptors.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace nowire::detail {

namespace {

unique_descriptor checked(int descriptor, const char* what) {
    if (descriptor < 0) throw std::system_error(errno, std::system_category(), what);
    return unique_descriptor(descriptor);
}

}  // namespace

signal_descriptor::signal_descriptor()
    : descriptor_(checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "no eventfd for a station")) {}

void signal_descriptor::set(bool on) {
    if (on == set_) return;
    // Neither can fail: the counter is 0 before the write and 1 before the read, and nobody else has the descriptor.
    std::uint64_t count = 1;
    [[maybe_unused]] const auto size = on ? ::write(get(), &count, sizeof count) : ::read(get(), &count, sizeof count);
    set_ = on;
}

descriptor_set::descriptor_set() : descriptor_(checked(::epoll_create1(EPOLL_CLOEXEC), "no epoll set for a station")) {}

void descriptor_set::add(int descriptor) {
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.fd = descriptor;
    if (::epoll_ctl(get(), EPOLL_CTL_ADD, descriptor, &wanted) != 0)
        throw std::system_error(errno, std::system_category(), "a station cannot poll its radio");
}

}  // namespace nowire::detail
