#include <nowire/radio/identity.hpp>

#include <array>
#include <cstdint>

namespace nowire {

namespace {

/// FNV-1a, 64 bits (Fowler, Noll, Vo), and the finalizer of SplitMix64 behind it, because the last bytes of a short
/// name hardly reach FNV's upper bits.
std::uint64_t hash(std::string_view text) {
    std::uint64_t value = 0xcbf29ce484222325ULL;
    for (const char c : text) {
        value ^= static_cast<std::uint8_t>(c);
        value *= 0x00000100000001b3ULL;
    }
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ value >> 27) * 0x94d049bb133111ebULL;
    return value ^ value >> 31;
}

}  // namespace

mac_address mac_from_name(std::string_view name) {
    const auto value = hash(name);
    std::array<std::uint8_t, mac_address::size> octets{};
    for (std::size_t i = 0; i < octets.size(); ++i)
        octets[i] = static_cast<std::uint8_t>(value >> (8 * i));
    octets.front() = static_cast<std::uint8_t>((octets.front() & 0xfc) | 0x02);
    octets.back() = static_cast<std::uint8_t>(octets.back() & 0xfe);
    return mac_address(octets);
}

}  // namespace nowire
