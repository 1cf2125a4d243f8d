#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace nowire::capture {

/// The bytes as text: UTF-8 without control characters (but tab and line ends) and without characters that turn a
/// terminal's line around. Zeros at the end, which C programs send along, are left out.
/// @returns nothing if they are no such text, or nothing but zeros.
std::optional<std::string_view> printable_text(std::span<const std::uint8_t> bytes);

}  // namespace nowire::capture
