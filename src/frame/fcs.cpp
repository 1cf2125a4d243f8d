#include <nowire/frame/fcs.hpp>

#include <array>
#include <cstddef>

namespace nowire::frame {

namespace {

// Slicing by eight: table[k][b] is the CRC of byte b followed by k zero bytes, so eight bytes cost eight look-ups that
// do not wait for each other.
constexpr auto tables = [] {
    std::array<std::array<std::uint32_t, 256>, 8> t{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320U : crc >> 1;
        t[0][byte] = crc;
    }
    for (std::size_t k = 1; k < 8; ++k)
        for (std::size_t byte = 0; byte < 256; ++byte)
            t[k][byte] = t[k - 1][byte] >> 8 ^ t[0][t[k - 1][byte] & 0xff];
    return t;
}();

std::uint32_t read_u32(std::span<const std::uint8_t> b) {
    return b[0] | static_cast<std::uint32_t>(b[1]) << 8 | static_cast<std::uint32_t>(b[2]) << 16 |
           static_cast<std::uint32_t>(b[3]) << 24;
}

}  // namespace

std::uint32_t fcs(std::span<const std::uint8_t> mpdu) {
    std::uint32_t crc = 0xffffffffU;
    while (mpdu.size() >= 8) {
        const std::uint32_t low = crc ^ read_u32(mpdu);
        crc = tables[7][low & 0xff] ^ tables[6][low >> 8 & 0xff] ^ tables[5][low >> 16 & 0xff] ^ tables[4][low >> 24] ^
              tables[3][mpdu[4]] ^ tables[2][mpdu[5]] ^ tables[1][mpdu[6]] ^ tables[0][mpdu[7]];
        mpdu = mpdu.subspan(8);
    }
    for (auto byte : mpdu)
        crc = crc >> 8 ^ tables[0][(crc ^ byte) & 0xff];
    return ~crc;
}

bool ends_in_fcs(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < 4) return false;
    const std::uint32_t stored = read_u32(bytes.last(4));
    return fcs(bytes.first(bytes.size() - 4)) == stored;
}

}  // namespace nowire::frame
