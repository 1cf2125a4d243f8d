#include "station/station_random.hpp"

#include <sys/random.h>

#include <cerrno>
#include <system_error>

namespace nowire::detail {

std::uint32_t system_random::operator()() {
    if (used_ == values_.size()) {
        // A request of up to 256 bytes is answered whole, and no signal interrupts it (getrandom(2)).
        static_assert(sizeof values_ <= 256);
        if (::getrandom(values_.data(), sizeof values_, 0) != static_cast<ssize_t>(sizeof values_))
            throw std::system_error(errno, std::system_category(), "getrandom");
        used_ = 0;
    }
    return values_[used_++];
}

}  // namespace nowire::detail
