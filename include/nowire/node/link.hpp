#pragma once

#include <nowire/node/link_logic.hpp>
#include <nowire/station/station.hpp>

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

namespace nowire::node {

/// A node's link to its gateway over a station, with blocking calls, in the manner of the MicroPython nodes' Link, but
/// nothing is swallowed and a timeout is not success. Works with that gateway and with nowire's, and asks nothing of
/// the former that would stop it.
///
/// Each call returns how it ended, or an error: argument (something that can never be sent, see link_logic), or what
/// station::send() says. One that is made from a handler while another one waits throws std::logic_error. Times are on
/// the station's clock.
///
/// Reads the station's inbox: nobody else may. Belongs to the station's thread.
class link {
  public:
    /// @param s  outlives the link.
    /// @throws std::system_error as link_logic does.
    link(station& s, link_options options);

    /// ok, broker_out, esp_fail, pub_fail, no_reply or unconfirmed, as outcome says. argument: what
    /// link_logic::publish() says; else errors are those of station::send().
    std::expected<outcome, error> publish(std::string_view topic, std::string_view text, bool retain = false,
                                          int qos = 0);
    /// Subscribes. A gateway answers with its radio's acknowledgement alone, so ok says no more than that. The
    /// MicroPython gateway forgets all subscriptions when it restarts: subscribe at each wake, and when ping() is ok
    /// again after it was not. With link_options::ping_before_subscribe, broker_out: nothing was sent, try later.
    /// argument: what link_logic::fault_of() says; else errors are those of station::send().
    std::expected<outcome, error> subscribe(std::string_view filter, int qos = 0);
    /// ok: the gateway's broker is up; broker_out: it is not; esp_fail, no_reply or unconfirmed as outcome says them.
    /// Errors are those of station::send().
    std::expected<outcome, error> ping();
    /// Fetches what the gateway queued for this node; take it with next(). ok also when that was nothing. Errors
    /// are those of station::send().
    std::expected<outcome, error> get();
    /// The same as a node that always listens does it: broker_out says that the gateway's broker is down; what was
    /// queued came all the same. From then on the gateway may send to this node at any time. Errors are
    /// those of station::send().
    std::expected<outcome, error> aget();
    /// The gateway's channel; nothing: it did not say. Errors are those of station::send().
    std::expected<std::optional<channel>, error> ask_channel();

    /// Looks for the gateway on each channel in turn and stays on the one that the gateway names, which need not be the
    /// one it was heard on: neighbouring channels overlap.
    /// @returns nothing if it answers nowhere; then the station is on the channel it was on before, as it
    ///          is after an error. Errors are those of station::send().
    std::expected<std::optional<channel>, error> scan(std::span<const channel> channels);
    /// The same on the channels 1 to 13. Errors are the same too.
    std::expected<std::optional<channel>, error> scan();

    /// The oldest subscribed message that came, waiting for one if need be.
    /// @param timeout  zero: only looks.
    std::optional<delivery> next(duration timeout = duration::zero());
    /// Waits until a subscribed message is there, or for `timeout`.
    void wait(duration timeout);

    /// How strong the last message from the gateway came in, in dBm; nothing: none came, or the radio cannot tell.
    std::optional<std::int8_t> rssi() const { return rssi_; }

    /// Told of messages from others than the gateway, which are dropped otherwise.
    void on_other(std::function<void(message)> handler) { on_other_ = std::move(handler); }

    /// For its counters and options; requests are this object's to make.
    const link_logic& logic() const { return logic_; }

  private:
    std::expected<outcome, error> run(std::string_view payload);
    void take(message m);
    void take_waiting();

    station& station_;
    link_logic logic_;
    std::optional<std::int8_t> rssi_;
    std::function<void(message)> on_other_;
};

}  // namespace nowire::node
