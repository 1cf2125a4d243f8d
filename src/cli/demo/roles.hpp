#pragma once

#include <nowire/frame/mac_address.hpp>

#include <array>
#include <string>
#include <string_view>

/// The cast of the demo: who plays what, under which address.
namespace nowire::cli::demo {

enum class role {
    thermometer,  ///< publishes each second
    vault,        ///< the same, encrypted
    sleeper,      ///< wakes every five seconds, publishes and fetches what was queued for it
    lamp,         ///< stays awake, obeys commands and tells so
};

struct cast_member {
    role plays;
    std::string_view name;
    mac_address address;
    std::string_view place;  ///< its part of the radio's URL: where it stands
    bool commanded;          ///< commands are sent to it over MQTT
};

inline constexpr mac_address gateway_address({0x02, 0x6e, 0x77, 0x00, 0x00, 0x10});

inline constexpr std::array<cast_member, 4> cast = {{
    {role::thermometer, "thermo", mac_address({0x02, 0x6e, 0x77, 0x00, 0x00, 0x20}), "&x=2&y=1", false},
    {role::vault, "vault", mac_address({0x02, 0x6e, 0x77, 0x00, 0x00, 0x30}), "&x=8&y=3", false},
    {role::sleeper, "sleeper", mac_address({0x02, 0x6e, 0x77, 0x00, 0x00, 0x40}), "&x=25&y=10", true},
    {role::lamp, "lamp", mac_address({0x02, 0x6e, 0x77, 0x00, 0x00, 0x50}), "&x=5&y=-4", true},
}};

}  // namespace nowire::cli::demo
