#pragma once

#include <nowire/air/unique_descriptor.hpp>
#include <nowire/device/errc.hpp>
#include <nowire/radio/hub_program.hpp>

#include <sys/types.h>

#include <expected>
#include <optional>
#include <string>

namespace nowire {

/// A hub that is starting: in a session of its own, with none of this process's descriptors and none of its signal
/// settings, and nobody's child. It writes to air.log in the socket's folder and ends 2 s after its last radio left.
class hub_start {
  public:
    /// radio: there is no such program, or it cannot be started.
    static std::expected<hub_start, error> at(const std::string& socket);

    hub_start(hub_start&& other) noexcept;
    hub_start& operator=(hub_start&&) = delete;
    ~hub_start();

    /// Readable when state() has something new to say.
    int descriptor() const { return ready_.get(); }

    /// Whether it listens. Nothing: not yet; radio: it never will, and why.
    std::optional<std::expected<void, error>> state();

  private:
    hub_start(std::string program, pid_t starter, unique_descriptor ready)
        : program_(std::move(program)), starter_(starter), ready_(std::move(ready)) {}

    std::string program_;
    pid_t starter_;  ///< -1: has been waited for
    unique_descriptor ready_;
    std::string said_;
};

}  // namespace nowire
