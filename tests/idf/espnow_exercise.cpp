#include "idf/espnow_exercise.hpp"

#include "device/script_reader.hpp"

#include <nowire/radio/hub_radio.hpp>
#include <nowire/station/station.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <vector>

// The newest form, with what is done on another channel.
#define NOWIRE_IDF_VERSION ((6 << 16) | (0 << 8))

#include "esp_err.h"
#include "esp_event.h"
#include "esp_log.h"
#include "esp_now.h"
#include "esp_wifi.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

namespace nowire::test {

namespace {

using address = std::array<std::uint8_t, ESP_NOW_ETH_ALEN>;

constexpr address echo = {0x02, 0, 0, 0, 0xec, 0x40};
/// What the tasks send begins so, and what the echo sends back does too.
constexpr std::uint8_t mark = 0xa5;

std::atomic<std::uint64_t> sent_callbacks;
std::atomic<std::uint64_t> echoes;
std::atomic<bool> wrong_message;

void on_sent(const esp_now_send_info_t* info, esp_now_send_status_t status) {
    if (info == nullptr || info->des_addr == nullptr || (status != ESP_NOW_SEND_SUCCESS && status != ESP_NOW_SEND_FAIL))
        wrong_message = true;
    ++sent_callbacks;
}

void on_received(const esp_now_recv_info_t* info, const std::uint8_t* data, int size) {
    // Each byte is read, for the sanitizers.
    const bool same = size > 0 && std::all_of(data, data + size, [](std::uint8_t b) { return b == mark; });
    if (!same || !std::equal(echo.begin(), echo.end(), info->src_addr)) wrong_message = true;
    ++echoes;
}

void on_any_frame(void* frame, wifi_promiscuous_pkt_type_t) {
    const auto* packet = static_cast<const wifi_promiscuous_pkt_t*>(frame);
    static std::atomic<unsigned> sum;
    for (unsigned i = 0; i + 4 < packet->rx_ctrl.sig_len; ++i)
        sum += packet->payload[i];
}

/// The calls of one task.
class caller {
  public:
    explicit caller(std::span<const std::uint8_t> script) : r_(script) {}

    void run() {
        while (!r_.done())
            step();
    }
    void meet(TaskHandle_t other) { other_ = other; }
    const std::string& fault() const { return fault_; }

    /// Set as the task ends, whichever way it does.
    std::atomic<bool> has_ended = false;
    TaskHandle_t self = nullptr;

  private:
    void allow(const char* call, esp_err_t got, std::initializer_list<esp_err_t> also) {
        if (got == ESP_OK || std::ranges::find(also, got) != also.end() || !fault_.empty()) return;
        fault_ = std::string(call) + " gave " + esp_err_to_name(got);
    }

    address some_address() {
        const auto n = r_.below(24);
        if (n < 8) return echo;
        if (n == 8) return {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
        if (n == 9) return {};
        return {0x02, 0, 0, 0, 0x11, n};
    }
    /// NULL now and then.
    const std::uint8_t* pointer_to(const address& a) { return r_.below(32) == 0 ? nullptr : a.data(); }

    void step() {
        switch (r_.below(12)) {
            case 0:
                return start_or_end();
            case 1:
            case 2:
                return send();
            case 3:
                return change_peer();
            case 4:
                return ask();
            case 5:
                return set_espnow();
            case 6:
                return set_callbacks();
            case 7:
                return set_wifi();
            case 8:
                return go_off_channel();
            case 9:
                return watch();
            case 10:
                return touch_other();
            default:
                return vTaskDelay(r_.below(20));
        }
    }

    void start_or_end() {
        const wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT();
        switch (r_.below(12)) {
            case 0:
                return allow("esp_wifi_deinit", esp_wifi_deinit(), {ESP_ERR_WIFI_NOT_INIT, ESP_ERR_WIFI_NOT_STOPPED});
            case 1:
                return allow("esp_wifi_stop", esp_wifi_stop(), {ESP_ERR_WIFI_NOT_INIT});
            case 2:
                return allow("esp_now_deinit", esp_now_deinit(), {});
            case 3:
                if (esp_wifi_init(nullptr) != ESP_ERR_INVALID_ARG) fault_ = "esp_wifi_init takes NULL";
                return allow("esp_wifi_init", esp_wifi_init(&config), {});
            case 4:
                return allow("esp_wifi_start", esp_wifi_start(), {ESP_ERR_WIFI_NOT_INIT});
            case 5:
                return allow("esp_now_init", esp_now_init(), {ESP_ERR_ESPNOW_INTERNAL});
            default:
                // All of it: most calls should find it running.
                allow("esp_wifi_init", esp_wifi_init(&config), {});
                allow("esp_wifi_set_mode", esp_wifi_set_mode(static_cast<wifi_mode_t>(1 + r_.below(3))),
                      {ESP_ERR_WIFI_NOT_INIT});
                allow("esp_wifi_start", esp_wifi_start(), {ESP_ERR_WIFI_NOT_INIT});
                return allow("esp_now_init", esp_now_init(), {ESP_ERR_ESPNOW_INTERNAL});
        }
    }

    void send() {
        const auto to = some_address();
        const std::vector<std::uint8_t> message(r_.number() % 1600, mark);
        const auto* data = r_.below(32) == 0 ? nullptr : message.data();
        allow("esp_now_send", esp_now_send(pointer_to(to), data, message.size()),
              {ESP_ERR_ESPNOW_NOT_INIT, ESP_ERR_ESPNOW_ARG, ESP_ERR_ESPNOW_NOT_FOUND, ESP_ERR_ESPNOW_IF,
               ESP_ERR_ESPNOW_CHAN, ESP_ERR_ESPNOW_NO_MEM, ESP_ERR_ESPNOW_INTERNAL});
    }

    void change_peer() {
        esp_now_peer_info_t peer = {};
        std::ranges::copy(some_address(), peer.peer_addr);
        peer.channel = r_.below(4) == 0 ? r_.byte() : 0;
        peer.ifidx = static_cast<wifi_interface_t>(r_.below(4) / 2);
        peer.encrypt = r_.below(4) == 0;
        peer.lmk[0] = r_.byte();
        const auto* given = r_.below(32) == 0 ? nullptr : &peer;
        switch (r_.below(4)) {
            case 0:
                return allow("esp_now_del_peer", esp_now_del_peer(given ? given->peer_addr : nullptr),
                             {ESP_ERR_ESPNOW_NOT_INIT, ESP_ERR_ESPNOW_ARG, ESP_ERR_ESPNOW_NOT_FOUND});
            case 1:
                return allow(
                    "esp_now_mod_peer", esp_now_mod_peer(given),
                    {ESP_ERR_ESPNOW_NOT_INIT, ESP_ERR_ESPNOW_ARG, ESP_ERR_ESPNOW_FULL, ESP_ERR_ESPNOW_NOT_FOUND});
            default:
                return allow("esp_now_add_peer", esp_now_add_peer(given),
                             {ESP_ERR_ESPNOW_NOT_INIT, ESP_ERR_ESPNOW_ARG, ESP_ERR_ESPNOW_FULL, ESP_ERR_ESPNOW_EXIST});
        }
    }

    void ask() {
        const auto who = some_address();
        esp_now_peer_info_t peer = {};
        esp_now_peer_num_t number = {};
        (void)esp_now_is_peer_exist(pointer_to(who));
        allow("esp_now_get_peer", esp_now_get_peer(pointer_to(who), &peer),
              {ESP_ERR_ESPNOW_NOT_INIT, ESP_ERR_ESPNOW_ARG, ESP_ERR_ESPNOW_NOT_FOUND});
        const auto found = esp_now_fetch_peer(r_.flag(), &peer);
        allow("esp_now_fetch_peer", found, {ESP_ERR_ESPNOW_NOT_INIT, ESP_ERR_ESPNOW_NOT_FOUND});
        if (found == ESP_OK && (peer.peer_addr[0] & 1) != 0) fault_ = "esp_now_fetch_peer gave a group";
        const auto counted = esp_now_get_peer_num(&number);
        allow("esp_now_get_peer_num", counted, {ESP_ERR_ESPNOW_NOT_INIT});
        if (counted == ESP_OK &&
            (number.total_num > ESP_NOW_MAX_TOTAL_PEER_NUM || number.encrypt_num > number.total_num))
            fault_ = "there are too many peers";
    }

    void set_espnow() {
        const auto who = some_address();
        std::array<std::uint8_t, ESP_NOW_KEY_LEN> key{r_.byte()};
        std::array<std::uint8_t, 3> oui{0x18, 0xfe, r_.below(8) == 0 ? std::uint8_t{0} : std::uint8_t{0x34}};
        wifi_tx_rate_config_t rate = {};
        rate.phymode = static_cast<wifi_phy_mode_t>(r_.below(8));
        rate.rate = static_cast<wifi_phy_rate_t>(r_.below(64));
        switch (r_.below(4)) {
            case 0:
                return allow("esp_now_set_pmk", esp_now_set_pmk(r_.below(8) == 0 ? nullptr : key.data()),
                             {ESP_ERR_ESPNOW_NOT_INIT, ESP_ERR_ESPNOW_ARG});
            case 1:
                return allow("esp_now_set_wake_window",
                             esp_now_set_wake_window(static_cast<std::uint16_t>(r_.number())),
                             {ESP_ERR_ESPNOW_NOT_INIT});
            case 2:
                return allow("esp_now_set_user_oui", esp_now_set_user_oui(r_.flag() ? nullptr : oui.data()), {});
            default:
                return allow("esp_now_set_peer_rate_config",
                             esp_now_set_peer_rate_config(pointer_to(who), r_.below(16) == 0 ? nullptr : &rate),
                             {ESP_ERR_ESPNOW_NOT_INIT, ESP_ERR_ESPNOW_ARG, ESP_ERR_ESPNOW_NOT_FOUND});
        }
    }

    void set_callbacks() {
        switch (r_.below(6)) {
            case 0:
                return allow("esp_now_unregister_send_cb", esp_now_unregister_send_cb(), {ESP_ERR_ESPNOW_NOT_INIT});
            case 1:
                return allow("esp_now_unregister_recv_cb", esp_now_unregister_recv_cb(), {ESP_ERR_ESPNOW_NOT_INIT});
            default:
                allow("esp_now_register_send_cb", esp_now_register_send_cb(on_sent), {ESP_ERR_ESPNOW_NOT_INIT});
                return allow("esp_now_register_recv_cb", esp_now_register_recv_cb(on_received),
                             {ESP_ERR_ESPNOW_NOT_INIT});
        }
    }

    void set_wifi() {
        const auto via = static_cast<wifi_interface_t>(r_.below(3));
        const address mac = {r_.below(4) == 0 ? std::uint8_t{3} : std::uint8_t{2}, 0, 0, 0, 0x22, r_.below(4)};
        switch (r_.below(6)) {
            case 0:
                return allow("esp_wifi_set_mode", esp_wifi_set_mode(static_cast<wifi_mode_t>(r_.below(6))),
                             {ESP_ERR_WIFI_NOT_INIT, ESP_ERR_INVALID_ARG});
            case 1:
                return allow("esp_wifi_set_mac", esp_wifi_set_mac(via, mac.data()),
                             {ESP_ERR_WIFI_NOT_INIT, ESP_ERR_WIFI_IF, ESP_ERR_WIFI_MODE, ESP_ERR_WIFI_MAC});
            case 2:
                return allow("esp_wifi_set_ps", esp_wifi_set_ps(static_cast<wifi_ps_type_t>(r_.below(4))),
                             {ESP_ERR_WIFI_NOT_INIT, ESP_ERR_INVALID_ARG});
            case 3:
                return allow("esp_wifi_connectionless_module_set_wake_interval",
                             esp_wifi_connectionless_module_set_wake_interval(static_cast<std::uint16_t>(r_.number())),
                             {ESP_ERR_WIFI_NOT_INIT});
            default:
                return allow("esp_wifi_set_channel", esp_wifi_set_channel(r_.below(16), WIFI_SECOND_CHAN_NONE),
                             {ESP_ERR_WIFI_NOT_INIT, ESP_ERR_WIFI_NOT_STARTED, ESP_ERR_INVALID_ARG});
        }
    }

    void go_off_channel() {
        const auto allowed = {ESP_ERR_ESPNOW_NOT_INIT, ESP_ERR_INVALID_ARG, ESP_ERR_NO_MEM, ESP_FAIL};
        const bool cancels = r_.below(4) == 0;
        if (r_.flag()) {
            esp_now_remain_on_channel_t config = {};
            config.type = cancels ? WIFI_ROC_CANCEL : WIFI_ROC_REQ;
            config.channel = r_.below(16);
            config.wait_time_ms = r_.byte();
            config.op_id = r_.below(4);
            return allow("esp_now_remain_on_channel", esp_now_remain_on_channel(&config), allowed);
        }
        std::vector<std::uint8_t> memory(sizeof(esp_now_switch_channel_t) + 1600);
        auto* config = new (memory.data()) esp_now_switch_channel_t();
        config->type = cancels ? WIFI_OFFCHAN_TX_CANCEL : WIFI_OFFCHAN_TX_REQ;
        config->channel = r_.below(16);
        config->wait_time_ms = r_.byte();
        config->op_id = r_.below(4);
        std::ranges::copy(some_address(), config->dest_mac);
        config->data_len = static_cast<std::uint16_t>(r_.number() % 1600);
        // The message begins in the structure's padding.
        std::fill_n(&config->data[0], config->data_len, mark);
        allow("esp_now_switch_channel_tx", esp_now_switch_channel_tx(config), allowed);
    }

    void watch() {
        allow("esp_wifi_set_promiscuous_rx_cb", esp_wifi_set_promiscuous_rx_cb(r_.flag() ? on_any_frame : nullptr),
              {ESP_ERR_WIFI_NOT_INIT});
        allow("esp_wifi_set_promiscuous", esp_wifi_set_promiscuous(r_.flag()), {ESP_ERR_WIFI_NOT_INIT});
    }

    void touch_other() {
        switch (r_.below(8)) {
            case 0:
                return vTaskSuspend(other_);
            case 1:
                // Its handle is one of a task that has ended, from then on.
                return r_.below(8) == 0 ? vTaskDelete(other_) : taskYIELD();
            case 2:
                return vTaskPrioritySet(r_.flag() ? other_ : nullptr, 1 + r_.below(5));
            case 3:
                xTaskNotifyGive(other_);
                return;
            case 4:
                ulTaskNotifyTake(pdTRUE, r_.below(8));
                return;
            default:
                return vTaskResume(other_);
        }
    }

    script_reader r_;
    TaskHandle_t other_ = nullptr;
    std::string fault_;
};

void be_caller(void* given) {
    auto& self = *static_cast<caller*>(given);
    {
        // Also where the other one deletes this task.
        const std::unique_ptr<std::atomic<bool>, void (*)(std::atomic<bool>*)> at_end(
            &self.has_ended, [](std::atomic<bool>* ended) { *ended = true; });
        // Until both know each other.
        ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
        self.run();
    }
    vTaskDelete(nullptr);
}

std::string run_tasks(std::span<const std::uint8_t> script) {
    // The first byte says how much of it is whose.
    const auto share = script.empty() ? 0 : (script.size() - 1) * script.front() / 255;
    const auto calls = script.empty() ? script : script.subspan(1);
    std::array<caller, 2> callers = {caller(calls.first(share)), caller(calls.subspan(share))};
    for (auto& each : callers)
        if (xTaskCreate(be_caller, "caller", 8192, &each, 2, &each.self) != pdPASS) return "a task cannot be made";
    callers[0].meet(callers[1].self);
    callers[1].meet(callers[0].self);
    for (auto& each : callers)
        xTaskNotifyGive(each.self);
    // One may have suspended the other, or itself.
    constexpr int most = 100'000;
    for (int i = 0; !callers[0].has_ended || !callers[1].has_ended; ++i) {
        if (i == most) return "a task does not end";
        for (auto& each : callers)
            if (!each.has_ended) vTaskResume(each.self);
        vTaskDelay(1);
    }
    return callers[0].fault() + callers[1].fault();
}

/// @param waits  for what would come late; without, what is in the air meets a new beginning
std::string end_all(bool waits) {
    if (esp_now_deinit() != ESP_OK) return "esp_now_deinit() failed";
    const auto told = sent_callbacks.load();
    if (waits) vTaskDelay(20);
    if (sent_callbacks != told) return "a callback came after esp_now_deinit()";
    (void)esp_wifi_set_promiscuous(false);
    (void)esp_wifi_set_promiscuous_rx_cb(nullptr);
    (void)esp_wifi_stop();
    const auto ended = esp_wifi_deinit();
    if (ended != ESP_OK && ended != ESP_ERR_WIFI_NOT_INIT) return std::string("the end: ") + esp_err_to_name(ended);
    return "";
}

/// The chip is as new, whatever was done before.
std::string start_anew() {
    const wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT();
    esp_now_peer_info_t peer = {};
    peer.ifidx = WIFI_IF_STA;
    std::ranges::copy(echo, peer.peer_addr);
    const std::array<esp_err_t, 8> answers = {esp_wifi_init(&config),
                                              esp_wifi_set_mode(WIFI_MODE_STA),
                                              esp_wifi_start(),
                                              esp_wifi_set_channel(1, WIFI_SECOND_CHAN_NONE),
                                              esp_now_init(),
                                              esp_now_register_send_cb(on_sent),
                                              esp_now_register_recv_cb(on_received),
                                              esp_now_add_peer(&peer)};
    if (const auto failed = std::ranges::find_if(answers, [](esp_err_t e) { return e != ESP_OK; });
        failed != answers.end())
        return "start " + std::to_string(failed - answers.begin()) + " gave " + esp_err_to_name(*failed);
    (void)esp_now_set_user_oui(nullptr);
    const auto told = sent_callbacks.load();
    const auto heard = echoes.load();
    constexpr unsigned messages = 3;
    const std::array<std::uint8_t, 40> message = [] {
        std::array<std::uint8_t, 40> bytes{};
        bytes.fill(mark);
        return bytes;
    }();
    for (unsigned i = 0; i < messages; ++i)
        if (esp_now_send(echo.data(), message.data(), message.size()) != ESP_OK) return "it does not send";
    for (int i = 0; i < 1000 && (sent_callbacks - told < messages || echoes - heard < messages); ++i)
        vTaskDelay(1);
    if (sent_callbacks - told != messages) return "not each send has a callback";
    if (echoes - heard < messages) return "the echo is not heard";
    return "";
}

}  // namespace

std::string exercise_espnow(std::span<const std::uint8_t> script) {
    esp_log_level_set("*", ESP_LOG_NONE);
    (void)esp_event_loop_create_default();
    wrong_message = false;
    const bool waits = script.size() % 2 == 0;
    for (const auto& part : {run_tasks(script), end_all(waits), start_anew(), end_all(true)})
        if (!part.empty()) return part;
    return wrong_message ? "a callback was told something wrong" : "";
}

int be_echo(const std::string& radio) {
    const std::array backends = {make_air_backend()};
    auto opened = station::open(radio + "?mac=" + mac_address(echo).to_string(), backends);
    if (!opened) return 1;
    auto& self = **opened;
    while (auto heard = self.receive())
        if (!heard->destination.is_group()) (void)self.send_then(heard->source, heard->payload, nullptr);
    return 0;
}

}  // namespace nowire::test
