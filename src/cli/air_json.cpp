#include "cli/air_json.hpp"

#include <chrono>

namespace nowire::cli {

namespace {

using nlohmann::ordered_json;

/// Times real; null: as fast as can be.
ordered_json speed_of(const air::protocol::hub_status& hub) {
    if (hub.pace.rate() == air::standing) return nullptr;
    return static_cast<double>(hub.pace.rate()) / air::real_speed;
}

/// Whether its program has nothing to do; null: it cannot say.
ordered_json idle_of(const air::protocol::radio_status& r) {
    if (r.idle == air::protocol::idleness::unknown) return nullptr;
    return r.idle != air::protocol::idleness::busy;
}

ordered_json address(const std::optional<mac_address>& mac) {
    if (!mac) return nullptr;
    return mac->to_string();
}

/// In the order in which they were added.
ordered_json peers_of(const air::protocol::radio_status& r) {
    auto peers = ordered_json::array();
    for (const auto& p : r.peers.listed) {
        ordered_json on = nullptr;
        if (p.on) on = p.on->number();
        peers.push_back({{"mac", p.address.to_string()},
                         {"channel", on},
                         {"interface", p.via == interface::soft_ap ? "soft_ap" : "station"},
                         {"encrypted", p.encrypt}});
    }
    return peers;
}

}  // namespace

ordered_json radio_as_json(const air::protocol::radio_status& r) {
    const auto& setup = r.radio.setup;
    return {{"name", r.radio.name},
            {"pid", r.pid},
            {"station", address(setup.station)},
            {"soft_ap", address(setup.soft_ap)},
            {"channel", setup.on.number()},
            {"receiving", setup.receiving},
            {"idle", idle_of(r)},
            {"in_flight", r.in_flight},
            {"sent", r.counters.transmits},
            {"acked", r.counters.acked},
            {"received", r.counters.received},
            {"lost", r.counters.lost},
            {"peer_count", r.peers.count},
            {"peers", peers_of(r)}};
}

ordered_json air_as_json(const air_control::air_status& status) {
    auto radios = ordered_json::array();
    for (const auto& r : status.radios)
        radios.push_back(radio_as_json(r));
    const auto& hub = status.hub;
    return {{"socket", status.socket},
            {"pid", hub.pid},
            {"version", hub.version},
            {"seed", hub.seed},
            {"loss", hub.loss},
            {"airtime", hub.airtime},
            {"transmissions", hub.statistics.transmissions},
            {"receptions", hub.statistics.receptions},
            {"losses", hub.statistics.losses},
            {"collisions", hub.statistics.collisions},
            {"speed", speed_of(hub)},
            {"time_s", std::chrono::duration<double>(hub.pace.air_base().time_since_epoch()).count()},
            {"slipped_s", std::chrono::duration<double>(hub.slipped).count()},
            {"clients_refused", hub.clients_refused},
            {"clients_dropped", hub.clients_dropped},
            {"radios", radios}};
}

}  // namespace nowire::cli
