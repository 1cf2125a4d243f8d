/// Sending with ESP-NOW, and telling what became of it.

#include "esp_log.h"
#include "idf/espnow.hpp"
#include "idf/wifi.hpp"

#include <memory>

namespace nowire::idf {

namespace {

constexpr const char* tag = "ESPNOW";

std::size_t longest(unsigned version) {
    if (version >= ESP_IDF_VERSION_VAL(5, 4, 2)) return 1470;
    return version >= ESP_IDF_VERSION_VAL(5, 4, 0) ? 1490 : 250;
}

/// How a frame to this address is sent, as far as that has not changed since.
struct path {
    interface via = interface::station;
    mac_address from;
    rate at{};
    frame::oui oui{};

    path() = default;
    path(const device& d, const mac_address& to) : at(d.options().tx_rate), oui(d.options().user_oui) {
        if (const auto* p = d.find_peer(to)) {
            via = p->via;
            at = p->tx_rate.value_or(at);
        }
        from = d.address(via);
    }
};

esp_err_t send(unsigned version, const std::uint8_t* peer, const std::uint8_t* data, std::size_t size) {
    call c;
    if (!espnow(c).initialised) return ESP_ERR_ESPNOW_NOT_INIT;
    if (data == nullptr || size == 0 || size > longest(version)) return ESP_ERR_ESPNOW_ARG;
    const std::span payload(data, size);
    const auto kept = std::make_shared<const std::vector<std::uint8_t>>(payload.begin(), payload.end());
    const auto when_done = [kept, generation = espnow(c).generation](const completion& done) {
        tell_sent(generation, *kept, done);
    };
    std::optional<error> failed;
    if (peer != nullptr) {
        const mac_address to(std::span<const std::uint8_t, mac_address::size>(peer, mac_address::size));
        if (const auto sent = c.station().send_then(to, payload, when_done); !sent) failed = sent.error();
    } else {
        if (const auto sent = c.station().send_to_all_then(payload, when_done); !sent) failed = sent.error();
    }
    if (!failed) return ESP_OK;
    const auto why = to_esp(failed->code);
    return why == ESP_ERR_ESPNOW_CHAN && version < ESP_IDF_VERSION_VAL(5, 2, 0) ? ESP_ERR_ESPNOW_ARG : why;
}

}  // namespace

void tell_sent(std::uint64_t generation, std::span<const std::uint8_t> payload, const completion& done) {
    std::variant<std::monostate, send_cb_mac, send_cb_info> callback;
    path way;
    {
        call c;
        auto& e = espnow(c);
        if (!e.initialised || e.generation != generation) return;
        callback = e.on_sent;
        way = path(c.station().device(), done.destination);
    }
    if (std::holds_alternative<std::monostate>(callback)) return;
    // A group frame succeeds once it was sent; one that the radio lost has not been acknowledged.
    const bool success = done.result == tx_status::acked || done.result == tx_status::sent;
    const auto status = success ? ESP_NOW_SEND_SUCCESS : ESP_NOW_SEND_FAIL;
    const callback_running running;
    if (const auto* by_mac = std::get_if<send_cb_mac>(&callback)) {
        auto address = done.destination.octets();
        return (*by_mac)(address.data(), status);
    }
    frame_around around(done.destination, way.from, 0, {}, way.oui, 1, payload);
    auto to = done.destination.octets();
    auto from = way.from.octets();
    const wifi_tx_info_t info = {.des_addr = to.data(),
                                 .src_addr = from.data(),
                                 .ifidx = way.via == interface::soft_ap ? WIFI_IF_AP : WIFI_IF_STA,
                                 .data = around.mpdu(),
                                 // As on the chip, whose member is no wider.
                                 .data_len = static_cast<std::uint8_t>(frame_around::before_data - 24 + payload.size()),
                                 .rate = static_cast<wifi_phy_rate_t>(way.at),
                                 .tx_status = success ? WIFI_SEND_SUCCESS : WIFI_SEND_FAIL};
    std::get<send_cb_info>(callback)(&info, status);
}

}  // namespace nowire::idf

extern "C" esp_err_t nowire_esp_now_send(unsigned version, const uint8_t* peer_addr, const uint8_t* data, size_t len) {
    const auto done = nowire::idf::send(version, peer_addr, data, len);
    switch (done) {
        case ESP_ERR_ESPNOW_NOT_INIT:
            ESP_LOGE(nowire::idf::tag, "esp now not init!");
            break;
        case ESP_ERR_ESPNOW_ARG:
            ESP_LOGE(nowire::idf::tag, "Invalid argument!");
            break;
        case ESP_ERR_ESPNOW_CHAN:
            ESP_LOGE(nowire::idf::tag, "Peer channel is not equal to the home channel, send fail!");
            break;
        default:
            break;
    }
    return done;
}
