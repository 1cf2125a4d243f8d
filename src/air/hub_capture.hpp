#pragma once

#include "air/air_capture.hpp"

#include <nowire/air/medium.hpp>
#include <nowire/air/unique_descriptor.hpp>
#include <nowire/device/errc.hpp>

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nowire::air {

/// Writes what is on the air to a pcapng file (air_capture), a pipe or stdout. Whoever reads while it grows sees whole
/// blocks after each flush(). A reader that stalls loses frames, and stops nobody.
class hub_capture {
  public:
    /// What may wait for a slow reader; frames beyond are left out.
    static constexpr std::size_t waiting_limit = std::size_t{16} << 20;

    /// @param path  "-": stdout. A FIFO is waited for until somebody reads it.
    /// bad_file: it cannot be opened, or is a terminal.
    static std::expected<std::unique_ptr<hub_capture>, error> open(const std::string& path);

    /// Whether descriptor() can be waited for: a pipe or a socket, not a file.
    bool can_block() const { return can_block_; }
    int descriptor() const { return file_.get(); }

    void add(const air_frame& frame);
    /// Writes what has been added, as far as it goes.
    /// @returns what a person should know, once: that nothing is recorded any more, and why, or that frames are
    /// missing.
    std::optional<std::string> flush();
    /// Writes the rest; a reader that has stalled is given a second.
    void finish();

  private:
    hub_capture(unique_descriptor file, std::string name, bool can_block);
    std::string stop(int reason);
    void forget_written();

    unique_descriptor file_;
    std::string name_;
    bool can_block_;
    bool stopped_ = false;
    std::vector<std::uint8_t> waiting_;
    std::size_t written_ = 0;  ///< of `waiting_`
    off_t whole_ = 0;          ///< where the file's last whole block ends
    std::uint64_t left_out_ = 0;
    air_capture writer_;
};

}  // namespace nowire::air
