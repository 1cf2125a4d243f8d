#pragma once

#include <nowire/radio/radio.hpp>

#include <memory>

namespace nowire {

/// Wraps a radio into one that has what software can make up for where the radio lacks it:
///
/// - retries, where it reports ACKs: a unicast that was not acknowledged is sent again with the Retry bit set, up to
///   transmit::retries times. Frames behind it wait, so that they leave in their order.
/// - one answer for each transmit: a second report about the same frame is dropped.
///
/// What it cannot make up, and why, is in docs/radio.md.
std::unique_ptr<radio> make_sub_mac(std::unique_ptr<radio> inner);

}  // namespace nowire
