#include "pycom/state.hpp"

#include <nowire/pycom/espnow.hpp>

#include <array>
#include <cstdio>
#include <utility>

namespace nowire::pycom {

namespace {

constexpr const char* face = "pycom::ESPNOW";

/// Messages wait here from the radio to the callback alone.
constexpr inbox::limits between{.messages = 4096, .bytes = 0, .overhead = 0};

std::string text_of(errc why) {
    switch (why) {
        case errc::not_init:
            return "ESP-Now Not Initialized";
        case errc::argument:
            return "ESP-Now Invalid Argument";
        case errc::no_memory:
            return "ESP-Now Out Of Mem";
        case errc::peer_list_full:
            return "ESP-Now Peer List Full";
        case errc::peer_not_found:
            return "ESP-Now Peer Not Found";
        case errc::internal:
            return "ESP-Now Internal";
        case errc::peer_exists:
            return "ESP-Now Peer Exists";
        case errc::interface_down:
            return "ESP-Now Wifi Interface error";
        default:
            return {};
    }
}

std::optional<mac_address> address_of(const bytes_like& addr) {
    if (addr.size() == mac_address::size) return mac_address(addr.first<mac_address::size>());
    if (addr.size() == 2 * mac_address::size) return mac_address::parse(addr.text());
    return std::nullopt;
}

void set_version(mailbox& box, frame::version version) {
    box.with([version](station& s) {
        const auto& options = s.device().options();
        s.device().set_protocol(version, v1_oversize::first, options.strictness);
    });
}

}  // namespace

void fail(errc why) {
    if (const auto text = text_of(why); !text.empty()) throw os_error(text);
    std::array<char, 48> unknown{};
    std::snprintf(unknown.data(), unknown.size(), "ESP-Now Unknown Error 0x%04x", static_cast<unsigned>(why));
    throw runtime_error(unknown.data());
}

std::span<const std::uint8_t, ccmp::key_size> to_key(const bytes_like& key) {
    if (key.size() != ccmp::key_size) throw value_error("bad len");
    return key.first<ccmp::key_size>();
}

void ESPNOW::state::require_init() const {
    if (!initialised) throw runtime_error("ESP-NOW module is not initialized!");
}

void ESPNOW::state::send(const std::optional<mac_address>& to, const bytes_like& msg) const {
    if (const auto sent = on.mailbox().send(to, msg.bytes(), false); !sent) fail(sent.error().code);
}

std::optional<Peer> ESPNOW::state::find(const mac_address& address) {
    const std::lock_guard lock(mutex);
    const auto found = peers.find(address);
    if (found == peers.end()) return std::nullopt;
    return Peer(found->second);
}

void ESPNOW::state::receive() {
    auto got = on.mailbox().receive(duration::zero());
    if (!got) return;
    const received_result result{
        .mac = got->source, .peer = find(got->source), .msg = std::string(got->payload.begin(), got->payload.end())};
    std::unique_lock lock(mutex);
    const auto tell = on_recv;
    lock.unlock();
    if (tell) (*tell)(result);
}

void ESPNOW::state::tell_sent(const completion& done) {
    const auto peer = find(done.destination);
    std::unique_lock lock(mutex);
    const auto tell = on_send;
    lock.unlock();
    const bool sent = done.result == tx_status::acked || done.result == tx_status::sent;
    if (tell && peer) (*tell)({.peer = *peer, .sent = sent});
}

ESPNOW::ESPNOW() : ESPNOW(chip::standard()) {}

ESPNOW::ESPNOW(chip& on) : state_(on.part<state>()) {}

void ESPNOW::init() {
    auto& box = state_.on.mailbox();
    const bool up = box.with([](station& s) {
        const auto& device = std::as_const(s).device();
        return device.is_up(interface::station) || device.is_up(interface::soft_ap);
    });
    if (!up) throw runtime_error("ESP-NOW module needs that WLAN is already initialized!");
    if (state_.initialised) throw runtime_error("ESP-NOW module already initialized!");
    state_.on.claim(face);
    set_version(box, frame::version::v1);
    box.on_message([&s = state_] { s.receive(); });
    box.on_sent([&s = state_](const completion& done) { s.tell_sent(done); });
    box.start(between);
    state_.initialised = true;
}

void ESPNOW::deinit() {
    if (!state_.initialised.exchange(false)) return;
    auto& box = state_.on.mailbox();
    box.stop();
    box.on_message({});
    box.on_sent({});
    set_version(box, frame::version::v2);
    {
        const std::lock_guard lock(state_.mutex);
        for (const auto& [address, record] : state_.peers)
            record->removed = true;
        state_.peers.clear();
    }
    state_.on.release();
}

void ESPNOW::pmk(const bytes_like& key) {
    state_.require_init();
    const ccmp::pmk pmk(to_key(key));
    state_.on.mailbox().with([&](station& s) { s.device().set_pmk(pmk); });
}

ESPNOW::send_callback ESPNOW::on_send() const {
    state_.require_init();
    const std::lock_guard lock(state_.mutex);
    return state_.on_send ? *state_.on_send : send_callback();
}

void ESPNOW::on_send(send_callback what) {
    state_.require_init();
    const std::lock_guard lock(state_.mutex);
    state_.on_send = what ? std::make_shared<const send_callback>(std::move(what)) : nullptr;
}

ESPNOW::recv_callback ESPNOW::on_recv() const {
    state_.require_init();
    const std::lock_guard lock(state_.mutex);
    return state_.on_recv ? *state_.on_recv : recv_callback();
}

void ESPNOW::on_recv(recv_callback what) {
    state_.require_init();
    const std::lock_guard lock(state_.mutex);
    state_.on_recv = what ? std::make_shared<const recv_callback>(std::move(what)) : nullptr;
}

Peer ESPNOW::add_peer(const bytes_like& addr, const std::optional<bytes_like>& lmk) {
    state_.require_init();
    const auto address = address_of(addr);
    if (!address) throw value_error("Invalid MAC Address");
    peer added;
    added.address = *address;
    added.encrypt = lmk.has_value();
    if (lmk) added.lmk = ccmp::lmk(to_key(*lmk));
    const auto result = state_.on.mailbox().with([&](station& s) {
        added.via = s.device().is_up(interface::station) ? interface::station : interface::soft_ap;
        return s.device().add_peer(added);
    });
    if (!result) fail(result.error());
    const std::lock_guard lock(state_.mutex);
    auto record = std::make_shared<Peer::record>(state_, *address);
    state_.peers.insert_or_assign(*address, record);
    return Peer(std::move(record));
}

void ESPNOW::del_peer(const Peer& peer) {
    state_.require_init();
    const auto address = peer.addr();
    const auto result = state_.on.mailbox().with([&](station& s) { return s.device().remove_peer(address); });
    if (!result) fail(result.error());
    const std::lock_guard lock(state_.mutex);
    peer.record_->removed = true;
    state_.peers.erase(address);
}

ESPNOW::peer_numbers ESPNOW::peer_count() const {
    state_.require_init();
    return state_.on.mailbox().with([](station& s) {
        const auto& device = std::as_const(s).device();
        return peer_numbers{.total = device.peer_count(), .encrypted = device.encrypted_peer_count()};
    });
}

void ESPNOW::send(const std::optional<bytes_like>& addr, const bytes_like& msg) {
    state_.require_init();
    if (addr && addr->size() != mac_address::size) throw value_error("addr invalid");
    if (msg.size() > longest_message) throw value_error("msg too long");
    std::optional<mac_address> to;
    if (addr) to = address_of(*addr);
    state_.send(to, msg);
}

int ESPNOW::version() const {
    state_.require_init();
    return 1;
}

}  // namespace nowire::pycom
