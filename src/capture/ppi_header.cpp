#include "capture/byte_order.hpp"
#include "capture/link_header.hpp"

#include <string_view>

namespace nowire::capture {

namespace {

// PPI (CACE Technologies, "Per-Packet Information Header Specification" 1.0.10): the fixed header, then fields with
// type and length; everything little-endian.
constexpr std::size_t ppi_header_size = 8;
constexpr std::size_t ppi_field_header_size = 4;
constexpr std::uint8_t ppi_flag_aligned = 0x01;  // fields are padded to 4 bytes
constexpr std::uint16_t ppi_field_80211_common = 2;
constexpr std::size_t ppi_80211_common_size = 20;
constexpr std::uint16_t ppi_common_flag_fcs = 0x0001;
constexpr std::uint16_t ppi_common_flag_bad_fcs = 0x0004;
constexpr std::int8_t ppi_no_signal = -128;

void take_ppi_80211_common(decoded_frame& d, link_header& h, std::span<const std::uint8_t> field) {
    const auto flags = read_u16(field, 8);
    h.has_fcs = (flags & ppi_common_flag_fcs) != 0;
    if ((flags & ppi_common_flag_bad_fcs) != 0) d.fcs = fcs_state::bad;
    d.rate = rate_from_half_megabits(read_u16(field, 10));
    d.on = channel::from_frequency(read_u16(field, 12));
    const auto signal = static_cast<std::int8_t>(field[18]);
    const auto noise = static_cast<std::int8_t>(field[19]);
    if (signal != ppi_no_signal) d.rssi = signal;
    if (noise != ppi_no_signal) d.noise = noise;
}

/// Reads it.
/// @returns what the packet is instead, in words; nothing if it has such a header.
std::optional<std::string_view> read_ppi(decoded_frame& d, link_header& h, std::span<const std::uint8_t> bytes) {
    if (bytes.size() < ppi_header_size || bytes[0] != 0) return "damaged PPI header";
    const std::size_t size = read_u16(bytes, 2);
    if (size < ppi_header_size || size > bytes.size()) return "damaged PPI header";
    if (read_u32(bytes, 4) != static_cast<std::uint32_t>(link_type::ieee802_11)) return "not an 802.11 frame";
    h.size = size;
    auto rest = bytes.subspan(ppi_header_size, size - ppi_header_size);
    while (rest.size() >= ppi_field_header_size) {
        const auto type = read_u16(rest, 0);
        const std::size_t length = read_u16(rest, 2);
        if (rest.size() - ppi_field_header_size < length) return "damaged PPI header";
        if (type == ppi_field_80211_common && length >= ppi_80211_common_size)
            take_ppi_80211_common(d, h, rest.subspan(ppi_field_header_size, length));
        const auto step = ppi_field_header_size + ((bytes[1] & ppi_flag_aligned) != 0 ? padded(length) : length);
        if (step > rest.size()) break;
        rest = rest.subspan(step);
    }
    return std::nullopt;
}

}  // namespace

std::optional<link_header> read_ppi_header(decoded_frame& d, std::span<const std::uint8_t> bytes) {
    link_header h;
    if (const auto instead = read_ppi(d, h, bytes)) {
        d.kind = *instead;
        return std::nullopt;
    }
    return h;
}

}  // namespace nowire::capture
