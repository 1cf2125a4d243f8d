/// What can be set of Wi-Fi: channel, country, protocol, power.

#include "idf/event.hpp"
#include "idf/wifi.hpp"
#include "idf/wifi_wake.hpp"

#include <cstring>
#include <optional>
#include <tuple>

namespace nowire::idf {

namespace {

constexpr std::int8_t least_tx_power = 8;
constexpr std::int8_t most_tx_power = 84;
constexpr std::uint8_t known_protocols = WIFI_PROTOCOL_11B | WIFI_PROTOCOL_11G | WIFI_PROTOCOL_11N | WIFI_PROTOCOL_LR |
                                         WIFI_PROTOCOL_11A | WIFI_PROTOCOL_11AC | WIFI_PROTOCOL_11AX;

/// What most functions look at first.
template <class Body>
esp_err_t where_initialised(const Body& body) {
    call c;
    auto& w = wifi(c);
    return w.initialised ? body(c, w) : ESP_ERR_WIFI_NOT_INIT;
}

/// Writes a setting where the program wants it.
template <class Value>
esp_err_t give(Value* to, const Value& value) {
    if (to == nullptr) return ESP_ERR_INVALID_ARG;
    *to = value;
    return ESP_OK;
}

/// The channels of a country that a program chose are a limit; those that go with the surroundings are none here.
bool is_allowed(const wifi_country_t& country, const channel& wanted) {
    const int number = wanted.number();
    return country.policy != WIFI_COUNTRY_POLICY_MANUAL || !wanted.is_2ghz() ||
           (number >= country.schan && number < country.schan + country.nchan);
}

esp_err_t set_channel(call& c, wifi_state& w, std::uint8_t primary, wifi_second_chan_t second) {
    const auto wanted = channel::from_number(primary);
    if (!wanted || !is_allowed(w.country, *wanted) || second > WIFI_SECOND_CHAN_BELOW) return ESP_ERR_INVALID_ARG;
    if (!w.started) return ESP_ERR_WIFI_NOT_STARTED;
    auto& device = c.station().device();
    const wifi_event_home_channel_change_t change = {
        .old_chan = static_cast<std::uint8_t>(device.home_channel().number()),
        .old_snd = w.second,
        .new_chan = primary,
        .new_snd = second};
    device.set_channel(*wanted, c.now());
    w.second = second;
    if (change.old_chan != change.new_chan || change.old_snd != change.new_snd)
        post_event(c, WIFI_EVENT, WIFI_EVENT_HOME_CHANNEL_CHANGE, &change, sizeof change);
    return ESP_OK;
}

esp_err_t set_country(wifi_state& w, const wifi_country_t* country) {
    if (country == nullptr || country->schan < 1 || country->nchan < 1 || country->schan + country->nchan > 15 ||
        country->policy > WIFI_COUNTRY_POLICY_MANUAL)
        return ESP_ERR_INVALID_ARG;
    const auto power = w.country.max_tx_power;
    w.country = *country;
    w.country.max_tx_power = power;
    return ESP_OK;
}

}  // namespace

void apply_wake(call& c) {
    using std::chrono::milliseconds;
    const auto& w = wifi(c);
    // The drivers let a chip sleep only where it is nothing but a station (wire.md, power saving).
    const bool sleeps = w.wake_interval > 0 && w.wake_window < w.wake_interval && w.power_save != WIFI_PS_NONE &&
                        w.mode == WIFI_MODE_STA;
    const auto interval = milliseconds(sleeps ? w.wake_interval : 1);
    std::ignore = c.station().device().set_wake(sleeps ? milliseconds(w.wake_window) : interval, interval, c.now());
}

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

esp_err_t esp_wifi_restore(void) {
    return where_initialised([](call& c, wifi_state& w) {
        const bool started = w.started;
        w = {.initialised = true, .started = started};
        c.station().device().set_tx_rate(nowire::rate::dsss_1m_long);
        c.station().radio().set_tx_power(w.tx_power / 4);
        apply_wake(c);
        return ESP_OK;
    });
}

esp_err_t esp_wifi_set_storage(wifi_storage_t storage) {
    return where_initialised([=](call&, wifi_state& w) {
        if (storage != WIFI_STORAGE_FLASH && storage != WIFI_STORAGE_RAM) return ESP_ERR_INVALID_ARG;
        w.storage = storage;
        return ESP_OK;
    });
}

esp_err_t esp_wifi_set_channel(uint8_t primary, wifi_second_chan_t second) {
    return where_initialised([=](call& c, wifi_state& w) { return set_channel(c, w, primary, second); });
}

esp_err_t esp_wifi_get_channel(uint8_t* primary, wifi_second_chan_t* second) {
    return where_initialised([=](call& c, wifi_state& w) {
        if (primary == nullptr || second == nullptr) return ESP_ERR_INVALID_ARG;
        *primary = static_cast<std::uint8_t>(c.station().device().home_channel().number());
        *second = w.second;
        return ESP_OK;
    });
}

esp_err_t esp_wifi_set_country(const wifi_country_t* country) {
    return where_initialised([=](call&, wifi_state& w) { return set_country(w, country); });
}

esp_err_t esp_wifi_get_country(wifi_country_t* country) {
    return where_initialised([=](call&, wifi_state& w) { return give(country, w.country); });
}

esp_err_t esp_wifi_set_protocol(wifi_interface_t ifx, uint8_t protocol_bitmap) {
    return where_initialised([=](call&, wifi_state& w) {
        if (!is_interface(ifx)) return ESP_ERR_WIFI_IF;
        if (protocol_bitmap == 0 || (protocol_bitmap & ~known_protocols) != 0) return ESP_ERR_INVALID_ARG;
        w.protocols[ifx] = protocol_bitmap;
        return ESP_OK;
    });
}

esp_err_t esp_wifi_get_protocol(wifi_interface_t ifx, uint8_t* protocol_bitmap) {
    return where_initialised([=](call&, wifi_state& w) {
        return is_interface(ifx) ? give(protocol_bitmap, w.protocols[ifx]) : ESP_ERR_WIFI_IF;
    });
}

esp_err_t esp_wifi_set_bandwidth(wifi_interface_t ifx, wifi_bandwidth_t bw) {
    return where_initialised([=](call&, wifi_state&) {
        if (!is_interface(ifx)) return ESP_ERR_WIFI_IF;
        if (bw == WIFI_BW_HT40) return ESP_ERR_NOT_SUPPORTED;
        return bw == WIFI_BW_HT20 ? ESP_OK : ESP_ERR_INVALID_ARG;
    });
}

esp_err_t esp_wifi_get_bandwidth(wifi_interface_t ifx, wifi_bandwidth_t* bw) {
    return where_initialised(
        [=](call&, wifi_state&) { return is_interface(ifx) ? give(bw, WIFI_BW_HT20) : ESP_ERR_WIFI_IF; });
}

esp_err_t esp_wifi_set_ps(wifi_ps_type_t type) {
    return where_initialised([=](call& c, wifi_state& w) {
        if (type < WIFI_PS_NONE || type > WIFI_PS_MAX_MODEM) return ESP_ERR_INVALID_ARG;
        w.power_save = type;
        apply_wake(c);
        return ESP_OK;
    });
}

esp_err_t esp_wifi_get_ps(wifi_ps_type_t* type) {
    return where_initialised([=](call&, wifi_state& w) { return give(type, w.power_save); });
}

esp_err_t esp_wifi_set_max_tx_power(int8_t power) {
    return where_initialised([=](call& c, wifi_state& w) {
        if (!w.started) return ESP_ERR_WIFI_NOT_STARTED;
        if (power < least_tx_power || power > most_tx_power) return ESP_ERR_INVALID_ARG;
        w.tx_power = w.country.max_tx_power = power;
        c.station().radio().set_tx_power(power / 4);
        return ESP_OK;
    });
}

esp_err_t esp_wifi_get_max_tx_power(int8_t* power) {
    return where_initialised(
        [=](call&, wifi_state& w) { return w.started ? give(power, w.tx_power) : ESP_ERR_WIFI_NOT_STARTED; });
}

esp_err_t esp_wifi_connectionless_module_set_wake_interval(uint16_t wake_interval) {
    return where_initialised([=](call& c, wifi_state& w) {
        w.wake_interval = wake_interval;
        apply_wake(c);
        announce_wake_intervals(c, std::chrono::milliseconds(wake_interval));
        return ESP_OK;
    });
}
}
