#include <esp_rom_crc.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>

namespace nowire::idf {

namespace {

template <std::unsigned_integral Sum>
using table = std::array<Sum, 256>;

/// The sum of each byte, least significant bit first. @param polynomial  with its bits in reverse
template <std::unsigned_integral Sum>
constexpr table<Sum> reflected_table(Sum polynomial) {
    table<Sum> sums{};
    for (std::size_t byte = 0; byte < sums.size(); ++byte) {
        auto sum = static_cast<Sum>(byte);
        for (int bit = 0; bit < 8; ++bit)
            sum = static_cast<Sum>((sum & 1) != 0 ? sum >> 1 ^ polynomial : sum >> 1);
        sums[byte] = sum;
    }
    return sums;
}

/// The same, most significant bit first.
template <std::unsigned_integral Sum>
constexpr table<Sum> straight_table(Sum polynomial) {
    constexpr int top = 8 * sizeof(Sum) - 1;
    table<Sum> sums{};
    for (std::size_t byte = 0; byte < sums.size(); ++byte) {
        auto sum = static_cast<Sum>(static_cast<Sum>(byte) << (top - 7));
        for (int bit = 0; bit < 8; ++bit)
            sum = static_cast<Sum>((sum >> top) != 0 ? sum << 1 ^ polynomial : sum << 1);
        sums[byte] = sum;
    }
    return sums;
}

constexpr auto reflected_32 = reflected_table<std::uint32_t>(0xedb88320);
constexpr auto reflected_16 = reflected_table<std::uint16_t>(0x8408);
constexpr auto reflected_8 = reflected_table<std::uint8_t>(0xe0);
constexpr auto straight_32 = straight_table<std::uint32_t>(0x04c11db7);
constexpr auto straight_16 = straight_table<std::uint16_t>(0x1021);
constexpr auto straight_8 = straight_table<std::uint8_t>(0x07);

template <std::unsigned_integral Sum>
Sum reflected(const table<Sum>& sums, Sum begin, const std::uint8_t* bytes, std::size_t size) {
    auto sum = static_cast<Sum>(~begin);
    for (std::size_t i = 0; i < size; ++i)
        sum = static_cast<Sum>((static_cast<std::uint64_t>(sum) >> 8) ^ sums[(sum ^ bytes[i]) & 0xff]);
    return static_cast<Sum>(~sum);
}

template <std::unsigned_integral Sum>
Sum straight(const table<Sum>& sums, Sum begin, const std::uint8_t* bytes, std::size_t size) {
    constexpr int upper = 8 * sizeof(Sum) - 8;
    auto sum = static_cast<Sum>(~begin);
    for (std::size_t i = 0; i < size; ++i)
        sum = static_cast<Sum>((static_cast<std::uint64_t>(sum) << 8) ^ sums[(sum >> upper ^ bytes[i]) & 0xff]);
    return static_cast<Sum>(~sum);
}

}  // namespace

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

std::uint32_t esp_rom_crc32_le(std::uint32_t crc, const std::uint8_t* buf, std::uint32_t len) {
    return reflected(reflected_32, crc, buf, len);
}

std::uint32_t esp_rom_crc32_be(std::uint32_t crc, const std::uint8_t* buf, std::uint32_t len) {
    return straight(straight_32, crc, buf, len);
}

std::uint16_t esp_rom_crc16_le(std::uint16_t crc, const std::uint8_t* buf, std::uint32_t len) {
    return reflected(reflected_16, crc, buf, len);
}

std::uint16_t esp_rom_crc16_be(std::uint16_t crc, const std::uint8_t* buf, std::uint32_t len) {
    return straight(straight_16, crc, buf, len);
}

std::uint8_t esp_rom_crc8_le(std::uint8_t crc, const std::uint8_t* buf, std::uint32_t len) {
    return reflected(reflected_8, crc, buf, len);
}

std::uint8_t esp_rom_crc8_be(std::uint8_t crc, const std::uint8_t* buf, std::uint32_t len) {
    return straight(straight_8, crc, buf, len);
}
}
