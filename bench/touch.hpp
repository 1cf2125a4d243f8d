#pragma once

#include <cstdint>
#include <span>

namespace nowire::bench {

/// Reads every byte. Not inlined, so that subject and baseline read alike.
/// @returns their sum.
[[gnu::noinline]] inline std::uint64_t touch(std::span<const std::uint8_t> bytes) {
    std::uint64_t sum = 0;
    for (const auto b : bytes)
        sum += b;
    return sum;
}

/// Makes the compiler take the value for used.
template <typename T>
void keep(const T& value) {
    asm volatile("" : : "r,m"(value) : "memory");
}

}  // namespace nowire::bench
