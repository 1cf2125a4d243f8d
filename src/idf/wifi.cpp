/// Wi-Fi as a state machine: initialised, started, and which interfaces are up.

#include "idf/wifi.hpp"

#include "idf/espnow.hpp"
#include "idf/event.hpp"
#include "idf/mac.hpp"
#include "idf/promiscuous.hpp"
#include "idf/wifi_wake.hpp"

#include <cstdio>
#include <utility>

ESP_EVENT_DEFINE_BASE(WIFI_EVENT);

namespace nowire::idf {

namespace {

constexpr int most_tx_buffers = 128;

void post(call& c, wifi_event_t what) {
    post_event(c, WIFI_EVENT, what, nullptr, 0);
}

/// Brings the interfaces up or down as mode and state have it, and tells of those that changed. ESP_FAIL: the radio
/// refuses it, and nothing has changed.
esp_err_t apply_interfaces(call& c) {
    auto& device = c.station().device();
    const auto& w = wifi(c);
    struct change {
        wifi_interface_t which;
        wifi_event_t up;
        wifi_event_t down;
    };
    std::array<bool, 2> before{};
    constexpr std::array changes = {change{WIFI_IF_STA, WIFI_EVENT_STA_START, WIFI_EVENT_STA_STOP},
                                    change{WIFI_IF_AP, WIFI_EVENT_AP_START, WIFI_EVENT_AP_STOP}};
    for (const auto& each : changes) {
        before[each.which] = device.is_up(to_interface(each.which));
        device.set_interface(to_interface(each.which), w.started && w.has(each.which));
    }
    c.station().flush();
    if (const auto& against = c.station().refusal()) {
        std::fprintf(stderr, "nowire: the radio refuses its setup: %s\n", against->text.c_str());
        for (const auto& each : changes)
            device.set_interface(to_interface(each.which), before[each.which]);
        return ESP_FAIL;
    }
    for (const auto& each : changes) {
        const bool now = device.is_up(to_interface(each.which));
        if (now != before[each.which]) post(c, now ? each.up : each.down);
    }
    return ESP_OK;
}

esp_err_t initialise(const wifi_init_config_t* config) {
    if (config == nullptr || config->magic != WIFI_INIT_CONFIG_MAGIC) return ESP_ERR_INVALID_ARG;
    if (config->dynamic_tx_buf_num < 1 || config->dynamic_tx_buf_num > most_tx_buffers ||
        config->espnow_max_encrypt_num < 0)
        return ESP_ERR_INVALID_ARG;
    const auto station = station_address();
    const auto soft_ap = soft_ap_address();
    call c;
    auto& w = wifi(c);
    if (w.initialised) return ESP_OK;
    if (!c.station().device().set_limits(static_cast<std::size_t>(config->espnow_max_encrypt_num),
                                         static_cast<std::size_t>(config->dynamic_tx_buf_num)))
        return ESP_ERR_INVALID_ARG;
    // As the program has set them by esp_mac.h.
    if (!c.station().device().set_addresses(station, soft_ap)) return ESP_ERR_WIFI_MAC;
    w = {.initialised = true};
    return ESP_OK;
}

esp_err_t deinitialise() {
    {
        call c;
        auto& w = wifi(c);
        if (!w.initialised) return ESP_ERR_WIFI_NOT_INIT;
        if (w.started) return ESP_ERR_WIFI_NOT_STOPPED;
        w.initialised = false;
        promiscuous_off(c);
        announce_wake_intervals(c, duration::zero());
    }
    return esp_now_deinit();
}

esp_err_t set_started(bool on) {
    call c;
    auto& w = wifi(c);
    if (!w.initialised) return ESP_ERR_WIFI_NOT_INIT;
    const bool before = std::exchange(w.started, on);
    const auto done = apply_interfaces(c);
    if (done != ESP_OK) w.started = before;
    return done;
}

esp_err_t set_mode(wifi_mode_t mode) {
    call c;
    auto& w = wifi(c);
    if (!w.initialised) return ESP_ERR_WIFI_NOT_INIT;
    if (mode < WIFI_MODE_NULL || mode > WIFI_MODE_APSTA) return ESP_ERR_INVALID_ARG;
    const auto before = std::exchange(w.mode, mode);
    const auto done = apply_interfaces(c);
    if (done != ESP_OK) w.mode = before;
    apply_wake(c);
    return done;
}

esp_err_t set_mac(wifi_interface_t which, const std::uint8_t* mac) {
    if (mac == nullptr) return ESP_ERR_INVALID_ARG;
    call c;
    if (!wifi(c).initialised) return ESP_ERR_WIFI_NOT_INIT;
    if (!is_interface(which)) return ESP_ERR_WIFI_IF;
    auto& device = c.station().device();
    if (device.is_up(to_interface(which))) return ESP_ERR_WIFI_MODE;
    const mac_address wanted(std::span<const std::uint8_t, mac_address::size>(mac, mac_address::size));
    const bool is_station = which == WIFI_IF_STA;
    const auto done = device.set_addresses(is_station ? wanted : device.address(interface::station),
                                           is_station ? device.address(interface::soft_ap) : wanted);
    return done ? ESP_OK : ESP_ERR_WIFI_MAC;
}

esp_err_t get_mac(wifi_interface_t which, std::uint8_t* mac) {
    if (mac == nullptr) return ESP_ERR_INVALID_ARG;
    call c;
    if (!wifi(c).initialised) return ESP_ERR_WIFI_NOT_INIT;
    if (!is_interface(which)) return ESP_ERR_WIFI_IF;
    std::ranges::copy(c.station().device().address(to_interface(which)).octets(), mac);
    return ESP_OK;
}

}  // namespace

wifi_state& wifi(call& /*under its lock*/) {
    static wifi_state state;
    return state;
}

}  // namespace nowire::idf

extern "C" {

esp_err_t esp_wifi_init(const wifi_init_config_t* config) {
    return nowire::idf::initialise(config);
}

esp_err_t esp_wifi_deinit(void) {
    return nowire::idf::deinitialise();
}

esp_err_t esp_wifi_start(void) {
    return nowire::idf::set_started(true);
}

esp_err_t esp_wifi_stop(void) {
    return nowire::idf::set_started(false);
}

esp_err_t esp_wifi_set_mode(wifi_mode_t mode) {
    return nowire::idf::set_mode(mode);
}

esp_err_t esp_wifi_get_mode(wifi_mode_t* mode) {
    nowire::idf::call c;
    if (!nowire::idf::wifi(c).initialised) return ESP_ERR_WIFI_NOT_INIT;
    if (mode == nullptr) return ESP_ERR_INVALID_ARG;
    *mode = nowire::idf::wifi(c).mode;
    return ESP_OK;
}

esp_err_t esp_wifi_set_mac(wifi_interface_t ifx, const uint8_t mac[6]) {
    return nowire::idf::set_mac(ifx, mac);
}

esp_err_t esp_wifi_get_mac(wifi_interface_t ifx, uint8_t mac[6]) {
    return nowire::idf::get_mac(ifx, mac);
}
}
