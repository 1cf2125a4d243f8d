#include "micropython/peers.hpp"
#include "micropython/receive.hpp"
#include "micropython/scheduler.hpp"

#include <nowire/micropython/espnow.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

namespace nowire::micropython {

namespace {

constexpr const char* face = "micropython::ESPNow";
constexpr const char* wrong_length = "invalid buffer length";
constexpr const char* buffer_error = "ESPNow.recv(): buffer error";

// A packet in the chip's ring: magic (1 byte), length (2), time (4), RSSI (1), address (6), message.
constexpr std::size_t packet_header = 14;
// The ring keeps a byte free, and a packet must leave another one.
constexpr std::size_t ring_spare = 2;

}  // namespace

/// What all objects of a chip share.
struct ESPNow::state {
    explicit state(nowire::chip& c) : on(c), callbacks(c.part<scheduler>()) {}

    /// By the mailbox's thread, for each message.
    void interrupt() {
        const std::lock_guard lock(mutex);
        if (!irq) return;
        callbacks.add([it = irq, of = irq_object] { (*it)(*of); }, irq_object);
    }

    void require_active() const {
        if (!active) fail_not_init();
    }

    /// Takes a message and notes its sender. @returns nothing: none came.
    std::optional<std::pair<message, const mac_address*>> take(maybe_integer timeout_ms, std::size_t room) {
        require_active();
        auto got = take_message(on, from_ms(timeout_ms ? timeout_ms->value : timeout.load()), room, buffer_error);
        if (!got) return std::nullopt;
        const neighbour seen{.rssi = got->rssi.value_or(0), .time_ms = ticks_at(on.mailbox().began(), got->time)};
        auto known = neighbours.find(got->source);
        if (known == neighbours.end()) known = neighbours.emplace(got->source, seen).first;
        known->second = seen;
        return std::pair(std::move(*got), &known->first);
    }

    nowire::chip& on;
    scheduler& callbacks;
    std::atomic<bool> active = false;
    std::atomic<std::int64_t> rxbuf = 2 * (packet_header + MAX_DATA_LEN);
    std::atomic<std::int64_t> timeout = 300'000;  ///< in ms

    std::mutex mutex;  ///< of what follows
    std::shared_ptr<const callback> irq;
    ESPNow* irq_object = nullptr;  ///< which it is told of

    // For the one thread that reads.
    std::map<mac_address, neighbour> neighbours;
    bytearray last{MAX_DATA_LEN};
};

ESPNow::ESPNow() : ESPNow(nowire::chip::standard()) {}

ESPNow::ESPNow(nowire::chip& on) : chip_(on), state_(on.part<state>()) {}

ESPNow::~ESPNow() {
    end_irq();
}

void ESPNow::end_irq() {
    {
        const std::lock_guard lock(state_.mutex);
        if (state_.irq_object == this) {
            state_.irq.reset();
            state_.irq_object = nullptr;
        }
    }
    state_.callbacks.forget(this);
}

bool ESPNow::active() const {
    return state_.active;
}

bool ESPNow::active(bool on) {
    if (on == state_.active) return on;
    auto& box = chip_.mailbox();
    if (on) {
        chip_.claim(face);
        box.on_message([&s = state_] { s.interrupt(); });
        box.start(ring_limits(static_cast<std::size_t>(state_.rxbuf.load()), packet_header, ring_spare));
        state_.active = true;
        return true;
    }
    state_.active = false;
    box.stop();
    box.on_message({});
    {
        const std::lock_guard lock(state_.mutex);
        state_.irq.reset();
        state_.irq_object = nullptr;
    }
    chip_.release();
    return false;
}

std::int64_t ESPNow::config(std::string_view name, const settings& what) {
    config(what);
    return std::as_const(*this).config(name);
}

std::int64_t ESPNow::config(std::string_view name) const {
    if (name == "rxbuf") return state_.rxbuf;
    if (name == "timeout_ms") return state_.timeout;
    throw value_error("unknown config param");
}

void ESPNow::config(const settings& what) {
    if (what.rxbuf && what.rxbuf->value >= 0) state_.rxbuf = what.rxbuf->value;
    if (what.timeout_ms) state_.timeout = what.timeout_ms->value;
    if (!what.rate || what.rate->value < 0) return;
    const auto known = what.rate->value < 256 ? rate_from_number(static_cast<int>(what.rate->value)) : std::nullopt;
    const bool up = chip_.mailbox().with([&](station& s) {
        const bool any_up = s.device().is_up(interface::station) || s.device().is_up(interface::soft_ap);
        if (any_up && known) s.device().set_tx_rate(*known);
        return any_up;
    });
    if (!up) throw os_error(2);
    if (!known) throw os_error(-0x102, "ESP_ERR_INVALID_ARG");
}

void ESPNow::set_pmk(const bytes_like& key) {
    const auto pmk = to_pmk(key, wrong_length);
    state_.require_active();
    chip_.mailbox().with([&](station& s) { s.device().set_pmk(pmk); });
}

bool ESPNow::send(const maybe_bytes& mac, const bytes_like& msg, std::optional<bool> sync) {
    state_.require_active();
    const auto to = to_address_or_none(mac, wrong_length);
    const auto sent = chip_.mailbox().send(to, msg.bytes(), sync.value_or(true));
    if (!sent) throw os_error::from(sent.error());
    return *sent;
}

bool ESPNow::send(const bytes_like& msg) {
    return send(None, msg);
}

received ESPNow::recv(maybe_integer timeout_ms) {
    const auto got = state_.take(timeout_ms, MAX_DATA_LEN);
    if (!got) return {};
    const auto& [m, mac] = *got;
    return {.mac = mac, .msg = std::string(m.payload.begin(), m.payload.end())};
}

borrowed ESPNow::irecv(maybe_integer timeout_ms) {
    auto& last = state_.last;
    const auto got = state_.take(timeout_ms, last.capacity());
    last.resize(last.capacity());
    if (!got) return {};
    const auto& [m, mac] = *got;
    std::ranges::copy(m.payload, last.data());
    last.resize(m.payload.size());
    return {.mac = mac, .msg = &last};
}

std::size_t ESPNow::recvinto(message_list& data, maybe_integer timeout_ms) {
    data.msg.resize(data.msg.capacity());
    message_view view{.msg = {data.msg.data(), data.msg.size()}};
    const auto size = recvinto(view, timeout_ms);
    if (view.mac == nullptr) return 0;
    data.msg.resize(size);
    data.mac = view.mac;
    data.rssi = view.rssi;
    data.time_ms = view.time_ms;
    return size;
}

std::size_t ESPNow::recvinto(message_view& data, maybe_integer timeout_ms) {
    const auto got = state_.take(timeout_ms, data.msg.size());
    if (!got) return 0;
    const auto& [m, mac] = *got;
    std::ranges::copy(m.payload, data.msg.begin());
    const auto& seen = state_.neighbours.at(*mac);
    data.mac = mac;
    data.rssi = seen.rssi;
    data.time_ms = seen.time_ms;
    return m.payload.size();
}

bool ESPNow::any() const {
    state_.require_active();
    return chip_.mailbox().look().message;
}

int ESPNow::poll(int events, maybe_integer timeout_ms) {
    // Another face of the chip may be on.
    const auto ours = [&] { return state_.active ? events : 0; };
    const auto wanted = [&] {
        return mailbox_state{.message = (ours() & POLLIN) != 0, .writable = (ours() & POLLOUT) != 0};
    };
    const auto found = wait_for(chip_, wanted, timeout_ms ? from_ms(timeout_ms->value) : std::nullopt);
    return ours() & ((found.message ? POLLIN : 0) | (found.writable ? POLLOUT : 0));
}

int ESPNow::fileno() {
    return chip_.mailbox().descriptor();
}

void ESPNow::irq(callback what) {
    const std::lock_guard lock(state_.mutex);
    state_.irq = what ? std::make_shared<const callback>(std::move(what)) : nullptr;
    state_.irq_object = state_.irq ? this : nullptr;
}

mailbox_counters ESPNow::stats() const {
    return chip_.mailbox().counters();
}

const std::map<mac_address, neighbour>& ESPNow::peers_table() const {
    return state_.neighbours;
}

void ESPNow::add_peer(const bytes_like& mac, const maybe_bytes& lmk, maybe_integer channel, maybe_integer ifidx,
                      std::optional<bool> encrypt) {
    add_peer(mac, {.lmk = lmk, .channel = channel, .ifidx = ifidx, .encrypt = encrypt});
}

void ESPNow::add_peer(const bytes_like& mac, const peer_options& how) {
    const auto address = to_address(mac, wrong_length);
    const auto added = new_peer(address, how, wrong_length);
    state_.require_active();
    micropython::add_peer(chip_.mailbox(), added);
}

void ESPNow::mod_peer(const bytes_like& mac, const maybe_bytes& lmk, maybe_integer channel, maybe_integer ifidx,
                      std::optional<bool> encrypt) {
    mod_peer(mac, {.lmk = lmk, .channel = channel, .ifidx = ifidx, .encrypt = encrypt});
}

void ESPNow::mod_peer(const bytes_like& mac, const peer_options& how) {
    const auto address = to_address(mac, wrong_length);
    state_.require_active();
    modify_peer(chip_.mailbox(), address, how, wrong_length);
}

void ESPNow::del_peer(const bytes_like& mac) {
    const auto address = to_address(mac, wrong_length);
    state_.require_active();
    remove_peer(chip_.mailbox(), address);
}

peer_info ESPNow::get_peer(const bytes_like& mac) const {
    const auto address = to_address(mac, wrong_length);
    state_.require_active();
    return micropython::get_peer(chip_.mailbox(), address);
}

std::vector<peer_info> ESPNow::get_peers() const {
    state_.require_active();
    return micropython::get_peers(chip_.mailbox());
}

peer_numbers ESPNow::peer_count() const {
    state_.require_active();
    return count_peers(chip_.mailbox());
}

}  // namespace nowire::micropython
