#include <nowire/air/channel_access.hpp>

#include <algorithm>

namespace nowire::air {

void channel_access::request(radio_id who, duration wait, time_point now) {
    if (line_.empty() && !taken_) turn_ = now;
    line_.push_back({who, wait});
}

void channel_access::withdraw(radio_id who, time_point now) {
    const auto found = std::ranges::find(line_, who, &waiting::who);
    if (found == line_.end()) return;
    if (found == line_.begin() && !taken_) turn_ = now;
    line_.erase(found);
}

std::optional<channel_access::grant> channel_access::next() const {
    if (taken_ || line_.empty()) return std::nullopt;
    return grant{line_.front().who, turn_ + line_.front().wait};
}

void channel_access::begin() {
    line_.pop_front();
    taken_ = true;
}

void channel_access::release(time_point now) {
    taken_ = false;
    turn_ = now;
}

}  // namespace nowire::air
