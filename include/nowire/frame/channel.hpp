#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <compare>
#include <cstdint>
#include <optional>

namespace nowire {

/// A Wi-Fi channel by number: 1 to 14 in the 2.4 GHz band, 36 to 177 (as IEEE 802.11-2020 table E-4 numbers them) in
/// the 5 GHz band. A value that exists is a valid one. Value type.
class channel {
  public:
    /// Channel 1.
    constexpr channel() = default;

    /// @returns nothing if there is no such 20 MHz channel.
    static constexpr std::optional<channel> from_number(int number) {
        const bool low = number >= 1 && number <= 14;
        const bool middle = (number >= 36 && number <= 64) || (number >= 100 && number <= 144);
        const bool high = number >= 149 && number <= 177;
        if (low || (middle && number % 4 == 0) || (high && number % 4 == 1))
            return channel(static_cast<std::uint8_t>(number));
        return std::nullopt;
    }

    /// The channel whose centre frequency is `mhz`, or nothing.
    static constexpr std::optional<channel> from_frequency(int mhz) {
        if (mhz == 2484) return channel(14);
        if (mhz >= 2412 && mhz <= 2472 && (mhz - 2407) % 5 == 0) return from_number((mhz - 2407) / 5);
        if (mhz >= 5180 && mhz <= 5885 && mhz % 5 == 0) return from_number((mhz - 5000) / 5);
        return std::nullopt;
    }

    /// 1 to 14, or 36 to 177.
    constexpr int number() const { return number_; }
    /// Whether it is in the 2.4 GHz band, else in that of 5 GHz.
    constexpr bool is_2ghz() const { return number_ <= 14; }
    /// Centre frequency in MHz.
    constexpr int frequency() const {
        if (number_ == 14) return 2484;
        return is_2ghz() ? 2407 + 5 * number_ : 5000 + 5 * number_;
    }

    friend constexpr auto operator<=>(const channel&, const channel&) = default;

  private:
    constexpr explicit channel(std::uint8_t number) : number_(number) {}
    std::uint8_t number_ = 1;
};

}  // namespace nowire
