#pragma once

#include <nowire/air/unique_descriptor.hpp>
#include <nowire/device/errc.hpp>

#include <sys/types.h>

#include <expected>
#include <string>

namespace nowire::air {

/// The socket an air listens at. A lock beside it (PATH.lock, held as long as the hub lives, whatever ends it) tells a
/// socket that was left behind from one that is in use: only the former is removed.
class hub_listener {
  public:
    /// refused: an air listens there already, or somebody else does; argument: no socket path; radio: it cannot be had
    /// (the text says why).
    static std::expected<hub_listener, error> open(const std::string& path);

    hub_listener(hub_listener&&) noexcept = default;
    hub_listener& operator=(hub_listener&&) = delete;
    ~hub_listener() { close(); }

    /// Listening, not blocking.
    int descriptor() const { return socket_.get(); }
    const std::string& path() const { return path_; }

    /// Stops listening and removes what it made: then the next hub may start.
    void close();

  private:
    hub_listener(std::string path, unique_descriptor lock, unique_descriptor socket, dev_t device, ino_t inode)
        : path_(std::move(path)), lock_(std::move(lock)), socket_(std::move(socket)), device_(device), inode_(inode) {}

    std::string path_;
    unique_descriptor lock_;
    unique_descriptor socket_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace nowire::air
