#pragma once

#include "radio/hub_world.hpp"
#include "support/files.hpp"

#include <nowire/abi/nowire.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nowire::test {

struct station_closer {
    void operator()(nowire_station* s) const { nowire_close(s); }
};
using abi_station = std::unique_ptr<nowire_station, station_closer>;

using octets = std::array<std::uint8_t, 6>;

/// Waits as long as a test may.
inline constexpr std::int64_t abi_patience = std::chrono::microseconds(patience).count();

/// A hub without airtime and stations on it. Its time is slow, so that 100 ms for a response are enough on any machine.
struct abi_world {
    temporary_folder folder;
    hub_process hub{folder.path() / "air", {"--no-airtime", "--speed", "0.2"}};

    std::string url(const std::string& name) const { return "air:" + hub.socket() + "?name=" + name; }
    /// One that is up and started.
    abi_station open(const std::string& name) const;
};

octets address_of(const abi_station& s);
nowire_peer peer_of(const octets& address);
/// The next message; empty: none came.
std::string receive_text(const abi_station& s, nowire_message* about = nullptr, std::int64_t timeout = abi_patience);
std::int32_t send_text(const abi_station& s, const octets& to, const std::string& text, bool wait = true);

}  // namespace nowire::test
