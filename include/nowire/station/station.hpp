#pragma once

#include <nowire/ccmp/packet_number.hpp>
#include <nowire/device/device.hpp>
#include <nowire/radio/radio.hpp>
#include <nowire/radio/url.hpp>
#include <nowire/station/inbox.hpp>

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nowire {

struct station_options {
    /// What the device is like. A zero station MAC means the radio's identity, and then its SoftAP MAC and channel too.
    device_options device;
    /// Keys: a PMK (nothing: the drivers' default) and one LMK for each encrypted peer, which is added at once.
    std::optional<ccmp::pmk> pmk;
    std::map<mac_address, ccmp::lmk> lmks;
    /// send() to somebody who is no peer adds a plain peer by itself. The faces switch it off: there add_peer is the
    /// program's.
    bool add_plain_peers = true;
    inbox::limits inbox;
    /// Where packet numbers are kept so that none is used twice; nullptr: they start at the time of day alone, which is
    /// safe while that never goes back. Must outlive the station.
    ccmp::packet_number_store* packet_numbers = nullptr;
};

/// One ESP-NOW device on a radio: blocking calls, or descriptors for poll() and handlers, in any mixture.
///
/// Handlers run from run_ready() and from the blocking calls, never from inside send_then() and the like; they may call
/// any member but the blocking ones. Belongs to one thread; station/driver.hpp is for several.
class station {
  public:
    /// @throws std::system_error as device() does.
    explicit station(std::unique_ptr<radio> r, station_options options = {});
    ~station();

    /// Opens the radio that `url` names and makes a station on it. Errors are open_radio()'s, and argument for options
    /// that can never be right.
    static std::expected<std::unique_ptr<station>, error> open(std::string_view url,
                                                               std::span<const radio_backend> backends,
                                                               station_options options = {});

    using completion_handler = std::function<void(const completion&)>;

    /// Sends and calls `done` exactly once when that has ended. Errors are device::send()'s; then `done` is not called.
    std::expected<send_token, error> send_then(const mac_address& destination, std::span<const std::uint8_t> payload,
                                               completion_handler done);

    /// Sends and waits for the end, and before that for a free buffer if need be.
    /// @param timeout on the air's clock; nothing: as long as it takes, which the radio's retries bound.
    /// Errors: device::send()'s; timeout (the message may still go out).
    std::expected<completion, error> send(const mac_address& destination, std::span<const std::uint8_t> payload,
                                          std::optional<duration> timeout = std::nullopt);
    std::expected<completion, error> send(const mac_address& destination, std::string_view text,
                                          std::optional<duration> timeout = std::nullopt);

    /// The oldest message in the inbox, waiting for one if need be.
    /// @param timeout on the air's clock; zero: only looks; nothing: waits for ever.
    /// Errors: timeout.
    std::expected<message, error> receive(std::optional<duration> timeout = std::nullopt);

    /// Called whenever a message was put into the inbox. An empty function: nobody.
    void on_message(std::function<void()> handler);
    /// Called when the radio has gone (with the reason) and when it is back (with nothing).
    void on_radio(std::function<void(const std::optional<error>&)> handler);

    /// For poll(): readable when run_ready() has something to do. The station owns it.
    int work_descriptor() const;
    /// For poll(): readable exactly while the inbox is not empty. Nothing is to be read from it.
    int message_descriptor() const;
    /// Does what is ready and calls the handlers. Never blocks.
    void run_ready();
    /// Waits until something is ready or `deadline` has come, then does as run_ready().
    void run_until(std::optional<time_point> deadline);

    /// run_ready() in two halves, for who must call handlers with no lock held: the first does the work and keeps the
    /// calls, the second hands them over.
    void process();
    std::vector<std::function<void()>> take_calls();

    nowire::inbox& inbox();
    /// The device, for peers, channel, receiver, wake window and statistics. What is changed through it takes effect
    /// with the next call of a member of this station, or flush().
    nowire::device& device();
    const nowire::device& device() const;
    void flush();
    nowire::radio& radio();
    nowire::clock& clock();

    mac_address address() const;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace nowire
