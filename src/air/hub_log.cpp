#include "air/hub_log.hpp"

#include <unistd.h>

#include <string>

namespace nowire::air {

namespace {

/// One write per line, so that lines of several writers do not mix. Nobody is there to be told if it fails.
void write_line(std::string_view text) {
    const auto line = "nowire-air: " + std::string(text) + "\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

void hub_log::say(std::string_view line) {
    const auto now = real_clock::now();
    if (now - second_ >= std::chrono::seconds(1)) {
        if (left_out_ > 0) write_line(std::to_string(left_out_) + " more lines like these");
        second_ = now;
        said_ = 0;
        left_out_ = 0;
    }
    if (said_ == burst) {
        ++left_out_;
        return;
    }
    ++said_;
    write_line(line);
}

}  // namespace nowire::air
