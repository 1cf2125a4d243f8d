/// ESP-NOW's beginning and end, its callbacks, and what is set for all peers.

#include "idf/espnow.hpp"

#include "esp_log.h"
#include "idf/wifi.hpp"

#include <nowire/frame/action.hpp>

#include <algorithm>
#include <tuple>

namespace nowire::idf {

namespace {

constexpr const char* tag = "ESPNOW";

constexpr bool is_between(unsigned version, unsigned from, unsigned below) {
    return version >= from && version < below;
}

/// Whether a driver of version 1 drops what is too long for it, as its header says, or takes the first part
/// (esp-idf.md 1.2: the releases in which ESP_NOW_MAX_IE_DATA_LEN came).
v1_oversize oversize_of(unsigned version) {
    const bool drops = is_between(version, ESP_IDF_VERSION_VAL(5, 0, 8), ESP_IDF_VERSION_VAL(5, 1, 0)) ||
                       is_between(version, ESP_IDF_VERSION_VAL(5, 1, 6), ESP_IDF_VERSION_VAL(5, 2, 0)) ||
                       is_between(version, ESP_IDF_VERSION_VAL(5, 2, 4), ESP_IDF_VERSION_VAL(5, 3, 0)) ||
                       is_between(version, ESP_IDF_VERSION_VAL(5, 3, 2), ESP_IDF_VERSION_VAL(5, 4, 0));
    return drops ? v1_oversize::discard : v1_oversize::first;
}

frame::version protocol_of(unsigned version) {
    return version >= ESP_IDF_VERSION_VAL(5, 4, 0) ? frame::version::v2 : frame::version::v1;
}

esp_err_t initialise(unsigned version) {
    call c;
    if (!wifi(c).initialised) return ESP_ERR_ESPNOW_INTERNAL;
    auto& e = espnow(c);
    if (e.initialised) return ESP_OK;
    const auto strictness =
        version >= ESP_IDF_VERSION_VAL(5, 5, 0) ? frame::strictness::current : frame::strictness::tolerant;
    c.station().device().set_protocol(protocol_of(version), oversize_of(version), strictness);
    c.station().on_message(deliver_messages);
    c.station().inbox().clear();
    e.initialised = true;
    ++e.generation;
    c.chip().keep_alive(1);
    return ESP_OK;
}

/// Waits for a callback that is running, unless it is the caller's own.
void wait_for_callback(call& c, espnow_state& e) {
    while (e.calling && !c.task().is_wifi)
        c.block(&e.until_called, std::nullopt);
}

bool deinitialise() {
    call c;
    auto& e = espnow(c);
    if (!e.initialised) return false;
    e.initialised = false;
    e.on_receive = std::monostate();
    e.on_sent = std::monostate();
    e.fetched.reset();
    auto& device = c.station().device();
    for (const auto& each : device.peers())
        std::ignore = device.remove_peer(each);
    offchannel_end(c);
    wait_for_callback(c, e);
    c.chip().keep_alive(-1);
    return true;
}

template <class Slot, class Callback>
esp_err_t set_callback(Slot espnow_state::*slot, Callback callback) {
    call c;
    auto& e = espnow(c);
    if (!e.initialised) return ESP_ERR_ESPNOW_NOT_INIT;
    if constexpr (std::is_same_v<Callback, std::monostate>) {
        e.*slot = callback;
        wait_for_callback(c, e);
    } else {
        if (callback == nullptr)
            e.*slot = std::monostate();
        else
            e.*slot = callback;
    }
    return ESP_OK;
}

}  // namespace

espnow_state& espnow(call& /*under its lock*/) {
    static espnow_state state;
    return state;
}

callback_running::callback_running() {
    call c;
    espnow(c).calling = true;
}

callback_running::~callback_running() {
    call c;
    auto& e = espnow(c);
    e.calling = false;
    c.tasks().wake_all(e.until_called);
}

esp_err_t to_esp(errc why) {
    switch (why) {
        case errc::argument:
            return ESP_ERR_ESPNOW_ARG;
        case errc::peer_not_found:
            return ESP_ERR_ESPNOW_NOT_FOUND;
        case errc::peer_exists:
            return ESP_ERR_ESPNOW_EXIST;
        case errc::peer_list_full:
            return ESP_ERR_ESPNOW_FULL;
        case errc::no_memory:
            return ESP_ERR_ESPNOW_NO_MEM;
        case errc::interface_down:
            return ESP_ERR_ESPNOW_IF;
        case errc::channel_mismatch:
            return ESP_ERR_ESPNOW_CHAN;
        default:
            return ESP_ERR_ESPNOW_INTERNAL;
    }
}

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

esp_err_t nowire_esp_now_init(unsigned version) {
    const auto done = initialise(version);
    if (done == ESP_OK)
        ESP_LOGI(tag, "espnow [version: %d.0] init", protocol_of(version) == nowire::frame::version::v2 ? 2 : 1);
    return done;
}

esp_err_t esp_now_deinit(void) {
    if (deinitialise()) ESP_LOGI(tag, "espnow deinit");
    return ESP_OK;
}

esp_err_t nowire_esp_now_get_version(unsigned idf_version, uint32_t* version) {
    if (version == nullptr) return ESP_ERR_ESPNOW_ARG;
    *version = protocol_of(idf_version) == nowire::frame::version::v2 ? 2 : 1;
    return ESP_OK;
}

esp_err_t nowire_esp_now_register_recv_cb_mac(recv_cb_mac cb) {
    return set_callback(&espnow_state::on_receive, cb);
}

esp_err_t nowire_esp_now_register_recv_cb_info(recv_cb_info cb) {
    return set_callback(&espnow_state::on_receive, cb);
}

esp_err_t nowire_esp_now_register_send_cb_mac(send_cb_mac cb) {
    return set_callback(&espnow_state::on_sent, cb);
}

esp_err_t nowire_esp_now_register_send_cb_info(send_cb_info cb) {
    return set_callback(&espnow_state::on_sent, cb);
}

esp_err_t esp_now_unregister_recv_cb(void) {
    return set_callback(&espnow_state::on_receive, std::monostate());
}

esp_err_t esp_now_unregister_send_cb(void) {
    return set_callback(&espnow_state::on_sent, std::monostate());
}

esp_err_t esp_now_set_pmk(const uint8_t* pmk) {
    call c;
    if (!espnow(c).initialised) return ESP_ERR_ESPNOW_NOT_INIT;
    if (pmk == nullptr) return ESP_ERR_ESPNOW_ARG;
    c.station().device().set_pmk(
        nowire::ccmp::pmk(std::span<const std::uint8_t, ESP_NOW_KEY_LEN>(pmk, ESP_NOW_KEY_LEN)));
    return ESP_OK;
}

esp_err_t esp_now_set_wake_window(uint16_t window) {
    call c;
    if (!espnow(c).initialised) return ESP_ERR_ESPNOW_NOT_INIT;
    wifi(c).wake_window = window;
    apply_wake(c);
    return ESP_OK;
}

esp_err_t esp_now_set_user_oui(uint8_t* oui) {
    call c;
    auto wanted = nowire::frame::espressif_oui;
    if (oui != nullptr) std::copy_n(oui, wanted.size(), wanted.begin());
    c.station().device().set_user_oui(wanted);
    return ESP_OK;
}

esp_err_t esp_now_get_user_oui(uint8_t* oui) {
    if (oui == nullptr) return ESP_ERR_ESPNOW_ARG;
    call c;
    std::ranges::copy(c.station().device().options().user_oui, oui);
    return ESP_OK;
}

esp_err_t esp_wifi_config_espnow_rate(wifi_interface_t ifx, wifi_phy_rate_t rate) {
    call c;
    if (!wifi(c).started) return ESP_ERR_WIFI_NOT_STARTED;
    if (!is_interface(ifx)) return ESP_ERR_WIFI_IF;
    const auto wanted = nowire::rate_from_number(static_cast<int>(rate));
    if (!wanted) return ESP_ERR_INVALID_ARG;
    c.station().device().set_tx_rate(*wanted);
    return ESP_OK;
}
}
