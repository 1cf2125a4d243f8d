#include "micropython/peers.hpp"

#include <nowire/micropython/error.hpp>
#include <nowire/micropython/wlan.hpp>

#include <utility>

namespace nowire::micropython {

namespace {

constexpr const char* no_buffer = "object with buffer protocol required";

void fail_unless_done(const std::expected<void, errc>& result) {
    if (!result) throw os_error::from({.code = result.error(), .text = make_error_code(result.error()).message()});
}

[[noreturn]] void fail(errc why) {
    throw os_error::from({.code = why, .text = {}});
}

wanted_peer parsed_peer(const peer& before, const peer_options& how, const char* wrong_length) {
    wanted_peer w{
        .is = before, .channel = before.on ? before.on->number() : 0, .ifidx = static_cast<std::int64_t>(before.via)};
    if (!how.lmk.is_none()) {
        w.is.encrypt = !how.lmk.is_false();
        if (w.is.encrypt) {
            if (!how.lmk.has_bytes()) throw type_error(no_buffer);
            if (how.lmk.bytes().size() != ccmp::key_size) throw value_error(wrong_length);
            w.is.lmk = ccmp::lmk(how.lmk.bytes().first<ccmp::key_size>());
        }
    }
    if (how.channel) w.channel = static_cast<std::uint8_t>(how.channel->value);
    if (how.ifidx) w.ifidx = how.ifidx->value;
    if (how.encrypt) w.is.encrypt = *how.encrypt;
    return w;
}

/// Looks at the numbers as ESP-NOW does.
peer checked_peer(wanted_peer w) {
    w.is.on = channel::from_number(w.channel);
    if (w.channel != 0 && !w.is.on) fail(errc::argument);
    if (w.ifidx != STA_IF && w.ifidx != AP_IF) fail(errc::argument);
    w.is.via = static_cast<interface>(w.ifidx);
    return std::move(w.is);
}

peer_info to_info(const peer& p) {
    return {.mac = p.address,
            .lmk = p.lmk,
            .channel = p.on ? p.on->number() : 0,
            .ifidx = static_cast<int>(p.via),
            .encrypt = p.encrypt};
}

}  // namespace

mac_address to_address(const bytes_like& mac, const char* wrong_length) {
    if (mac.size() != mac_address::size) throw value_error(wrong_length);
    return mac_address(mac.first<mac_address::size>());
}

std::optional<mac_address> to_address_or_none(const maybe_bytes& mac, const char* wrong_length) {
    if (mac.is_none()) return std::nullopt;
    if (!mac.has_bytes()) throw type_error(no_buffer);
    return to_address(mac.bytes(), wrong_length);
}

ccmp::pmk to_pmk(const bytes_like& key, const char* wrong_length) {
    if (key.size() != ccmp::key_size) throw value_error(wrong_length);
    return ccmp::pmk(key.first<ccmp::key_size>());
}

wanted_peer new_peer(const mac_address& mac, const peer_options& how, const char* wrong_length) {
    peer fresh;
    fresh.address = mac;
    return parsed_peer(fresh, how, wrong_length);
}

void add_peer(mailbox& box, const wanted_peer& added) {
    fail_unless_done(box.with([&](station& s) { return s.device().add_peer(checked_peer(added)); }));
}

void modify_peer(mailbox& box, const mac_address& mac, const peer_options& how, const char* wrong_length) {
    box.with([&](station& s) {
        const auto* known = s.device().find_peer(mac);
        if (known == nullptr) fail(errc::peer_not_found);
        fail_unless_done(s.device().modify_peer(checked_peer(parsed_peer(*known, how, wrong_length))));
    });
}

void remove_peer(mailbox& box, const mac_address& mac) {
    fail_unless_done(box.with([&](station& s) { return s.device().remove_peer(mac); }));
}

peer_info get_peer(mailbox& box, const mac_address& mac) {
    return box.with([&](station& s) {
        const auto* known = std::as_const(s).device().find_peer(mac);
        if (known == nullptr) fail(errc::peer_not_found);
        return to_info(*known);
    });
}

std::vector<peer_info> get_peers(mailbox& box) {
    return box.with([](station& s) {
        const auto& device = std::as_const(s).device();
        std::vector<peer_info> all;
        for (const auto& mac : device.peers())
            if (!mac.is_group()) all.push_back(to_info(*device.find_peer(mac)));
        return all;
    });
}

peer_numbers count_peers(mailbox& box) {
    return box.with([](station& s) {
        const auto& device = std::as_const(s).device();
        return peer_numbers{.total = device.peer_count(), .encrypted = device.encrypted_peer_count()};
    });
}

}  // namespace nowire::micropython
