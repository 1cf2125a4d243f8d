#pragma once

#include "boards/node.hpp"

#include <nowire/testing/board.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace nowire::testing {

struct board_state {
    enum class condition {
        off,      ///< never started, or its power was cut
        running,  ///< its process runs
        asleep,   ///< its process ended with a deep sleep
        ended,    ///< its process ended otherwise
    };

    world_state& world;
    boards::node node;
    std::filesystem::path folder;
    bool wakes_by_timer = true;

    condition is = condition::off;
    unsigned joins_before = 0;  ///< of its radio, when its process was started
    std::optional<time_point> wake{};
    std::optional<int> status{};
    /// Ended badly, and nobody has been told.
    bool is_trouble = false;

    std::vector<std::string> lines{};
    std::size_t next_line = 0;   ///< where wait_for_line() goes on
    std::size_t next_frame = 0;  ///< of the air's log, where next_frame() goes on

    bool has_process() const { return is == condition::running; }
};

}  // namespace nowire::testing
