#pragma once

#include <nowire/testing/peer.hpp>

#include <deque>
#include <functional>
#include <memory>

namespace nowire::testing {

struct peer_state {
    world_state& world;
    ccmp::pmk primary;
    std::unique_ptr<nowire::station> station;
    std::function<void(const message&)> handler{};
    std::deque<message> inbox{};
};

}  // namespace nowire::testing
