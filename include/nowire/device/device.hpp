#pragma once

#include <nowire/ccmp/key.hpp>
#include <nowire/ccmp/packet_number.hpp>
#include <nowire/device/errc.hpp>
#include <nowire/device/message.hpp>
#include <nowire/device/peer.hpp>
#include <nowire/device/peer_report.hpp>
#include <nowire/device/statistics.hpp>
#include <nowire/device/transmission.hpp>
#include <nowire/frame/action.hpp>

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace nowire {

/// What a version 1 device does with a message of several elements.
enum class v1_oversize : std::uint8_t {
    first,    ///< delivers the first element, as drivers of 2023 and before do
    discard,  ///< drops it, as later v1 drivers do
};

/// What a device is like. Those that can change later have a setter, and what device::options() returns follows it.
struct device_options {
    /// Must be given: unicast and not zero.
    mac_address station_mac{};
    /// Nothing: the station MAC plus 1, as on an ESP32.
    std::optional<mac_address> soft_ap_mac{};
    bool station_up = true;   ///< the station interface has an address and receives
    bool soft_ap_up = false;  ///< the same of the SoftAP interface
    channel home_channel{};   ///< the one channel that the radio is on
    /// Of what it sends: v1 takes payloads up to 250 bytes, v2 up to 1490.
    frame::version version = frame::version::v2;
    v1_oversize oversize = v1_oversize::first;                  ///< looked at in version 1 alone
    frame::strictness strictness = frame::strictness::current;  ///< what it minds in frames that it receives
    frame::oui user_oui = frame::espressif_oui;  ///< of the elements that it sends and takes (esp_now_set_user_oui)
    rate tx_rate = rate::dsss_1m_long;           ///< for peers without a rate of their own
    std::uint8_t retries = default_retries;      ///< of unicasts, beside the first transmission
    /// Peers in all; nothing: no limit (for a gateway).
    std::optional<std::size_t> peer_limit = 20;
    /// Encrypted peers, 0 to 17 on the chip (CONFIG_ESP_WIFI_ESPNOW_MAX_ENCRYPT_NUM); nothing: no limit.
    std::optional<std::size_t> encrypted_limit = 7;
    /// Sends that may wait for their completion at once (CONFIG_ESP_WIFI_DYNAMIC_TX_BUFFER_NUM).
    std::size_t pool = 32;
    /// Takes plain unicasts from an encrypted peer, as drivers up to ESP-IDF 4.3 did.
    bool accept_plain_from_encrypted = false;
    /// Refuses protected frames whose packet number was seen or is too old. Off: real peers begin at 1 with every
    /// start.
    bool replay_window = false;
};

/// What a device wants done or has to tell; drained with device::next_event().
using device_event = std::variant<radio_setup, transmit, completion, message>;

/// One ESP-NOW device without any I/O: no socket, no thread, no clock, and no call upwards. It is told the time and
/// handed what the radio hears; what it wants done and has to tell is queued as events, which the caller drains after
/// each call, so whoever takes an event may call any member. Rules are those of Espressif's drivers (ESP-IDF 5.5 and
/// later unless an option says otherwise).
///
/// Not thread-safe: it belongs to one thread or lock. Times must not go back; one that does counts as the latest seen.
class device {
  public:
    /// Draws the random value of each message and never anything secret; called once or more per send.
    using random_source = std::function<std::uint32_t()>;
    /// Makes the source of packet numbers when a key is installed. Asked once for each (key, own address): the device
    /// keeps the source, shares it between peers that have the same key, and uses it again when such a peer is added
    /// again. nullptr: there are none, so the peer is refused.
    using packet_number_factory =
        std::function<std::unique_ptr<ccmp::packet_number_source>(const ccmp::key& key, const mac_address& own)>;

    /// @param packet_numbers  may be empty: then no peer can be encrypted.
    /// @throws std::system_error with errc::argument where an option can never be right: a station or SoftAP MAC that
    /// is zero or a group, two that are equal, an encrypted limit over 17 that is not "none", a pool of 0; or where
    /// `random` is empty.
    device(device_options options, random_source random, packet_number_factory packet_numbers);
    ~device();
    /// What is moved from may only be assigned to or destroyed.
    device(device&&) noexcept;
    /// As the constructor; the device it was is gone, without completions for what was in flight.
    device& operator=(device&&) noexcept;

    /// Takes a message for a registered peer, unicast or group. Checks in this order:
    /// argument (no payload, or more than 250 bytes in v1 or 1490 in v2), peer_not_found, interface_down,
    /// channel_mismatch, no_memory, packet_numbers (exhausted, or their store failed); internal: OpenSSL refused to
    /// encrypt. Exactly one completion follows what it returns a token for.
    std::expected<send_token, errc> send(const mac_address& destination, std::span<const std::uint8_t> payload,
                                         time_point now);

    /// Takes a message for each unicast peer, in the order in which they were added; group peers are left out.
    /// Nothing is sent unless all can be.
    /// @returns one token per peer, or an error as send() has it; peer_not_found: there is no unicast peer.
    std::expected<std::vector<send_token>, errc> send_to_all(std::span<const std::uint8_t> payload, time_point now);

    /// An MPDU (without FCS) that the radio heard. Allocates for what is delivered only. A frame that ended before the
    /// wake window was closed counts as heard, however late it is handed over: its sender has the ACK already.
    void receive(std::span<const std::uint8_t> mpdu, const rx_info& info);

    /// The radio's answer to a transmit; one with an unknown token is ignored.
    void transmit_done(const tx_done& done);

    /// The radio is gone: everything in flight ends unconfirmed, and what nobody has taken yet will not be sent. A
    /// transmit_done() that comes late is ignored.
    void radio_lost(time_point now);

    /// Moves the wake window to `now`. To be called when next_deadline() has come.
    void advance(time_point now);
    /// When the wake window opens or closes next; nothing: it does neither.
    std::optional<time_point> next_deadline() const;

    /// The oldest event not yet taken. The first one of all is the radio_setup to start with.
    std::optional<device_event> next_event();

    /// Adds a peer. Errors, in the drivers' order: peer_list_full (all), argument (group address with encrypt, or an
    /// interface that is none), peer_exists, peer_list_full (encrypted); then packet_numbers (there are none for its
    /// key).
    /// @throws std::runtime_error if OpenSSL has no AES-128-CCM or no SHA-256; nothing is changed then.
    std::expected<void, errc> add_peer(const peer& p);
    /// Replaces all that is known of a peer. If its LMK stays the same, so does its key: it keeps counting its packet
    /// numbers, and a set_pmk() since then does not touch it.
    /// peer_not_found: nobody has added it; argument, peer_list_full (encrypted) and packet_numbers as add_peer() has
    /// them.
    /// @throws std::runtime_error as add_peer() does.
    std::expected<void, errc> modify_peer(const peer& p);
    /// What is in flight to it still completes. peer_not_found: nobody has added it.
    std::expected<void, errc> remove_peer(const mac_address& address);
    /// nullptr: there is no such peer. Valid until peers are added, modified or removed.
    const peer* find_peer(const mac_address& address) const;
    /// In the order in which they were added.
    std::vector<mac_address> peers() const;
    /// All peers, the encrypted ones included.
    std::size_t peer_count() const;
    /// Peers that have a key.
    std::size_t encrypted_peer_count() const;
    /// How often peers were added, modified or removed: another number, another table.
    std::uint64_t peer_changes() const;
    /// The peers without what is secret.
    peer_report report_peers() const;

    /// Keys installed from now on are derived with `pmk`; those of peers already added stay, as on the chip.
    void set_pmk(const ccmp::pmk& pmk);

    /// Moves the device to another channel. Peers with another channel of their own cannot
    /// be sent to meanwhile (channel_mismatch).
    void set_channel(channel home, time_point now);
    /// The channel that it is on.
    channel home_channel() const;
    /// An interface that is down hears nothing and acknowledges nothing, and its peers cannot be sent to
    /// (interface_down).
    void set_interface(interface which, bool up);
    /// Whether the interface is up.
    bool is_up(interface which) const;
    /// The interface's address, whether or not it is up.
    mac_address address(interface which) const;
    /// Other addresses for the interfaces; they take effect at once where these are up. argument: a group, zero, or the
    /// same for both; peer_exists: an encrypted peer is reached by an interface that would change, and its key counts
    /// for the old address.
    std::expected<void, errc> set_addresses(const mac_address& station, const mac_address& soft_ap);
    /// What it sends, and what it minds in what it receives, from now on.
    void set_protocol(frame::version version, v1_oversize oversize, frame::strictness strictness);
    /// How many encrypted peers there may be (0 to 17; nothing: no limit), and how many sends at once (at least 1).
    /// Those that there are already stay. argument: other numbers.
    std::expected<void, errc> set_limits(std::optional<std::size_t> encrypted, std::size_t pool);
    /// The receiver's switch. Effective only while the wake window is open too.
    void set_receiving(bool on);
    /// Opens the receiver for `window` at the start of each `interval`, the first of which starts now; the caller moves
    /// it on with advance() at each next_deadline(). A window as long as the interval: always open. A window of zero:
    /// never. argument: a negative window or an interval that is not positive.
    std::expected<void, errc> set_wake(duration window, duration interval, time_point now);
    /// Whether the receiver is switched on and the wake window, if there is one, is open.
    bool is_receiving() const;
    /// The OUI of the elements that it sends and takes from now on (esp_now_set_user_oui).
    void set_user_oui(const frame::oui& oui);
    /// The rate to peers without one of their own, from the next send on.
    void set_tx_rate(rate r);

    /// Sends that wait for their completion: at most device_options::pool.
    std::size_t in_flight() const;
    /// The options as they are now; soft_ap_mac is always set.
    const device_options& options() const;
    /// What it counted so far; the reference stays valid as long as the device lives and is not moved from.
    const device_statistics& statistics() const;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace nowire
