#pragma once

#include <cstddef>
#include <cstdint>

/// The numbers of both file formats: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.
namespace nowire::capture {

// pcap: magic numbers as they read in the byte order of the file
inline constexpr std::uint32_t magic_microseconds = 0xa1b2c3d4;
inline constexpr std::uint32_t magic_nanoseconds = 0xa1b23c4d;
inline constexpr std::size_t pcap_header_size = 24;
inline constexpr std::size_t record_header_size = 16;

// pcapng: block types
inline constexpr std::uint32_t block_section = 0x0a0d0d0a;  // the same in both byte orders
inline constexpr std::uint32_t block_interface = 1;
inline constexpr std::uint32_t block_obsolete_packet = 2;
inline constexpr std::uint32_t block_simple_packet = 3;
inline constexpr std::uint32_t block_enhanced_packet = 6;
inline constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
inline constexpr std::size_t block_overhead = 12;  // type and length before, length behind

// pcapng: option codes
inline constexpr std::uint16_t option_end = 0;
inline constexpr std::uint16_t option_comment = 1;
inline constexpr std::uint16_t option_section_hardware = 2;
inline constexpr std::uint16_t option_section_os = 3;
inline constexpr std::uint16_t option_section_application = 4;
inline constexpr std::uint16_t option_interface_name = 2;
inline constexpr std::uint16_t option_interface_description = 3;
inline constexpr std::uint16_t option_interface_resolution = 9;
inline constexpr std::uint16_t option_interface_fcs_length = 13;
inline constexpr std::uint16_t option_interface_time_offset = 14;
inline constexpr std::uint16_t option_packet_flags = 2;

}  // namespace nowire::capture
