#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// Capture files: pcap and pcapng, read and written over spans of bytes, and what the frames in them mean.
namespace nowire::capture {

/// When a frame was captured: nanoseconds since 1970, or since the beginning of a simulated air.
using timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;

/// What the bytes of a packet start with, as tcpdump.org/linktypes.html numbers it. Files may hold any number; these
/// are the ones that can be decoded.
enum class link_type : std::uint32_t {
    ieee802_11 = 105,           ///< an MPDU
    ieee802_11_radiotap = 127,  ///< a radiotap header, then an MPDU
    ppi = 192,                  ///< a PPI header (Kismet, AirPcap), then an MPDU
};

/// The most bytes that a packet may have; libpcap has the same limit.
inline constexpr std::size_t max_packet_size = 262144;

/// One packet of a file. It owns nothing: its bytes and text lie in what the reader reads.
struct packet {
    std::span<const std::uint8_t> bytes = {};  ///< what was captured, from the start of the link type's header
    /// How many bytes the packet had before it was cut to the capture's snap length.
    std::uint32_t original_length = 0;
    capture::link_type link_type{};           ///< what `bytes` start with
    std::optional<timestamp> time = {};       ///< nothing: the file has none (pcapng's simple packets)
    std::uint32_t interface = 0;              ///< index within its section; 0 in a pcap file
    std::optional<unsigned> fcs_length = {};  ///< bytes of FCS at the end, where the file says so
    std::string_view comment = {};            ///< UTF-8; the first one where there are several
    std::uint64_t offset = 0;                 ///< bytes, of its record or block within the file

    /// True if the end of the packet was not captured.
    constexpr bool is_cut() const { return bytes.size() < original_length; }
};

}  // namespace nowire::capture
