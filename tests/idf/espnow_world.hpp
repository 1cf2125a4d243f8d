#pragma once

// The newest form, with what is done on another channel.
#define NOWIRE_IDF_VERSION ((6 << 16) | (0 << 8))

#include "esp_event.h"
#include "esp_mac.h"
#include "esp_now.h"
#include "esp_wifi.h"
#include "idf/chip_process.hpp"
#include "idf/espnow_v44.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

/// Chips with ESP-NOW: two of them, each a process, on one air whose time goes from event to event.
namespace nowire::test {

using namespace std::chrono_literals;

inline constexpr const char* ann_text = "02:00:00:00:00:10";
inline constexpr const char* bob_text = "02:00:00:00:00:20";
inline const std::array<std::uint8_t, 6> ann = {2, 0, 0, 0, 0, 0x10};
inline const std::array<std::uint8_t, 6> bob = {2, 0, 0, 0, 0, 0x20};
inline const std::array<std::uint8_t, 6> all = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
inline const std::array<std::uint8_t, 16> some_key = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

/// What the callbacks of this process's chip were told.
struct told_by_callbacks {
    std::vector<std::string> received;
    std::vector<std::array<std::uint8_t, 6>> sources;
    std::vector<std::array<std::uint8_t, 6>> destinations;
    std::vector<wifi_pkt_rx_ctrl_t> controls;
    std::vector<esp_now_send_status_t> sent;
    std::vector<std::array<std::uint8_t, 6>> sent_to;
};
inline told_by_callbacks told;

inline std::array<std::uint8_t, 6> six(const std::uint8_t* from) {
    std::array<std::uint8_t, 6> octets{};
    std::copy_n(from, 6, octets.begin());
    return octets;
}

inline void on_receive(const esp_now_recv_info_t* info, const std::uint8_t* data, int size) {
    told.received.emplace_back(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    told.sources.push_back(six(info->src_addr));
    told.destinations.push_back(six(info->des_addr));
    told.controls.push_back(*info->rx_ctrl);
}

inline void on_sent(const esp_now_send_info_t* info, esp_now_send_status_t status) {
    told.sent.push_back(status);
    told.sent_to.push_back(six(info->des_addr));
}

/// Waits until the callbacks have been told of so many sends.
inline bool wait_for_sent(std::size_t count, duration limit = 10s) {
    for (auto left = limit; told.sent.size() < count && left > 0s; left -= 1ms)
        wait_for(1ms);
    return told.sent.size() >= count;
}

inline esp_err_t start_wifi(wifi_mode_t mode = WIFI_MODE_STA, wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT()) {
    esp_err_t result = esp_wifi_init(&config);
    if (result == ESP_OK) result = esp_wifi_set_mode(mode);
    if (result == ESP_OK) result = esp_wifi_start();
    return result;
}

inline void start_espnow(wifi_mode_t mode = WIFI_MODE_STA) {
    if (start_wifi(mode) != ESP_OK || esp_now_init() != ESP_OK) std::abort();
    esp_now_register_recv_cb(on_receive);
    esp_now_register_send_cb(on_sent);
}

inline esp_now_peer_info_t peer(const std::array<std::uint8_t, 6>& address) {
    esp_now_peer_info_t info{};
    std::ranges::copy(address, info.peer_addr);
    info.ifidx = WIFI_IF_STA;
    return info;
}

inline esp_err_t send(const std::array<std::uint8_t, 6>& to, const std::string& text) {
    return esp_now_send(to.data(), reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

inline std::string number(int n) {
    return std::to_string(n);
}

/// A program of two chips. Each returns a line that says what it saw.
class EspNow : public testing::Test {
  protected:
    using program = std::function<std::string()>;

    std::unique_ptr<child_process> start(const hub_process& hub, const char* address, const program& what) {
        return std::make_unique<child_process>([=, socket = hub.socket()](int to) {
            std::string said;
            be_chip("air:" + socket + "?mac=" + address, [&] {
                said = what();
                esp_now_deinit();
            });
            report(to, said);
            return 0;
        });
    }

    /// Runs both until both have ended.
    std::pair<std::string, std::string> run(const program& of_ann, const program& of_bob,
                                            std::vector<std::string> options = {}) {
        options.insert(options.end(), {"--speed", "max", "--radios", "2", "--pcap", capture()});
        const hub_process hub(folder_ / "air", options);
        const auto first = start(hub, ann_text, of_ann);
        const auto second = start(hub, bob_text, of_bob);
        std::pair said = {first->line(), second->line()};
        EXPECT_EQ(first->wait(), 0);
        EXPECT_EQ(second->wait(), 0);
        return said;
    }
    std::string run_alone(const program& of_ann, std::vector<std::string> options = {"--speed", "max"}) {
        const hub_process hub(folder_ / "air", std::move(options));
        const auto process = start(hub, ann_text, of_ann);
        auto said = process->line();
        EXPECT_EQ(process->wait(), 0);
        return said;
    }

    std::string capture() const { return folder_ / "air.pcapng"; }

    temporary_folder folder_;
};

/// Listens for a while and says what came.
inline std::string listen_for(duration how_long) {
    start_espnow();
    wait_for(how_long);
    std::string said;
    for (const auto& each : told.received)
        said += each + ";";
    return said;
}

}  // namespace nowire::test
