#include "cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

namespace nowire::cli {

namespace {

constexpr std::chrono::milliseconds pause{100};
constexpr double megabyte = 1e6;

}  // namespace

progress::progress(std::uint64_t total)
    : total_(isatty(STDERR_FILENO) != 0 && isatty(STDOUT_FILENO) == 0 ? total : 0) {}

void progress::show(std::uint64_t done) {
    const auto now = std::chrono::steady_clock::now();
    if (total_ == 0 || now < next_) return;
    next_ = now + pause;
    // A file may grow while it is read.
    const auto percent = done >= total_ ? 100.0 : 100.0 * static_cast<double>(done) / static_cast<double>(total_);
    const auto line = fmt::format("nowire: {:3.0f} % of {:.1f} MB", percent, static_cast<double>(total_) / megabyte);
    std::cerr << '\r' << line << std::flush;
    width_ = line.size();
}

void progress::erase() {
    // Spaces do on any terminal, whatever TERM says.
    if (width_ > 0) std::cerr << '\r' << std::string(width_, ' ') << '\r' << std::flush;
    width_ = 0;
}

}  // namespace nowire::cli
