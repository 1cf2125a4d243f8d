/// ESP-NOW as programs for the chip use it: sending, receiving, peers and callbacks.

#include "idf/espnow_world.hpp"

namespace nowire::test {

TEST_F(EspNow, MessagesAreSentAndToldOfOnce) {
    const auto [sent, heard] = run(
        [] {
            start_espnow();
            auto to = peer(bob);
            esp_now_add_peer(&to);
            auto everybody = peer(all);
            esp_now_add_peer(&everybody);
            wait_for(100ms);
            send(bob, "one");
            wait_for_sent(1);
            send(all, "two");
            wait_for_sent(2);
            return number(told.sent[0]) + number(told.sent[1]) + (told.sent_to[0] == bob ? "b" : "?") +
                   (told.sent_to[1] == all ? "a" : "?");
        },
        [] {
            const auto said = listen_for(1s);
            const bool fits = told.sources.size() == 2 && told.sources[0] == ann && told.destinations[0] == bob &&
                              told.destinations[1] == all;
            const auto& control = told.controls.at(0);
            return said + (fits ? "addresses " : "? ") + number(control.channel) + (control.rssi < 0 ? " dBm " : "? ") +
                   number(static_cast<int>(control.sig_len));
        });
    EXPECT_EQ(sent, "00ba");
    EXPECT_EQ(heard, "one;two;addresses 1 dBm " + number(24 + 8 + 7 + 3 + 4));
}

TEST_F(EspNow, EveryLengthThatThereIs) {
    const auto [sent, heard] = run(
        [] {
            start_espnow();
            auto to = peer(bob);
            esp_now_add_peer(&to);
            wait_for(100ms);
            std::string answers;
            for (const std::size_t size : {0UL, 1UL, 250UL, 251UL, 1470UL, 1471UL})
                answers += number(send(bob, std::string(size, 'x'))) + " ";
            wait_for_sent(4);
            return answers + number(static_cast<int>(std::ranges::count(told.sent, ESP_NOW_SEND_SUCCESS)));
        },
        [] {
            listen_for(1s);
            std::string sizes;
            for (const auto& each : told.received)
                sizes += number(static_cast<int>(each.size())) + " ";
            return sizes;
        });
    const auto wrong = number(ESP_ERR_ESPNOW_ARG);
    EXPECT_EQ(sent, wrong + " 0 0 0 0 " + wrong + " 4");
    EXPECT_EQ(heard, "1 250 251 1470 ");
}

TEST_F(EspNow, AWrongKeyIsSilenceAndSuccess) {
    const auto program = [](std::uint8_t last, bool sends) {
        return [=]() -> std::string {
            start_espnow();
            auto to = peer(sends ? bob : ann);
            std::ranges::copy(some_key, to.lmk);
            to.lmk[15] = last;
            to.encrypt = true;
            esp_now_add_peer(&to);
            wait_for(100ms);
            if (sends) {
                send(bob, "secret");
                wait_for_sent(1);
                return told.sent.at(0) == ESP_NOW_SEND_SUCCESS ? "success" : "fail";
            }
            wait_for(1s);
            return told.received.empty() ? "nothing" : told.received[0];
        };
    };
    EXPECT_EQ(run(program(16, true), program(16, false)), (std::pair<std::string, std::string>("success", "secret")));
    EXPECT_EQ(run(program(16, true), program(17, false)), (std::pair<std::string, std::string>("success", "nothing")));
}

TEST_F(EspNow, ChannelsMustFit) {
    const auto [sent, heard] = run(
        [] {
            start_espnow();
            auto to = peer(bob);
            to.channel = 6;
            esp_now_add_peer(&to);
            wait_for(100ms);
            const auto elsewhere = send(bob, "x");
            esp_wifi_set_channel(6, WIFI_SECOND_CHAN_NONE);
            const auto here = send(bob, "x");
            wait_for_sent(1);
            to.channel = 0;
            esp_now_mod_peer(&to);
            esp_wifi_set_channel(1, WIFI_SECOND_CHAN_NONE);
            send(bob, "y");
            wait_for_sent(2);
            return number(elsewhere) + " " + number(here) + " " + number(told.sent[0]) + " " + number(told.sent[1]);
        },
        [] { return listen_for(1s); });
    EXPECT_EQ(sent, number(ESP_ERR_ESPNOW_CHAN) + " 0 1 0");
    EXPECT_EQ(heard, "y;");
}

TEST_F(EspNow, ASoftApSendsAndReceivesByItsOwnAddress) {
    const auto [sent, heard] = run(
        [] {
            start_espnow(WIFI_MODE_APSTA);
            auto to = peer(bob);
            esp_now_add_peer(&to);
            to.ifidx = WIFI_IF_AP;
            esp_now_mod_peer(&to);
            wait_for(100ms);
            send(bob, "from the AP");
            wait_for_sent(1);
            wait_for(500ms);
            return number(told.sent[0]) + (told.received.empty() ? "" : told.received[0]);
        },
        [] {
            start_espnow();
            wait_for(300ms);
            auto source = told.sources.at(0);
            auto back = peer(source);
            esp_now_add_peer(&back);
            send(source, "back");
            wait_for_sent(1);
            return number(source[5]) + " " + number(told.sent[0]);
        });
    EXPECT_EQ(sent, "0back");
    EXPECT_EQ(heard, number(0x11) + " 0");
}

TEST_F(EspNow, PeersAreAsTheDriversKeepThem) {
    EXPECT_EQ(run_alone([] {
                  std::string said;
                  const auto note = [&](esp_err_t result) { said += number(result - ESP_ERR_ESPNOW_BASE) + " "; };
                  auto p = peer(bob);
                  note(esp_now_add_peer(&p));
                  note(esp_now_init());
                  start_wifi();
                  esp_now_init();
                  note(esp_now_add_peer(nullptr));
                  for (std::uint8_t i = 0; i < 20; ++i) {
                      p.peer_addr[5] = i;
                      if (esp_now_add_peer(&p) != ESP_OK) return std::string("not added");
                  }
                  p.peer_addr[5] = 3;
                  note(esp_now_add_peer(&p));
                  p.peer_addr[5] = 99;
                  note(esp_now_add_peer(&p));
                  note(esp_now_mod_peer(&p));
                  note(esp_now_del_peer(p.peer_addr));
                  p.peer_addr[5] = 3;
                  note(esp_now_del_peer(p.peer_addr) + ESP_ERR_ESPNOW_BASE);
                  note(esp_now_add_peer(&p) + ESP_ERR_ESPNOW_BASE);
                  p.peer_addr[5] = 4;
                  esp_now_del_peer(p.peer_addr);
                  p.peer_addr[5] = 3;
                  note(esp_now_add_peer(&p));
                  esp_now_del_peer(p.peer_addr);
                  // What an uninitialised structure has there.
                  std::memset(&p.ifidx, 7, sizeof p.ifidx);
                  note(esp_now_add_peer(&p));
                  p.ifidx = WIFI_IF_STA;
                  p.channel = 15;
                  note(esp_now_add_peer(&p));
                  p.channel = 0;
                  std::ranges::copy(all, p.peer_addr);
                  p.encrypt = true;
                  note(esp_now_add_peer(&p));
                  p.encrypt = false;
                  p.priv = &said;
                  esp_now_add_peer(&p);
                  esp_now_peer_info_t back{};
                  esp_now_get_peer(all.data(), &back);
                  said += back.priv == &said ? "priv " : "? ";
                  esp_now_peer_num_t count{};
                  esp_now_get_peer_num(&count);
                  said += number(count.total_num) + " " + number(count.encrypt_num) + " ";
                  // Groups are not fetched, and deleting meanwhile leaves nobody out.
                  int fetched = 0;
                  for (bool first = true; esp_now_fetch_peer(first, &back) == ESP_OK; first = false) {
                      ++fetched;
                      if (back.peer_addr[5] % 2 == 0) esp_now_del_peer(back.peer_addr);
                  }
                  esp_now_get_peer_num(&count);
                  said += number(fetched) + " " + number(count.total_num);
                  said += esp_now_is_peer_exist(all.data()) && !esp_now_is_peer_exist(bob.data()) ? " exist" : " ?";
                  return said;
              }),
              "1 6 2 4 4 5 5 0 0 7 2 2 2 priv 19 0 18 10 exist");
}

TEST_F(EspNow, EncryptedPeersHaveALimitOfTheirOwn) {
    EXPECT_EQ(run_alone([] {
                  wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT();
                  config.espnow_max_encrypt_num = 2;
                  start_wifi(WIFI_MODE_STA, config);
                  esp_now_init();
                  std::string said;
                  auto p = peer(bob);
                  p.encrypt = true;
                  for (std::uint8_t i = 0; i < 3; ++i) {
                      p.peer_addr[5] = i;
                      said += number(esp_now_add_peer(&p)) + " ";
                  }
                  config.espnow_max_encrypt_num = 18;
                  esp_wifi_stop();
                  esp_wifi_deinit();
                  return said + number(esp_wifi_init(&config)) + (esp_now_is_peer_exist(p.peer_addr) ? " ?" : "");
              }),
              "0 0 " + number(ESP_ERR_ESPNOW_FULL) + " " + number(ESP_ERR_INVALID_ARG));
}

TEST_F(EspNow, NobodyAsPeerIsEveryUnicastPeer) {
    const auto [sent, heard] = run(
        [] {
            start_espnow();
            const std::uint8_t byte = 'x';
            const auto to_nobody = esp_now_send(nullptr, &byte, 1);
            for (const auto& address : {all, bob, std::array<std::uint8_t, 6>{2, 0, 0, 0, 0, 0x77}}) {
                auto to = peer(address);
                esp_now_add_peer(&to);
            }
            wait_for(100ms);
            esp_now_send(nullptr, &byte, 1);
            wait_for_sent(2);
            wait_for(1s);
            return number(to_nobody) + " " + number(static_cast<int>(told.sent.size())) + " " + number(told.sent[0]) +
                   number(told.sent[1]);
        },
        [] { return listen_for(1s); });
    EXPECT_EQ(sent, number(ESP_ERR_ESPNOW_NOT_FOUND) + " 2 01");
    EXPECT_EQ(heard, "x;");
}

TEST_F(EspNow, CallbacksMayDoEverything) {
    // Ann asks; whoever hears it adds her inside the callback and answers from there; her callback sends the next.
    const auto [sent, heard] = run(
        [] {
            start_espnow();
            esp_now_register_recv_cb([](const esp_now_recv_info_t* info, const std::uint8_t* data, int size) {
                on_receive(info, data, size);
                if (told.received.size() < 5) send(bob, "again");
            });
            auto to = peer(bob);
            esp_now_add_peer(&to);
            wait_for(100ms);
            send(bob, "first");
            wait_for(1s);
            return number(static_cast<int>(told.received.size()));
        },
        [] {
            start_espnow();
            esp_now_register_recv_cb([](const esp_now_recv_info_t* info, const std::uint8_t* data, int size) {
                on_receive(info, data, size);
                auto back = peer(six(info->src_addr));
                esp_now_add_peer(&back);
                send(six(info->src_addr), "answer");
            });
            wait_for(1s);
            return number(static_cast<int>(told.received.size()));
        });
    EXPECT_EQ(sent, "5");
    EXPECT_EQ(heard, "5");
}

TEST_F(EspNow, ABurstFindsTheBuffersFullAndLosesNothingThatWasTaken) {
    const auto [sent, heard] = run(
        [] {
            start_espnow();
            auto to = peer(bob);
            esp_now_add_peer(&to);
            wait_for(100ms);
            int taken = 0;
            int refused = 0;
            while (taken < 200) {
                const auto result = send(bob, number(taken));
                if (result == ESP_OK) {
                    ++taken;
                } else if (result == ESP_ERR_ESPNOW_NO_MEM) {
                    ++refused;
                    wait_for(1ms);
                } else {
                    return "wrong " + number(result);
                }
            }
            wait_for_sent(200);
            wait_for(1s);
            return std::string(refused > 0 ? "full " : "? ") + number(static_cast<int>(told.sent.size()));
        },
        [] {
            listen_for(3s);
            int in_order = 0;
            for (const auto& each : told.received)
                in_order += each == number(in_order) ? 1 : 0;
            return number(in_order);
        });
    EXPECT_EQ(sent, "full 200");
    EXPECT_EQ(heard, "200");
}

TEST_F(EspNow, TenThousandSendsHaveACallbackEach) {
    const auto [sent, heard] = run(
        [] {
            start_espnow();
            auto to = peer(bob);
            esp_now_add_peer(&to);
            wait_for(100ms);
            for (int i = 0; i < 10'000;) {
                if (send(bob, number(i)) == ESP_OK)
                    ++i;
                else
                    wait_for(10ms);
            }
            wait_for_sent(10'000, 100s);
            wait_for(1s);
            return number(static_cast<int>(told.sent.size()));
        },
        [] {
            listen_for(40s);
            return number(static_cast<int>(told.received.size()));
        },
        {"--loss", "0.05"});
    EXPECT_EQ(sent, "10000");
    EXPECT_EQ(heard, "10000");
}

TEST_F(EspNow, WhatWasSentBeforeTheEndIsNotToldOfAfterANewBeginning) {
    EXPECT_EQ(run_alone([] {
                  start_espnow();
                  auto to = peer(all);
                  esp_now_add_peer(&to);
                  send(all, "before");
                  esp_now_deinit();
                  esp_now_init();
                  esp_now_register_send_cb(on_sent);
                  wait_for(1s);
                  auto said = number(static_cast<int>(told.sent.size()));
                  esp_now_add_peer(&to);
                  send(all, "after");
                  wait_for_sent(1);
                  return said + " " + number(static_cast<int>(told.sent.size()));
              }),
              "0 1");
}

TEST_F(EspNow, AfterTheEndNothingIsTold) {
    const auto [sent, heard] = run(
        [] {
            start_espnow();
            auto to = peer(bob);
            esp_now_add_peer(&to);
            wait_for(100ms);
            for (int i = 0; i < 10; ++i)
                send(bob, "x");
            esp_now_deinit();
            wait_for(1s);
            return number(static_cast<int>(told.sent.size())) + " " + number(send(bob, "x") - ESP_ERR_ESPNOW_BASE) +
                   (esp_now_is_peer_exist(bob.data()) ? "?" : "");
        },
        [] {
            start_espnow();
            esp_now_register_recv_cb([](const esp_now_recv_info_t* info, const std::uint8_t* data, int size) {
                on_receive(info, data, size);
                if (told.received.size() == 3) esp_now_unregister_recv_cb();
            });
            wait_for(1s);
            return number(static_cast<int>(told.received.size()));
        });
    EXPECT_EQ(sent, "0 1");
    EXPECT_EQ(heard, "3");
}

}  // namespace nowire::test
