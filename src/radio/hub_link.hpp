#pragma once

#include "radio/hub_connection.hpp"
#include "radio/hub_finder.hpp"

#include <nowire/air/hub_pace.hpp>
#include <nowire/air/protocol.hpp>
#include <nowire/device/errc.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace nowire {

/// The way onto an air and, after each loss, back: finds the hub, says hello, hears the welcome. Never blocks; while it
/// is not joined, join() is to be called when what there is to wait for has come.
class hub_link {
  public:
    /// @param default_air  whether it may be started by us
    hub_link(std::string socket, bool default_air);

    struct waiting {};
    /// The welcome: joined. An error: this attempt has failed, the next one follows by itself; errc::closed where the
    /// hub went away before it said anything, which the next attempt mends.
    using progress = std::variant<waiting, air::protocol::welcome, error>;
    progress join(const air::protocol::hello& hello);

    bool is_joined() const { return joined_; }
    /// A hello is on its way: the next join() may bring its welcome.
    bool is_greeting() const { return connection_ && !joined_; }
    /// Only while joined.
    hub_connection& connection() { return *connection_; }
    /// What the hub said right behind its welcome.
    std::vector<std::uint8_t> take_rest() { return std::move(rest_); }

    /// The hub has gone, or is to be left.
    /// @param on_purpose  the air was ended: it is not for us to start it again
    void lose(bool on_purpose);

    const std::string& socket() const { return socket_; }

    /// What to wait for: events of a descriptor (-1: none), and a time while not joined.
    struct interest {
        std::uint64_t generation = 0;  ///< another one: another descriptor, even if its number is the same
        int descriptor = -1;
        std::uint32_t events = 0;
        friend bool operator==(const interest&, const interest&) = default;
    };
    interest wants() const;
    std::optional<air::real_time> deadline() const;

  private:
    void retreat();
    progress fail(error why);
    progress find(const air::protocol::hello& hello);
    progress greet();

    std::string socket_;
    bool default_air_;
    bool may_start_;
    bool joined_ = false;
    std::uint64_t generation_ = 1;
    std::optional<hub_finder> finder_;
    std::optional<hub_finder::waiting> finding_;
    std::optional<hub_connection> connection_;
    std::vector<std::uint8_t> rest_;
    air::real_time limit_;  ///< of the greeting, or when the next attempt begins
    std::chrono::milliseconds pause_;
};

}  // namespace nowire
