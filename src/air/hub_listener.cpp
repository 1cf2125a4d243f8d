#include "air/hub_listener.hpp"

#include <nowire/air/hub_pace.hpp>
#include <nowire/air/hub_path.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace nowire::air {

namespace {

/// How long a hub that is ending may take to let go of its lock.
constexpr std::chrono::seconds lock_patience{2};
constexpr std::chrono::milliseconds lock_interval{5};

std::unexpected<error> failure(errc code, const std::string& text) {
    return std::unexpected(error{code, text});
}

std::unexpected<error> failed_call(const std::string& what) {
    return failure(errc::radio, what + ": " + std::strerror(errno));
}

bool somebody_listens(const sockaddr_un& address) {
    const unique_descriptor probe(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    // Where it cannot be told, nobody's socket is to be removed.
    if (!probe) return true;
    if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
    // EAGAIN: its backlog is full; EPROTOTYPE: a socket of another kind.
    return errno == EAGAIN || errno == EPROTOTYPE;
}

std::string lock_path(const std::string& path) {
    return path + ".lock";
}

/// The lock, once it is ours and still the file of that name: its last holder removes it.
/// @returns no descriptor while somebody else holds it.
std::expected<unique_descriptor, error> try_lock(const std::string& path) {
    const auto name = lock_path(path);
    while (true) {
        unique_descriptor lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!lock) return failed_call(name);
        if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK) return failed_call(name);
            return unique_descriptor();
        }
        struct stat held {};
        struct stat named {};
        if (::fstat(lock.get(), &held) == 0 && ::lstat(name.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
            held.st_dev == named.st_dev)
            return lock;
    }
}

std::expected<unique_descriptor, error> take_lock(const std::string& path, const sockaddr_un& address) {
    const auto limit = real_clock::now() + lock_patience;
    while (true) {
        auto lock = try_lock(path);
        if (!lock || *lock) return lock;
        if (somebody_listens(address)) return failure(errc::refused, "an air listens at " + path + " already");
        if (real_clock::now() >= limit)
            return failure(errc::refused, "another process holds " + lock_path(path) + " and does not listen");
        std::this_thread::sleep_for(lock_interval);
    }
}

/// Removes a socket that nobody listens at.
std::expected<void, error> remove_stale(const std::string& path, const sockaddr_un& address) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno == ENOENT) return {};
        return failed_call(path);
    }
    if (!S_ISSOCK(found.st_mode)) return failure(errc::refused, path + " is there and is not a socket");
    if (somebody_listens(address)) return failure(errc::refused, "something that is no air listens at " + path);
    if (::unlink(path.c_str()) != 0) return failed_call(path);
    return {};
}

}  // namespace

std::expected<hub_listener, error> hub_listener::open(const std::string& path) {
    const auto address = socket_address(path);
    if (!address) return std::unexpected(address.error());
    auto lock = take_lock(path, *address);
    if (!lock) return std::unexpected(lock.error());
    if (auto removed = remove_stale(path, *address); !removed) {
        ::unlink(lock_path(path).c_str());
        return std::unexpected(removed.error());
    }

    unique_descriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return failed_call("a Unix socket");
    const auto mask = ::umask(0177);
    const int bound = ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
    const int why = errno;
    ::umask(mask);
    struct stat made {};
    if (bound != 0 || ::lstat(path.c_str(), &made) != 0 || ::listen(socket.get(), SOMAXCONN) != 0) {
        if (bound != 0) errno = why;
        auto failed = failed_call(path);
        if (bound == 0) ::unlink(path.c_str());
        ::unlink(lock_path(path).c_str());
        return failed;
    }
    return hub_listener(path, std::move(*lock), std::move(socket), made.st_dev, made.st_ino);
}

void hub_listener::close() {
    if (!lock_) return;
    struct stat found {};
    if (::lstat(path_.c_str(), &found) == 0 && found.st_dev == device_ && found.st_ino == inode_)
        ::unlink(path_.c_str());
    ::unlink(lock_path(path_).c_str());
    socket_ = unique_descriptor();
    lock_ = unique_descriptor();
}

}  // namespace nowire::air
