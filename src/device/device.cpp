#include "device/state.hpp"

#include <nowire/device/device.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace nowire {

namespace {

constexpr std::size_t hardware_keys = 17;  // what ESP-NOW may use of the chip's key slots

void require(bool holds, const char* what) {
    if (!holds) throw std::system_error(make_error_code(errc::argument), what);
}

device_options checked(device_options given) {
    const auto text = [](const mac_address& mac) { return mac.to_string(); };
    require(!given.station_mac.is_zero() && !given.station_mac.is_group(),
            ("the station MAC must be a unicast address, not " + text(given.station_mac)).c_str());
    if (!given.soft_ap_mac) given.soft_ap_mac = given.station_mac.plus(1);
    require(!given.soft_ap_mac->is_zero() && !given.soft_ap_mac->is_group(),
            ("the SoftAP MAC must be a unicast address, not " + text(*given.soft_ap_mac)).c_str());
    require(*given.soft_ap_mac != given.station_mac, "the SoftAP MAC must differ from the station MAC");
    require(!given.encrypted_limit || *given.encrypted_limit <= hardware_keys,
            "the limit of encrypted peers must be 0 to 17, or none");
    require(given.pool > 0, "a pool of transmit buffers must have at least one");
    return given;
}

}  // namespace

device::state::state(device_options given, random_source random_values, packet_number_factory packet_numbers)
    : options(checked(std::move(given))),
      random(std::move(random_values)),
      peers(options.peer_limit, options.encrypted_limit, std::move(packet_numbers)) {
    require(static_cast<bool>(random), "a device needs a source of random values");
    update_radio();
}

time_point device::state::see(time_point now) {
    latest = std::max(latest, now);
    return latest;
}

mac_address device::state::address(interface which) const {
    return which == interface::soft_ap ? *options.soft_ap_mac : options.station_mac;
}

bool device::state::is_up(interface which) const {
    return which == interface::soft_ap ? options.soft_ap_up : options.station_up;
}

void device::state::update_radio() {
    const auto if_up = [&](interface which) { return is_up(which) ? std::optional(address(which)) : std::nullopt; };
    const radio_setup wanted = {.on = options.home_channel,
                                .station = if_up(interface::station),
                                .soft_ap = if_up(interface::soft_ap),
                                .receiving = is_receiving()};
    if (told == wanted) return;
    told = wanted;
    events.emplace_back(wanted);
}

device::device(device_options options, random_source random, packet_number_factory packet_numbers)
    : state_(std::make_unique<state>(std::move(options), std::move(random), std::move(packet_numbers))) {}

device::~device() = default;
device::device(device&&) noexcept = default;
device& device::operator=(device&&) noexcept = default;

std::optional<device_event> device::next_event() {
    auto& events = state_->events;
    if (events.empty()) return std::nullopt;
    std::optional<device_event> oldest = std::move(events.front());
    events.pop_front();
    return oldest;
}

std::expected<void, errc> device::add_peer(const peer& p) {
    return state_->peers.add(p, state_->primary, address(p.via));
}

std::expected<void, errc> device::modify_peer(const peer& p) {
    return state_->peers.modify(p, state_->primary, address(p.via));
}

std::expected<void, errc> device::remove_peer(const mac_address& address) {
    return state_->peers.remove(address);
}

const peer* device::find_peer(const mac_address& address) const {
    const auto* entry = std::as_const(state_->peers).find(address);
    return entry == nullptr ? nullptr : &entry->info;
}

std::vector<mac_address> device::peers() const {
    return state_->peers.addresses();
}

std::size_t device::peer_count() const {
    return state_->peers.size();
}

std::size_t device::encrypted_peer_count() const {
    return state_->peers.encrypted();
}

std::uint64_t device::peer_changes() const {
    return state_->peers.changes();
}

peer_report device::report_peers() const {
    return state_->peers.report();
}

void device::set_pmk(const ccmp::pmk& pmk) {
    state_->primary = pmk;
}

void device::set_channel(channel home, time_point now) {
    state_->see(now);
    state_->options.home_channel = home;
    state_->update_radio();
}

channel device::home_channel() const {
    return state_->options.home_channel;
}

void device::set_interface(interface which, bool up) {
    (which == interface::soft_ap ? state_->options.soft_ap_up : state_->options.station_up) = up;
    state_->update_radio();
}

bool device::is_up(interface which) const {
    return state_->is_up(which);
}

mac_address device::address(interface which) const {
    return state_->address(which);
}

std::expected<void, errc> device::set_addresses(const mac_address& station, const mac_address& soft_ap) {
    const auto is_none = [](const mac_address& a) { return a.is_zero() || a.is_group(); };
    if (is_none(station) || is_none(soft_ap) || station == soft_ap) return std::unexpected(errc::argument);
    const auto is_in_use = [&](interface which, const mac_address& wanted) {
        return wanted != state_->address(which) && state_->peers.has_encrypted(which);
    };
    if (is_in_use(interface::station, station) || is_in_use(interface::soft_ap, soft_ap))
        return std::unexpected(errc::peer_exists);
    state_->options.station_mac = station;
    state_->options.soft_ap_mac = soft_ap;
    state_->update_radio();
    return {};
}

void device::set_protocol(frame::version version, v1_oversize oversize, frame::strictness strictness) {
    state_->options.version = version;
    state_->options.oversize = oversize;
    state_->options.strictness = strictness;
}

std::expected<void, errc> device::set_limits(std::optional<std::size_t> encrypted, std::size_t pool) {
    if ((encrypted && *encrypted > hardware_keys) || pool == 0) return std::unexpected(errc::argument);
    state_->options.encrypted_limit = encrypted;
    state_->options.pool = pool;
    state_->peers.set_encrypted_limit(encrypted);
    return {};
}

void device::set_receiving(bool on) {
    state_->receiver_on = on;
    state_->update_radio();
}

std::expected<void, errc> device::set_wake(duration window, duration interval, time_point now) {
    if (window < duration::zero() || interval <= duration::zero()) return std::unexpected(errc::argument);
    state_->wake = detail::wake_window(window, interval, state_->see(now));
    state_->update_radio();
    return {};
}

void device::advance(time_point now) {
    state_->wake.advance(state_->see(now));
    state_->update_radio();
}

std::optional<time_point> device::next_deadline() const {
    return state_->wake.next_deadline();
}

bool device::is_receiving() const {
    return state_->is_receiving();
}

void device::set_user_oui(const frame::oui& oui) {
    state_->options.user_oui = oui;
}

void device::set_tx_rate(rate r) {
    state_->options.tx_rate = r;
}

std::size_t device::in_flight() const {
    return state_->in_flight.size();
}

const device_options& device::options() const {
    return state_->options;
}

const device_statistics& device::statistics() const {
    return state_->statistics;
}

}  // namespace nowire
