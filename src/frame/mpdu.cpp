#include <nowire/frame/mpdu.hpp>

#include <algorithm>

namespace nowire::frame {

namespace {

std::uint16_t read_u16(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

void write_u16(std::span<std::uint8_t> bytes, std::size_t at, std::uint16_t value) {
    bytes[at] = static_cast<std::uint8_t>(value & 0xff);
    bytes[at + 1] = static_cast<std::uint8_t>(value >> 8);
}

mac_address read_mac(std::span<const std::uint8_t> bytes, std::size_t at) {
    return mac_address(bytes.subspan(at).first<mac_address::size>());
}

}  // namespace

std::optional<management_header> read_header(std::span<const std::uint8_t> mpdu) {
    if (mpdu.size() < header_size) return std::nullopt;
    return management_header{.control = {read_u16(mpdu, 0)},
                             .duration = read_u16(mpdu, 2),
                             .a1 = read_mac(mpdu, 4),
                             .a2 = read_mac(mpdu, 10),
                             .a3 = read_mac(mpdu, 16),
                             .sequence_control = read_u16(mpdu, 22)};
}

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
