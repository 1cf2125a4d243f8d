#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nowire::test {

/// Draws choices from a fuzzer's bytes; where they end, from zeros.
class script_reader {
  public:
    explicit script_reader(std::span<const std::uint8_t> script) : rest_(script) {}
    bool done() const { return rest_.empty(); }
    std::uint8_t byte() {
        if (rest_.empty()) return 0;
        const auto b = rest_.front();
        rest_ = rest_.subspan(1);
        return b;
    }
    std::uint8_t below(int limit) { return static_cast<std::uint8_t>(byte() % limit); }
    bool flag() { return (byte() & 1) != 0; }
    std::size_t number() {
        const std::size_t high = byte();
        return high << 8 | byte();
    }
    std::vector<std::uint8_t> some() {
        const std::size_t wanted = byte();
        std::vector<std::uint8_t> b(std::min(wanted, rest_.size()));
        std::ranges::copy(rest_.first(b.size()), b.begin());
        rest_ = rest_.subspan(b.size());
        return b;
    }

  private:
    std::span<const std::uint8_t> rest_;
};

}  // namespace nowire::test
