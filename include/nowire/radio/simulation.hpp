#pragma once

#include <nowire/air/medium.hpp>
#include <nowire/radio/radio.hpp>

#include <expected>
#include <memory>
#include <string>

namespace nowire {

/// How an in-process radio joins a simulation.
struct simulated_radio_options {
    /// Zero: derived from the name, the same each time (mac_from_name()).
    mac_address station{};
    /// Empty: "radio-1", "radio-2" and so on.
    std::string name{};
    channel on{};                       ///< the channel to start with
    std::optional<air::position> at{};  ///< nothing: nowhere; then links have the RSSI of air::link::rssi
    /// Probability 0 to 1 that a frame from or to it is lost, besides what links lose.
    double loss = 0;
};

/// A simulated air inside this process, in virtual time: it moves only when run_until(), run_for() or a radio's
/// wait_until() moves it, and then as fast as the machine can. What radios hear is handed to their handlers while time
/// moves, those of all radios, whoever moves it; handlers and timers that try to move it themselves get
/// std::logic_error. What is on the air at a time comes before timers of that time. Same seed and same calls: same
/// capture, to the byte.
///
/// Its radios can do all that radio_capabilities names. Their descriptors are made when first asked for, and are
/// readable while something is due at now(). A wait without a deadline while nothing is left to happen throws
/// std::logic_error, since it would never end.
///
/// Must outlive its radios. One thread.
class simulation {
  public:
    /// @param options  the air's seed, losses and physics.
    explicit simulation(air::medium_options options = {});
    ~simulation();

    /// A radio on this air. refused: another radio has the address (the text names it); argument: the address is a
    /// group's, or the loss is no probability.
    std::expected<std::unique_ptr<radio>, error> make_radio(simulated_radio_options options);

    /// The time of this air, 0 at first.
    time_point now() const;
    /// Moves time, event by event: timers of the radios' clocks and what happens on the air, in the order of their
    /// times.
    /// @throws std::logic_error if called from a handler or timer; so do the next two.
    void run_until(time_point t);
    /// As run_until(now() + d).
    void run_for(duration d);
    /// Moves time until `done` says so, looked at after each event, or `limit` has come.
    /// @returns whether it said so.
    bool run_until(const std::function<bool()>& done, time_point limit);

    /// For links, positions, the observer and statistics; its time is the simulation's to move.
    air::medium& medium();

    struct state;

  private:
    std::unique_ptr<state> state_;
};

}  // namespace nowire
