#pragma once

#include <nowire/frame/mac_address.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

/// 802.11 frames (MPDUs without FCS) as far as ESP-NOW needs them: IEEE 802.11-2020 sections 9.2 and 9.3.3.
namespace nowire::frame {

inline constexpr std::size_t header_size = 24;  ///< bytes of the MAC header of a management frame
inline constexpr std::size_t fcs_size = 4;      ///< bytes
/// The bytes that CCMP adds: a header before the body and a MIC behind it (IEEE 802.11-2020 section 12.5.3).
inline constexpr std::size_t ccmp_header_size = 8;
inline constexpr std::size_t mic_size = 8;  ///< bytes

/// The two bytes of Frame Control, first byte low.
struct frame_control {
    std::uint16_t bits = 0;  ///< as IEEE 802.11-2020 section 9.2.4.1 numbers them

    /// 0 management, 1 control, 2 data, 3 extension.
    constexpr int type() const { return bits >> 2 & 0x3; }
    /// 0 to 15; 13 is an action frame among management frames, an ACK among control frames.
    constexpr int subtype() const { return bits >> 4 & 0xf; }
    /// A management frame of subtype Action, whatever its flags.
    constexpr bool is_action() const { return (bits & 0x00ff) == 0x00d0; }
    /// A control frame of subtype Ack, whatever its flags.
    constexpr bool is_ack() const { return (bits & 0x00ff) == 0x00d4; }
    /// The Retry bit: it was transmitted before.
    constexpr bool retry() const { return (bits & 0x0800) != 0; }
    /// The Protected Frame bit: its body is encrypted.
    constexpr bool is_protected() const { return (bits & 0x4000) != 0; }

    /// That of an action frame, as ESP-NOW sends it.
    static constexpr frame_control action(bool is_protected) {
        return {static_cast<std::uint16_t>(is_protected ? 0x40d0 : 0x00d0)};
    }
};

/// The 24-byte MAC header of a management frame. `a3` of a received frame is kept as it was: old ESP8266 send A3 = A1,
/// and it is inside the AAD.
struct management_header {
    frame_control control = frame_control::action(false);  ///< first of the frame
    std::uint16_t duration = 0;                            ///< microseconds
    mac_address a1;                                        ///< destination
    mac_address a2;                                        ///< source
    mac_address a3 = mac_address::broadcast();             ///< BSSID: ff:ff:ff:ff:ff:ff in frames of ESP-NOW
    std::uint16_t sequence_control = 0;                    ///< sequence number << 4 | fragment number

    /// 0 to 4095.
    constexpr std::uint16_t sequence_number() const { return static_cast<std::uint16_t>(sequence_control >> 4); }
};

/// Reads the header at the start of `mpdu`; nothing if it is shorter than header_size.
inline std::optional<management_header> read_header(std::span<const std::uint8_t> mpdu) {
    if (mpdu.size() < header_size) return std::nullopt;
    const auto u16 = [mpdu](std::size_t at) { return static_cast<std::uint16_t>(mpdu[at] | mpdu[at + 1] << 8); };
    const auto mac = [mpdu](std::size_t at) { return mac_address(mpdu.subspan(at).first<mac_address::size>()); };
    return management_header{.control = {u16(0)},
                             .duration = u16(2),
                             .a1 = mac(4),
                             .a2 = mac(10),
                             .a3 = mac(16),
                             .sequence_control = u16(22)};
}

/// Writes the 24 bytes of `header`.
void write_header(std::span<std::uint8_t, header_size> out, const management_header& header);

/// Sets the Retry bit of the MPDU whose first bytes these are.
void set_retry(std::span<std::uint8_t, 2> frame_control);

/// Sets the Duration field of the MPDU that these bytes start, in microseconds.
void set_duration(std::span<std::uint8_t, 4> start, std::uint16_t microseconds);

}  // namespace nowire::frame
