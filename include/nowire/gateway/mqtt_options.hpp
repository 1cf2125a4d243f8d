#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace nowire::gateway {

/// A password that wipes itself when destroyed or assigned to. It has no stream operator on purpose. Value type.
class password {
  public:
    password() = default;  ///< none
    /// A copy of `text`, which the caller wipes.
    explicit password(std::string_view text) : text_(text) {}
    password(const password&) = default;  ///< a copy that wipes itself too
    /// Wipes `other`.
    // A short string's move leaves a copy behind, so it is copied and wiped.
    // NOLINTNEXTLINE(performance-move-constructor-init)
    password(password&& other) noexcept : text_(other.text_) { other.wipe(); }
    password& operator=(const password& other);      ///< wipes what it had
    password& operator=(password&& other) noexcept;  ///< wipes what it had, and `other`
    ~password() { wipe(); }

    /// Whether there is none.
    bool empty() const { return text_.empty(); }
    /// The password itself, ended by a zero. Do not print it.
    const char* c_str() const { return text_.c_str(); }

  private:
    void wipe();
    std::string text_;
};

/// What the broker publishes when the connection ends without a goodbye.
struct mqtt_will {
    std::string topic;    ///< without wildcards
    std::string payload;  ///< any bytes
    int qos = 0;          ///< 0, 1 or 2
    bool retain = false;  ///< the broker is to keep it
};

/// How to reach a broker.
struct mqtt_options {
    std::string host = "127.0.0.1";  ///< a name or an address
    std::uint16_t port = 1883;       ///< 1 to 65535
    /// Empty: the broker chooses one.
    std::string client_id;
    std::string user;               ///< empty: none
    gateway::password password;     ///< empty: none
    std::optional<mqtt_will> will;  ///< nothing: the broker says nothing
    /// On: the broker forgets the session, with all subscriptions, when the connection ends.
    bool clean_session = true;

    /// A broker that says nothing for one and a half times this is gone. At least 5 s.
    std::chrono::seconds keepalive{30};
    /// How long name lookup and connecting may take before another attempt is made beside it.
    std::chrono::milliseconds connect_timeout{20'000};
    /// How long the broker may take to say whether it wants us.
    std::chrono::milliseconds answer_timeout{10'000};
    /// Between two attempts: at first this, twice as long each time, at most that.
    std::chrono::milliseconds first_delay{250};
    std::chrono::milliseconds last_delay{30'000};  ///< the longest wait between two attempts

    /// Called in a helper thread before each attempt with `host`: returns the name or address to connect to. Empty: the
    /// system looks `host` up, in that thread too.
    std::function<std::string(const std::string& host)> resolve;
};

}  // namespace nowire::gateway
