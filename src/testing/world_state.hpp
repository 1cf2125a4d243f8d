#pragma once

#include "boards/scratch_folder.hpp"
#include "testing/air_host.hpp"
#include "testing/board_state.hpp"
#include "testing/peer_state.hpp"

#include <nowire/testing/world.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nowire::testing {

/// From the end of a frame to that of its ACK it does not take longer: SIFS, and 14 bytes at 1 Mb/s with a long
/// preamble.
constexpr auto ack_time = std::chrono::microseconds(500);

/// `limit` from now, no later than times can be.
time_point after(time_point now, duration limit);

/// What a world's parts share: who is on the air, and the one way in which time passes.
struct world_state {
    using wall = std::chrono::steady_clock;

    explicit world_state(const world_options& o);
    ~world_state();
    world_state(const world_state&) = delete;
    world_state& operator=(const world_state&) = delete;

    /// Lets time pass until `done` says so (true), or `deadline` has come (false). Either way nobody has anything to do
    /// at that time any more.
    /// @param what  for people, behind "waited for"
    /// @throws failure where a program ends badly, the world's patience is over, or the air has ended.
    bool wait(const std::string& what, time_point deadline, const std::function<bool()>& done,
              bool asks_at_frames = false);
    /// The same; throws `what` did not come where the deadline has.
    void require(const std::string& what, duration limit, const std::function<bool()>& done,
                 bool asks_at_frames = false);
    /// Time stands until nobody has anything to do. @throws failure as wait() does.
    void settle(const std::string& what);

    /// Starts the board's process and waits until it is on the air and idle.
    void power_on(board& b);
    /// Ends its process, if there is one, and waits until it has left the air.
    void power_off(board& b);
    void wake(board& b);

    /// @throws failure about the first board that ended badly and of which nobody has been told.
    void throw_trouble();
    [[noreturn]] void fail(const std::string& what) const;
    std::string transcript() const;
    mac_address next_address();
    std::string free_name(const std::string& base) const;
    void check_new(const std::string& name, const mac_address& mac) const;

    world_options options;
    boards::scratch_folder folder;
    std::unique_ptr<air_host> host;
    std::vector<std::unique_ptr<board>> boards;
    std::vector<std::unique_ptr<peer>> peers;
    std::map<std::pair<mac_address, mac_address>, air::link> links;  ///< that are not as by default
    unsigned addresses_given = 0;
    mutable bool has_failed = false;  ///< a failure was thrown, which has told all there was
    mutable bool hangs = false;       ///< the patience was over
    bool calls_handlers = false;      ///< of peers, which must not wait

  private:
    void look_after();
    void look_after(board& b);
    void look_after(peer& p);
    void note_end(board& b, int status);
    void start(board& b);
    air_conditions conditions() const;
    time_point next_wake(time_point otherwise) const;
    bool wait_for_event(wall::time_point limit, const std::string& what);
    [[noreturn]] void fail_at_patience(const std::string& what) const;
};

}  // namespace nowire::testing
