#pragma once

#include "air/hub.hpp"
#include "testing/frame_log.hpp"

#include <nowire/air/unique_descriptor.hpp>
#include <nowire/testing/world.hpp>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace nowire::testing {

/// What must be so before time may pass, besides that everybody on the air is idle.
struct air_conditions {
    std::vector<std::string> present;  ///< radios of these names are on the air
    std::vector<std::string> absent;   ///< these are not any more
    std::vector<int> quiet;            ///< nothing can be read from these descriptors
};

/// A hub in a thread of its own, whose time passes only while the test's thread waits for that. But for the companion's
/// part, members are the test's thread's.
class air_host final : private air::hub_companion {
  public:
    /// @throws std::runtime_error if it cannot be made
    air_host(const world_options& options, const std::string& socket);
    ~air_host() override;

    time_point now() const;
    frame_log& frames() { return frames_; }

    /// Lets time pass until `until`, or until there are new frames if `for_frames`; then, or when somebody has died,
    /// descriptor() is readable.
    void let_pass(time_point until, bool for_frames, air_conditions c);
    /// Time stands; descriptor() is readable when nobody has anything to do at this time.
    void let_settle(air_conditions c);
    /// Time stands. @returns whether what the test's thread waited for has come
    bool hold();
    int descriptor() const { return event_.get(); }

    /// Runs a function in the hub's thread, with all done that this thread's radios have asked for.
    /// @throws std::runtime_error where the hub has ended
    void run(std::function<void(air::hub&)> what);
    /// How often a radio of this name has come.
    unsigned joins(const std::string& name) const;
    /// Why the hub has ended by itself; nothing: it lives.
    std::optional<std::string> trouble() const;

  private:
    enum class doing { standing, passing, settling };

    void on_frame(const air::air_frame& frame) override;
    void on_joined(std::string_view name) override;
    void on_left(std::string_view name) override;
    std::uint64_t request() override;
    void on_wake(air::hub& h, std::uint64_t request) override;
    std::optional<time_point> time_may_pass_until(time_point now) override;
    void on_time(time_point now) override;

    void serve();
    void command(std::function<void(air::hub&)> what);
    void ask(doing what, time_point until, bool for_frames, air_conditions c);
    bool conditions_hold() const;
    void answer();

    mutable std::mutex lock_;
    frame_log frames_;
    unique_descriptor event_;
    time_point now_;

    doing doing_ = doing::standing;
    time_point until_;
    bool for_frames_ = false;
    air_conditions conditions_;
    /// A request or command counts when the hub has done what this thread's radios asked for before it.
    std::uint64_t asked_ = 0;
    std::uint64_t heard_ = 0;
    bool answered_ = false;

    std::map<std::string, unsigned, std::less<>> on_air_;
    std::map<std::string, unsigned, std::less<>> joins_;
    std::function<void(air::hub&)> command_;
    std::condition_variable command_done_;
    std::optional<std::string> trouble_;

    std::unique_ptr<air::hub> hub_;
    std::thread thread_;
};

}  // namespace nowire::testing
