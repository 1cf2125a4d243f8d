#pragma once

#include <nowire/radio/air_control.hpp>

#include <nlohmann/json.hpp>

/// What a hub says, as `--json` prints it.
namespace nowire::cli {

nlohmann::ordered_json radio_as_json(const air::protocol::radio_status& r);
nlohmann::ordered_json air_as_json(const air_control::air_status& status);

}  // namespace nowire::cli
