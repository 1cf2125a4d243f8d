#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <cstdint>

namespace nowire::ccmp {

/// Tells packet numbers seen before from new ones: the highest one and which of the 63 below it came. A frame may come
/// late by so much; what is older counts as seen. One per (key, A2 of the peer).
///
/// Real ESP-NOW devices need a receiver without it: they restart at packet number 1 with every boot and compare nothing
/// themselves. Whoever uses it must reset() it when a peer may have restarted. Not thread-safe.
class replay_window {
  public:
    static constexpr std::uint64_t width = 64;  ///< packet numbers, the highest one included

    /// Takes note of `pn`, which must come from a frame whose MIC was right.
    /// @returns false if it was seen before or lies `width` or more below the highest one: a replay.
    bool accept(std::uint64_t pn);

    /// Forgets everything: the next number is accepted whatever it is.
    void reset() { *this = replay_window(); }

  private:
    std::uint64_t highest_ = 0;
    std::uint64_t seen_ = 0;  ///< bit i: highest_ - i came; 0: nothing came yet
};

}  // namespace nowire::ccmp
