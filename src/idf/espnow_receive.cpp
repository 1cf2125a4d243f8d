/// Messages on their way to a program's callback.

#include "idf/espnow.hpp"
#include "idf/rx_ctrl.hpp"

#include <nowire/frame/mpdu.hpp>

#include <algorithm>

namespace nowire::idf {

namespace {

constexpr std::uint8_t vendor_specific_action = 127;
constexpr std::uint8_t vendor_specific_element = 0xdd;
constexpr std::uint8_t espnow_type = 4;
/// Of an element's LEN: OUI, type and version are counted too.
constexpr std::size_t element_fields = 5;
constexpr std::size_t longest_element = 255;

/// A message with what its callback is given around it.
struct received {
    message m;
    frame_around around;
};

std::optional<received> next_message(std::variant<std::monostate, recv_cb_mac, recv_cb_info>& callback) {
    call c;
    auto& inbox = c.station().inbox();
    while (auto m = inbox.pop()) {
        const auto& e = espnow(c);
        callback = e.on_receive;
        if (!e.initialised || std::holds_alternative<std::monostate>(callback)) continue;
        frame_around around(m->destination, m->source, m->sequence_number, m->random,
                            c.station().device().options().user_oui, static_cast<std::uint8_t>(m->version), m->payload);
        const rx_info info = {.time = m->time, .rssi = m->rssi, .noise = m->noise, .on = m->on, .rx_rate = m->rx_rate};
        write_rx_ctrl(around.bytes.data(), info, around.mpdu(), around.bytes.size() - rx_ctrl_size(), c.chip().began());
        if (m->retry) frame::set_retry(std::span<std::uint8_t, 2>(around.mpdu(), 2));
        return received{.m = std::move(*m), .around = std::move(around)};
    }
    return std::nullopt;
}

}  // namespace

frame_around::frame_around(const mac_address& a1, const mac_address& a2, std::uint16_t sequence_number,
                           const std::array<std::uint8_t, 4>& random, const frame::oui& oui, std::uint8_t version,
                           std::span<const std::uint8_t> payload)
    : bytes(rx_ctrl_size() + before_data + payload.size()) {
    frame::write_header(std::span<std::uint8_t, frame::header_size>(mpdu(), frame::header_size),
                        {.a1 = a1, .a2 = a2, .sequence_control = static_cast<std::uint16_t>(sequence_number << 4)});
    auto* at = mpdu() + frame::header_size;
    *at++ = vendor_specific_action;
    at = std::ranges::copy(frame::espressif_oui, at).out;
    at = std::ranges::copy(random, at).out;
    *at++ = vendor_specific_element;
    *at++ = static_cast<std::uint8_t>(std::min(element_fields + payload.size(), longest_element));
    at = std::ranges::copy(oui, at).out;
    *at++ = espnow_type;
    *at++ = version;
    std::ranges::copy(payload, at);
}

wifi_pkt_rx_ctrl_t* frame_around::rx_ctrl() {
    return reinterpret_cast<wifi_pkt_rx_ctrl_t*>(bytes.data());
}

void deliver_messages() {
    std::variant<std::monostate, recv_cb_mac, recv_cb_info> callback;
    while (auto next = next_message(callback)) {
        const callback_running running;
        auto source = next->m.source.octets();
        auto destination = next->m.destination.octets();
        const auto size = static_cast<int>(next->m.payload.size());
        if (const auto* by_mac = std::get_if<recv_cb_mac>(&callback)) {
            (*by_mac)(source.data(), next->around.data(), size);
            continue;
        }
        const esp_now_recv_info_t info = {
            .src_addr = source.data(), .des_addr = destination.data(), .rx_ctrl = next->around.rx_ctrl()};
        std::get<recv_cb_info>(callback)(&info, next->around.data(), size);
    }
}

}  // namespace nowire::idf
