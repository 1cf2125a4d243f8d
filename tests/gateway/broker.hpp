#pragma once

#include "support/files.hpp"

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace nowire::test {

/// A mosquitto of the test's own on a free port of 127.0.0.1, with a configuration of its own: nothing is kept, and
/// everybody may use it unless told otherwise. Works as root and as anybody.
class broker {
  public:
    struct options {
        /// Who comes without user name and password is refused.
        bool anonymous = true;
        /// One user with one password, both empty: none.
        std::string user = {};
        std::string password = {};
        /// Starts at once.
        bool running = true;
    };

    /// @throws std::runtime_error with what mosquitto said if it does not start.
    broker() : broker(options()) {}
    explicit broker(options o);
    ~broker();
    broker(const broker&) = delete;
    broker& operator=(const broker&) = delete;

    std::uint16_t port() const { return port_; }
    std::string url() const { return "mqtt://127.0.0.1:" + std::to_string(port_); }
    pid_t pid() const { return pid_; }

    /// Starts it again on the same port, with nothing it knew before.
    void start();
    /// As kill -9 does it; waits for its end.
    void kill();
    /// It does nothing any more, but its connections stay.
    void freeze() const;
    void thaw() const;

    static constexpr const char* program = "/usr/sbin/mosquitto";

  private:
    bool try_start(std::string& said);
    void write_configuration() const;
    void end(int signal);

    options options_;
    temporary_folder folder_;
    std::uint16_t port_ = 0;
    pid_t pid_ = -1;
    int log_ = -1;
};

}  // namespace nowire::test
