#pragma once

#include <nowire/device/device.hpp>

#include <cstddef>
#include <expected>
#include <list>
#include <unordered_map>

namespace nowire::detail {

/// The plain peers that a station adds by itself, the least recently used first. They make room for one another; a peer
/// that the program added, or changed after it was added here, is the program's and stays.
class automatic_peers {
  public:
    /// So many at most, also where a device has no limit of peers: else whoever makes a gateway answer many invented
    /// addresses could fill its memory.
    static constexpr std::size_t limit = 1024;

    /// Makes `destination` a peer of `d` if it is none.
    /// no_memory: all that could make room have something in flight; peer_list_full: none could.
    std::expected<void, errc> provide(device& d, const mac_address& destination);

    /// A send to `destination` was accepted.
    void sent(const mac_address& destination);
    /// A send to `destination` has ended.
    void completed(const mac_address& destination);

  private:
    struct entry {
        mac_address address;
        std::size_t in_flight = 0;
    };
    std::expected<void, errc> make_room(device& d);

    std::list<entry> entries_;
    std::unordered_map<mac_address, std::list<entry>::iterator> by_address_;
};

}  // namespace nowire::detail
