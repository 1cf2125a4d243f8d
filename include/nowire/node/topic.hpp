#pragma once

#include <nowire/frame/require_cxx23.hpp>

#include <optional>
#include <string_view>

/// MQTT's topics (MQTT 3.1.1, section 4.7) as brokers take them. A name that a broker takes for malformed costs its
/// sender the connection, so nothing leaves towards one that is not checked here.
namespace nowire::node {

/// Levels that brokers allow: mosquitto closes the connection on more than 200 slashes.
inline constexpr int max_topic_slashes = 200;

/// @returns why `topic` cannot be published to, or nothing if it can: empty, longer than 65535 bytes, not UTF-8,
/// control characters or non-characters in it, a wildcard, too many levels.
std::optional<std::string_view> topic_fault(std::string_view topic);

/// @returns why `filter` cannot be subscribed to, or nothing if it can: as topic_fault(), where + must fill a level and
/// # be the last one.
std::optional<std::string_view> filter_fault(std::string_view filter);

/// Whether there is a + or # in it.
bool has_wildcard(std::string_view filter);

/// Whether a message to `topic` goes to who subscribed to `filter`. + stands for a level, # for all that follow and the
/// parent itself; neither stands for a first level that begins with $.
bool matches(std::string_view filter, std::string_view topic);

/// Whether every topic that `narrow` matches is matched by `wide` too.
bool covers(std::string_view wide, std::string_view narrow);

}  // namespace nowire::node
