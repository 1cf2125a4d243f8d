#pragma once

#include <nowire/frame/mac_address.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace nowire::testing {

/// Somebody on the air of a world: a board or a peer. Belongs to its world and that one's thread.
class participant {
  public:
    participant(const participant&) = delete;
    participant& operator=(const participant&) = delete;

    /// As captures and failures show it.
    const std::string& name() const { return name_; }
    /// The address of its station interface; that of a SoftAP is one more.
    const mac_address& mac() const { return mac_; }

  protected:
    /// @param name  unique in its world
    participant(std::string name, const mac_address& mac) : name_(std::move(name)), mac_(mac) {}
    ~participant() = default;

  private:
    std::string name_;
    mac_address mac_;
};

inline namespace literals {

/// "02:00:00:00:00:01"_mac, at compile time.
/// @throws std::invalid_argument for what is no address, so that it does not compile.
consteval mac_address operator""_mac(const char* text, std::size_t size) {
    const auto digit = [](char c) -> int {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        throw std::invalid_argument("not a hex digit");
    };
    std::array<std::uint8_t, mac_address::size> octets{};
    if (size != mac_address::size * 3 - 1) throw std::invalid_argument("an address is like 02:00:00:00:00:01");
    for (std::size_t i = 0; i < octets.size(); ++i) {
        octets[i] = static_cast<std::uint8_t>(digit(text[3 * i]) * 16 + digit(text[3 * i + 1]));
        if (i + 1 < octets.size() && text[3 * i + 2] != ':')
            throw std::invalid_argument("an address is like 02:00:00:00:00:01");
    }
    return mac_address(octets);
}

}  // namespace literals

}  // namespace nowire::testing
