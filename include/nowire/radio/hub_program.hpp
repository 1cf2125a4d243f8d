#pragma once

#include <nowire/device/errc.hpp>

#include <expected>
#include <string>

namespace nowire {

/// The program nowire-air: what NOWIRE_AIR says, else beside the running program, else in ../libexec/nowire from there,
/// else in these two places as seen from the shared library that this is in, else where it was installed.
/// radio: it is in none of these places, or what NOWIRE_AIR names cannot be run.
std::expected<std::string, error> find_hub_program();

}  // namespace nowire
