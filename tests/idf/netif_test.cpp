/// esp_netif.h and esp_wifi_default.h in chips of their own.

#include "idf/chip_process.hpp"

#include <esp_event.h>
#include <esp_mac.h>
#include <esp_netif.h>
#include <esp_wifi_default.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>

namespace nowire::test {

using testing::HasSubstr;

namespace {

using IdfNetif = Chip;

std::string name_of(esp_err_t error) {
    switch (error) {
        case ESP_OK:
            return "ok";
        case ESP_ERR_INVALID_STATE:
            return "state";
        case ESP_ERR_NOT_SUPPORTED:
            return "unsupported";
        case ESP_ERR_ESP_NETIF_IF_NOT_READY:
            return "not ready";
        case ESP_ERR_ESP_NETIF_INVALID_PARAMS:
            return "params";
        default:
            return "other";
    }
}

void note_mac(const std::array<std::uint8_t, 6>& mac) {
    std::array<char, 18> text{};
    std::snprintf(text.data(), text.size(), MACSTR, MAC2STR(mac.data()));
    note(text.data());
}

}  // namespace

TEST_F(IdfNetif, TheTwoInterfacesHaveTheRadiosAddressesAndAreFoundByTheirKeys) {
    EXPECT_EQ(run([] {
                  note(name_of(esp_netif_init()));
                  note(name_of(esp_netif_init()));
                  esp_event_loop_create_default();
                  auto* const station = esp_netif_create_default_wifi_sta();
                  auto* const soft_ap = esp_netif_create_default_wifi_ap();
                  note(std::to_string(esp_netif_get_nr_of_ifs()));
                  for (auto* const each : {station, soft_ap}) {
                      std::array<std::uint8_t, 6> own{};
                      std::array<std::uint8_t, 6> expected{};
                      note(name_of(esp_netif_get_mac(each, own.data())));
                      esp_read_mac(expected.data(), each == station ? ESP_MAC_WIFI_STA : ESP_MAC_WIFI_SOFTAP);
                      if (own != expected) note_mac(own);
                      note(esp_netif_get_ifkey(each));
                      note(esp_netif_get_desc(each));
                      note(esp_netif_get_handle_from_ifkey(esp_netif_get_ifkey(each)) == each ? "found" : "lost");
                  }
              }),
              "ok ok 2 ok WIFI_STA_DEF sta found ok WIFI_AP_DEF ap found");
}

TEST_F(IdfNetif, WhatIsNotThereIsAnError) {
    EXPECT_EQ(
        run([] {
            note(name_of(esp_netif_deinit()));
            esp_netif_init();
            note(name_of(esp_netif_deinit()));
            esp_event_loop_create_default();
            auto* const station = esp_netif_create_default_wifi_sta();
            note(name_of(esp_netif_get_mac(station, nullptr)));
            esp_netif_destroy_default_wifi(station);
            std::array<std::uint8_t, 6> mac{};
            for (auto* const gone : {station, static_cast<esp_netif_t*>(nullptr)}) {
                note(name_of(esp_netif_get_mac(gone, mac.data())));
                note(esp_netif_get_ifkey(gone) == nullptr && esp_netif_get_desc(gone) == nullptr ? "none" : "some");
                esp_netif_destroy(gone);
            }
            note(esp_netif_get_handle_from_ifkey("WIFI_STA_DEF") == nullptr ? "none" : "some");
            note(esp_netif_create_default_wifi_sta() == station ? "again" : "new");
        }),
        "state unsupported params not ready none not ready none none new");
}

TEST_F(IdfNetif, CreatingTooEarlyOrTwiceAbortsAndSaysWhy) {
    EXPECT_THAT(run_until_abort([] { esp_netif_create_default_wifi_sta(); }),
                HasSubstr("esp_netif_create_default_wifi_sta: esp_netif_init() comes first"));
    EXPECT_THAT(run_until_abort([] {
                    esp_netif_init();
                    esp_netif_create_default_wifi_ap();
                }),
                HasSubstr("esp_netif_create_default_wifi_ap: esp_event_loop_create_default() comes first"));
    EXPECT_THAT(run_until_abort([] {
                    esp_netif_init();
                    esp_event_loop_create_default();
                    esp_netif_create_default_wifi_sta();
                    esp_netif_create_default_wifi_sta();
                }),
                HasSubstr("there is a WIFI_STA_DEF already"));
}

}  // namespace nowire::test
