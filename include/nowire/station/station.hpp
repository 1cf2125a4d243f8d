#pragma once

#include <nowire/ccmp/packet_number.hpp>
#include <nowire/device/device.hpp>
#include <nowire/radio/radio.hpp>
#include <nowire/radio/url.hpp>
#include <nowire/station/inbox.hpp>

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nowire {

/// How a station is made.
struct station_options {
    /// What the device is like. A zero station MAC means the radio's identity, and then its channel too, and its SoftAP
    /// MAC unless one is given here.
    device_options device;
    /// Keys: a PMK (nothing: the drivers' default) and one LMK for each encrypted peer, which is added at once.
    std::optional<ccmp::pmk> pmk;
    /// The LMKs, by the address of their peer.
    std::map<mac_address, ccmp::lmk> lmks;
    /// send() to somebody who is no peer, groups included, adds a plain peer by itself, on the station interface if
    /// that is up and else on the SoftAP. Where the table is full it takes the place of the one so added that was used
    /// least recently and has nothing in flight; encrypted peers and those that the program added stay. The faces
    /// switch it off: there add_peer is the program's.
    bool add_plain_peers = true;
    nowire::inbox::limits inbox;  ///< of the messages that wait for receive()
    /// Where packet numbers are kept so that none is used twice; nullptr: they start at the time of day alone, which is
    /// safe while that never goes back and no other process has the same key and address. Must outlive the station.
    ccmp::packet_number_store* packet_numbers = nullptr;
    /// Where random values come from, and the time of day (since 1970) that packet numbers start at; empty: the
    /// operating system. A simulation that shall be the same each time, to the byte, gives its own; on a radio nobody
    /// should.
    nowire::device::random_source random;
    /// The time of day: nanoseconds since 1970.
    std::function<std::chrono::nanoseconds()> wall_clock;
};

/// One ESP-NOW device on a radio: blocking calls, or descriptors for poll() and handlers, in any mixture.
///
/// Handlers run from run_ready() and from the blocking calls, never from inside send_then() and the like; they may call
/// any member but the blocking ones, and must not destroy the station. What a handler throws comes out of the member
/// that ran it; the station stays as it is, and the calls that were still to be made come with the next run_ready().
///
/// Virtual time moves in the blocking members, in run_until() and where a test moves its simulation; what a radio hears
/// meanwhile is in the inbox at once, and handlers are called by the next run_ready().
///
/// Belongs to one thread; station/driver.hpp is for several. Not to be used on both sides of a fork().
class station {
  public:
    /// @throws std::system_error as device() does; peer_list_full for more LMKs than there may be encrypted peers,
    /// argument for that of a group; refused and the like where the radio refuses the device's addresses or channel;
    /// the system's own where it has no more descriptors.
    explicit station(std::unique_ptr<nowire::radio> r, const station_options& options = {});
    ~station();

    /// Opens the radio that `url` names and makes a station on it. Errors are open_radio()'s, those of
    /// radio::configure() for the device's addresses and channel, and argument or peer_list_full for options that can
    /// never be right.
    static std::expected<std::unique_ptr<station>, error> open(std::string_view url,
                                                               std::span<const radio_backend> backends,
                                                               const station_options& options = {});

    /// Told how a send ended.
    using completion_handler = std::function<void(const completion&)>;

    /// Sends and calls `done` (if not empty) exactly once when that has ended. Errors are device::send()'s, and
    /// peer_list_full where a peer would have to be added and none can be replaced; then `done` is not called.
    std::expected<send_token, error> send_then(const mac_address& destination, std::span<const std::uint8_t> payload,
                                               completion_handler done);

    /// Sends to every unicast peer and calls `done` once for each. Adds no peers. Errors are device::send_to_all()'s;
    /// then nothing was sent and `done` is not called.
    std::expected<std::vector<send_token>, error> send_to_all_then(std::span<const std::uint8_t> payload,
                                                                   const completion_handler& done);

    /// Sends and waits for the end, and before that for a free buffer if need be.
    /// @param timeout on the air's clock; nothing: as long as it takes, which the radio's retries bound.
    /// Errors: send_then()'s but no_memory; timeout (a message that had got its buffer may still go out).
    std::expected<completion, error> send(const mac_address& destination, std::span<const std::uint8_t> payload,
                                          std::optional<duration> timeout = std::nullopt);
    /// The same with the bytes of `text`, without a zero at their end. Errors are the same.
    std::expected<completion, error> send(const mac_address& destination, std::string_view text,
                                          std::optional<duration> timeout = std::nullopt);

    /// The oldest message in the inbox, waiting for one if need be.
    /// @param timeout on the air's clock; zero: only looks; nothing: waits for ever.
    /// Errors: timeout.
    std::expected<message, error> receive(std::optional<duration> timeout = std::nullopt);

    /// Called whenever a message was put into the inbox. An empty function: nobody. A call that is due already goes to
    /// the handler there is when it is made.
    void on_message(std::function<void()> handler);
    /// Called when the radio has gone (with the reason) and when it is back (with nothing, or with what it now has
    /// against the setup it had).
    void on_radio(std::function<void(const std::optional<error>&)> handler);

    /// For poll(): readable when run_ready() has something to do. The station owns it.
    int work_descriptor() const;
    /// For poll(): readable exactly while the inbox is not empty. Nothing is to be read from it.
    int message_descriptor() const;
    /// Does what is ready and calls the handlers. Never blocks.
    void run_ready();
    /// Waits until something is ready or `deadline` has come, then does as run_ready().
    void run_until(std::optional<time_point> deadline);

    /// Who polls work_descriptor() promises to call report_idle() before it waits, so that an air that runs ahead of
    /// real time may go on doing so. To be said before work_descriptor() is asked for; the blocking members need it
    /// not.
    void set_idle_reports(bool on);
    /// Tells the air that the program has nothing to do until work_descriptor() is readable. Never blocks. Where
    /// run_ready() has something to do already, nothing is said.
    void report_idle();

    /// run_ready() in two halves, for who must call handlers with no lock held: the first does the work and keeps the
    /// calls, the second hands them over.
    void process();
    /// The second half: the calls, in their order, to be made by the caller.
    std::vector<std::function<void()>> take_calls();

    /// Where received messages wait, for who empties it himself.
    nowire::inbox& inbox();
    /// The device, for peers, channel, receiver, wake window and statistics; how a message ends that is sent through it
    /// nobody is told. What is changed through it takes effect with the next call of a member of this station that does
    /// something, or flush().
    nowire::device& device();
    /// The same to look at.
    const nowire::device& device() const;
    /// Hands to the radio what was changed or sent through device().
    void flush();
    /// What the radio has against the channel and addresses that the device asked it for last, as radio::configure()
    /// says it; nothing: it took them. While it refuses them it works on with those it had before.
    const std::optional<error>& refusal() const;
    /// The radio below; its handler and setup are the station's.
    nowire::radio& radio();
    /// The radio's clock.
    nowire::clock& clock();

    /// The address of the station interface if that is up, else that of the SoftAP.
    mac_address address() const;

  private:
    friend class driver;
    friend class mailbox;
    struct state;
    explicit station(std::unique_ptr<state> made);
    std::unique_ptr<state> state_;
};

}  // namespace nowire
