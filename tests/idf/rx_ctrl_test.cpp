/// wifi_pkt_rx_ctrl_t of the chip that this program is compiled for, as callbacks find it; the bytes around it show
/// that the library has the same.

#include "idf/espnow_world.hpp"

namespace nowire::test {

/// RxCtrl and the chip's name, so that each chip's tests have names of their own.
class NOWIRE_TEST_SUITE : public EspNow {};

namespace {

#if CONFIG_SOC_WIFI_HE_SUPPORT
static_assert(sizeof(wifi_pkt_rx_ctrl_t) == 92);

std::string modulation_in(const wifi_pkt_rx_ctrl_t& c) {
    return "format " + number(c.cur_bb_format) + " rate " + number(c.rate) + " siga " +
           number(static_cast<int>(c.he_siga1)) + " group " + number(c.is_group) + " dump " + number(c.dump_len);
}
// 39 bytes around the data, and the FCS.
const std::string of_message = "format 0 rate 0 siga 0 group 0 dump 42";
const std::string of_sniffed = "format 2 rate 11 siga 11779 group 0 dump 42";
#else
#if defined(CONFIG_IDF_TARGET_ESP32S2)
static_assert(sizeof(wifi_pkt_rx_ctrl_t) == 36);
#elif defined(CONFIG_IDF_TARGET_ESP32S3)
static_assert(sizeof(wifi_pkt_rx_ctrl_t) == 48);
#else
static_assert(sizeof(wifi_pkt_rx_ctrl_t) == 28);
#endif

std::string modulation_in(const wifi_pkt_rx_ctrl_t& c) {
    return "mode " + number(c.sig_mode) + " rate " + number(c.rate) + " mcs " + number(c.mcs) + " sgi " +
           number(c.sgi) + " second " + number(c.secondary_channel);
}
const std::string of_message = "mode 0 rate 0 mcs 0 sgi 0 second 0";
const std::string of_sniffed = "mode 1 rate 0 mcs 3 sgi 1 second 0";
#endif

std::string said_in(const wifi_pkt_rx_ctrl_t& c) {
    return number(c.channel) + " " + number(static_cast<int>(c.sig_len)) + " " + (c.rssi < -20 ? "rssi" : "?") + " " +
           (c.noise_floor < -80 ? "noise" : "?") + " " +
           (c.timestamp > 100'000 && c.timestamp < 400'000 ? "time" : "?") + " state " + number(c.rx_state) + " " +
           modulation_in(c);
}

void send_twice() {
    start_espnow();
    for (const auto& address : {bob, std::array<std::uint8_t, 6>{2, 0, 0, 0, 0, 0x77}}) {
        auto to = peer(address);
        esp_now_add_peer(&to);
        wait_for(100ms);
        if (address != bob) {
            esp_now_rate_config_t rate = {
                .phymode = WIFI_PHY_MODE_HT20, .rate = WIFI_PHY_RATE_MCS3_SGI, .ersu = false, .dcm = false};
            esp_now_set_peer_rate_config(to.peer_addr, &rate);
        }
        send(address, "abc");
    }
    wait_for_sent(2);
}

}  // namespace

TEST_F(NOWIRE_TEST_SUITE, AMessageComesWithTheControlOfItsChipAndTheFrameBetween) {
    static std::string seen;
    const auto [sent, heard] = run(
        [] {
            send_twice();
            return std::string();
        },
        [] {
            start_espnow();
            esp_now_register_recv_cb([](const esp_now_recv_info_t* info, const std::uint8_t* data, int) {
                const auto* before = data - 39 - sizeof(wifi_pkt_rx_ctrl_t);
                seen = said_in(*info->rx_ctrl) +
                       (reinterpret_cast<const std::uint8_t*>(info->rx_ctrl) == before ? " before" : " elsewhere");
            });
            wait_for(1s);
            return seen;
        });
    EXPECT_EQ(heard, "1 46 rssi noise time state 0 " + of_message + " before");
}

TEST_F(NOWIRE_TEST_SUITE, ASniffedFrameFollowsTheControlOfItsChip) {
    static std::string seen;
    const auto [sent, heard] = run(
        [] {
            send_twice();
            return std::string();
        },
        [] {
            start_espnow();
            esp_wifi_set_promiscuous_rx_cb([](void* buffer, wifi_promiscuous_pkt_type_t) {
                const auto* packet = static_cast<const wifi_promiscuous_pkt_t*>(buffer);
                // Its A1 tells which of the two it is.
                if (packet->payload[9] != 0x77 || !seen.empty()) return;
                seen = said_in(packet->rx_ctrl) + " " +
                       std::string(reinterpret_cast<const char*>(packet->payload) + 39, 3);
            });
            esp_wifi_set_promiscuous(true);
            wait_for(1s);
            return seen;
        });
    EXPECT_EQ(heard, "1 46 rssi noise time state 0 " + of_sniffed + " abc");
}

}  // namespace nowire::test
