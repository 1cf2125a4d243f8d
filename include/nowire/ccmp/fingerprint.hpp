#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <string>

namespace nowire::ccmp {

/// Names a (key, A2) pair without giving the key away; key::fingerprint() makes it. Not a secret, yet not for everyone:
/// with it, as with any encrypted frame, the guess of a weak key can be tried.
struct fingerprint {
    std::array<std::uint8_t, 16> bytes{};  ///< of a SHA-256, see key::fingerprint()

    /// 32 lower-case hex digits.
    std::string to_hex() const;

    friend constexpr auto operator<=>(const fingerprint&, const fingerprint&) = default;
};

}  // namespace nowire::ccmp
