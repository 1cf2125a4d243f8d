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

/// Where a radio is, on a plane.
struct position {
    double x = 0;  ///< metres
    double y = 0;  ///< metres
};

/// How a link from one radio to another is. Unset members: what the medium has by default.
struct link {
    std::optional<double> loss{};  ///< probability 0 to 1 that a frame which could be received is lost all the same
    /// dBm at the receiver. By default transmit power less the path loss between the two positions, or -40 dBm where a
    /// position is not known. Below the sensitivity for a frame's rate (-98 dBm at 1 Mb/s) nothing is received.
    std::optional<std::int8_t> rssi{};
};

/// What gets lost between two positions: at_1m + 10 * exponent * log10(distance) + shadowing.
struct path_loss {
    double at_1m = 40;     ///< dB: free space at 2.44 GHz
    double exponent = 3;   ///< 2 in the open, about 3 within a building
    double shadowing = 0;  ///< dB: standard deviation of what walls do, drawn once for each pair of radios
};

/// How radios contend for the channel (IEEE 802.11-2020, 10.23.2): by default AC_VO, as Espressif's driver sends
/// ESP-NOW frames. DCF, as 802.11b has it, is {2, 31, 1023}.
struct contention {
    unsigned aifsn = 2;              ///< slots beside SIFS that the channel must be free
    std::uint32_t first_window = 3;  ///< a first transmission draws its backoff from 0 to so many slots, at most 65535
    std::uint32_t last_window = 7;   ///< the window doubles with each retry up to this
    /// Wait longer after a frame that could not be made out (EIFS).
    bool extended = true;
};

/// What an air is like.
struct medium_options {
    std::uint64_t seed = 1;  ///< of all its random numbers
    /// Probability 0 to 1 that a frame is lost on a link without a loss of its own.
    double loss = 0;
    /// Off: a frame and its ACK take no time at all, and nothing collides.
    bool airtime = true;
    std::int8_t noise = -95;  ///< dBm
    path_loss path{};         ///< between radios whose positions are known
    contention access{};      ///< the same for all radios
    /// DSSS and CCK frames are heard up to four channels beside their own, weaker with each.
    bool leakage = false;
};

/// A radio as it joins.
struct medium_radio {
    std::string name;              ///< for people and the observer
    radio_setup setup{};           ///< channel, addresses and receiver to start with
    std::optional<position> at{};  ///< nothing: nowhere
    int tx_power = 20;             ///< dBm, see medium::set_tx_power()
    double loss = 0;               ///< probability 0 to 1 of being lost besides, on every link from and to it
    bool promiscuous = false;      ///< hears frames to others too
};

/// What a radio is told. Called from medium::advance_to() and step_to() only; may call any member of the medium but
/// those and set_observer(), in the thread of who called them. A radio that leaves while others are being told is told
/// nothing more.
class medium_listener {
  public:
    virtual ~medium_listener() = default;
    /// An MPDU without FCS; the bytes are valid during the call.
    virtual void on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) = 0;
    /// The one answer to a medium::transmit().
    virtual void on_transmit_done(const tx_done& done) = 0;
};

/// A frame as it was on the air, ACKs included: what a perfect sniffer near the sender would write down.
struct air_frame {
    time_point start;                                ///< of its preamble
    time_point end;                                  ///< of its last bit
    channel on;                                      ///< where it was sent
    nowire::rate rate = nowire::rate::dsss_1m_long;  ///< as sent
    std::int8_t signal = 0;                          ///< dBm, as sent
    /// With Duration and Retry bit as on the air, without FCS.
    std::span<const std::uint8_t> mpdu;
    std::string_view from;  ///< the name of the radio that sent it
};

/// What a medium counted since it was made.
struct medium_statistics {
    std::uint64_t transmissions = 0;  ///< data frames on the air, retries included
    std::uint64_t acks = 0;           ///< ACK frames on the air
    std::uint64_t receptions = 0;     ///< frames handed to a listener
    std::uint64_t losses = 0;  ///< receptions that a link lost, those of ACKs by the sender they were for included
    /// Receptions by a radio that wanted the frame and was near enough, which another frame spoiled, be it one that the
    /// radio was sending itself.
    std::uint64_t collisions = 0;
};

/// The simulated air: a model in virtual time, without any I/O. It knows radios with addresses, channel, position and
/// power, and what crosses from one to another: the airtime of each frame, carrier sense and backoff, SIFS and ACK,
/// retries, loss and RSSI per link, and collisions. Same seed and same calls: same frames at the same times, to the
/// byte. Each link and each radio draws from its own sequence of random numbers, so what happens on one does not change
/// what another draws.
///
/// A radio senses those whose preambles reach it and no others: hidden from each other, two send at the same time. Of
/// frames that overlap at a receiver one is received if it is 10 dB (at high rates more) stronger than the rest. Radios
/// that a frame does not reach cost nothing. Time on the way and clocks that drift are left out. A radio draws a
/// backoff for every transmission, also where it finds the channel idle: programs in virtual time would else begin in
/// step, which those of real devices never do. Not thread-safe.
class medium {
  public:
    /// An air without radios, at time 0.
    explicit medium(medium_options options);
    ~medium();

    /// How far time has passed.
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
    /// Whether the radio hears frames to others too. Nothing happens if it has left; so it is with the other setters.
    void set_promiscuous(radio_id radio, bool on);
    /// 2 to 20 dBm; others are brought into the range.
    void set_tx_power(radio_id radio, int dbm);
    /// Moves the radio; nothing: takes its position away.
    void set_position(radio_id radio, std::optional<position> at);
    /// How frames get from one radio to another, by the addresses of their station interfaces, also for radios that
    /// join later. The other direction is a link of its own.
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

    /// What it counted so far; the reference stays valid as long as the medium lives.
    const medium_statistics& statistics() const;

    struct state;

  private:
    std::unique_ptr<state> state_;
};

}  // namespace nowire::air
