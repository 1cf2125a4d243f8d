/// The peers of ESP-NOW.

#include "esp_log.h"
#include "idf/espnow.hpp"
#include "idf/wifi.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace nowire::idf {

namespace {

constexpr const char* tag = "ESPNOW";

mac_address address_at(const std::uint8_t* octets) {
    return mac_address(std::span<const std::uint8_t, mac_address::size>(octets, mac_address::size));
}

/// The number that a program has in a member that it may have left uninitialised, whatever the type says.
int interface_number(const esp_now_peer_info_t& info) {
    static_assert(sizeof info.ifidx == sizeof(int));
    int number = 0;
    std::memcpy(&number, &info.ifidx, sizeof number);
    return number;
}

/// Nothing: a channel that is none.
std::optional<peer> to_peer(const esp_now_peer_info_t& info) {
    constexpr auto no_interface = static_cast<interface>(0xff);
    const int number = interface_number(info);
    peer p = {.address = address_at(info.peer_addr),
              .lmk = ccmp::lmk(std::span<const std::uint8_t, ESP_NOW_KEY_LEN>(info.lmk)),
              .encrypt = info.encrypt,
              .via = is_interface(number) ? static_cast<interface>(number) : no_interface,
              .user_data = reinterpret_cast<std::uintptr_t>(info.priv)};
    if (info.channel == 0) return p;
    p.on = channel::from_number(info.channel);
    return p.on ? std::optional(std::move(p)) : std::nullopt;
}

esp_now_peer_info_t to_info(const peer& p) {
    esp_now_peer_info_t info{};
    std::ranges::copy(p.address.octets(), info.peer_addr);
    std::ranges::copy(p.lmk.bytes(), info.lmk);
    info.channel = static_cast<std::uint8_t>(p.on ? p.on->number() : 0);
    info.ifidx = p.via == interface::soft_ap ? WIFI_IF_AP : WIFI_IF_STA;
    info.encrypt = p.encrypt;
    // The program's own pointer comes back as it was given.
    info.priv = std::bit_cast<void*>(p.user_data);
    return info;
}

using put = std::expected<void, errc> (device::*)(const peer&);

esp_err_t put_peer(const esp_now_peer_info_t* info, put how) {
    call c;
    if (!espnow(c).initialised) return ESP_ERR_ESPNOW_NOT_INIT;
    if (info == nullptr) return ESP_ERR_ESPNOW_ARG;
    auto& device = c.station().device();
    auto p = to_peer(*info);
    // The drivers look at the number of peers before they look at the channel (wire.md part 2).
    if (how == &device::add_peer && device.peer_count() >= ESP_NOW_MAX_TOTAL_PEER_NUM) return ESP_ERR_ESPNOW_FULL;
    if (!p) return ESP_ERR_ESPNOW_ARG;
    // Its rate is no part of what a program says of a peer, and stays.
    if (const auto* known = std::as_const(device).find_peer(p->address)) p->tx_rate = known->tx_rate;
    const auto done = (device.*how)(*p);
    return done ? ESP_OK : to_esp(done.error());
}

esp_err_t del_peer(const std::uint8_t* octets) {
    call c;
    auto& e = espnow(c);
    if (!e.initialised) return ESP_ERR_ESPNOW_NOT_INIT;
    if (octets == nullptr) return ESP_ERR_ESPNOW_ARG;
    auto& device = c.station().device();
    const auto address = address_at(octets);
    if (e.fetched == address) {
        // Fetching goes on behind the one that stood before it.
        const auto all = device.peers();
        const auto here = std::ranges::find(all, address);
        e.fetched = here == all.begin() ? std::nullopt : std::optional(*std::prev(here));
    }
    const auto done = device.remove_peer(address);
    return done ? ESP_OK : to_esp(done.error());
}

esp_err_t fetch_peer(bool from_head, esp_now_peer_info_t* info) {
    call c;
    auto& e = espnow(c);
    if (!e.initialised) return ESP_ERR_ESPNOW_NOT_INIT;
    if (info == nullptr) return ESP_ERR_ESPNOW_ARG;
    const auto& device = std::as_const(c.station()).device();
    const auto all = device.peers();
    if (from_head) e.fetched.reset();
    auto next = all.begin();
    if (e.fetched) next = std::next(std::ranges::find(all, *e.fetched));
    next = std::find_if(next, all.end(), [](const mac_address& a) { return !a.is_group(); });
    if (next == all.end()) return ESP_ERR_ESPNOW_NOT_FOUND;
    e.fetched = *next;
    *info = to_info(*device.find_peer(*next));
    return ESP_OK;
}

/// Whether wifi_phy_mode_t `mode` is the family of `r`.
bool is_of_mode(rate r, int mode) {
    switch (modulation_of(r)) {
        case modulation::lr:
            return mode == WIFI_PHY_MODE_LR;
        case modulation::dsss_cck:
            return mode == WIFI_PHY_MODE_11B;
        case modulation::ofdm:
            return mode == WIFI_PHY_MODE_11G || mode == WIFI_PHY_MODE_11A;
        case modulation::ht:
            return mode == WIFI_PHY_MODE_HT20;
    }
    return false;
}

esp_err_t set_rate(const std::uint8_t* octets, int mode, int number, bool he) {
    call c;
    if (!espnow(c).initialised) return ESP_ERR_ESPNOW_NOT_INIT;
    const auto wanted = rate_from_number(number);
    if (octets == nullptr || !wanted || he || !is_of_mode(*wanted, mode)) return ESP_ERR_ESPNOW_ARG;
    auto& device = c.station().device();
    const auto* known = std::as_const(device).find_peer(address_at(octets));
    if (known == nullptr) return ESP_ERR_ESPNOW_NOT_FOUND;
    auto changed = *known;
    changed.tx_rate = wanted;
    const auto done = device.modify_peer(changed);
    return done ? ESP_OK : to_esp(done.error());
}

}  // namespace

}  // namespace nowire::idf

using namespace nowire::idf;

extern "C" {

esp_err_t esp_now_add_peer(const esp_now_peer_info_t* peer) {
    const auto done = put_peer(peer, &nowire::device::add_peer);
    if (done == ESP_ERR_ESPNOW_ARG && peer != nullptr && !is_interface(interface_number(*peer)))
        ESP_LOGE(tag, "Peer interface is invalid");
    return done;
}

esp_err_t esp_now_mod_peer(const esp_now_peer_info_t* peer) {
    return put_peer(peer, &nowire::device::modify_peer);
}

esp_err_t esp_now_del_peer(const uint8_t* peer_addr) {
    return del_peer(peer_addr);
}

esp_err_t esp_now_get_peer(const uint8_t* peer_addr, esp_now_peer_info_t* peer) {
    call c;
    if (!espnow(c).initialised) return ESP_ERR_ESPNOW_NOT_INIT;
    if (peer_addr == nullptr || peer == nullptr) return ESP_ERR_ESPNOW_ARG;
    const auto* known = std::as_const(c.station()).device().find_peer(address_at(peer_addr));
    if (known == nullptr) return ESP_ERR_ESPNOW_NOT_FOUND;
    *peer = to_info(*known);
    return ESP_OK;
}

esp_err_t esp_now_fetch_peer(bool from_head, esp_now_peer_info_t* peer) {
    return fetch_peer(from_head, peer);
}

bool esp_now_is_peer_exist(const uint8_t* peer_addr) {
    if (peer_addr == nullptr) return false;
    call c;
    return espnow(c).initialised && std::as_const(c.station()).device().find_peer(address_at(peer_addr)) != nullptr;
}

esp_err_t esp_now_get_peer_num(esp_now_peer_num_t* num) {
    call c;
    if (!espnow(c).initialised) return ESP_ERR_ESPNOW_NOT_INIT;
    if (num == nullptr) return ESP_ERR_ESPNOW_ARG;
    const auto& device = std::as_const(c.station()).device();
    *num = {.total_num = static_cast<int>(device.peer_count()),
            .encrypt_num = static_cast<int>(device.encrypted_peer_count())};
    return ESP_OK;
}

esp_err_t nowire_esp_now_set_peer_rate(const uint8_t* peer_addr, int phymode, int rate, bool he) {
    return set_rate(peer_addr, phymode, rate, he);
}
}
