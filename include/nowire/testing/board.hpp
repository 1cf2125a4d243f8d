#pragma once

#include <nowire/air/medium.hpp>
#include <nowire/testing/frame.hpp>
#include <nowire/testing/participant.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nowire::testing {

struct board_state;
struct world_state;

/// How a program runs. Value type.
struct program_options {
    /// Unique in its world. Empty: that of the file, with a number where it is taken.
    std::string name = {};
    /// Zero: 02:00:00:00:00:10, :20 and so on, in the order in which boards and peers came.
    mac_address mac = {};
    std::vector<std::string> arguments = {};                            ///< on its command line
    std::vector<std::pair<std::string, std::string>> environment = {};  ///< set besides what the test has
    /// Where its NVS is kept beyond the world's life; made with mode 0700. Empty: a folder that goes with the world.
    std::filesystem::path folder = {};
    std::optional<air::position> at = {};  ///< nothing: nowhere, heard equally well by all
    /// Whether a deep sleep ends when its timer rings. If not, wake() ends it.
    bool wakes_by_timer = true;
};

/// An ESP-IDF program that `nowire_add_esp_idf_program()` or `nowire idf build` made, on a board. Made by
/// world::start_program(). Limits are of the air's time; waits also end with a failure where the world's patience is
/// over, and where a program ends badly that nobody asks about. Belongs to its world and that one's thread.
class board final : public participant {
  public:
    /// What it has printed since the world began, stdout and stderr, line by line.
    const std::vector<std::string>& lines() const;
    /// Whether it has printed a line with this text in it.
    bool has_printed(std::string_view text) const;
    /// Waits until it prints a line with this text in it. Looks at each line once: from behind the line that the last
    /// such wait returned. @returns the line
    /// @throws failure if there is none within `limit`, or the program ends before.
    std::string wait_for_line(std::string_view text, duration limit = std::chrono::seconds(10));
    /// The same for a regular expression, which must match somewhere in the line.
    /// @throws failure as above.
    std::string wait_for_line(const std::regex& pattern, duration limit = std::chrono::seconds(10));

    /// All that it has sent, retries too.
    std::vector<sent_frame> frames() const;
    /// The next message that it sends: each counts once, without its retries, from the beginning of the world. Waits
    /// for it if need be, and until it is acknowledged or that has become too late.
    /// @throws failure if there is none within `limit`.
    sent_frame next_frame(duration limit = std::chrono::seconds(10));

    /// Whether its process runs.
    bool is_running() const;
    /// Whether it is in deep sleep.
    bool is_asleep() const;
    /// When the deep sleep ends by its timer, on the air's clock; nothing: it does not sleep, or for ever.
    std::optional<time_point> wakes_at() const;
    /// Its exit status where it has ended, or 128 plus the signal that ended it; nothing while it runs or sleeps.
    std::optional<int> status() const;

    /// Waits for its end, which by that is expected, whatever the status. @returns the status, as status() has it.
    /// @throws failure if it still runs after `limit`.
    int wait_for_exit(duration limit = std::chrono::seconds(10));
    /// Waits until it is in deep sleep. @throws failure if it is not within `limit`, or ends.
    void wait_for_sleep(duration limit = std::chrono::minutes(1));

    /// Cuts its power, now: its process is killed, RTC memory is gone, NVS stays. Nothing where it has none.
    void power_off();
    /// Switches it on. When this returns it is on the air and has done what it does at once.
    /// @throws failure if it does not get so far; std::logic_error where it runs or sleeps.
    void power_on();
    /// power_off() and power_on(): NVS stays. @throws failure as power_on() does.
    void restart();
    /// Ends a deep sleep as its timer does, now. @throws failure as power_on() does; std::logic_error where it does not
    /// sleep.
    void wake();

    /// Where it keeps its NVS (the file "nvs").
    const std::filesystem::path& folder() const;

    ~board();

  private:
    friend class world;
    friend struct world_state;
    board(std::string name, const mac_address& mac, std::unique_ptr<board_state> s);
    std::unique_ptr<board_state> state_;
};

}  // namespace nowire::testing
