#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace nowire {

/// A 48-bit IEEE 802 MAC address, in the order on the air. Value type: cheap to copy, ordered, hashable.
class mac_address {
  public:
    static constexpr std::size_t size = 6;  ///< octets

    /// The address 00:00:00:00:00:00.
    constexpr mac_address() : octets_{} {}
    /// From its octets, the first on the air first.
    constexpr explicit mac_address(const std::array<std::uint8_t, size>& octets) : octets_(octets) {}
    /// The same from bytes of a frame.
    constexpr explicit mac_address(std::span<const std::uint8_t, size> octets) {
        // Every frame that is read has three addresses, and octet by octet takes five times as many instructions.
        if
            consteval {
                std::ranges::copy(octets, octets_.begin());
            }
        else {
            std::memcpy(octets_.data(), octets.data(), size);
        }
    }

    /// Reads "24:0a:c4:1d:58:68", "24-0A-C4-1D-58-68" or "240ac41d5868".
    /// @returns nothing if the text is in none of these forms.
    static std::optional<mac_address> parse(std::string_view text);

    /// ff:ff:ff:ff:ff:ff.
    static constexpr mac_address broadcast() { return mac_address({0xff, 0xff, 0xff, 0xff, 0xff, 0xff}); }

    /// The octets, the first on the air first.
    constexpr const std::array<std::uint8_t, size>& octets() const { return octets_; }
    /// True for multicast and broadcast: nobody acknowledges a frame to a group.
    constexpr bool is_group() const { return (octets_[0] & 0x01) != 0; }
    /// True for ff:ff:ff:ff:ff:ff alone.
    constexpr bool is_broadcast() const { return *this == broadcast(); }
    /// True for 00:00:00:00:00:00.
    constexpr bool is_zero() const { return *this == mac_address(); }
    /// The U/L bit of IEEE Std 802: chosen by software, not by the maker of the hardware.
    constexpr bool is_locally_administered() const { return (octets_[0] & 0x02) != 0; }

    /// The address `n` further in its last octet, which wraps: an ESP32's SoftAP MAC is its station MAC plus 1.
    constexpr mac_address plus(std::uint8_t n) const {
        auto octets = octets_;
        octets[5] = static_cast<std::uint8_t>(octets[5] + n);
        return mac_address(octets);
    }

    /// Lower-case hex with colons: "24:0a:c4:1d:58:68".
    std::string to_string() const;
    /// Lower-case hex without separators: "240ac41d5868".
    std::string to_hex() const;

    friend constexpr auto operator<=>(const mac_address&, const mac_address&) = default;

  private:
    std::array<std::uint8_t, size> octets_;
};

}  // namespace nowire

/// For unordered containers.
template <>
struct std::hash<nowire::mac_address> {
    /// Spreads addresses of one maker, which differ in few bits; no defence against addresses chosen to collide.
    std::size_t operator()(const nowire::mac_address& mac) const noexcept {
        std::uint64_t value = 0;
        for (auto octet : mac.octets())
            value = value << 8 | octet;
        return std::hash<std::uint64_t>()(value * 0x9e3779b97f4a7c15ULL);
    }
};
