#pragma once

#include <nowire/device/errc.hpp>
#include <nowire/device/peer_report.hpp>
#include <nowire/device/transmission.hpp>
#include <nowire/radio/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

namespace nowire {

/// What a radio does by itself. radio/sub_mac.hpp makes up for what software can make up for.
struct radio_capabilities {
    bool acks_for_us = false;            ///< acknowledges unicasts to the addresses of its setup
    bool reports_ack = false;            ///< tells acked from not_acked; else a unicast ends unconfirmed
    bool retries = false;                ///< transmits again by itself, up to transmit::retries
    bool sets_rate = false;              ///< sends at transmit::tx_rate; else at a rate of its own
    bool keeps_sequence_number = false;  ///< sends Sequence Control as it is given
    bool gives_fcs = false;              ///< drops or marks frames with a wrong FCS
    bool gives_rssi = false;             ///< rx_info::rssi is set
    bool gives_time = false;             ///< rx_info::time is that of the air, not of the program that reads it
    std::size_t max_mpdu = 0;            ///< bytes without FCS that it can send; a longer one ends not_sent

    friend bool operator==(const radio_capabilities&, const radio_capabilities&) = default;
};

/// Who a radio is, where its URL or hardware says so.
struct radio_identity {
    std::string name;     ///< for people: "kitchen"
    mac_address station;  ///< of the station interface; never zero
    mac_address soft_ap;  ///< of the SoftAP interface
    channel on;           ///< the channel to start with
};

/// Who is told what a radio hears. Called only from radio::dispatch() and radio::wait_until(), in the thread of who
/// calls those, never from a call that asks the radio for something; it may call any member of the radio but those two.
class radio_handler {
  public:
    virtual ~radio_handler() = default;
    /// An MPDU without FCS; the bytes are valid during the call.
    virtual void on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) = 0;
    /// Exactly one for each transmit(), unless on_lost() came between.
    virtual void on_transmit_done(const tx_done& done) = 0;
    /// The radio is gone, and so is every transmit that has no answer. It tries to come back by itself where it can.
    virtual void on_lost(const error& why) = 0;
    /// It is back, with the setup it had.
    virtual void on_restored() = 0;
};

/// A radio: the one contract between a station and an air, simulated or real.
///
/// Acknowledgements are the radio's business: it acknowledges a unicast to one of its addresses, on its channel, while
/// it receives, whether or not anybody reads what it received. A frame is heard if it is on the radio's channel and to
/// one of its addresses or a group, or the radio is promiscuous. It never hears itself.
///
/// Belongs to one thread, or to one lock (station::driver). The same suite of tests runs against every radio
/// (tests/conformance/).
class radio {
  public:
    virtual ~radio() = default;

    /// What it does by itself; the same as long as it lives.
    virtual radio_capabilities capabilities() const = 0;
    /// Name, addresses and channel to start with; the same as long as it lives.
    virtual radio_identity identity() const = 0;

    /// The handler to tell; nullptr: what comes is dropped. Must be set before dispatch() is called.
    virtual void set_handler(radio_handler* handler) = 0;

    /// Puts an MPDU on the air when its turn comes: transmits of one radio leave in the order in which they were given.
    /// The answer comes by radio_handler::on_transmit_done, also where the radio cannot send it (not_sent).
    virtual void transmit(nowire::transmit what) = 0;

    /// Channel, addresses and receiver. Takes effect for what comes on the air from now on.
    /// refused: another radio of the air has one of the addresses (the text names it); argument: the hardware cannot.
    /// Then nothing has changed. A radio that is lost keeps the setup for its return.
    virtual std::expected<void, error> configure(const radio_setup& setup) = 0;

    /// Hears every frame of the channel, ACKs and frames to others included. It acknowledges no more than before.
    virtual void set_promiscuous(bool on) = 0;

    /// Transmit power in dBm, 2 to 20; others are brought into the range.
    virtual void set_tx_power(int dbm) = 0;

    /// The peers of the device on this radio have changed. For information only: an air that people can look at shows
    /// them (`nowire doctor`), and a radio without one need not override this.
    virtual void report_peers(const peer_report&) {}

    /// The clock of its air, which lives as long as the radio.
    virtual nowire::clock& clock() = 0;

    /// One descriptor for poll(), for those who wait for other things besides. An air that runs ahead of real time
    /// stops to do so for them, unless they report_idle(). Readable when dispatch() has something to do, a due timer of
    /// clock() included. The same as long as the radio lives; the radio owns it.
    /// @throws std::system_error where the system has no more descriptors, on a simulated air in this process.
    virtual int descriptor() const = 0;

    /// Who polls descriptor() promises to call report_idle() whenever the program has nothing to do. To be said before
    /// descriptor() is asked for: until the first report an air that runs ahead of real time would hold it back.
    virtual void set_idle_reports(bool /*on*/) {}
    /// Tells the air that the program has nothing to do until something comes or the next timer of clock() is due, and
    /// returns. That holds until it asks the radio for something or dispatches. Where dispatch() has something to do
    /// already, nothing is said. On an air whose time passes by itself this does nothing, and so it does on one in this
    /// process, whose time somebody moves.
    virtual void report_idle() {}

    /// Does what is ready and returns: reads the air, calls the handler, runs due timers. Never blocks.
    /// @throws std::logic_error if called from the handler or a timer.
    virtual void dispatch() = 0;

    /// Tells the air that this radio's program has nothing to do until `deadline` (nothing: until something comes),
    /// waits until something is ready or the deadline has come, dispatches, and returns. On a virtual air this is what
    /// moves time.
    /// @throws std::logic_error as dispatch() does, and where it would never end: no deadline, and an air in this
    /// process on which nothing is left to happen.
    virtual void wait_until(std::optional<time_point> deadline) = 0;
};

}  // namespace nowire
