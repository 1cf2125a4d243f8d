#pragma once

#include <nowire/frame/mac_address.hpp>

#include <cstdint>

namespace nowire::air {

/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): eight bytes of
/// state, any seed is good, and its numbers are the same on every platform, which those of std's distributions are not.
class random_sequence {
  public:
    constexpr explicit random_sequence(std::uint64_t seed) : state_(seed) {}

    constexpr std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15ULL;
        return mix(state_);
    }

    /// Evenly from 0 to just below 1.
    constexpr double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

    /// True with this probability.
    constexpr bool chance(double probability) { return uniform() < probability; }

    /// Evenly from 0 to `last`, which must be below 2^16: the bias of the product is then less than 2^-16.
    constexpr std::uint32_t up_to(std::uint32_t last) {
        return static_cast<std::uint32_t>((next() >> 32) * (last + 1ULL) >> 32);
    }

    static constexpr std::uint64_t mix(std::uint64_t z) {
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
        return z ^ z >> 31;
    }

  private:
    std::uint64_t state_;
};

/// The seed of what passes from one address to another in that order. An address and a zero address: what the radio
/// draws for itself.
constexpr std::uint64_t seed_of(std::uint64_t seed, const mac_address& from, const mac_address& to) {
    auto value = random_sequence::mix(seed + 0x9e3779b97f4a7c15ULL);
    for (const auto& address : {from, to}) {
        std::uint64_t number = 1;
        for (const auto octet : address.octets())
            number = number << 8 | octet;
        value = random_sequence::mix(value ^ number);
    }
    return value;
}

}  // namespace nowire::air
