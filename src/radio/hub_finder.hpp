#pragma once

#include "radio/hub_start.hpp"

#include <nowire/air/hub_pace.hpp>
#include <nowire/air/unique_descriptor.hpp>
#include <nowire/device/errc.hpp>

#include <optional>
#include <string>
#include <variant>

namespace nowire {

/// Finds the hub of an air without ever blocking: connects, and, where nobody listens, starts the default air. Of
/// several programs that want to start it, the one that gets the lock of the folder does; the others find it then.
class hub_finder {
  public:
    /// @param socket    the air's
    /// @param may_start whether this is the default air, in the user's private folder, which programs start themselves
    hub_finder(std::string socket, bool may_start) : socket_(std::move(socket)), may_start_(may_start) {}

    /// What step() is waiting for: `descriptor` to be readable (if there is one), or the time.
    struct waiting {
        int descriptor = -1;
        air::real_time until;
    };
    /// A connected socket, not blocking; or what to wait for before the next step; or why there is no air (radio).
    using found = std::variant<unique_descriptor, waiting, error>;
    found step();

    const std::string& socket() const { return socket_; }

  private:
    std::variant<unique_descriptor, int> connect() const;
    found start();

    std::string socket_;
    bool may_start_;
    unique_descriptor lock_;
    std::optional<hub_start> starting_;
    air::real_time start_limit_;
};

}  // namespace nowire
