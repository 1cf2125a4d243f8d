#pragma once

#include <nowire/device/device.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// A dialogue between devices in virtual time: what they say goes over a wire that does to each transmission what the
/// test wrote down for it, and is then judged by the bytes on the wire and the messages that came out.
namespace nowire::test {

using bytes = std::vector<std::uint8_t>;
using namespace std::chrono_literals;

bytes text(std::string_view characters);

/// The addresses that the test vectors have.
inline constexpr mac_address ann_mac({0x24, 0x0a, 0xc4, 0x1d, 0x58, 0x68});
inline constexpr mac_address bob_mac({0x30, 0xae, 0xa4, 0x45, 0x4a, 0xa4});
inline constexpr mac_address cat_mac({0x30, 0xae, 0xa4, 0x45, 0x4b, 0x10});
inline constexpr mac_address everybody = mac_address::broadcast();
inline constexpr mac_address some_group({0x01, 0x00, 0x5e, 0x00, 0x00, 0x07});

const ccmp::lmk& first_lmk();
const ccmp::lmk& second_lmk();
peer plain_peer(const mac_address& address);
peer encrypted_peer(const mac_address& address, const ccmp::lmk& lmk = first_lmk());

/// What the wire does to one transmission. Delivered and acknowledged where nothing is said.
struct fate {
    bool lost = false;                        ///< nobody hears it
    bool ack_lost = false;                    ///< who it was for hears it, but the sender does not hear the ACK
    duration delay{};                         ///< it reaches the program so much later; the ACK comes in time
    std::function<void(bytes&)> change = {};  ///< tampers with what is heard
};
inline const fate delivered = {};
inline const fate lost = {.lost = true};
inline const fate ack_lost = {.ack_lost = true};

/// A transmission as it was on the wire.
struct wire_frame {
    time_point end;
    mac_address from;  ///< station MAC of the device whose radio it was
    bytes mpdu;
};

class dialogue;

/// A device, the simplest radio that could be, and everything that came out.
class participant {
  public:
    participant(dialogue& wire, device_options options);

    /// Sends now; the test fails if it is refused.
    send_token says(const mac_address& to, std::span<const std::uint8_t> payload);
    send_token says(const mac_address& to, std::string_view characters) { return says(to, text(characters)); }
    /// Hands it a frame as its radio would, whatever channel or address.
    void hears(std::span<const std::uint8_t> mpdu, std::optional<time_point> at = {});
    /// The completion of `token`; the test fails if there is not exactly one.
    completion end_of(send_token token) const;
    /// The payload of each message that came, as text.
    std::vector<std::string> heard() const;
    const device_statistics& counted() const { return dev.statistics(); }

    /// Takes all events of the device: what a station does after each call.
    void drain();
    /// The radio is gone: forgets what it had to send and hears nothing, until restored.
    void cut_radio();
    void restore_radio() { cut_ = false; }

    device dev;
    std::deque<std::uint32_t> randoms;  ///< to be drawn before others
    std::vector<message> inbox;
    std::vector<completion> ends;
    std::vector<radio_setup> setups;

  private:
    friend class dialogue;
    std::uint32_t draw();
    void begin_transmission();
    void end_transmission(std::uint64_t token);
    bool radio_hears(const mac_address& destination) const;
    bool radio_acknowledges(const mac_address& destination) const;

    dialogue* wire_;
    std::deque<transmit> to_send_;
    std::uint16_t attempts_ = 0;  ///< of the one at the front
    bool transmitting_ = false;
    bool cut_ = false;
    std::uint32_t next_random_ = 0x1000;
};

class dialogue {
  public:
    /// How long a transmission is on the wire, ACK included.
    static constexpr duration airtime = 1ms;

    participant& join(device_options options);
    participant& join(const mac_address& station) { return join(device_options{.station_mac = station}); }

    /// What becomes of the transmissions to come, one each; those after them are delivered.
    void script(const std::vector<fate>& fates) { script_.insert(script_.end(), fates.begin(), fates.end()); }

    time_point now() const { return now_; }
    /// Lets so much time pass, with all that happens in it.
    void run(duration how_long);
    void at(time_point when, std::function<void()> what) { agenda_.emplace(when, std::move(what)); }

    std::vector<wire_frame> wire;  ///< all transmissions so far

  private:
    friend class participant;
    fate next_fate();
    void drain_all();
    std::optional<time_point> next_time() const;

    time_point now_{};
    std::multimap<time_point, std::function<void()>> agenda_;
    std::deque<fate> script_;
    std::vector<std::unique_ptr<participant>> participants_;
};

}  // namespace nowire::test
