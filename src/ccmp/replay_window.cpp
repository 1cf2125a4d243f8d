#include <nowire/ccmp/replay_window.hpp>

namespace nowire::ccmp {

bool replay_window::accept(std::uint64_t pn) {
    if (seen_ == 0 || pn > highest_) {
        const auto step = pn - highest_;
        seen_ = seen_ == 0 || step >= width ? 1 : seen_ << step | 1;
        highest_ = pn;
        return true;
    }
    const auto age = highest_ - pn;
    if (age >= width) return false;
    const auto bit = std::uint64_t{1} << age;
    if ((seen_ & bit) != 0) return false;
    seen_ |= bit;
    return true;
}

}  // namespace nowire::ccmp
