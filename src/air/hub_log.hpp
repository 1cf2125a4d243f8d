#pragma once

#include <nowire/air/hub_pace.hpp>

#include <cstdint>
#include <string_view>

namespace nowire::air {

/// Lines for people on stderr; no more than 10 in a second, because what causes them may come in floods.
class hub_log {
  public:
    void say(std::string_view line);

  private:
    static constexpr int burst = 10;

    real_time second_{};
    int said_ = 0;
    std::uint64_t left_out_ = 0;
};

}  // namespace nowire::air
