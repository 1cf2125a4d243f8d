#include <nowire/pycom/espnow.hpp>

#include <utility>

namespace nowire::pycom {

WLAN::WLAN(int mode) : WLAN(chip::standard(), mode) {}

WLAN::WLAN(chip& on, int mode) : chip_(&on) {
    if (mode < STA || mode > STA_AP) throw value_error("invalid mode");
    set((mode & STA) != 0, (mode & AP) != 0);
}

void WLAN::deinit() {
    set(false, false);
}

mac_address WLAN::mac() const {
    return chip_->mailbox().with([](station& s) { return std::as_const(s).device().address(interface::station); });
}

void WLAN::set(bool station, bool soft_ap) {
    const auto against = chip_->mailbox().with([&](nowire::station& s) {
        auto& device = s.device();
        const bool station_before = device.is_up(interface::station);
        const bool soft_ap_before = device.is_up(interface::soft_ap);
        device.set_interface(interface::station, station);
        device.set_interface(interface::soft_ap, soft_ap);
        s.flush();
        auto refused = s.refusal();
        if (refused) {
            device.set_interface(interface::station, station_before);
            device.set_interface(interface::soft_ap, soft_ap_before);
            s.flush();
        }
        return refused;
    });
    if (against) throw os_error(against->text);
}

}  // namespace nowire::pycom
