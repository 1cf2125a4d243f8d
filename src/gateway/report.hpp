#pragma once

#include <nowire/gateway/engine_options.hpp>

#include <string>
#include <string_view>

namespace nowire::gateway {

/// A report as it is published.
/// @param kind  "error" or "status"
std::string format_report(const engine_options& options, std::string_view kind, std::string_view text, wall_time when);

}  // namespace nowire::gateway
