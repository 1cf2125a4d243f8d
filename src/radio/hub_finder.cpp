#include "radio/hub_finder.hpp"

#include <nowire/air/hub_path.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace nowire {

namespace {

constexpr std::chrono::seconds start_patience{5};
constexpr std::chrono::milliseconds others_interval{10};

hub_finder::waiting soon() {
    return {-1, air::real_clock::now() + others_interval};
}

}  // namespace

/// A socket, or errno.
std::variant<unique_descriptor, int> hub_finder::connect() const {
    const auto address = air::socket_address(socket_);
    if (!address) return ENAMETOOLONG;
    unique_descriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0)
        return errno;
    return socket;
}

hub_finder::found hub_finder::step() {
    if (starting_) {
        const auto state = starting_->state();
        if (!state && air::real_clock::now() < start_limit_) return waiting{starting_->descriptor(), start_limit_};
        starting_.reset();
        // Whatever the matter was: if somebody listens by now, all is well.
        auto connected = connect();
        lock_ = unique_descriptor();
        if (auto* socket = std::get_if<unique_descriptor>(&connected)) return std::move(*socket);
        if (state && !*state) return state->error();
        return error{errc::radio, "the air at " + socket_ + " did not get ready within " +
                                      std::to_string(start_patience.count()) + " s"};
    }
    auto connected = connect();
    if (auto* socket = std::get_if<unique_descriptor>(&connected)) {
        lock_ = unique_descriptor();
        return std::move(*socket);
    }
    const int why = std::get<int>(connected);
    // Its queue of connections is full: it is there, and busy.
    if (why == EAGAIN) return soon();
    const bool nobody = why == ENOENT || why == ECONNREFUSED;
    if (nobody && may_start_) return start();
    if (nobody)
        return error{errc::radio, "no air listens at " + socket_ + "; start one with: nowire air --socket " + socket_};
    return error{errc::radio, "cannot reach the air at " + socket_ + ": " + std::strerror(why)};
}

hub_finder::found hub_finder::start() {
    if (!lock_) {
        const auto folder = socket_.substr(0, socket_.rfind('/') + 1);
        lock_ = unique_descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!lock_) return error{errc::radio, folder + ": " + std::strerror(errno)};
    }
    if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) return soon();
    // Whoever had the lock before may have started it.
    auto connected = connect();
    if (auto* socket = std::get_if<unique_descriptor>(&connected)) {
        lock_ = unique_descriptor();
        return std::move(*socket);
    }
    auto started = hub_start::at(socket_);
    if (!started) {
        lock_ = unique_descriptor();
        return started.error();
    }
    starting_.emplace(std::move(*started));
    start_limit_ = air::real_clock::now() + start_patience;
    return waiting{starting_->descriptor(), start_limit_};
}

}  // namespace nowire
