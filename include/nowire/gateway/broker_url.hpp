#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace nowire::gateway {

/// Where a broker is: mqtt://[user@]host[:port], the host also as [IPv6].
struct broker_url {
    std::string host;           ///< a name or an address, IPv6 without brackets
    std::uint16_t port = 1883;  ///< 1 to 65535
    std::string user;           ///< empty: none

    /// Errors: a text that says what is wrong and what would be right. A password is refused: command lines are not
    /// secret.
    static std::expected<broker_url, std::string> parse(std::string_view text);
};

}  // namespace nowire::gateway
