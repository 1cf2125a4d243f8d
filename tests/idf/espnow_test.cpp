/// ESP-NOW as programs for the chip use it: two chips, each a process, on one air whose time goes from event to event.

// The newest form, with what is done on another channel.
#define NOWIRE_IDF_VERSION ((6 << 16) | (0 << 8))

#include "esp_event.h"
#include "esp_mac.h"
#include "esp_now.h"
#include "esp_wifi.h"
#include "idf/chip.hpp"
#include "idf/espnow_v44.h"
#include "radio/hub_world.hpp"

#include <nowire/capture/decode.hpp>
#include <nowire/capture/reader.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace nowire::test {

using namespace std::chrono_literals;
using testing::ElementsAre;

namespace {

using idf::call;
using idf::chip;

constexpr const char* ann_text = "02:00:00:00:00:10";
constexpr const char* bob_text = "02:00:00:00:00:20";
const std::array<std::uint8_t, 6> ann = {2, 0, 0, 0, 0, 0x10};
const std::array<std::uint8_t, 6> bob = {2, 0, 0, 0, 0, 0x20};
const std::array<std::uint8_t, 6> all = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
const std::array<std::uint8_t, 16> some_key = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

/// What the callbacks of this process's chip were told.
struct {
    std::vector<std::string> received;
    std::vector<esp_now_recv_info_t> infos;
    std::vector<std::array<std::uint8_t, 6>> sources;
    std::vector<std::array<std::uint8_t, 6>> destinations;
    std::vector<wifi_pkt_rx_ctrl_t> controls;
    std::vector<esp_now_send_status_t> sent;
    std::vector<std::array<std::uint8_t, 6>> sent_to;
} told;

std::array<std::uint8_t, 6> six(const std::uint8_t* from) {
    std::array<std::uint8_t, 6> octets{};
    std::copy_n(from, 6, octets.begin());
    return octets;
}

void on_receive(const esp_now_recv_info_t* info, const std::uint8_t* data, int size) {
    told.received.emplace_back(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    told.sources.push_back(six(info->src_addr));
    told.destinations.push_back(six(info->des_addr));
    told.controls.push_back(*info->rx_ctrl);
}

void on_sent(const esp_now_send_info_t* info, esp_now_send_status_t status) {
    told.sent.push_back(status);
    told.sent_to.push_back(six(info->des_addr));
}

void sleep_for(duration d) {
    call c;
    c.block(nullptr, c.now() + d);
}

/// Waits until the callbacks have been told of so many sends.
bool wait_for_sent(std::size_t count, duration limit = 10s) {
    for (auto left = limit; told.sent.size() < count && left > 0s; left -= 1ms)
        sleep_for(1ms);
    return told.sent.size() >= count;
}

esp_err_t start_wifi(wifi_mode_t mode = WIFI_MODE_STA, wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT()) {
    esp_err_t result = esp_wifi_init(&config);
    if (result == ESP_OK) result = esp_wifi_set_mode(mode);
    if (result == ESP_OK) result = esp_wifi_start();
    return result;
}

void start_espnow(wifi_mode_t mode = WIFI_MODE_STA) {
    if (start_wifi(mode) != ESP_OK || esp_now_init() != ESP_OK) std::abort();
    esp_now_register_recv_cb(on_receive);
    esp_now_register_send_cb(on_sent);
}

esp_now_peer_info_t peer(const std::array<std::uint8_t, 6>& address) {
    esp_now_peer_info_t info{};
    std::ranges::copy(address, info.peer_addr);
    info.ifidx = WIFI_IF_STA;
    return info;
}

esp_err_t send(const std::array<std::uint8_t, 6>& to, const std::string& text) {
    return esp_now_send(to.data(), reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

std::string number(int n) {
    return std::to_string(n);
}

/// A program of two chips. Each returns a line that says what it saw.
class EspNow : public testing::Test {
  protected:
    using program = std::function<std::string()>;

    std::unique_ptr<child_process> start(const hub_process& hub, const char* address, const program& what) {
        return std::make_unique<child_process>([=, socket = hub.socket()](int to) {
            ::setenv("NOWIRE_RADIO", ("air:" + socket + "?mac=" + address).c_str(), 1);
            std::string said;
            auto& c = chip::get();
            {
                const driver::lock held(c.driver());
                c.tasks().start("main", 1, [&] {
                    said = what();
                    esp_now_deinit();
                });
            }
            c.wait_for_end();
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
std::string listen_for(duration how_long) {
    start_espnow();
    sleep_for(how_long);
    std::string said;
    for (const auto& each : told.received)
        said += each + ";";
    return said;
}

}  // namespace

TEST_F(EspNow, MessagesAreSentAndToldOfOnce) {
    const auto [sent, heard] = run(
        [] {
            start_espnow();
            auto to = peer(bob);
            esp_now_add_peer(&to);
            auto everybody = peer(all);
            esp_now_add_peer(&everybody);
            sleep_for(100ms);
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
            sleep_for(100ms);
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
            sleep_for(100ms);
            if (sends) {
                send(bob, "secret");
                wait_for_sent(1);
                return told.sent.at(0) == ESP_NOW_SEND_SUCCESS ? "success" : "fail";
            }
            sleep_for(1s);
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
            sleep_for(100ms);
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
            sleep_for(100ms);
            send(bob, "from the AP");
            wait_for_sent(1);
            sleep_for(500ms);
            return number(told.sent[0]) + (told.received.empty() ? "" : told.received[0]);
        },
        [] {
            start_espnow();
            sleep_for(300ms);
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
            sleep_for(100ms);
            esp_now_send(nullptr, &byte, 1);
            wait_for_sent(2);
            sleep_for(1s);
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
            sleep_for(100ms);
            send(bob, "first");
            sleep_for(1s);
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
            sleep_for(1s);
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
            sleep_for(100ms);
            int taken = 0;
            int refused = 0;
            while (taken < 200) {
                const auto result = send(bob, number(taken));
                if (result == ESP_OK) {
                    ++taken;
                } else if (result == ESP_ERR_ESPNOW_NO_MEM) {
                    ++refused;
                    sleep_for(1ms);
                } else {
                    return "wrong " + number(result);
                }
            }
            wait_for_sent(200);
            sleep_for(1s);
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
            sleep_for(100ms);
            for (int i = 0; i < 10'000;) {
                if (send(bob, number(i)) == ESP_OK)
                    ++i;
                else
                    sleep_for(10ms);
            }
            wait_for_sent(10'000, 100s);
            sleep_for(1s);
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

TEST_F(EspNow, AfterTheEndNothingIsTold) {
    const auto [sent, heard] = run(
        [] {
            start_espnow();
            auto to = peer(bob);
            esp_now_add_peer(&to);
            sleep_for(100ms);
            for (int i = 0; i < 10; ++i)
                send(bob, "x");
            esp_now_deinit();
            sleep_for(1s);
            return number(static_cast<int>(told.sent.size())) + " " + number(send(bob, "x") - ESP_ERR_ESPNOW_BASE) +
                   (esp_now_is_peer_exist(bob.data()) ? "?" : "");
        },
        [] {
            start_espnow();
            esp_now_register_recv_cb([](const esp_now_recv_info_t* info, const std::uint8_t* data, int size) {
                on_receive(info, data, size);
                if (told.received.size() == 3) esp_now_unregister_recv_cb();
            });
            sleep_for(1s);
            return number(static_cast<int>(told.received.size()));
        });
    EXPECT_EQ(sent, "0 1");
    EXPECT_EQ(heard, "3");
}

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
            sleep_for(100ms);
            const std::vector<std::uint8_t> bytes(251, 'x');
            std::string said = number(static_cast<int>(v44_version())) + number(v44_interface()) + " ";
            said +=
                number(v44_send(bob.data(), bytes.data(), 251)) + " " + number(v44_send(bob.data(), bytes.data(), 3));
            while (seen.sent == 0)
                sleep_for(1ms);
            esp_wifi_set_channel(2, WIFI_SECOND_CHAN_NONE);
            return said + " " + number(seen.sent_status) + (six(seen.sent_to) == bob ? "" : "?") + " " +
                   number(v44_send(bob.data(), bytes.data(), 1));
        },
        [] {
            start_wifi();
            v44_init();
            static v44_received_t seen;
            v44_register(&seen);
            sleep_for(1s);
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
            sleep_for(100ms);
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
            sleep_for(100ms);
            std::uint8_t channel = 0;
            wifi_second_chan_t second{};
            esp_wifi_get_channel(&channel, &second);
            said += " " + number(channel);
            sleep_for(200ms);
            esp_wifi_get_channel(&channel, &second);
            said += " " + number(channel) + " " + number(told.sent.at(0));
            esp_now_remain_on_channel_t listen = {.type = WIFI_ROC_REQ,
                                                  .channel = 11,
                                                  .sec_channel = WIFI_SECOND_CHAN_NONE,
                                                  .wait_time_ms = 5000,
                                                  .op_id = 0};
            esp_now_remain_on_channel(&listen);
            sleep_for(1s);
            listen.type = WIFI_ROC_CANCEL;
            said += " " + number(esp_now_remain_on_channel(&listen));
            sleep_for(100ms);
            return said + " " + events + (told.received.empty() ? "" : told.received[0]);
        },
        [] {
            start_espnow();
            esp_wifi_set_channel(11, WIFI_SECOND_CHAN_NONE);
            auto back = peer(ann);
            esp_now_add_peer(&back);
            sleep_for(900ms);
            send(ann, "back");
            sleep_for(1s);
            return told.received.empty() ? std::string("nothing") : told.received[0];
        });
    EXPECT_EQ(sent, "01 11 1 0 0 started 11:0 11:2 listened:1 back");
    EXPECT_EQ(heard, "far");
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
            sleep_for(100ms);
            send(all, "x");
            sleep_for(1s);
            return said;
        },
        [] {
            listen_for(1s);
            return number(told.sources.at(0)[5]);
        });
    EXPECT_EQ(sent, "base 5 0 9");
    EXPECT_EQ(heard, number(0x99));
}

TEST_F(EspNow, AWakeWindowIsKept) {
    const auto [sent, heard] = run(
        [] {
            start_espnow();
            auto to = peer(all);
            esp_now_add_peer(&to);
            sleep_for(100ms);
            for (int i = 0; i < 100; ++i) {
                send(all, "x");
                sleep_for(10ms);
            }
            return std::string("sent");
        },
        [] {
            start_espnow();
            esp_now_set_wake_window(25);
            esp_wifi_connectionless_module_set_wake_interval(100);
            sleep_for(2s);
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
            sleep_for(100ms);
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
            sleep_for(1s);
            return seen + " " + number(static_cast<int>(told.received.size()));
        });
    EXPECT_EQ(sent, "0 2");
    EXPECT_EQ(heard, "1 3 1 abc 0");
}

}  // namespace nowire::test
