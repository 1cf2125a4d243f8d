#include "micropython/peers.hpp"

#include <nowire/micropython/wlan.hpp>

#include <tuple>
#include <utility>

namespace nowire::micropython {

namespace {

constexpr int invalid_argument = -0x102;
constexpr const char* invalid_argument_name = "ESP_ERR_INVALID_ARG";
constexpr const char* wrong_length = "invalid buffer length";

interface to_interface(int number) {
    return static_cast<interface>(number);
}

}  // namespace

WLAN::WLAN(int interface) : WLAN(chip::standard(), interface) {}

WLAN::WLAN(chip& on, int interface) : chip_(&on), interface_(interface) {
    if (interface != STA_IF && interface != AP_IF) throw value_error("invalid WLAN interface identifier");
}

bool WLAN::active() const {
    return chip_->mailbox().with([&](station& s) { return std::as_const(s).device().is_up(to_interface(interface_)); });
}

bool WLAN::active(bool up) {
    const auto against = chip_->mailbox().with([&](station& s) -> std::optional<error> {
        const auto which = to_interface(interface_);
        const bool was_up = s.device().is_up(which);
        s.device().set_interface(which, up);
        s.flush();
        auto refused = s.refusal();
        if (refused) {
            s.device().set_interface(which, was_up);
            s.flush();
        }
        return refused;
    });
    if (against) throw os_error::from(*against);
    return up;
}

void WLAN::config(const settings& what) {
    const auto address = to_address_or_none(what.mac, wrong_length);
    const auto against = chip_->mailbox().with([&](station& s) -> std::optional<error> {
        auto& device = s.device();
        const auto invalid = [](errc why) { return error{.code = why, .text = make_error_code(why).message()}; };
        if (what.channel) {
            const auto number = what.channel->value;
            const auto home =
                number >= 0 && number < 256 ? channel::from_number(static_cast<int>(number)) : std::nullopt;
            if (!home) return invalid(errc::argument);
            const auto before = device.home_channel();
            device.set_channel(*home, s.clock().now());
            s.flush();
            if (auto refused = s.refusal()) {
                device.set_channel(before, s.clock().now());
                s.flush();
                return refused;
            }
        }
        if (!address) return std::nullopt;
        const auto station_before = device.address(interface::station);
        const auto soft_ap_before = device.address(interface::soft_ap);
        const bool of_station = interface_ == STA_IF;
        if (const auto set =
                device.set_addresses(of_station ? *address : station_before, of_station ? soft_ap_before : *address);
            !set)
            return invalid(set.error());
        s.flush();
        auto refused = s.refusal();
        if (refused) {
            std::ignore = device.set_addresses(station_before, soft_ap_before);
            s.flush();
        }
        return refused;
    });
    if (!against) return;
    if (against->code == errc::argument) throw os_error(invalid_argument, invalid_argument_name);
    throw os_error::from(*against);
}

mac_address WLAN::mac() const {
    return chip_->mailbox().with(
        [&](station& s) { return std::as_const(s).device().address(to_interface(interface_)); });
}

int WLAN::channel() const {
    return chip_->mailbox().with([](station& s) { return std::as_const(s).device().home_channel().number(); });
}

}  // namespace nowire::micropython
