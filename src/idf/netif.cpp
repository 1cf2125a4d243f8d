/// esp_netif.h and esp_wifi_default.h: the two Wi-Fi interfaces by their handles.

#include "idf/event.hpp"
#include "idf/freertos/api.hpp"
#include "idf/handles.hpp"

#include <esp_event_base.h>
#include <esp_netif.h>
#include <esp_wifi_default.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace nowire::idf {

namespace {

struct kind_of_netif {
    const char* key;
    const char* description;
    nowire::interface of;
};
constexpr kind_of_netif station_netif{"WIFI_STA_DEF", "sta", nowire::interface::station};
constexpr kind_of_netif soft_ap_netif{"WIFI_AP_DEF", "ap", nowire::interface::soft_ap};

/// Under the driver's lock.
struct netifs {
    bool initialised = false;
    using registry = handles<const kind_of_netif, esp_netif_t*>;
    registry all;

    esp_netif_t* find(std::string_view key) const {
        const auto found = std::ranges::find_if(all.all(), [key](const auto& each) { return each.second->key == key; });
        return found == all.all().end() ? nullptr : registry::handle_of(found->first);
    }
};

netifs& the_netifs() {
    // Never destroyed, since tasks may use it until the process is gone.
    static auto* const made = new netifs();
    return *made;
}

esp_netif_t* create(const char* function, const kind_of_netif& what) {
    std::string why;
    {
        call c;
        auto& all = the_netifs();
        if (!all.initialised)
            why = "esp_netif_init() comes first";
        else if (!has_default_event_loop(c))
            why = "esp_event_loop_create_default() comes first";
        else if (all.find(what.key) != nullptr)
            why = std::string("there is a ") + what.key + " already";
        else
            return all.all.add(std::make_shared<const kind_of_netif>(what));
    }
    freertos::give_up(function, why);
}

/// Of an interface that there is.
const char* text_of(esp_netif_t* netif, const char* kind_of_netif::*text) {
    const call c;
    const auto found = the_netifs().all.find(netif);
    return found == nullptr ? nullptr : (*found).*text;
}

}  // namespace

}  // namespace nowire::idf

using namespace nowire::idf;

ESP_EVENT_DEFINE_BASE(IP_EVENT);

extern "C" {

esp_err_t esp_netif_init(void) {
    const call c;
    the_netifs().initialised = true;
    return ESP_OK;
}

esp_err_t esp_netif_deinit(void) {
    const call c;
    return the_netifs().initialised ? ESP_ERR_NOT_SUPPORTED : ESP_ERR_INVALID_STATE;
}

esp_netif_t* esp_netif_create_default_wifi_sta(void) {
    return create("esp_netif_create_default_wifi_sta", station_netif);
}

esp_netif_t* esp_netif_create_default_wifi_ap(void) {
    return create("esp_netif_create_default_wifi_ap", soft_ap_netif);
}

void esp_netif_destroy(esp_netif_t* netif) {
    const call c;
    the_netifs().all.remove(netif);
}

void esp_netif_destroy_default_wifi(void* netif) {
    esp_netif_destroy(static_cast<esp_netif_t*>(netif));
}

esp_err_t esp_netif_get_mac(esp_netif_t* netif, uint8_t mac[]) {
    call c;
    const auto found = the_netifs().all.find(netif);
    if (found == nullptr) return ESP_ERR_ESP_NETIF_IF_NOT_READY;
    if (mac == nullptr) return ESP_ERR_ESP_NETIF_INVALID_PARAMS;
    std::ranges::copy(c.station().device().address(found->of).octets(), mac);
    return ESP_OK;
}

esp_netif_t* esp_netif_get_handle_from_ifkey(const char* key) {
    const call c;
    return key == nullptr ? nullptr : the_netifs().find(key);
}

const char* esp_netif_get_ifkey(esp_netif_t* netif) {
    return text_of(netif, &kind_of_netif::key);
}

const char* esp_netif_get_desc(esp_netif_t* netif) {
    return text_of(netif, &kind_of_netif::description);
}

size_t esp_netif_get_nr_of_ifs(void) {
    const call c;
    return the_netifs().all.all().size();
}

}  // extern "C"
