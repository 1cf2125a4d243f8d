#pragma once

#include <nowire/ccmp/secrets.hpp>
#include <nowire/frame/mac_address.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>

namespace nowire {

/// Bytes as Python-shaped interfaces take them, whatever has them: a literal, whose last zero does not count, text, an
/// array, a vector or span of bytes, an address, a key. It owns nothing and is meant for arguments. Value type.
class bytes_like {
  public:
    /// A literal: "feedee" are 6 bytes, and "\x00\x01" are 2.
    template <std::size_t N>
    bytes_like(const char (&literal)[N])  // NOLINT(google-explicit-constructor)
        : bytes_like(std::string_view(literal, N - 1)) {}
    /// Text that ends with a zero.
    template <class Pointer>
    requires(std::same_as<Pointer, const char*> || std::same_as<Pointer, char*>)
        bytes_like(const Pointer& text)  // NOLINT(google-explicit-constructor)
        : bytes_like(std::string_view(text)) {}
    /// Everything that has bytes in one piece.
    template <class Range>
    requires(std::ranges::contiguous_range<const Range>&& std::ranges::sized_range<const Range> &&
             sizeof(std::ranges::range_value_t<const Range>) == 1 && !std::is_array_v<Range> &&
             !std::same_as<Range, bytes_like>) bytes_like(const Range& range)  // NOLINT(google-explicit-constructor)
        : bytes_(reinterpret_cast<const std::uint8_t*>(std::ranges::data(range)), std::ranges::size(range)) {}
    /// The octets of an address, which must outlive this.
    constexpr bytes_like(const mac_address& address)  // NOLINT(google-explicit-constructor)
        : bytes_(address.octets()) {}
    /// The bytes of a key, which must outlive this.
    bytes_like(const ccmp::lmk& key) : bytes_(key.bytes()) {}  // NOLINT(google-explicit-constructor)
    /// The same.
    bytes_like(const ccmp::pmk& key) : bytes_(key.bytes()) {}  // NOLINT(google-explicit-constructor)

    /// The bytes, which are their owner's.
    constexpr std::span<const std::uint8_t> bytes() const { return bytes_; }
    /// How many there are.
    constexpr std::size_t size() const { return bytes_.size(); }
    /// The same bytes as text.
    std::string_view text() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }
    /// The first N of them; there must be so many.
    template <std::size_t N>
    std::span<const std::uint8_t, N> first() const {
        return bytes_.first<N>();
    }

  private:
    std::span<const std::uint8_t> bytes_;
};

}  // namespace nowire
