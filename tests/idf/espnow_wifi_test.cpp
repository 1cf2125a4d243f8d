/// What programs with ESP-NOW do with Wi-Fi: start and stop it, move, sleep, listen to others; and programs for old
/// releases.

#include "idf/espnow_world.hpp"

#include <nowire/capture/decode.hpp>
#include <nowire/capture/reader.hpp>

#include <esp_sleep.h>

namespace nowire::test {

namespace {

/// Channel and rate of each frame of ESP-NOW that was on the air.
std::vector<std::string> sent_in(const std::string& file) {
    const auto bytes = bytes_in(file);
    capture::reader reader(bytes);
    capture::decoder decoder;
    std::vector<std::string> all;
    while (const auto packet = reader.next().value()) {
        const auto frame = decoder.decode(*packet);
        if (frame.espnow)
            all.push_back(number(frame.on.value().number()) + " " + std::string(to_string(frame.rate.value())));
    }
    return all;
}

}  // namespace

TEST_F(EspNow, StoppedWifiSendsNothingAndGoesOnWhenStarted) {
    EXPECT_EQ(run_alone([] {
                  start_espnow();
                  auto to = peer(all);
                  esp_now_add_peer(&to);
                  esp_wifi_stop();
                  auto said = number(send(all, "x") - ESP_ERR_ESPNOW_BASE);
                  esp_wifi_start();
                  said += " " + number(send(all, "x"));
                  wait_for_sent(1);
                  said += " " + number(esp_wifi_deinit() - ESP_ERR_WIFI_BASE);
                  esp_wifi_stop();
                  said += " " + number(esp_wifi_deinit());
                  return said + " " + number(send(all, "x") - ESP_ERR_ESPNOW_BASE);
              }),
              "8 0 3 0 1");
}

TEST_F(EspNow, ProgramsForEspIdf44FindTheFrameAroundTheirData) {
    const auto [sent, heard] = run(
        [] {
            start_wifi();
            v44_init();
            static v44_received_t seen;
            v44_register(&seen);
            auto to = peer(bob);
            to.channel = 1;
            esp_now_add_peer(&to);
            wait_for(100ms);
            const std::vector<std::uint8_t> bytes(251, 'x');
            std::string said = number(static_cast<int>(v44_version())) + number(v44_interface()) + " ";
            said +=
                number(v44_send(bob.data(), bytes.data(), 251)) + " " + number(v44_send(bob.data(), bytes.data(), 3));
            while (seen.sent == 0)
                wait_for(1ms);
            esp_wifi_set_channel(2, WIFI_SECOND_CHAN_NONE);
            return said + " " + number(seen.sent_status) + (six(seen.sent_to) == bob ? "" : "?") + " " +
                   number(v44_send(bob.data(), bytes.data(), 1));
        },
        [] {
            start_wifi();
            v44_init();
            static v44_received_t seen;
            v44_register(&seen);
            wait_for(1s);
            std::string around;
            for (const auto byte : seen.around)
                around += "0123456789abcdef"[byte >> 4], around += "0123456789abcdef"[byte & 15];
            // The random value is the sender's, the sequence control counts from 0.
            around.replace(56 + 0, 8, "RRRRRRRR");
            return number(seen.count) + " " + number(seen.size) + " " + (six(seen.source) == ann ? "ann " : "? ") +
                   number(static_cast<int>(seen.channel)) + " " + (seen.rssi < 0 ? "dBm " : "? ") +
                   number(static_cast<int>(seen.sig_len)) + " " + around;
        });
    const auto argument = number(ESP_ERR_ESPNOW_ARG);
    EXPECT_EQ(sent, "11 " + argument + " 0 0 " + argument);
    EXPECT_EQ(heard,
              "1 3 ann 1 dBm 46 d0000000020000000020020000000010ffffffffffff0000"
              "7f18fe34RRRRRRRRdd0818fe340401");
}

TEST_F(EspNow, AMessageOnAnotherChannelAndBack) {
    const auto [sent, heard] = run(
        [] {
            static std::string events;
            esp_event_loop_create_default();
            esp_event_handler_register(
                WIFI_EVENT, ESP_EVENT_ANY_ID,
                [](void*, esp_event_base_t, std::int32_t id, void* data) {
                    if (id == WIFI_EVENT_ACTION_TX_STATUS) {
                        const auto& status = *static_cast<wifi_event_action_tx_status_t*>(data);
                        events += number(status.channel) + ":" + number(status.status) + " ";
                    } else if (id == WIFI_EVENT_ROC_DONE) {
                        events += "listened:" + number(static_cast<wifi_event_roc_done_t*>(data)->status) + " ";
                    } else if (id == WIFI_EVENT_STA_START) {
                        events += "started ";
                    }
                },
                nullptr);
            start_espnow();
            auto to = peer(bob);
            to.channel = 1;
            esp_now_add_peer(&to);
            wait_for(100ms);
            std::array<std::uint8_t, sizeof(esp_now_switch_channel_t) + 4> memory{};
            auto* config = reinterpret_cast<esp_now_switch_channel_t*>(memory.data());
            config->type = WIFI_OFFCHAN_TX_REQ;
            config->channel = 11;
            config->wait_time_ms = 200;
            std::ranges::copy(bob, config->dest_mac);
            config->data_len = 3;
            std::memcpy(config->data, "far", 3);
            auto said = number(esp_now_switch_channel_tx(config));
            said += number(esp_now_switch_channel_tx(config) == ESP_FAIL);
            wait_for(100ms);
            std::uint8_t channel = 0;
            wifi_second_chan_t second{};
            esp_wifi_get_channel(&channel, &second);
            said += " " + number(channel);
            wait_for(200ms);
            esp_wifi_get_channel(&channel, &second);
            said += " " + number(channel) + " " + number(told.sent.at(0));
            esp_now_remain_on_channel_t listen = {.type = WIFI_ROC_REQ,
                                                  .channel = 11,
                                                  .sec_channel = WIFI_SECOND_CHAN_NONE,
                                                  .wait_time_ms = 5000,
                                                  .op_id = 0};
            esp_now_remain_on_channel(&listen);
            wait_for(1s);
            listen.type = WIFI_ROC_CANCEL;
            said += " " + number(esp_now_remain_on_channel(&listen));
            wait_for(100ms);
            return said + " " + events + (told.received.empty() ? "" : told.received[0]);
        },
        [] {
            start_espnow();
            esp_wifi_set_channel(11, WIFI_SECOND_CHAN_NONE);
            auto back = peer(ann);
            esp_now_add_peer(&back);
            wait_for(900ms);
            send(ann, "back");
            wait_for(1s);
            return told.received.empty() ? std::string("nothing") : told.received[0];
        });
    EXPECT_EQ(sent, "01 11 1 0 0 started 11:0 11:2 listened:1 back");
    EXPECT_EQ(heard, "far");
    EXPECT_THAT(sent_in(capture()), testing::Contains("11 1M"));
}

TEST_F(EspNow, TheAddressesThatAProgramSetsAreThoseOnTheAir) {
    const auto [sent, heard] = run(
        [] {
            const std::array<std::uint8_t, 6> base = {2, 0, 0, 0, 1, 0x40};
            esp_base_mac_addr_set(base.data());
            start_wifi();
            std::array<std::uint8_t, 6> mine{};
            esp_wifi_get_mac(WIFI_IF_STA, mine.data());
            std::string said = mine == base ? "base " : "? ";
            said += number(esp_wifi_set_mac(WIFI_IF_STA, bob.data()) - ESP_ERR_WIFI_BASE) + " ";
            esp_wifi_stop();
            const std::array<std::uint8_t, 6> own = {2, 0, 0, 0, 1, 0x99};
            said += number(esp_wifi_set_mac(WIFI_IF_STA, own.data())) + " ";
            said += number(esp_wifi_set_mac(WIFI_IF_STA, all.data()) - ESP_ERR_WIFI_BASE);
            esp_wifi_start();
            esp_now_init();
            auto to = peer(all);
            esp_now_add_peer(&to);
            wait_for(100ms);
            send(all, "x");
            wait_for(1s);
            return said;
        },
        [] {
            listen_for(1s);
            return number(told.sources.at(0)[5]);
        });
    EXPECT_EQ(sent, "base 5 0 9");
    EXPECT_EQ(heard, number(0x99));
}

TEST_F(EspNow, AnAddressThatAnotherRadioHasKeepsWifiFromStarting) {
    const auto [sent, heard] = run(
        [] {
            wait_for(100ms);
            wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT();
            esp_wifi_init(&config);
            esp_wifi_set_mac(WIFI_IF_STA, bob.data());
            auto said = number(esp_wifi_start()) + " ";
            esp_now_init();
            auto to = peer(all);
            esp_now_add_peer(&to);
            said += number(send(all, "as bob") - ESP_ERR_ESPNOW_BASE) + " ";
            esp_wifi_set_mac(WIFI_IF_STA, ann.data());
            said += number(esp_wifi_start()) + " ";
            said += number(send(all, "as ann"));
            wait_for(100ms);
            return said;
        },
        [] { return listen_for(1s); });
    EXPECT_EQ(sent, "-1 8 0 0");
    EXPECT_EQ(heard, "as ann;");
}

TEST_F(EspNow, AWakeWindowIsKept) {
    const auto [sent, heard] = run(
        [] {
            start_espnow();
            auto to = peer(all);
            esp_now_add_peer(&to);
            wait_for(100ms);
            for (int i = 0; i < 100; ++i) {
                send(all, "x");
                wait_for(10ms);
            }
            return std::string("sent");
        },
        [] {
            start_espnow();
            esp_now_set_wake_window(25);
            esp_wifi_connectionless_module_set_wake_interval(100);
            wait_for(2s);
            const auto count = told.received.size();
            return std::string(count >= 20 && count <= 32 ? "a quarter" : number(static_cast<int>(count)));
        });
    EXPECT_EQ(heard, "a quarter");
}

TEST_F(EspNow, PromiscuousHearsOthersAndRatesAreAsSet) {
    const auto [sent, heard] = run(
        [] {
            start_espnow();
            auto to = peer({2, 0, 0, 0, 0, 0x77});
            esp_now_add_peer(&to);
            esp_now_rate_config_t rate = {
                .phymode = WIFI_PHY_MODE_HT20, .rate = WIFI_PHY_RATE_MCS3_SGI, .ersu = false, .dcm = false};
            auto said = number(esp_now_set_peer_rate_config(to.peer_addr, &rate)) + " ";
            rate.phymode = WIFI_PHY_MODE_11B;
            said += number(esp_now_set_peer_rate_config(to.peer_addr, &rate) - ESP_ERR_ESPNOW_BASE);
            wait_for(100ms);
            esp_now_send(to.peer_addr, reinterpret_cast<const std::uint8_t*>("abc"), 3);
            wait_for_sent(1);
            return said;
        },
        [] {
            static std::string seen;
            start_espnow();
            esp_wifi_set_promiscuous_rx_cb([](void* buffer, wifi_promiscuous_pkt_type_t type) {
                const auto* packet = static_cast<const wifi_promiscuous_pkt_t*>(buffer);
                if (!seen.empty() || type != WIFI_PKT_MGMT) return;
                const auto& c = packet->rx_ctrl;
                seen = number(c.sig_mode) + " " + number(c.mcs) + " " + number(c.sgi) + " " +
                       std::string(reinterpret_cast<const char*>(packet->payload) + 39, c.sig_len - 39 - 4);
            });
            esp_wifi_set_promiscuous(true);
            wait_for(1s);
            return seen + " " + number(static_cast<int>(told.received.size()));
        });
    EXPECT_EQ(sent, "0 2");
    EXPECT_EQ(heard, "1 3 1 abc 0");
    EXPECT_THAT(sent_in(capture()), testing::Each("1 MCS3S")) << "and its retries";
}

TEST_F(EspNow, AChipInLightSleepHearsAndAcknowledgesNothing) {
    const auto [asleep, sender] = run(
        [] {
            start_espnow();
            wait_for(100ms);
            esp_sleep_enable_timer_wakeup(1000000);
            esp_light_sleep_start();
            wait_for(1s);
            std::string said;
            for (const auto& each : told.received)
                said += each + ";";
            return said + number(static_cast<int>(esp_sleep_get_wakeup_causes()));
        },
        [] {
            start_espnow();
            auto to = peer(ann);
            esp_now_add_peer(&to);
            for (const auto* text : {"before", "during", "after"}) {
                send(ann, text);
                wait_for(600ms);
            }
            std::string said;
            for (const auto each : told.sent)
                said += each == ESP_NOW_SEND_SUCCESS ? "+" : "-";
            return said;
        });
    EXPECT_EQ(asleep, "before;after;16");
    EXPECT_EQ(sender, "+-+");
}

}  // namespace nowire::test
