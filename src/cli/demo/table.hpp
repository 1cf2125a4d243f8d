#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nowire::cli::demo {

/// What the demo shows of a device.
struct table_row {
    std::string device;
    std::optional<std::chrono::steady_clock::time_point> last_seen;
    std::optional<int> rssi;  ///< dBm, of the last frame it heard from the gateway
    std::uint64_t sent = 0;
    std::uint64_t acked = 0;
    std::uint64_t lost = 0;
    std::string last_payload;
};

/// The demo's picture: a table that renews itself in place on a terminal, and one plain line an event elsewhere.
class table {
  public:
    /// @param live  draw in place; else print lines
    explicit table(bool live) : live_(live) {}

    /// Whether stdout is a terminal that can move its cursor.
    static bool terminal_is_capable();

    void draw(const std::vector<table_row>& rows, std::chrono::seconds left);
    void event(const std::string& line);

  private:
    bool live_;
    std::size_t drawn_lines_ = 0;
};

}  // namespace nowire::cli::demo
