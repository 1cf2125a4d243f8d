#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace nowire::idf::freertos {

/// Bytes in a ring.
class byte_ring {
  public:
    explicit byte_ring(std::size_t size) : storage_(size) {}

    std::size_t size() const { return storage_.size(); }
    std::size_t used() const { return used_; }
    std::size_t free() const { return size() - used_; }
    std::size_t first_at() const { return first_; }
    std::size_t end_at() const { return (first_ + used_) % size(); }
    /// How many of the first bytes lie in one piece.
    std::size_t contiguous() const { return std::min(used_, size() - first_); }
    std::uint8_t* first() { return storage_.data() + first_; }

    void write(const void* from, std::size_t count) {
        if (count == 0) return;
        const auto* bytes = static_cast<const std::uint8_t*>(from);
        const auto at = end_at();
        const auto to_end = std::min(count, size() - at);
        std::memcpy(storage_.data() + at, bytes, to_end);
        if (to_end < count) std::memcpy(storage_.data(), bytes + to_end, count - to_end);
        used_ += count;
    }
    void peek(void* to, std::size_t count) const {
        if (count == 0) return;
        auto* bytes = static_cast<std::uint8_t*>(to);
        const auto to_end = std::min(count, size() - first_);
        std::memcpy(bytes, storage_.data() + first_, to_end);
        if (to_end < count) std::memcpy(bytes + to_end, storage_.data(), count - to_end);
    }
    void drop(std::size_t count) {
        first_ = (first_ + count) % size();
        used_ -= count;
    }
    void clear() { used_ = 0; }

  private:
    std::vector<std::uint8_t> storage_;
    std::size_t first_ = 0;
    std::size_t used_ = 0;
};

}  // namespace nowire::idf::freertos
