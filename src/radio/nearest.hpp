#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace nowire {

/// The candidate that somebody who wrote `text` most likely meant: the one with the least edit distance, letter case
/// aside, if that is at most a third of its length (1 at least); an abbreviation counts as a distance of 1.
std::optional<std::string> nearest(std::string_view text, std::span<const std::string> candidates);

/// "a, b and c".
std::string list_of(std::span<const std::string> words);

}  // namespace nowire
