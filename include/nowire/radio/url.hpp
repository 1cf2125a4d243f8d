#pragma once

#include <nowire/device/errc.hpp>
#include <nowire/radio/radio.hpp>

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace nowire {

/// A radio's URL: `scheme:path?key=value&key=value`, with %XX in path and values.
struct radio_url {
    std::string scheme;                                          ///< "air"
    std::string path;                                            ///< may be empty
    std::map<std::string, std::string, std::less<>> parameters;  ///< by key, in the order of the alphabet

    /// bad_url: no scheme, a key twice or without value, a % that two hex digits do not follow, a
    /// zero byte. The text says what would be right. radio/url_reader.hpp reads the values.
    static std::expected<radio_url, error> parse(std::string_view text);
};

/// One kind of radio that a program can open. A program lists its backends in one place; nothing registers itself.
struct radio_backend {
    std::string scheme;  ///< "air"
    /// What `--radio SCHEME:help` prints: form, parameters, examples.
    std::string help;
    /// Opens the radio that a URL of this scheme names. Errors are those of open_radio().
    std::function<std::expected<std::unique_ptr<radio>, error>(const radio_url&)> open;
};

/// What `url` asks for where it is `SCHEME:help` (that backend's help) or `help` (that of all); nothing for any other.
std::optional<std::string> radio_help(std::string_view url, std::span<const radio_backend> backends);

/// Opens the radio that `url` names.
/// bad_url: not a URL, or no backend has its scheme (the text lists those there are), or a wrong parameter, or a call
/// for help (the text is radio_help()); radio: it cannot be opened (the text says why).
std::expected<std::unique_ptr<radio>, error> open_radio(std::string_view url, std::span<const radio_backend> backends);

}  // namespace nowire
