#include "radio/hub_connection.hpp"
#include "radio/hub_finder.hpp"

#include <nowire/air/hub_pace.hpp>
#include <nowire/air/hub_path.hpp>
#include <nowire/radio/air_control.hpp>

#include <poll.h>

#include <algorithm>
#include <chrono>

namespace nowire::air_control {

namespace {

namespace protocol = air::protocol;
using air::real_clock;

constexpr std::chrono::seconds patience{5};

/// Of real time, which std::this_thread does not sleep in programs whose C library's time is an air's (floor 7, idf/).
void wait_until(air::real_time when) {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(when - real_clock::now());
    if (rest.count() > 0) ::poll(nullptr, 0, static_cast<int>(rest.count()));
}

/// One question to a hub: says what it is told to, and hands what comes back to whoever asks.
class conversation {
  public:
    static std::expected<conversation, error> with(std::string socket) {
        if (socket.empty()) {
            auto found = air::default_socket();
            if (!found) return std::unexpected(found.error());
            socket = std::move(*found);
        }
        if (auto address = air::socket_address(socket); !address) return std::unexpected(address.error());
        const auto limit = real_clock::now() + patience;
        hub_finder finder(socket, false);
        while (true) {
            auto found = finder.step();
            if (auto* connected = std::get_if<unique_descriptor>(&found))
                return conversation(std::move(socket), std::move(*connected), limit);
            if (auto* why = std::get_if<error>(&found)) return std::unexpected(std::move(*why));
            const auto& later = std::get<hub_finder::waiting>(found);
            if (later.until >= limit)
                return std::unexpected(error{errc::radio, "the air at " + socket + " does not answer"});
            wait_until(later.until);
        }
    }

    void say(const protocol::client_message& message) {
        connection_.add(message);
        connection_.flush();
    }

    /// Hands each message to `take` until that returns true or the hub closes.
    /// @returns whether it closed.
    template <class taker>
    std::expected<bool, error> listen(const taker& take) {
        while (true) {
            while (const auto packet = connection_.read()) {
                for (std::span<const std::uint8_t> rest(*packet); !rest.empty();) {
                    const auto message = protocol::take_hub_message(rest);
                    if (!message)
                        return std::unexpected(
                            error{errc::radio, "the air at " + socket_ + " sent " + to_string(message.error())});
                    if (take(*message)) return false;
                }
            }
            if (connection_.has_ended()) return true;
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(limit_ - real_clock::now());
            if (left.count() <= 0)
                return std::unexpected(error{errc::radio, "the air at " + socket_ + " does not answer"});
            connection_.wait(left);
        }
    }

    const std::string& socket() const { return socket_; }

  private:
    conversation(std::string socket, unique_descriptor connected, air::real_time limit)
        : socket_(std::move(socket)), connection_(std::move(connected)), limit_(limit) {
        say(protocol::hello{.kind = protocol::client_kind::control, .radio = {}});
    }

    std::string socket_;
    hub_connection connection_;
    air::real_time limit_;
};

}  // namespace

std::expected<air_status, error> status(const std::string& socket) {
    auto hub = conversation::with(socket);
    if (!hub) return std::unexpected(hub.error());
    hub->say(protocol::status_request());

    air_status answer{.socket = hub->socket(), .hub = {}, .radios = {}};
    bool has_status = false;
    std::string refusal;
    const auto closed = hub->listen([&](const protocol::hub_message& m) {
        if (const auto* no = std::get_if<protocol::refused>(&m)) refusal = no->text;
        if (const auto* about = std::get_if<protocol::hub_status>(&m)) {
            answer.hub = *about;
            has_status = true;
        }
        if (const auto* radio = std::get_if<protocol::radio_status>(&m)) answer.radios.push_back(*radio);
        return has_status && answer.radios.size() >= answer.hub.radios;
    });
    if (!closed) return std::unexpected(closed.error());
    if (*closed)
        return std::unexpected(
            error{errc::radio, refusal.empty() ? "the air at " + hub->socket() + " has gone" : refusal});
    return answer;
}

std::expected<void, error> stop(const std::string& socket) {
    auto hub = conversation::with(socket);
    if (!hub) return std::unexpected(hub.error());
    hub->say(protocol::stop());
    std::optional<protocol::refused> refusal;
    const auto closed = hub->listen([&](const protocol::hub_message& m) {
        if (const auto* no = std::get_if<protocol::refused>(&m)) refusal = *no;
        return false;
    });
    if (!closed) return std::unexpected(closed.error());
    if (refusal && refusal->code != protocol::refusal::ended) return std::unexpected(error{errc::radio, refusal->text});
    return {};
}

std::expected<void, error> set_link(const std::string& socket, const mac_address& from, const mac_address& to,
                                    const air::link& how) {
    for (const auto& end : {from, to})
        if (end.is_group() || end.is_zero())
            return std::unexpected(error{errc::argument, end.to_string() + " is no station's address"});
    if (from == to) return std::unexpected(error{errc::argument, "a link goes from one station to another"});
    if (how.loss && !(*how.loss >= 0 && *how.loss <= 1))
        return std::unexpected(error{errc::argument, "a link's loss must be 0 to 1"});
    auto hub = conversation::with(socket);
    if (!hub) return std::unexpected(hub.error());
    hub->say(protocol::set_link{.serial = 1, .from = from, .to = to, .how = how});
    std::string refusal;
    const auto closed = hub->listen([&](const protocol::hub_message& m) {
        if (const auto* no = std::get_if<protocol::refused>(&m)) refusal = no->text;
        return std::holds_alternative<protocol::applied>(m);
    });
    if (!closed) return std::unexpected(closed.error());
    if (*closed)
        return std::unexpected(
            error{errc::radio, refusal.empty() ? "the air at " + hub->socket() + " has gone" : refusal});
    return {};
}

}  // namespace nowire::air_control
