/// Every frame of the channel for a callback of the program.

#include "idf/promiscuous.hpp"

#include "idf/rx_ctrl.hpp"
#include "idf/wifi.hpp"

#include <nowire/frame/fcs.hpp>

#include <algorithm>
#include <deque>
#include <memory>

namespace nowire::idf {

namespace {

/// Frames that wait for a callback that is slow; the newest are dropped beyond, as the chip's buffers do it.
constexpr std::size_t waiting_limit = 256;
constexpr unsigned wifi_priority = 23;
constexpr unsigned ack_subtype_filter = WIFI_PROMIS_CTRL_FILTER_MASK_ACK;

struct heard_frame {
    wifi_promiscuous_pkt_type_t type;
    std::vector<std::uint8_t> packet;  ///< a wifi_promiscuous_pkt_t
};

/// Under the lock.
struct promiscuous_state {
    bool on = false;
    wifi_promiscuous_cb_t callback = nullptr;
    std::uint32_t filter = WIFI_PROMIS_FILTER_MASK_MGMT | WIFI_PROMIS_FILTER_MASK_DATA;
    std::uint32_t control_filter = 0;
    std::deque<heard_frame> waiting;
    wait_list until_heard;
    bool has_task = false;
};

promiscuous_state& state() {
    static promiscuous_state it;
    return it;
}

/// By the type field of Frame Control (IEEE 802.11-2020 table 9-1).
wifi_promiscuous_pkt_type_t type_of(std::span<const std::uint8_t> mpdu) {
    switch (mpdu[0] >> 2 & 3) {
        case 0:
            return WIFI_PKT_MGMT;
        case 1:
            return WIFI_PKT_CTRL;
        case 2:
            return WIFI_PKT_DATA;
        default:
            return WIFI_PKT_MISC;
    }
}

bool passes(const promiscuous_state& s, wifi_promiscuous_pkt_type_t type) {
    if ((s.filter & (1U << static_cast<unsigned>(type))) == 0) return false;
    // The only control frames on this air are ACKs.
    return type != WIFI_PKT_CTRL || (s.control_filter & ack_subtype_filter) != 0;
}

std::vector<std::uint8_t> packet_of(std::span<const std::uint8_t> mpdu, const rx_info& info, time_point began) {
    const auto fcs = frame::fcs(mpdu);
    std::vector<std::uint8_t> packet(rx_ctrl_size());
    write_rx_ctrl(packet.data(), info, mpdu.data(), mpdu.size(), began);
    packet.insert(packet.end(), mpdu.begin(), mpdu.end());
    for (std::size_t i = 0; i < sizeof fcs; ++i)
        packet.push_back(static_cast<std::uint8_t>(fcs >> (8 * i)));
    return packet;
}

/// Calls the callback for each frame, as a task beside the Wi-Fi task and as urgent.
[[noreturn]] void deliver() {
    while (true) {
        wifi_promiscuous_cb_t callback = nullptr;
        heard_frame next;
        {
            call c;
            auto& s = state();
            while (s.waiting.empty())
                c.block(&s.until_heard, std::nullopt);
            next = std::move(s.waiting.front());
            s.waiting.pop_front();
            callback = s.on ? s.callback : nullptr;
        }
        if (callback != nullptr) callback(next.packet.data(), next.type);
    }
}

esp_err_t switch_to(bool on) {
    call c;
    if (!wifi(c).initialised) return ESP_ERR_WIFI_NOT_INIT;
    auto& s = state();
    s.on = on;
    c.station().radio().set_promiscuous(on);
    if (!on) {
        c.chip().tap().listen(nullptr);
        s.waiting.clear();
        return ESP_OK;
    }
    if (!std::exchange(s.has_task, true)) c.tasks().start("wifi sniffer", wifi_priority, deliver, true);
    c.chip().tap().listen([&s, &chip = c.chip()](std::span<const std::uint8_t> mpdu, const rx_info& info) {
        if (mpdu.empty() || s.callback == nullptr || s.waiting.size() >= waiting_limit) return;
        const auto type = type_of(mpdu);
        if (!passes(s, type)) return;
        s.waiting.push_back({.type = type, .packet = packet_of(mpdu, info, chip.began())});
        chip.tasks().wake_all(s.until_heard);
    });
    return ESP_OK;
}

template <class Body>
esp_err_t where_initialised(const Body& body) {
    call c;
    return wifi(c).initialised ? body(state()) : ESP_ERR_WIFI_NOT_INIT;
}

}  // namespace

void promiscuous_off(call& c) {
    auto& s = state();
    if (s.on) c.station().radio().set_promiscuous(false);
    c.chip().tap().listen(nullptr);
    s.on = false;
    s.callback = nullptr;
    s.filter = WIFI_PROMIS_FILTER_MASK_MGMT | WIFI_PROMIS_FILTER_MASK_DATA;
    s.control_filter = 0;
    s.waiting.clear();
}

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

esp_err_t esp_wifi_set_promiscuous(bool en) {
    return switch_to(en);
}

esp_err_t esp_wifi_get_promiscuous(bool* en) {
    return where_initialised([=](promiscuous_state& s) {
        if (en == nullptr) return ESP_ERR_INVALID_ARG;
        *en = s.on;
        return ESP_OK;
    });
}

esp_err_t esp_wifi_set_promiscuous_rx_cb(wifi_promiscuous_cb_t cb) {
    return where_initialised([=](promiscuous_state& s) {
        s.callback = cb;
        return ESP_OK;
    });
}

esp_err_t esp_wifi_set_promiscuous_filter(const wifi_promiscuous_filter_t* filter) {
    return where_initialised([=](promiscuous_state& s) {
        if (filter == nullptr) return ESP_ERR_INVALID_ARG;
        s.filter = filter->filter_mask;
        return ESP_OK;
    });
}

esp_err_t esp_wifi_get_promiscuous_filter(wifi_promiscuous_filter_t* filter) {
    return where_initialised([=](promiscuous_state& s) {
        if (filter == nullptr) return ESP_ERR_INVALID_ARG;
        filter->filter_mask = s.filter;
        return ESP_OK;
    });
}

esp_err_t esp_wifi_set_promiscuous_ctrl_filter(const wifi_promiscuous_filter_t* filter) {
    return where_initialised([=](promiscuous_state& s) {
        if (filter == nullptr) return ESP_ERR_INVALID_ARG;
        s.control_filter = filter->filter_mask;
        return ESP_OK;
    });
}

esp_err_t esp_wifi_get_promiscuous_ctrl_filter(wifi_promiscuous_filter_t* filter) {
    return where_initialised([=](promiscuous_state& s) {
        if (filter == nullptr) return ESP_ERR_INVALID_ARG;
        filter->filter_mask = s.control_filter;
        return ESP_OK;
    });
}
}
