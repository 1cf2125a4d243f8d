#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What command lines hold besides numbers: MAC addresses and bytes in hex.
namespace nowire::cli {

/// Two hex digits a byte. @returns nothing if it is empty or anything else.
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);

/// Two lower-case hex digits a byte.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// What is wrong with a MAC address that cannot be read, and what would be right.
std::string no_mac_address(const std::string& text);

}  // namespace nowire::cli
