#include <nowire/frame/mpdu.hpp>

#include <algorithm>

namespace nowire::frame {

namespace {

void write_u16(std::span<std::uint8_t> bytes, std::size_t at, std::uint16_t value) {
    bytes[at] = static_cast<std::uint8_t>(value & 0xff);
    bytes[at + 1] = static_cast<std::uint8_t>(value >> 8);
}

}  // namespace

void write_header(std::span<std::uint8_t, header_size> out, const management_header& header) {
    write_u16(out, 0, header.control.bits);
    write_u16(out, 2, header.duration);
    std::ranges::copy(header.a1.octets(), out.begin() + 4);
    std::ranges::copy(header.a2.octets(), out.begin() + 10);
    std::ranges::copy(header.a3.octets(), out.begin() + 16);
    write_u16(out, 22, header.sequence_control);
}

void set_retry(std::span<std::uint8_t, 2> frame_control) {
    frame_control[1] = static_cast<std::uint8_t>(frame_control[1] | 0x08);
}

void set_duration(std::span<std::uint8_t, 4> start, std::uint16_t microseconds) {
    write_u16(start, 2, microseconds);
}

}  // namespace nowire::frame
