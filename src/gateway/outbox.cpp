#include "gateway/outbox.hpp"

#include <algorithm>

namespace nowire::gateway {

outbox::item& outbox::push(item i) {
    return items_.emplace_back(std::move(i));
}

bool outbox::drop_oldest() {
    if (handed_ == items_.size()) return false;
    items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(handed_));
    return true;
}

const publish* outbox::next() {
    if (handed_ == items_.size() || handed_ >= window_) return nullptr;
    return &items_[handed_++].what;
}

std::optional<outbox::item> outbox::finish(publish_id id) {
    const auto end = items_.begin() + static_cast<std::ptrdiff_t>(handed_);
    const auto found = std::find_if(items_.begin(), end, [&](const item& i) { return i.what.id == id; });
    if (found == end) return std::nullopt;
    auto finished = std::move(*found);
    items_.erase(found);
    --handed_;
    return finished;
}

std::optional<outbox::item> outbox::connection_lost(unsigned attempts) {
    const bool had_some = handed_ > 0;
    handed_ = 0;
    if (!had_some || ++items_.front().attempts < attempts) return std::nullopt;
    auto given_up = std::move(items_.front());
    items_.pop_front();
    return given_up;
}

}  // namespace nowire::gateway
