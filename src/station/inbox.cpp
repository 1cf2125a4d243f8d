#include <nowire/station/inbox.hpp>

#include <utility>

namespace nowire {

inbox::inbox(limits l) : limits_(l) {}

std::size_t inbox::room_of(const message& m) const {
    return limits_.overhead + m.payload.size();
}

void inbox::tell_if_changed(bool was_empty) {
    if (listener_ && was_empty != messages_.empty()) listener_(messages_.empty());
}

bool inbox::push(message m) {
    const auto room = room_of(m);
    const bool fits = messages_.size() < limits_.messages && (limits_.bytes == 0 || bytes_ + room <= limits_.bytes);
    if (!fits) {
        ++dropped_;
        return false;
    }
    ++stored_;
    const bool was_empty = messages_.empty();
    messages_.push_back(std::move(m));
    bytes_ += room;
    tell_if_changed(was_empty);
    return true;
}

std::optional<message> inbox::pop() {
    if (messages_.empty()) return std::nullopt;
    std::optional<message> oldest = std::move(messages_.front());
    messages_.pop_front();
    bytes_ -= room_of(*oldest);
    tell_if_changed(false);
    return oldest;
}

void inbox::clear() {
    const bool was_empty = messages_.empty();
    messages_.clear();
    bytes_ = 0;
    tell_if_changed(was_empty);
}

void inbox::set_limits(limits l) {
    bytes_ -= messages_.size() * limits_.overhead;
    limits_ = l;
    bytes_ += messages_.size() * limits_.overhead;
}

bool inbox::empty() const {
    return messages_.empty();
}

std::size_t inbox::size() const {
    return messages_.size();
}

std::optional<std::size_t> inbox::next_size() const {
    if (messages_.empty()) return std::nullopt;
    return messages_.front().payload.size();
}

std::uint64_t inbox::stored() const {
    return stored_;
}

std::uint64_t inbox::dropped() const {
    return dropped_;
}

void inbox::on_edge(std::function<void(bool empty)> listener) {
    listener_ = std::move(listener);
}

}  // namespace nowire
