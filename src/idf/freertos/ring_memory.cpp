#include "idf/freertos/ring_memory.hpp"

#include <algorithm>
#include <cstring>

namespace nowire::idf::freertos {

namespace {

constexpr std::size_t header = 8;

constexpr std::size_t aligned(std::size_t length) {
    return (length + 3) / 4 * 4;
}

std::size_t without_header(std::size_t room) {
    return room < header ? 0 : room - header;
}

}  // namespace

ring_memory::ring_memory(std::size_t size, bool splits) : storage_(aligned(size)), splits_(splits) {}

std::size_t ring_memory::max_item() const {
    // One that cannot be split must fit before or behind where the last one ended.
    return splits_ ? without_header(without_header(size())) : without_header(aligned(size() / 2));
}

std::size_t ring_memory::at_end() const {
    if (is_full()) return 0;
    return write_at_ < free_at() ? free_at() - write_at_ : size() - write_at_;
}

std::size_t ring_memory::at_beginning() const {
    return is_full() || write_at_ < free_at() ? 0 : free_at();
}

std::size_t ring_memory::max_item_now() const {
    const auto end = without_header(at_end());
    const auto beginning = without_header(at_beginning());
    return std::min(splits_ ? end + beginning : std::max(end, beginning), max_item());
}

bool ring_memory::has_room(std::size_t length) const {
    const auto whole = header + aligned(length);
    if (at_end() >= whole || at_beginning() >= whole) return true;
    return splits_ && at_end() > header && header + aligned(length - (at_end() - header)) <= at_beginning();
}

std::uint8_t* ring_memory::place(std::size_t length, state now, bool goes_on) {
    auto taken = header + aligned(length);
    const auto at = write_at_;
    // No header fits into what is left then.
    if (size() - at - taken < header) taken = size() - at;
    parts_.push_back({.at = at, .taken = taken, .length = length, .now = now, .goes_on = goes_on});
    used_ += taken;
    write_at_ = (at + taken) % size();
    return storage_.data() + at + header;
}

/// What is left before the end stays unused until what lies before it is returned.
void ring_memory::skip_to_beginning() {
    const auto rest = size() - write_at_;
    parts_.push_back({.at = write_at_, .taken = rest, .length = 0, .now = state::returned, .goes_on = false});
    used_ += rest;
    write_at_ = 0;
}

std::uint8_t* ring_memory::acquire(std::size_t length) {
    if (at_end() < header + aligned(length)) skip_to_beginning();
    return place(length, state::being_written, false);
}

void ring_memory::write(const void* from, std::size_t length) {
    const auto* bytes = static_cast<const std::uint8_t*>(from);
    if (at_end() < header + aligned(length)) {
        if (splits_ && at_end() > header) {
            const auto first = at_end() - header;
            std::memcpy(place(first, state::ready, true), bytes, first);
            bytes += first;
            length -= first;
        } else {
            skip_to_beginning();
        }
    }
    auto* const to = place(length, state::ready, false);
    if (length > 0) std::memcpy(to, bytes, length);
}

ring_memory::placed* ring_memory::find(const void* data, state wanted) {
    const auto found = std::ranges::find_if(
        parts_, [&](const placed& each) { return each.now == wanted && storage_.data() + each.at + header == data; });
    return found == parts_.end() ? nullptr : &*found;
}

bool ring_memory::complete(const void* item) {
    auto* const found = find(item, state::being_written);
    if (found != nullptr) found->now = state::ready;
    return found != nullptr;
}

const ring_memory::placed* ring_memory::next() const {
    const auto found = std::ranges::find_if(
        parts_, [](const placed& each) { return each.now == state::ready || each.now == state::being_written; });
    return found == parts_.end() ? nullptr : &*found;
}

bool ring_memory::can_receive() const {
    const auto* const first = next();
    return first != nullptr && first->now == state::ready;
}

ring_memory::part ring_memory::receive() {
    auto& first = const_cast<placed&>(*next());
    first.now = state::out;
    return {.data = storage_.data() + first.at + header, .length = first.length, .goes_on = first.goes_on};
}

bool ring_memory::give_back(const void* data) {
    auto* const found = find(data, state::out);
    if (found == nullptr) return false;
    found->now = state::returned;
    while (!parts_.empty() && parts_.front().now == state::returned) {
        used_ -= parts_.front().taken;
        parts_.pop_front();
    }
    return true;
}

std::size_t ring_memory::waiting() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(parts_, [](const placed& each) { return each.now == state::ready && !each.goes_on; }));
}

std::size_t ring_memory::read_at() const {
    const auto* const first = next();
    return first != nullptr ? first->at : write_at_;
}

}  // namespace nowire::idf::freertos
