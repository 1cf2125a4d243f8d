#include "device/state.hpp"

#include <nowire/ccmp/key.hpp>
#include <nowire/frame/action.hpp>
#include <nowire/frame/mpdu.hpp>

#include <utility>

namespace nowire {

namespace {

/// The payload that the device delivers: of all elements, or of the first one.
std::vector<std::uint8_t> payload_of(const frame::action_view& view, bool first_only) {
    const auto first = view.first().body;
    if (first_only || view.element_count() == 1) return {first.begin(), first.end()};
    std::vector<std::uint8_t> all(view.payload_size());
    view.gather(all);
    return all;
}

}  // namespace

bool device::state::is_own(const mac_address& a) const {
    return a == address(interface::station) || a == address(interface::soft_ap);
}

bool device::state::is_for_us(const mac_address& destination) const {
    const bool station = is_up(interface::station);
    const bool soft_ap = is_up(interface::soft_ap);
    if (destination.is_group()) return station || soft_ap;
    return (station && destination == address(interface::station)) ||
           (soft_ap && destination == address(interface::soft_ap));
}

std::uint64_t& device::state::receive(std::span<const std::uint8_t> mpdu, const rx_info& info) {
    if (was_off_at(info.time)) return statistics.receiver_off;
    const auto header = frame::read_header(mpdu);
    if (!header || !header->control.is_action()) return statistics.not_action;
    if (is_own(header->a2)) return statistics.own;
    if (!is_for_us(header->a1)) return statistics.not_for_us;

    detail::peer_entry* from = peers.find(header->a2);
    const bool has_key = from != nullptr && from->secure;
    if (!header->control.is_protected()) {
        if (has_key && !header->a1.is_group() && !options.accept_plain_from_encrypted)
            return statistics.plain_from_encrypted;
        return receive_body(*header, mpdu.subspan(frame::header_size), info, nullptr, 0);
    }
    if (!has_key) return statistics.no_key;
    const auto opened = from->secure->key.unprotect(plaintext, mpdu);
    if (!opened) return statistics.undecryptable;
    return receive_body(*header, opened->body, info, &*from->secure, opened->pn);
}

/// @param secure  the key that authenticated `body`; nullptr: the frame came plain.
std::uint64_t& device::state::receive_body(const frame::management_header& header, std::span<const std::uint8_t> body,
                                           const rx_info& info, detail::peer_key* secure, std::uint64_t packet_number) {
    const auto view = frame::parse_action(body, options.strictness, options.user_oui);
    if (!view) return statistics.rejected[static_cast<std::size_t>(view.error())];
    // A retry of the radio has the packet number of the first transmission: it is a duplicate before it is a replay.
    if (is_duplicate(header, view->random(), secure)) return statistics.duplicates;
    if (secure != nullptr && options.replay_window && !secure->replays.accept(packet_number)) return statistics.replays;
    remember(header, view->random(), secure);

    const bool cut = options.version == frame::version::v1 && view->element_count() > 1;
    if (cut && options.oversize == v1_oversize::discard) return statistics.oversize_v1;
    auto payload = payload_of(*view, cut);
    if (payload.empty()) return statistics.rejected[static_cast<std::size_t>(frame::reject::empty)];
    events.emplace_back(message{.source = header.a2,
                                .destination = header.a1,
                                .payload = std::move(payload),
                                .rssi = info.rssi,
                                .noise = info.noise,
                                .on = info.on,
                                .rx_rate = info.rx_rate,
                                .time = info.time,
                                .retry = header.control.retry(),
                                .was_encrypted = secure != nullptr,
                                .version = view->first().version(),
                                .sequence_number = header.sequence_number(),
                                .random = view->random()});
    return statistics.delivered;
}

bool device::state::is_duplicate(const frame::management_header& header, const detail::random_value& random_value,
                                 const detail::peer_key* secure) const {
    if (!header.control.retry()) return false;
    return secure != nullptr ? secure->seen.contains(random_value) : plain_seen.contains(header.a2, random_value);
}

void device::state::remember(const frame::management_header& header, const detail::random_value& random_value,
                             detail::peer_key* secure) {
    if (secure != nullptr)
        secure->seen.insert(random_value);
    else
        plain_seen.insert(header.a2, random_value);
}

void device::receive(std::span<const std::uint8_t> mpdu, const rx_info& info) {
    ++state_->receive(mpdu, info);
}

}  // namespace nowire
