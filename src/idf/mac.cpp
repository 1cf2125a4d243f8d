#include "idf/mac.hpp"

#include "idf/chip.hpp"

#include <esp_mac.h>

#include <algorithm>
#include <array>
#include <expected>
#include <map>
#include <mutex>
#include <span>

namespace nowire::idf {

namespace {

using answer = std::expected<mac_address, esp_err_t>;

std::mutex lock;

/// What the program has set, ESP_MAC_BASE among it. Never destroyed, since threads may outlive main().
std::map<esp_mac_type_t, mac_address>& own() {
    static auto& all = *new std::map<esp_mac_type_t, mac_address>();
    return all;
}

/// How far an interface's address is from the base address in a chip with four; nothing for what is no interface.
std::expected<std::uint8_t, esp_err_t> distance_of(esp_mac_type_t type) {
    switch (type) {
        case ESP_MAC_WIFI_STA:
            return 0;
        case ESP_MAC_WIFI_SOFTAP:
            return 1;
        case ESP_MAC_BT:
            return 2;
        case ESP_MAC_ETH:
            return 3;
        case ESP_MAC_IEEE802154:
        case ESP_MAC_EFUSE_EXT:
            return std::unexpected(ESP_ERR_NOT_SUPPORTED);
        case ESP_MAC_EFUSE_CUSTOM:
            return std::unexpected(ESP_ERR_INVALID_MAC);
        default:
            return std::unexpected(ESP_ERR_INVALID_ARG);
    }
}

answer address_of(esp_mac_type_t type) {
    const auto& factory = chip::get().identity().station;
    const std::lock_guard guard(lock);
    if (const auto set = own().find(type); set != own().end()) return set->second;
    if (type == ESP_MAC_EFUSE_FACTORY) return factory;
    const auto set_base = own().find(ESP_MAC_BASE);
    const auto base = set_base != own().end() ? set_base->second : factory;
    if (type == ESP_MAC_BASE) return base;
    const auto distance = distance_of(type);
    if (!distance) return std::unexpected(distance.error());
    return base.plus(*distance);
}

esp_err_t copy_to(std::uint8_t* out, const answer& address) {
    if (!address) return address.error();
    std::ranges::copy(address->octets(), out);
    return ESP_OK;
}

mac_address address_at(const std::uint8_t* octets) {
    return mac_address(std::span<const std::uint8_t, mac_address::size>(octets, mac_address::size));
}

}  // namespace

mac_address station_address() {
    return *address_of(ESP_MAC_WIFI_STA);
}

mac_address soft_ap_address() {
    return *address_of(ESP_MAC_WIFI_SOFTAP);
}

}  // namespace nowire::idf

using namespace nowire::idf;
using nowire::mac_address;

extern "C" {

esp_err_t esp_read_mac(std::uint8_t* mac, esp_mac_type_t type) {
    return mac != nullptr ? copy_to(mac, address_of(type)) : ESP_ERR_INVALID_ARG;
}

esp_err_t esp_efuse_mac_get_default(std::uint8_t* mac) {
    return esp_read_mac(mac, ESP_MAC_EFUSE_FACTORY);
}

esp_err_t esp_efuse_mac_get_custom(std::uint8_t* mac) {
    return esp_read_mac(mac, ESP_MAC_EFUSE_CUSTOM);
}

esp_err_t esp_iface_mac_addr_set(const std::uint8_t* mac, esp_mac_type_t type) {
    if (mac == nullptr) return ESP_ERR_INVALID_ARG;
    if (type != ESP_MAC_BASE) {
        if (type == ESP_MAC_EFUSE_FACTORY || type == ESP_MAC_EFUSE_CUSTOM || type == ESP_MAC_EFUSE_EXT)
            return ESP_ERR_INVALID_ARG;
        if (const auto distance = distance_of(type); !distance) return distance.error();
    }
    const auto address = address_at(mac);
    if (address.is_group()) return ESP_ERR_INVALID_MAC;
    const std::lock_guard guard(lock);
    own().insert_or_assign(type, address);
    return ESP_OK;
}

esp_err_t esp_base_mac_addr_set(const std::uint8_t* mac) {
    return esp_iface_mac_addr_set(mac, ESP_MAC_BASE);
}

esp_err_t esp_base_mac_addr_get(std::uint8_t* mac) {
    if (mac == nullptr) return ESP_ERR_INVALID_ARG;
    const std::lock_guard guard(lock);
    const auto set = own().find(ESP_MAC_BASE);
    return set != own().end() ? copy_to(mac, set->second) : ESP_ERR_INVALID_MAC;
}

std::size_t esp_mac_addr_len_get(esp_mac_type_t type) {
    return address_of(type) ? mac_address::size : 0;
}

esp_err_t esp_derive_local_mac(std::uint8_t* local_mac, const std::uint8_t* universal_mac) {
    if (local_mac == nullptr || universal_mac == nullptr) return ESP_ERR_INVALID_ARG;
    auto octets = address_at(universal_mac).octets();
    octets[0] =
        static_cast<std::uint8_t>(mac_address(octets).is_locally_administered() ? octets[0] ^ 0x04 : octets[0] | 0x02);
    std::ranges::copy(octets, local_mac);
    return ESP_OK;
}
}
