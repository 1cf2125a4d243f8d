/// A while on another channel: to send one message there, or to listen.

// The newest functions of esp_now.h are defined here, whichever release the library is compiled as.
#define NOWIRE_IDF_VERSION ((6 << 16) | (0 << 8))

#include "idf/espnow.hpp"
#include "idf/event.hpp"
#include "idf/wifi.hpp"

#include <memory>
#include <tuple>
#include <utility>

namespace nowire::idf {

namespace {

constexpr unsigned wifi_priority = 23;

/// What the radio is on another channel for.
struct operation {
    bool sends = false;
    bool cancelled = false;
    std::uint8_t id = 0;
    channel home;
    channel away;
    time_point until;
    wifi_interface_t via = WIFI_IF_STA;
};

/// Under the lock.
struct offchannel_state {
    std::optional<operation> running;
    std::uint8_t last_id = 0;
    wait_list until_changed;
    bool has_task = false;
};

offchannel_state& state() {
    static offchannel_state it;
    return it;
}

void post_tx_status(call& c, const operation& o, wifi_action_tx_status_type_t status) {
    const wifi_event_action_tx_status_t event = {.ifx = o.via,
                                                 .context = 0,
                                                 .status = status,
                                                 .op_id = o.id,
                                                 .channel = static_cast<std::uint8_t>(o.away.number())};
    post_event(c, WIFI_EVENT, WIFI_EVENT_ACTION_TX_STATUS, &event, sizeof event);
}

void finish(call& c) {
    const auto o = *std::exchange(state().running, std::nullopt);
    c.station().device().set_channel(o.home, c.now());
    if (o.sends)
        return post_tx_status(c, o, o.cancelled ? WIFI_ACTION_TX_OP_CANCELLED : WIFI_ACTION_TX_DURATION_COMPLETED);
    const wifi_event_roc_done_t event = {.context = 0,
                                         .status = o.cancelled ? WIFI_ROC_FAIL : WIFI_ROC_DONE,
                                         .op_id = o.id,
                                         .channel = static_cast<std::uint8_t>(o.away.number())};
    post_event(c, WIFI_EVENT, WIFI_EVENT_ROC_DONE, &event, sizeof event);
}

[[noreturn]] void come_back() {
    auto& s = state();
    while (true) {
        call c;
        if (s.running && (s.running->cancelled || s.running->until <= c.now())) {
            finish(c);
            continue;
        }
        c.block(&s.until_changed, s.running ? std::optional(s.running->until) : std::nullopt);
    }
}

esp_err_t begin(call& c, operation o, std::uint8_t& id) {
    auto& s = state();
    if (!wifi(c).started || s.running) return ESP_FAIL;
    o.home = c.station().device().home_channel();
    id = o.id = ++s.last_id;
    c.station().device().set_channel(o.away, c.now());
    s.running = o;
    if (!std::exchange(s.has_task, true)) c.tasks().start("wifi offchannel", wifi_priority, come_back, true);
    c.tasks().wake_all(s.until_changed);
    return ESP_OK;
}

esp_err_t cancel(call& c, bool sends, std::uint8_t id) {
    auto& s = state();
    if (!s.running || s.running->sends != sends || s.running->id != id) return ESP_FAIL;
    s.running->cancelled = true;
    c.tasks().wake_all(s.until_changed);
    return ESP_OK;
}

void tell_status(std::uint8_t id, bool success) {
    call c;
    const auto& running = state().running;
    if (running && running->id == id)
        post_tx_status(c, *running, success ? WIFI_ACTION_TX_DONE : WIFI_ACTION_TX_FAILED);
}

/// Sends on the channel it is on now, whichever the peer's own is.
esp_err_t send(call& c, const esp_now_switch_channel_t& config, std::uint8_t id) {
    auto& device = c.station().device();
    const mac_address to(std::span<const std::uint8_t, mac_address::size>(config.dest_mac));
    auto changed = *std::as_const(device).find_peer(to);
    const auto own = std::exchange(changed.on, std::nullopt);
    std::ignore = device.modify_peer(changed);
    const std::span payload(config.data, config.data_len);
    const auto kept = std::make_shared<const std::vector<std::uint8_t>>(payload.begin(), payload.end());
    const auto sent =
        c.station().send_then(to, payload, [kept, id, generation = espnow(c).generation](const completion& done) {
            tell_status(id, done.result == tx_status::acked || done.result == tx_status::sent);
            tell_sent(generation, *kept, done);
        });
    changed.on = own;
    std::ignore = device.modify_peer(changed);
    if (sent) return ESP_OK;
    const auto why = to_esp(sent.error().code);
    return why == ESP_ERR_ESPNOW_NO_MEM ? ESP_ERR_NO_MEM : why == ESP_ERR_ESPNOW_ARG ? ESP_ERR_INVALID_ARG : ESP_FAIL;
}

operation to(bool sends, const channel& where, std::uint32_t wait_ms, time_point now) {
    operation o;
    o.sends = sends;
    o.away = where;
    o.until = now + std::chrono::milliseconds(wait_ms);
    return o;
}

esp_err_t switch_channel(esp_now_switch_channel_t* config) {
    call c;
    if (!espnow(c).initialised) return ESP_ERR_ESPNOW_NOT_INIT;
    if (config == nullptr) return ESP_ERR_INVALID_ARG;
    if (config->type == WIFI_OFFCHAN_TX_CANCEL) return cancel(c, true, config->op_id);
    const auto where = channel::from_number(config->channel);
    if (config->type != WIFI_OFFCHAN_TX_REQ || !where || config->data_len == 0 ||
        config->data_len > ESP_NOW_MAX_DATA_LEN_V2)
        return ESP_ERR_INVALID_ARG;
    const auto* peer = std::as_const(c.station())
                           .device()
                           .find_peer(mac_address(std::span<const std::uint8_t, mac_address::size>(config->dest_mac)));
    if (peer == nullptr) return ESP_FAIL;
    auto o = to(true, *where, config->wait_time_ms, c.now());
    o.via = peer->via == interface::soft_ap ? WIFI_IF_AP : WIFI_IF_STA;
    if (const auto begun = begin(c, o, config->op_id); begun != ESP_OK) return begun;
    const auto sent = send(c, *config, config->op_id);
    if (sent != ESP_OK) {
        c.station().device().set_channel(state().running->home, c.now());
        state().running.reset();
    }
    return sent;
}

esp_err_t remain(esp_now_remain_on_channel_t* config) {
    call c;
    if (!espnow(c).initialised) return ESP_ERR_ESPNOW_NOT_INIT;
    if (config == nullptr) return ESP_ERR_INVALID_ARG;
    if (config->type == WIFI_ROC_CANCEL) return cancel(c, false, config->op_id);
    const auto where = channel::from_number(config->channel);
    if (config->type != WIFI_ROC_REQ || !where) return ESP_ERR_INVALID_ARG;
    return begin(c, to(false, *where, config->wait_time_ms, c.now()), config->op_id);
}

}  // namespace

void offchannel_end(call& c) {
    auto& s = state();
    if (!s.running) return;
    s.running->cancelled = true;
    finish(c);
}

}  // namespace nowire::idf

extern "C" {

esp_err_t esp_now_switch_channel_tx(esp_now_switch_channel_t* config) {
    return nowire::idf::switch_channel(config);
}

esp_err_t esp_now_remain_on_channel(esp_now_remain_on_channel_t* config) {
    return nowire::idf::remain(config);
}
}
