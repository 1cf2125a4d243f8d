#pragma once

#include <chrono>
#include <functional>

/// How long something takes, measured in rounds that another process asks for by standard input, with a byte for each.
/// The median goes to a descriptor of its own, since programs for ESP-IDF log to standard output.
namespace nowire::bench {

/// Where the medians go, 8 bytes each, in nanoseconds: a number that no other descriptor has.
constexpr int answers = 100;

/// Does it once. @returns how long it took
using timed_work = std::function<std::chrono::nanoseconds()>;

/// Does rounds until standard input ends.
/// @param count  how often a round does it
void serve_rounds(const timed_work& once, int count);

}  // namespace nowire::bench
