#pragma once

#include <nowire/air/medium.hpp>
#include <nowire/capture/writer.hpp>

namespace nowire::air {

/// Makes a pcapng file of what is on an air: radiotap, nanoseconds since the air began, the end of each frame, the
/// sender's name as the packet's comment. Not thread-safe.
class air_capture {
  public:
    explicit air_capture(capture::sink to);

    void add(const air_frame& frame);

  private:
    capture::pcapng_writer writer_;
};

}  // namespace nowire::air
