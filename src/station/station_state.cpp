#include "station/station_state.hpp"

#include "station/station_random.hpp"

#include <iterator>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

namespace nowire {

namespace {

template <class... Each>
struct overloaded : Each... {
    using Each::operator()...;
};

/// The packet numbers of all stations of this process that have no store of their own.
ccmp::memory_packet_number_store& numbers_of_this_process() {
    static ccmp::memory_packet_number_store store;
    return store;
}

std::chrono::nanoseconds time_of_day() {
    return std::chrono::system_clock::now().time_since_epoch();
}

device_options complete_options(device_options given, const nowire::radio& r) {
    if (!given.station_mac.is_zero()) return given;
    const auto who = r.identity();
    given.station_mac = who.station;
    given.home_channel = who.on;
    if (!given.soft_ap_mac && !who.soft_ap.is_zero()) given.soft_ap_mac = who.soft_ap;
    return given;
}

device make_device(const station_options& options, const nowire::radio& r) {
    auto& store = options.packet_numbers != nullptr ? *options.packet_numbers : numbers_of_this_process();
    auto wall_clock = options.wall_clock ? options.wall_clock : time_of_day;
    device made(complete_options(options.device, r),
                options.random ? options.random : device::random_source(detail::system_random()),
                [&store, wall_clock = std::move(wall_clock)](const ccmp::key& key, const mac_address& own) {
                    return std::make_unique<ccmp::packet_number_source>(key.fingerprint(own),
                                                                        ccmp::packet_number_seed(wall_clock()), &store);
                });
    if (options.pmk) made.set_pmk(*options.pmk);
    for (const auto& [address, lmk] : options.lmks) {
        peer added;
        added.address = address;
        added.lmk = lmk;
        added.encrypt = true;
        if (!made.is_up(interface::station)) added.via = interface::soft_ap;
        if (const auto done = made.add_peer(added); !done)
            throw std::system_error(make_error_code(done.error()), "the LMK of " + address.to_string());
    }
    return made;
}

}  // namespace

station::state::state(std::unique_ptr<nowire::radio> r, const station_options& given)
    : radio(std::move(r)),
      device(make_device(given, *radio)),
      inbox(given.inbox),
      add_plain_peers(given.add_plain_peers) {
    inbox.on_edge([this](bool empty) { message_waits.set(!empty); });
    radio->set_handler(this);
    flush();
}

station::state::~state() {
    radio->set_handler(nullptr);
    if (armed) radio->clock().cancel(armed->id);
}

void station::state::on_receive(std::span<const std::uint8_t> mpdu, const rx_info& info) {
    device.receive(mpdu, info);
    flush();
}

void station::state::on_transmit_done(const tx_done& done) {
    device.transmit_done(done);
    flush();
}

void station::state::on_lost(const error& why) {
    device.radio_lost(now());
    flush();
    if (radio_handler_slot->is_set()) queue([slot = radio_handler_slot, why] { slot->call(why); });
}

void station::state::on_restored() {
    if (setup) configure(*setup);
    flush();
    if (radio_handler_slot->is_set()) queue([slot = radio_handler_slot, against = refusal] { slot->call(against); });
}

std::expected<send_token, error> station::state::send(const mac_address& destination,
                                                      std::span<const std::uint8_t> payload, completion_handler done,
                                                      bool direct) {
    if (add_plain_peers)
        if (const auto provided = automatic.provide(device, destination); !provided)
            return std::unexpected(send_error(provided.error(), destination.to_string(), payload.size()));
    const auto token = device.send(destination, payload, now());
    if (!token) return std::unexpected(send_error(token.error(), destination.to_string(), payload.size()));
    sends.emplace(*token, pending{.destination = destination, .done = std::move(done), .direct = direct});
    automatic.sent(destination);
    flush();
    return *token;
}

std::expected<std::vector<send_token>, error> station::state::send_to_all(std::span<const std::uint8_t> payload,
                                                                          const completion_handler& done, bool direct) {
    auto tokens = device.send_to_all(payload, now());
    if (!tokens) return std::unexpected(send_error(tokens.error(), "all", payload.size()));
    auto to = device.peers();  // in the tokens' order
    std::erase_if(to, [](const mac_address& each) { return each.is_group(); });
    for (std::size_t i = 0; i < tokens->size(); ++i) {
        sends.emplace((*tokens)[i], pending{.destination = to[i], .done = done, .direct = direct});
        automatic.sent(to[i]);
    }
    flush();
    return std::move(*tokens);
}

void station::state::forget(send_token token) {
    if (const auto known = sends.find(token); known != sends.end()) known->second.done = nullptr;
}

void station::state::flush() {
    if (const auto changes = device.peer_changes(); changes != peer_changes) {
        peer_changes = changes;
        radio->report_peers(device.report_peers());
    }
    while (auto event = device.next_event())
        std::visit(overloaded{[&](radio_setup& wanted) { configure(wanted); },
                              [&](transmit& frame) { radio->transmit(std::move(frame)); },
                              [&](completion& done) { complete(done); }, [&](message& m) { deliver(std::move(m)); }},
                   *event);
    arm();
}

void station::state::configure(const radio_setup& wanted) {
    setup = wanted;
    refusal.reset();
    if (auto done = radio->configure(wanted); !done) refusal = std::move(done.error());
}

void station::state::complete(const completion& done) {
    const auto known = sends.find(done.token);
    if (known == sends.end()) return;  // device().send() was called without us
    auto [destination, handler, direct] = std::move(known->second);
    sends.erase(known);
    automatic.completed(destination);
    if (!handler) return;
    if (direct)
        handler(done);
    else
        queue([handler = std::move(handler), done] { handler(done); });
}

void station::state::deliver(message m) {
    if (!inbox.push(std::move(m))) return;
    if (message_handler->is_set()) queue([slot = message_handler] { slot->call(std::nullopt); });
}

void station::state::queue(std::function<void()> call) {
    calls.push_back(std::move(call));
    calls_wait.set(true);
}

void station::state::arm() {
    const auto deadline = device.next_deadline();
    if (armed && deadline == armed->when) return;
    if (armed) radio->clock().cancel(armed->id);
    armed.reset();
    if (!deadline) return;
    const auto id = radio->clock().call_at(*deadline, [this] {
        armed.reset();
        device.advance(now());
        flush();
    });
    armed = armed_timer{.when = *deadline, .id = id};
}

/// Made when first asked for: an air takes who asks for it for somebody who polls, and perhaps never says when he is
/// idle.
int station::state::work_descriptor() {
    if (!work) {
        work.emplace();
        work->add(radio->descriptor());
        work->add(calls_wait.get());
    }
    return work->get();
}

void station::state::process() {
    flush();
    radio->dispatch();
    flush();
}

void station::state::run_calls() {
    for (auto due = calls.size(); due > 0 && !calls.empty(); --due) {
        const auto call = std::move(calls.front());
        calls.pop_front();
        calls_wait.set(!calls.empty());
        call();
    }
    flush();
}

void station::state::run_until(std::optional<time_point> deadline) {
    flush();
    if (calls.empty())
        radio->wait_until(deadline);
    else
        radio->dispatch();
    flush();
    run_calls();
}

std::vector<std::function<void()>> station::state::take_calls() {
    std::vector<std::function<void()>> taken(std::make_move_iterator(calls.begin()),
                                             std::make_move_iterator(calls.end()));
    calls.clear();
    calls_wait.set(false);
    return taken;
}

error station::state::send_error(errc why, const std::string& to, std::size_t size) const {
    const auto& options = device.options();
    const auto text = [&]() -> std::string {
        switch (why) {
            case errc::argument: {
                const auto limit =
                    options.version == frame::version::v1 ? frame::max_payload_v1 : frame::max_payload_v2_received;
                return "a message has 1 to " + std::to_string(limit) + " bytes, not " + std::to_string(size);
            }
            case errc::peer_not_found:
                return to == "all" ? "there is no unicast peer" : to + " is no peer: add it first";
            case errc::peer_list_full:
                return "no room for the peer " + to + ": " + std::to_string(device.peer_count()) +
                       " are there already, and none of them was added by itself";
            case errc::interface_down:
                return "the interface to " + to + " is not up";
            case errc::channel_mismatch:
                return to + " is not on the home channel, which is " + std::to_string(device.home_channel().number());
            case errc::no_memory:
                return "every transmit buffer that could take a message to " + to + " is in use (" +
                       std::to_string(device.in_flight()) + " of " + std::to_string(options.pool) +
                       "): wait for a completion";
            case errc::packet_numbers:
                return "no packet number can be had for the key of " + to + ": they are used up, or their store failed";
            default:
                return "the message to " + to + " could not be made: " + std::string(to_string(why));
        }
    }();
    return {.code = why, .text = text};
}

}  // namespace nowire
