#include "cli/demo/table.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace nowire::cli::demo {

namespace {

constexpr std::size_t payload_width = 34;

std::string age(const table_row& row, std::chrono::steady_clock::time_point now) {
    if (!row.last_seen) return "-";
    return fmt::format("{:.1f} s", std::chrono::duration<double>(now - *row.last_seen).count());
}

}  // namespace

bool table::terminal_is_capable() {
    const char* term = std::getenv("TERM");
    return isatty(STDOUT_FILENO) != 0 && term != nullptr && *term != '\0' && std::string_view(term) != "dumb";
}

void table::draw(const std::vector<table_row>& rows, std::chrono::seconds left) {
    if (!live_) return;
    const auto now = std::chrono::steady_clock::now();
    std::string text;
    if (drawn_lines_ > 0) text += fmt::format("\x1b[{}A", drawn_lines_);
    const auto line = [&](std::string_view content) { text += fmt::format("\x1b[2K{}\n", content); };
    line(fmt::format("{:<10} {:>9} {:>8} {:>6} {:>6} {:>6}  {}", "device", "last seen", "RSSI", "sent", "acked", "lost",
                     "last payload"));
    for (const auto& row : rows)
        line(fmt::format("{:<10} {:>9} {:>8} {:>6} {:>6} {:>6}  {:.{}}", row.device, age(row, now),
                         row.rssi ? fmt::format("{} dBm", *row.rssi) : "-", row.sent, row.acked, row.lost,
                         row.last_payload, payload_width));
    line(left.count() > 0 ? fmt::format("{} s left", left.count()) : "waiting for what is still under way");
    drawn_lines_ = rows.size() + 2;
    std::cout << text << std::flush;
}

void table::event(const std::string& line) {
    if (!live_) std::cout << line << '\n' << std::flush;
}

}  // namespace nowire::cli::demo
