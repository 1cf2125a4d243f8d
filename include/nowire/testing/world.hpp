#pragma once

#include <nowire/air/medium.hpp>
#include <nowire/frame/time.hpp>
#include <nowire/testing/board.hpp>
#include <nowire/testing/failure.hpp>
#include <nowire/testing/frame.hpp>
#include <nowire/testing/participant.hpp>
#include <nowire/testing/peer.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nowire::testing {

/// What an air is like. Value type.
struct world_options {
    std::uint64_t seed = 1;              ///< of all chances, and of the random values of all boards and peers
    double loss = 0;                     ///< probability 0 to 1 that a link without a loss of its own loses a frame
    std::filesystem::path capture = {};  ///< a pcapng file for all frames; empty: none
    /// How long a wait may take of real time. A program that computes for so long without waiting for anything hangs.
    std::chrono::milliseconds patience{60'000};
};

/// An air of the test's own, the programs on it, and the peers that the test plays. Time stands while the test does
/// something, passes only in its waits, and then goes from one thing that happens to the next: minutes of the air take
/// milliseconds. What the test does next happens when all boards have done what they do at that time, so that two runs
/// with one seed have the same frames at the same times.
///
/// Everything is this world's alone: socket, folders (0700, in the temporary folder), processes, which the kernel ends
/// if the test dies. Any number of worlds may be at the same time. Belongs to one thread, which must live as long.
class world {
  public:
    /// An air without anybody, at time 0.
    /// @throws std::runtime_error if it cannot be made: no folder, no descriptors, a capture file that cannot be
    /// written; std::invalid_argument for a loss that is no probability.
    explicit world(const world_options& options = {});
    /// Ends all programs. Where one had ended badly and no call has thrown that, tells the reporter.
    ~world();
    world(const world&) = delete;
    world& operator=(const world&) = delete;

    /// Starts a program. When this returns it is on the air and has done what it does at once.
    /// @param program  its file, as $<TARGET_FILE:...> names it
    /// @throws failure if it does not get so far, with what it printed; std::invalid_argument where name or address are
    /// taken, or there is no such program.
    board& start_program(const std::filesystem::path& program, const program_options& options = {});
    /// Adds a peer. @throws std::invalid_argument where name or address are taken, or an option can never be right.
    peer& add_peer(const peer_options& options = {});

    /// The air's time, which began at 0.
    time_point now() const;
    /// Lets so much of it pass. @throws failure where a wait does: see board.
    void advance(duration d);
    /// Waits until `done` says so; it is asked whenever something has happened, frames included.
    /// @param what  for people: "the sensor to be calibrated"
    /// @throws failure if that is not within `limit`.
    void wait_until(const std::function<bool()>& done, duration limit, std::string_view what);

    /// Nothing goes from one to the other any more, in either direction, until join(); they hear the channel busy.
    /// @throws std::runtime_error where the air has ended; so do the next two.
    void cut(const participant& a, const participant& b);
    /// The link is again as it was before cut(). @throws std::runtime_error
    void join(const participant& a, const participant& b);
    /// How frames get from one to another, one direction: loss, RSSI. Both directions: two calls.
    /// @throws std::invalid_argument for a loss that is no probability; std::runtime_error
    void set_link(const participant& from, const participant& to, const air::link& how);

    /// All frames of the air, in the order of their ends.
    std::vector<sent_frame> frames() const;
    /// Those with this A2.
    std::vector<sent_frame> sent_by(const mac_address& from) const;
    /// A key that frames are read with, besides those of peers: of two boards, for example.
    /// @param device  either of the two @param lmk  16 characters or 32 hex digits @param pmk  the same; empty: the
    /// drivers' default
    /// @throws std::invalid_argument if it is none.
    void add_key(const mac_address& device, std::string_view lmk, std::string_view pmk = {});

    /// Makes sure that no program has ended badly. Waits do that too. @throws failure with what it printed.
    void check();
    /// What programs printed and what was on the air last, for people.
    std::string transcript() const;
    /// Its URL for other programs: `nowire listen --radio URL`.
    std::string url() const;

  private:
    std::unique_ptr<world_state> state_;
};

}  // namespace nowire::testing
