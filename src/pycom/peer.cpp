#include "pycom/state.hpp"

#include <utility>

namespace nowire::pycom {

namespace {

/// A copy of what the device knows of it.
peer peer_or_fail(station& s, const mac_address& address) {
    const auto* found = std::as_const(s).device().find_peer(address);
    if (found == nullptr) fail(errc::peer_not_found);
    return *found;
}

}  // namespace

mac_address Peer::addr() const {
    if (record_->removed) fail(errc::peer_not_found);
    return record_->address;
}

std::optional<ccmp::lmk> Peer::lmk() const {
    record_->of.require_init();
    const auto address = addr();
    return record_->of.on.mailbox().with([&](station& s) -> std::optional<ccmp::lmk> {
        const auto it = peer_or_fail(s, address);
        if (!it.encrypt) return std::nullopt;
        return it.lmk;
    });
}

void Peer::lmk(const std::optional<bytes_like>& key) {
    record_->of.require_init();
    const auto address = addr();
    const auto result = record_->of.on.mailbox().with([&](station& s) {
        auto it = peer_or_fail(s, address);
        it.encrypt = key.has_value();
        if (key) it.lmk = ccmp::lmk(to_key(*key));
        return s.device().modify_peer(it);
    });
    if (!result) fail(result.error());
}

void Peer::send(const std::optional<bytes_like>& msg) const {
    record_->of.require_init();
    if (!msg) throw value_error("Message is invalid");
    if (msg->size() > longest_message) throw value_error("Message is too long");
    record_->of.send(addr(), *msg);
}

}  // namespace nowire::pycom
