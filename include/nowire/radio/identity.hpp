#pragma once

#include <nowire/frame/mac_address.hpp>

#include <string_view>

namespace nowire {

/// The station MAC of a radio that was given a name and no address: the same for the same name, on every machine and in
/// every version. Locally administered and unicast; its last octet is even, so the SoftAP MAC (plus 1) of one name
/// never is the station MAC of another.
mac_address mac_from_name(std::string_view name);

}  // namespace nowire
