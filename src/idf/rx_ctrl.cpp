/// wifi_pkt_rx_ctrl_t in the orders of all chips.

#include "idf/rx_ctrl.hpp"

#include "esp_wifi_types_native.h"

#include <nowire/frame/fcs.hpp>
#include <nowire/frame/mpdu.hpp>

#include <chrono>
#include <cstring>

namespace nowire::idf {

namespace {

constexpr std::int8_t usual_noise = -96;
/// In L-SIG of an HT frame: 6 Mb/s.
constexpr unsigned rate_before_ht = 0xb;

static_assert(sizeof(nowire_rx_ctrl_esp32_t) == 28 && sizeof(nowire_rx_ctrl_esp32s2_t) == 36);
static_assert(sizeof(nowire_rx_ctrl_esp32s3_t) == 48 && sizeof(nowire_rx_ctrl_esp32c6_t) == 92);

std::uint32_t microseconds(duration d) {
    return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::microseconds>(d).count());
}

template <class Ctrl>
Ctrl in_common(const rx_info& info, time_point began) {
    Ctrl ctrl{};
    ctrl.rssi = info.rssi.value_or(0);
    ctrl.noise_floor = info.noise.value_or(usual_noise);
    ctrl.channel = static_cast<unsigned>(info.on.number()) & 0xfU;
    ctrl.timestamp = microseconds(info.time - began);
    return ctrl;
}

template <class Ctrl>
Ctrl make(const rx_info& info, std::size_t size, time_point began) {
    auto ctrl = in_common<Ctrl>(info, began);
    ctrl.sig_len = static_cast<unsigned>(size + frame::fcs_size) & 0xfffU;
    if (!info.rx_rate) return ctrl;
    if (const auto mcs = mcs_index(*info.rx_rate)) {
        ctrl.sig_mode = 1;
        ctrl.mcs = static_cast<unsigned>(*mcs) & 0x7fU;
        ctrl.sgi = has_short_guard_interval(*info.rx_rate) ? 1 : 0;
    } else {
        ctrl.rate = static_cast<unsigned>(*info.rx_rate) & 0x1fU;
    }
    return ctrl;
}

nowire_rx_ctrl_esp32c6_t make_he(const rx_info& info, const std::uint8_t* mpdu, std::size_t size, time_point began) {
    auto ctrl = in_common<nowire_rx_ctrl_esp32c6_t>(info, began);
    const auto length = size + frame::fcs_size;
    ctrl.sig_len = static_cast<unsigned>(length) & 0x3fffU;
    ctrl.dump_len = static_cast<unsigned>(size) & 0x3fffU;
    // The first octet of A1, behind Frame Control and Duration, has the bit of groups.
    ctrl.is_group = size > 4 ? mpdu[4] & 1U : 0;
    if (!info.rx_rate) return ctrl;
    if (const auto mcs = mcs_index(*info.rx_rate)) {
        ctrl.cur_bb_format = RX_BB_FORMAT_HT;
        ctrl.rate = rate_before_ht;
        ctrl.he_siga1 = static_cast<std::uint32_t>(*mcs) | static_cast<std::uint32_t>(length & 0xffffU) << 8U;
    } else {
        const bool is_ofdm = modulation_of(*info.rx_rate) == modulation::ofdm;
        ctrl.cur_bb_format = is_ofdm ? RX_BB_FORMAT_11G : RX_BB_FORMAT_11B;
        ctrl.rate = static_cast<unsigned>(*info.rx_rate) & 0x1fU;
    }
    return ctrl;
}

template <class Ctrl>
void put(std::uint8_t* to, const Ctrl& ctrl) {
    std::memcpy(to, &ctrl, sizeof ctrl);
}

}  // namespace

std::size_t rx_ctrl_size() {
    switch (nowire_rx_ctrl_layout) {
        case NOWIRE_RX_CTRL_ESP32S2:
            return sizeof(nowire_rx_ctrl_esp32s2_t);
        case NOWIRE_RX_CTRL_ESP32S3:
            return sizeof(nowire_rx_ctrl_esp32s3_t);
        case NOWIRE_RX_CTRL_ESP32C6:
            return sizeof(nowire_rx_ctrl_esp32c6_t);
        default:
            return sizeof(nowire_rx_ctrl_esp32_t);
    }
}

void write_rx_ctrl(std::uint8_t* to, const rx_info& info, const std::uint8_t* mpdu, std::size_t size,
                   time_point began) {
    switch (nowire_rx_ctrl_layout) {
        case NOWIRE_RX_CTRL_ESP32S2:
            return put(to, make<nowire_rx_ctrl_esp32s2_t>(info, size, began));
        case NOWIRE_RX_CTRL_ESP32S3:
            return put(to, make<nowire_rx_ctrl_esp32s3_t>(info, size, began));
        case NOWIRE_RX_CTRL_ESP32C6:
            return put(to, make_he(info, mpdu, size, began));
        default:
            return put(to, make<nowire_rx_ctrl_esp32_t>(info, size, began));
    }
}

}  // namespace nowire::idf
