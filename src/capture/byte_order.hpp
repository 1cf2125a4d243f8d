#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nowire::capture {

inline std::uint16_t read_u16(std::span<const std::uint8_t> b, std::size_t at, bool big_endian = false) {
    const auto value = static_cast<std::uint16_t>(b[at] | b[at + 1] << 8);
    return big_endian ? std::byteswap(value) : value;
}

inline std::uint32_t read_u32(std::span<const std::uint8_t> b, std::size_t at, bool big_endian = false) {
    const std::uint32_t value = b[at] | static_cast<std::uint32_t>(b[at + 1]) << 8 |
                                static_cast<std::uint32_t>(b[at + 2]) << 16 |
                                static_cast<std::uint32_t>(b[at + 3]) << 24;
    return big_endian ? std::byteswap(value) : value;
}

inline std::uint64_t read_u64(std::span<const std::uint8_t> b, std::size_t at, bool big_endian = false) {
    const std::uint64_t first = read_u32(b, at, big_endian);
    const std::uint64_t second = read_u32(b, at + 4, big_endian);
    return big_endian ? first << 32 | second : second << 32 | first;
}

inline void append_u16(std::vector<std::uint8_t>& out, std::uint16_t value) {
    out.push_back(static_cast<std::uint8_t>(value & 0xff));
    out.push_back(static_cast<std::uint8_t>(value >> 8));
}

inline void append_u32(std::vector<std::uint8_t>& out, std::uint32_t value) {
    append_u16(out, static_cast<std::uint16_t>(value & 0xffff));
    append_u16(out, static_cast<std::uint16_t>(value >> 16));
}

/// `size` brought up to a multiple of four, as pcapng pads everything.
constexpr std::size_t padded(std::size_t size) {
    return (size + 3) / 4 * 4;
}

}  // namespace nowire::capture
