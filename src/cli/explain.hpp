#pragma once

#include <nowire/frame/channel.hpp>
#include <nowire/frame/mac_address.hpp>

#include <string>

namespace nowire::cli {

/// A sentence on why nobody acknowledged a frame to `destination`, as far as the radio's air can tell: nobody there has
/// that address, or is on another channel, or its receiver is off.
/// @param url  the radio that sent it
/// @param own  the channel it was sent on
std::string explain_silence(const std::string& url, const mac_address& destination, channel own);

}  // namespace nowire::cli
