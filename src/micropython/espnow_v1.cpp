#include "micropython/peers.hpp"
#include "micropython/receive.hpp"
#include "micropython/scheduler.hpp"

#include <nowire/micropython/espnow_v1.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <utility>

namespace nowire::micropython::v1 {

namespace {

constexpr const char* face = "micropython::v1::ESPNow";
constexpr const char* wrong_length = "wrong length";

// A packet: magic (1 byte), length (1), address (6), message.
constexpr std::uint8_t magic = 0x99;
constexpr std::size_t packet_header = 8;
// The ring is a byte larger than its size says and keeps one free, and a packet must leave another one.
constexpr std::size_t ring_spare = 1;
constexpr std::chrono::seconds longest_response{2};

void set_version(mailbox& box, frame::version version) {
    box.with([version](station& s) {
        const auto& options = s.device().options();
        s.device().set_protocol(version, v1_oversize::first, options.strictness);
    });
}

}  // namespace

/// What all objects of a chip share.
struct ESPNow::state {
    explicit state(nowire::chip& c) : on(c), callbacks(c.part<scheduler>()) {}

    /// By the mailbox's thread, for each message.
    void interrupt() {
        const std::lock_guard lock(mutex);
        if (!on_recv) return;
        const auto tell = [this, it = on_recv] {
            ESPNow object(on);
            (*it)(object);
        };
        callbacks.add(tell, this);
    }

    void require_init() const {
        if (!initialised) fail_not_init();
    }

    std::optional<message> take(maybe_integer timeout_ms) {
        require_init();
        return take_message(on, from_ms(timeout_ms ? timeout_ms->value : timeout.load()), MAX_DATA_LEN, "Buffer error");
    }

    void flush() {
        if (!on.mailbox().flush(longest_response)) throw value_error("Send timeout on synch.");
    }

    /// Hands whole packets to `write`, as many as `room` bytes hold, or one. @returns bytes; nothing: none waits.
    std::optional<std::size_t> read(std::size_t room, bool only_one,
                                    const std::function<void(std::span<const std::uint8_t>)>& write) {
        require_init();
        auto& box = on.mailbox();
        std::size_t used = 0;
        while (const auto size = box.next_size()) {
            if (packet_header + *size > room - used) {
                if (used == 0) throw value_error("ESP-Now: Buffer too small");
                break;
            }
            const auto got = box.receive(duration::zero());
            if (!got) break;
            const std::array start = {magic, static_cast<std::uint8_t>(got->payload.size())};
            write(start);
            write(got->source.octets());
            write(got->payload);
            used += packet_header + got->payload.size();
            if (only_one) break;
        }
        if (used == 0) return std::nullopt;
        return used;
    }

    std::optional<std::string> read_text(maybe_integer size, bool only_one) {
        const bool limited = size && size->value >= 0;
        std::string packets;
        const auto count = read(limited ? static_cast<std::size_t>(size->value) : SIZE_MAX, limited && only_one,
                                [&](std::span<const std::uint8_t> more) { packets.append(more.begin(), more.end()); });
        if (!count) return std::nullopt;
        return packets;
    }

    std::optional<std::size_t> read_to(std::span<std::uint8_t> to, bool only_one) {
        auto next = to.begin();
        return read(to.size(), only_one,
                    [&](std::span<const std::uint8_t> more) { next = std::ranges::copy(more, next).out; });
    }

    nowire::chip& on;
    scheduler& callbacks;
    std::atomic<bool> initialised = false;
    std::atomic<std::int64_t> rxbuf = 2 * (packet_header + MAX_DATA_LEN);
    std::atomic<std::int64_t> timeout = 300'000;  ///< in ms

    std::mutex mutex;  ///< of what follows
    std::shared_ptr<const callback> on_recv;

    // For the one thread that reads.
    bytearray last_mac{mac_address::size};
    bytearray last_msg{MAX_DATA_LEN};
};

ESPNow::ESPNow() : ESPNow(nowire::chip::standard()) {}

ESPNow::ESPNow(nowire::chip& on) : chip_(on), state_(on.part<state>()) {}

void ESPNow::init() {
    if (state_.initialised) return;
    auto& box = chip_.mailbox();
    chip_.claim(face);
    set_version(box, frame::version::v1);
    box.on_message([&s = state_] { s.interrupt(); });
    box.start(ring_limits(static_cast<std::size_t>(state_.rxbuf.load()), packet_header, ring_spare));
    state_.initialised = true;
}

void ESPNow::deinit() {
    if (!state_.initialised) return;
    auto& box = chip_.mailbox();
    state_.initialised = false;
    box.stop();
    box.on_message({});
    set_version(box, frame::version::v2);
    chip_.release();
}

void ESPNow::clear(bool sure) {
    if (!sure) throw value_error("arg must be True");
    state_.require_init();
    chip_.mailbox().clear();
}

bool ESPNow::poll() const {
    state_.require_init();
    return chip_.mailbox().look().message;
}

void ESPNow::config(const settings& what) {
    if (what.rxbuf && what.rxbuf->value >= 0) state_.rxbuf = what.rxbuf->value;
    if (what.timeout && what.timeout->value >= 0) state_.timeout = what.timeout->value;
    if (!what.on_recv) return;
    const std::lock_guard lock(state_.mutex);
    state_.on_recv = *what.on_recv ? std::make_shared<const callback>(*what.on_recv) : nullptr;
}

std::int64_t ESPNow::config(std::string_view name) const {
    if (name == "rxbuf") return state_.rxbuf;
    if (name == "timeout") return state_.timeout;
    throw value_error("unknown config param");
}

ESPNow::callback ESPNow::on_recv() const {
    const std::lock_guard lock(state_.mutex);
    return state_.on_recv ? *state_.on_recv : callback();
}

void ESPNow::set_pmk(const bytes_like& key) {
    const auto pmk = to_pmk(key, wrong_length);
    state_.require_init();
    chip_.mailbox().with([&](station& s) { s.device().set_pmk(pmk); });
}

bool ESPNow::send(const maybe_bytes& mac, const bytes_like& msg, std::optional<bool> sync) {
    state_.require_init();
    const auto to = mac.is_false() ? std::nullopt : to_address_or_none(mac, wrong_length);
    const bool wait = sync.value_or(false);
    auto& box = chip_.mailbox();
    if (wait) state_.flush();
    const auto failures = box.counters().tx_failures;
    if (const auto sent = box.send(to, msg.bytes(), false); !sent) throw os_error::from(sent.error());
    if (!wait) return true;
    state_.flush();
    return box.counters().tx_failures == failures;
}

bool ESPNow::send(const bytes_like& msg) {
    return send(None, msg);
}

received ESPNow::recv(maybe_integer timeout) {
    const auto got = state_.take(timeout);
    if (!got) return {};
    return {.mac = got->source, .msg = std::string(got->payload.begin(), got->payload.end())};
}

borrowed ESPNow::irecv(maybe_integer timeout) {
    auto& mac = state_.last_mac;
    auto& msg = state_.last_msg;
    const auto got = state_.take(timeout);
    msg.resize(got ? got->payload.size() : 0);
    if (!got) return {};
    std::ranges::copy(got->source.octets(), mac.data());
    std::ranges::copy(got->payload, msg.data());
    return {.mac = &mac, .msg = &msg};
}

void ESPNow::iterator::read() {
    if (of_->state_.initialised)
        now_ = of_->irecv();
    else
        of_ = nullptr;
}

std::optional<std::string> ESPNow::read(maybe_integer size) {
    return state_.read_text(size, false);
}

std::optional<std::string> ESPNow::read1(maybe_integer size) {
    return state_.read_text(size, true);
}

std::optional<std::size_t> ESPNow::readinto(std::span<std::uint8_t> to) {
    return state_.read_to(to, false);
}

std::optional<std::size_t> ESPNow::readinto1(std::span<std::uint8_t> to) {
    return state_.read_to(to, true);
}

std::size_t ESPNow::write(const bytes_like& packets) {
    state_.require_init();
    for (auto left = packets.bytes(); !left.empty();) {
        if (left.front() != magic) throw value_error("ESP-Now: Bad packet");
        if (left.size() < packet_header || left.size() - packet_header < left[1])
            throw value_error("ESP-Now: Buffer too small for packet");
        const auto payload = left.subspan(packet_header, left[1]);
        send(left.subspan(2, mac_address::size), payload, false);
        left = left.subspan(packet_header + payload.size());
    }
    return packets.size();
}

mailbox_counters ESPNow::stats() const {
    return chip_.mailbox().counters();
}

std::string ESPNow::repr() const {
    return "ESPNow(rxbuf=" + std::to_string(state_.rxbuf) + ", timeout=" + std::to_string(state_.timeout) + ")";
}

void ESPNow::add_peer(const bytes_like& mac, const maybe_bytes& lmk, maybe_integer channel, maybe_integer ifidx,
                      std::optional<bool> encrypt) {
    add_peer(mac, {.lmk = lmk, .channel = channel, .ifidx = ifidx, .encrypt = encrypt});
}

void ESPNow::add_peer(const bytes_like& mac, const peer_options& how) {
    const auto address = to_address(mac, wrong_length);
    const auto added = new_peer(address, how, wrong_length);
    state_.require_init();
    micropython::add_peer(chip_.mailbox(), added);
}

void ESPNow::mod_peer(const bytes_like& mac, const maybe_bytes& lmk, maybe_integer channel, maybe_integer ifidx,
                      std::optional<bool> encrypt) {
    mod_peer(mac, {.lmk = lmk, .channel = channel, .ifidx = ifidx, .encrypt = encrypt});
}

void ESPNow::mod_peer(const bytes_like& mac, const peer_options& how) {
    const auto address = to_address(mac, wrong_length);
    state_.require_init();
    modify_peer(chip_.mailbox(), address, how, wrong_length);
}

void ESPNow::del_peer(const bytes_like& mac) {
    const auto address = to_address(mac, wrong_length);
    state_.require_init();
    remove_peer(chip_.mailbox(), address);
}

peer_info ESPNow::get_peer(const bytes_like& mac) const {
    const auto address = to_address(mac, wrong_length);
    state_.require_init();
    return micropython::get_peer(chip_.mailbox(), address);
}

std::vector<peer_info> ESPNow::get_peers() const {
    state_.require_init();
    return micropython::get_peers(chip_.mailbox());
}

peer_numbers ESPNow::peer_count() const {
    state_.require_init();
    return count_peers(chip_.mailbox());
}

}  // namespace nowire::micropython::v1
