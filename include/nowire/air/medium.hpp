#pragma once

#include <nowire/device/transmission.hpp>
#include <nowire/frame/channel.hpp>
#include <nowire/frame/mac_address.hpp>
#include <nowire/frame/time.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nowire::air {

/// The longest MPDU that a radio of the medium sends, in bytes without FCS.
inline constexpr std::size_t max_mpdu = 2304;

/// Names a radio on a medium; never used again when its radio has left.
enum class radio_id : std::uint32_t {};

struct position {
    double x = 0;  ///< metres
    double y = 0;  ///< metres
};

/// How a link from one radio to another is. Unset members: what the medium has by default.
struct link {
    std::optional<double> loss{};  ///< probability 0 to 1 that a frame is lost on it
    /// dBm at the receiver. By default transmit power less the path loss between the two positions (40 dB at 1 m, 30 dB
    /// more for each tenfold of it), or -40 dBm where a position is not known.
    std::optional<std::int8_t> rssi{};
};

struct medium_options {
    std::uint64_t seed = 1;
    /// The loss of every link without one of its own.
    double loss = 0;
    /// Off: a frame and its ACK take no time at all.
    bool airtime = true;
    std::int8_t noise = -95;  ///< dBm
};

/// A radio as it joins.
struct medium_radio {
    std::string name;
    radio_setup setup{};
    std::optional<position> at{};
    int tx_power = 20;  ///< dBm, see medium::set_tx_power()
    double loss = 0;    ///< lost besides, on every link from and to it
    bool promiscuous = false;
};

/// What a radio is told. Called from medium::advance_to() and step_to() only; may call any member of the medium but
/// those and set_observer(). A radio that leaves while others are being told is told nothing more.
class medium_listener {
  public:
    virtual ~medium_listener() = default;
    virtual void on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) = 0;
    virtual void on_transmit_done(const tx_done& done) = 0;
};

/// A frame as it was on the air, ACKs included: what a perfect sniffer near the sender would write down.
struct air_frame {
    time_point start;
    time_point end;
    channel on;
    nowire::rate rate = nowire::rate::dsss_1m_long;
    std::int8_t signal = 0;  ///< dBm, as sent
    /// With Duration and Retry bit as on the air, without FCS.
    std::span<const std::uint8_t> mpdu;
    std::string_view from;  ///< the name of the radio that sent it
};

struct medium_statistics {
    std::uint64_t transmissions = 0;  ///< data frames on the air, retries included
    std::uint64_t acks = 0;
    std::uint64_t receptions = 0;  ///< frames handed to a listener
    std::uint64_t losses = 0;      ///< receptions that a link lost, those of ACKs by the sender they were for included
};

/// The simulated air: a model in virtual time, without any I/O. It knows radios with addresses, channel, position and
/// power, and what crosses from one to another: the airtime of each frame, SIFS and ACK, retries, loss and RSSI per
/// link. Same seed and same calls: same frames at the same times, to the byte. Each link draws from its own sequence of
/// random numbers, so what happens on one does not change what another draws.
///
/// One channel carries one transmission at a time, with its ACK or the wait for it, in the order in which radios asked
/// (air/channel_access.hpp is where contention and collisions come in). A retry asks anew. Radios on other channels
/// hear nothing and cost nothing. Not thread-safe.
class medium {
  public:
    explicit medium(medium_options options);
    ~medium();

    time_point now() const;

    /// @returns nothing if an address is another radio's; owner_of() tells whose.
    std::optional<radio_id> join(medium_radio radio, medium_listener& listener);
    /// The name of the radio that has this address.
    std::optional<std::string> owner_of(const mac_address& address) const;
    /// What it had not sent yet is dropped without an answer, and nobody hears a frame that it was sending.
    void leave(radio_id radio);

    /// Queues a frame. The answer comes by on_transmit_done, always from a later advance_to(). A frame that is shorter
    /// than a MAC header or longer than max_mpdu ends not_sent when its turn comes. Answers to one radio come in the
    /// order of its frames.
    void transmit(radio_id from, nowire::transmit what);
    /// A radio hears a frame if it was on the channel with its receiver on from the frame's first bit to its last. The
    /// frame it is sending is finished on the channel where it began; if the radio is elsewhere when the ACK comes, it
    /// misses it. Retries and what else is queued go out on the new channel.
    /// @returns false, with nothing changed, if an address is another radio's.
    bool configure(radio_id radio, const radio_setup& setup);
    void set_promiscuous(radio_id radio, bool on);
    /// 2 to 20 dBm; others are brought into the range.
    void set_tx_power(radio_id radio, int dbm);
    void set_position(radio_id radio, std::optional<position> at);
    void set_link(const mac_address& from_station, const mac_address& to_station, link l);

    /// When something will happen next; nothing: never, unless somebody asks for something.
    std::optional<time_point> next_event() const;
    /// Lets time pass to `t` (or not at all, if that has passed) and everything happen that is due by then.
    /// @throws std::logic_error if called from a listener or the observer.
    void advance_to(time_point t);
    /// Lets the next thing happen if it is due by `t`, else lets time pass to `t`.
    /// @returns whether something happened.
    /// @throws std::logic_error if called from a listener or the observer.
    bool step_to(time_point t);

    /// Told of every frame at its end, before the listeners are. One observer, which must not call the medium; an empty
    /// function: none.
    void set_observer(std::function<void(const air_frame&)> observer);

    const medium_statistics& statistics() const;

    struct state;

  private:
    std::unique_ptr<state> state_;
};

}  // namespace nowire::air
