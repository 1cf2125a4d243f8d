#pragma once

#include <nowire/frame/time.hpp>

#include <algorithm>
#include <optional>

namespace nowire {

/// When a timeout that begins at `now` is over: at once for a negative one; never (nothing) where there is none, or
/// where its end is later than time can be told.
inline std::optional<time_point> deadline_after(time_point now, std::optional<duration> timeout) {
    if (!timeout || *timeout > time_point::max() - now) return std::nullopt;
    return now + std::max(*timeout, duration::zero());
}

}  // namespace nowire
