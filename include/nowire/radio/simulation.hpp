#pragma once

#include <nowire/air/medium.hpp>
#include <nowire/radio/radio.hpp>

#include <expected>
#include <memory>
#include <string>

namespace nowire {

/// How an in-process radio joins a simulation.
struct simulated_radio_options {
    /// Locally administered; zero: derived from the name, the same each time.
    mac_address station;
    std::string name;
    channel on;
    std::optional<air::position> at;
    double loss = 0;
};

/// A simulated air inside this process, in virtual time: it moves only when run_until(), run_for() or a radio's
/// wait_until() moves it, and then as fast as the machine can. What radios hear is handed to their handlers while time
/// moves. Same seed and same calls: same capture, to the byte.
///
/// Must outlive its radios. One thread.
class simulation {
  public:
    explicit simulation(air::medium_options options = {});
    ~simulation();

    /// A radio on this air. refused: another radio has the address (the text names it).
    std::expected<std::unique_ptr<radio>, error> make_radio(simulated_radio_options options);

    time_point now() const;
    /// Moves time, event by event: timers of the radios' clocks and what happens on the air, in the order of their
    /// times.
    void run_until(time_point t);
    void run_for(duration d);
    /// Moves time until `done` says so, looked at after each event, or `limit` has come.
    /// @returns whether it said so.
    bool run_until(const std::function<bool()>& done, time_point limit);

    air::medium& medium();

    struct state;

  private:
    std::unique_ptr<state> state_;
};

}  // namespace nowire
