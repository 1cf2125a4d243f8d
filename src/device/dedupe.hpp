#pragma once

#include <nowire/frame/mac_address.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>

/// What tells a frame that came again, because its ACK was lost, from a new one: it has the Retry bit set and a random
/// value that its sender's frames had a moment ago. The drivers keep one value for all senders (ESP-IDF 5.5,
/// libespnow); here each sender has its own, so that two who send at once do not hide each other's duplicates.
namespace nowire::detail {

using random_value = std::array<std::uint8_t, 4>;

/// The random values of the last frames of one sender.
class recent_randoms {
  public:
    /// A sender's retries come before its next frame, so that one would do where frames never overtake each other.
    static constexpr std::size_t capacity = 4;

    bool contains(const random_value& value) const;
    void insert(const random_value& value);

  private:
    std::array<random_value, capacity> values_{};
    std::size_t count_ = 0;
    std::size_t next_ = 0;
};

/// The recent random values of the senders heard last. Anybody can write any address into a plain frame, so memory is
/// bounded: the sender heard longest ago makes room.
class dedupe_cache {
  public:
    static constexpr std::size_t max_sources = 256;

    bool contains(const mac_address& source, const random_value& value) const;
    void insert(const mac_address& source, const random_value& value);
    std::size_t size() const { return index_.size(); }

  private:
    struct source_randoms {
        mac_address source;
        recent_randoms randoms;
    };
    std::list<source_randoms> by_age_;  ///< the last heard first
    std::unordered_map<mac_address, std::list<source_randoms>::iterator> index_;
};

}  // namespace nowire::detail
