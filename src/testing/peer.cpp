#include "testing/world_state.hpp"

#include <stdexcept>
#include <utility>

namespace nowire::testing {

namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string in_words(const message& m) {
    std::string text = std::to_string(m.payload.size()) + " bytes from " + m.source.to_string() + ": \"";
    for (const auto byte : m.payload)
        text += byte >= 0x20 && byte < 0x7f ? static_cast<char>(byte) : '.';
    return text + "\"";
}

}  // namespace

peer::peer(std::string name, const mac_address& mac, std::unique_ptr<peer_state> s)
    : participant(std::move(name), mac), state_(std::move(s)) {}

peer::~peer() = default;

namespace {

/// The oldest message, once its ACK is over: what the test does next, to the link for example, comes after that.
message take_message(peer_state& s) {
    auto first = std::move(s.inbox.front());
    s.inbox.pop_front();
    const auto end = first.time + ack_time;
    if (!first.destination.is_group() && s.world.host->now() < end) s.world.wait("an ACK", end, [] { return false; });
    return first;
}

}  // namespace

std::optional<message> peer::receive_within(duration limit) {
    auto& s = *state_;
    const auto is_there = [&] { return !s.inbox.empty(); };
    if (!is_there()) s.world.wait(name() + " to receive", after(s.world.host->now(), limit), is_there);
    if (!is_there()) return std::nullopt;
    return take_message(s);
}

message peer::receive(duration limit) {
    auto& s = *state_;
    if (s.inbox.empty()) s.world.require(name() + " to receive", limit, [&] { return !s.inbox.empty(); });
    return take_message(s);
}

void peer::receive_nothing(duration for_so_long) {
    auto& s = *state_;
    const auto is_there = [&] { return !s.inbox.empty(); };
    const auto until = after(s.world.host->now(), for_so_long);
    if (is_there() || s.world.wait(name() + " to receive nothing", until, is_there))
        s.world.fail(name() + " was to receive nothing, and received " + in_words(s.inbox.front()));
}

std::size_t peer::waiting() const {
    return state_->inbox.size();
}

void peer::on_message(std::function<void(const message&)> handler) {
    state_->handler = std::move(handler);
}

delivery peer::send(const mac_address& to, std::span<const std::uint8_t> payload, duration limit) {
    auto& s = *state_;
    // Where the limit is over first, the end comes after this call.
    const auto end = std::make_shared<std::optional<completion>>();
    const auto taken = s.station->send_then(to, payload, [end](const completion& c) { *end = c; });
    if (!taken) s.world.fail(name() + " cannot send to " + to.to_string() + ": " + taken.error().text);
    s.world.require("what " + name() + " sends to " + to.to_string() + " to be over", limit,
                    [&] { return end->has_value(); });
    return {.result = (*end)->result, .attempts = (*end)->attempts};
}

delivery peer::send(const mac_address& to, std::string_view text, duration limit) {
    return send(to, bytes_of(text), limit);
}

void peer::post(const mac_address& to, std::span<const std::uint8_t> payload) {
    auto& s = *state_;
    const auto taken = s.station->send_then(to, payload, {});
    if (!taken) s.world.fail(name() + " cannot send to " + to.to_string() + ": " + taken.error().text);
}

void peer::post(const mac_address& to, std::string_view text) {
    post(to, bytes_of(text));
}

void peer::set_channel(int number) {
    const auto on = channel::from_number(number);
    if (!on) throw std::invalid_argument("there is no channel " + std::to_string(number));
    auto& s = *state_;
    s.station->device().set_channel(*on, s.world.host->now());
    s.station->flush();
}

void peer::set_lmk(const mac_address& other, std::string_view key) {
    const auto local = ccmp::lmk::parse(key);
    if (!local) throw std::invalid_argument("an LMK must be 16 characters or 32 hex digits");
    auto& s = *state_;
    auto& device = s.station->device();
    const nowire::peer p{.address = other, .lmk = *local, .encrypt = true};
    const auto taken = device.find_peer(other) != nullptr ? device.modify_peer(p) : device.add_peer(p);
    if (!taken) s.world.fail(name() + " does not take the key: " + std::string(to_string(taken.error())));
    s.station->flush();
    s.world.host->frames().add_key(other, *local, s.primary);
}

void peer::remove_lmk(const mac_address& other) {
    auto& device = state_->station->device();
    if (const auto* known = device.find_peer(other); known != nullptr && known->encrypt) {
        // That it is there has just been seen.
        [[maybe_unused]] const auto removed = device.remove_peer(other);
    }
    state_->station->flush();
}

void peer::set_receiving(bool on) {
    state_->station->device().set_receiving(on);
    state_->station->flush();
}

nowire::station& peer::station() {
    return *state_->station;
}

}  // namespace nowire::testing
