#include "device/dedupe.hpp"

#include <algorithm>
#include <utility>

namespace nowire::detail {

bool recent_randoms::contains(const random_value& value) const {
    const auto end = values_.begin() + static_cast<std::ptrdiff_t>(count_);
    return std::find(values_.begin(), end, value) != end;
}

void recent_randoms::insert(const random_value& value) {
    values_[next_] = value;
    next_ = (next_ + 1) % capacity;
    count_ = std::min(count_ + 1, capacity);
}

bool dedupe_cache::contains(const mac_address& source, const random_value& value) const {
    const auto known = index_.find(source);
    return known != index_.end() && known->second->randoms.contains(value);
}

void dedupe_cache::insert(const mac_address& source, const random_value& value) {
    if (const auto known = index_.find(source); known != index_.end()) {
        by_age_.splice(by_age_.begin(), by_age_, known->second);
    } else if (index_.size() < max_sources) {
        by_age_.push_front({.source = source, .randoms = {}});
        index_.emplace(source, by_age_.begin());
    } else {
        // The oldest one's nodes are used again: a flood of made-up addresses allocates nothing.
        by_age_.splice(by_age_.begin(), by_age_, std::prev(by_age_.end()));
        auto node = index_.extract(by_age_.front().source);
        node.key() = source;
        index_.insert(std::move(node));
        by_age_.front() = {.source = source, .randoms = {}};
    }
    by_age_.front().randoms.insert(value);
}

}  // namespace nowire::detail
