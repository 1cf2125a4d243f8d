/// ESP-NOW's beginning and end, keys and peers.

#include "abi/handle.hpp"

#include <algorithm>
#include <span>

namespace nowire::abi {

namespace {

constexpr nowire_ring ring_of_the_chip = {.size = sizeof(nowire_ring), .bytes = 2968, .header = 14, .spare = 2};

/// As with(), where ESP-NOW is on.
template <class Body>
std::int32_t where_started(nowire_station* station, const Body& body) noexcept {
    return call(station, [&](nowire_station& s) {
        if (!s.mailbox->is_started()) return failed(errc::not_init);
        return s.mailbox->with([&](nowire::station& device) -> std::int32_t { return body(device); });
    });
}

/// Reads the caller's peer and hands it to `use`. The copy wipes its key.
template <class Use>
std::int32_t with_peer(nowire_station* station, const nowire_peer* given, const Use& use) noexcept {
    return where_started(station, [&](nowire::station& s) -> std::int32_t {
        nowire_peer wanted{};
        if (const auto done = take(wanted, given, "the peer"); done != 0) return done;
        peer made;
        made.address = address_of(wanted.address);
        made.lmk = ccmp::lmk(std::span<const std::uint8_t, ccmp::key_size>(wanted.lmk));
        ccmp::wipe(std::span<std::uint8_t>(wanted.lmk));
        made.encrypt = wanted.encrypt != 0;
        if (wanted.via > NOWIRE_SOFT_AP)
            return failed(NOWIRE_ARGUMENT, "there is no interface " + std::to_string(wanted.via));
        made.via = static_cast<interface>(wanted.via);
        if (wanted.channel != 0) {
            made.on = channel::from_number(wanted.channel);
            if (!made.on) return failed(NOWIRE_ARGUMENT, "there is no channel " + std::to_string(wanted.channel));
        }
        // The old entry's rate and the like are nobody's here.
        const auto done = use(s.device(), made);
        return done ? 0 : failed(done.error());
    });
}

}  // namespace

}  // namespace nowire::abi

using namespace nowire::abi;

extern "C" {

int32_t nowire_start(nowire_station* station, const struct nowire_ring* ring) {
    return call(station, [&](nowire_station& s) {
        nowire_ring wanted = ring_of_the_chip;
        if (ring != nullptr)
            if (const auto done = take(wanted, ring, "the ring"); done != 0) return done;
        s.mailbox->start(nowire::ring_limits(wanted.bytes, wanted.header, wanted.spare));
        return 0;
    });
}

int32_t nowire_stop(nowire_station* station) {
    return call(station, [](nowire_station& s) {
        s.mailbox->stop();
        return 0;
    });
}

int32_t nowire_is_started(nowire_station* station) {
    return call(station, [](nowire_station& s) { return s.mailbox->is_started() ? 1 : 0; });
}

int32_t nowire_set_pmk(nowire_station* station, const uint8_t* pmk) {
    return where_started(station, [&](nowire::station& s) {
        if (pmk == nullptr) return failed(-EINVAL, "the PMK is NULL");
        s.device().set_pmk(
            nowire::ccmp::pmk(std::span<const std::uint8_t, nowire::ccmp::key_size>(pmk, nowire::ccmp::key_size)));
        return 0;
    });
}

int32_t nowire_add_peer(nowire_station* station, const struct nowire_peer* peer) {
    return with_peer(station, peer, [](nowire::device& d, const nowire::peer& p) { return d.add_peer(p); });
}

int32_t nowire_modify_peer(nowire_station* station, const struct nowire_peer* peer) {
    return with_peer(station, peer, [](nowire::device& d, const nowire::peer& p) { return d.modify_peer(p); });
}

int32_t nowire_remove_peer(nowire_station* station, const uint8_t* address) {
    return where_started(station, [&](nowire::station& s) {
        if (address == nullptr) return failed(-EINVAL, "the address is NULL");
        const auto done = s.device().remove_peer(address_of(address));
        return done ? 0 : failed(done.error());
    });
}

int32_t nowire_get_peer(nowire_station* station, const uint8_t* address, struct nowire_peer* peer) {
    return where_started(station, [&](nowire::station& s) -> std::int32_t {
        if (address == nullptr) return failed(-EINVAL, "the address is NULL");
        const auto* found = s.device().find_peer(address_of(address));
        if (found == nullptr) return failed(nowire::errc::peer_not_found);
        nowire_peer result{};
        put_address(found->address, result.address);
        result.channel = found->on ? static_cast<std::uint8_t>(found->on->number()) : std::uint8_t{0};
        result.via = static_cast<std::uint8_t>(found->via);
        result.encrypt = found->encrypt ? 1 : 0;
        std::ranges::copy(found->lmk.bytes(), result.lmk);
        const auto done = give(peer, result, "the peer");
        nowire::ccmp::wipe(std::span<std::uint8_t>(result.lmk));
        return done;
    });
}

int32_t nowire_peers(nowire_station* station, uint8_t* addresses, uint32_t room) {
    return where_started(station, [&](nowire::station& s) -> std::int32_t {
        const auto all = s.device().peers();
        const std::span places(addresses, addresses == nullptr ? 0 : room);
        for (std::size_t i = 0; i < std::min(all.size(), places.size() / nowire::mac_address::size); ++i)
            put_address(all[i], places.subspan(i * nowire::mac_address::size).data());
        return static_cast<std::int32_t>(all.size());
    });
}

int32_t nowire_encrypted_peers(nowire_station* station) {
    return where_started(
        station, [](nowire::station& s) { return static_cast<std::int32_t>(s.device().encrypted_peer_count()); });
}
}
