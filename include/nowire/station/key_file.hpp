#pragma once

#include <nowire/ccmp/secrets.hpp>
#include <nowire/device/errc.hpp>
#include <nowire/frame/mac_address.hpp>

#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>

namespace nowire {

/// The keys of a device, as a TOML file has them:
///
///     pmk = "32 hex digits or exactly 16 characters"
///     [lmk]
///     "24:0a:c4:1d:58:68" = "32 hex digits or exactly 16 characters"
///
/// Both parts may be left out.
struct key_file {
    std::optional<ccmp::pmk> pmk;           ///< nothing: the file names none
    std::map<mac_address, ccmp::lmk> lmks;  ///< by the MAC address of the other device
};

/// Reads a key file. It must be a regular file that neither its group nor others have any right to, which is looked at
/// on the opened file. No text of an error has any part of a key in it. bad_file: it cannot be opened, is no regular
/// file, is open to others (the text says how to change that), is larger than 1 MiB, or parse_key_file() has something
/// against it.
std::expected<key_file, error> read_key_file(const std::filesystem::path& path);

/// Reads the text of a key file.
/// @param name  what errors call the file.
/// bad_file: not TOML, an unknown name, a MAC address that is none, is a group's or comes twice, a key that is not text
/// of the right length; the text starts with the name and the line.
std::expected<key_file, error> parse_key_file(std::string_view text, std::string_view name);

}  // namespace nowire
