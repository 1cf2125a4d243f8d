#include <nowire/device/errc.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace nowire {

namespace {

struct entry {
    errc code;
    std::string_view name;
    std::string_view esp_idf_name;
    std::string_view text;
};

constexpr std::array entries = {
    entry{errc::not_init, "not_init", "ESP_ERR_ESPNOW_NOT_INIT", "ESP-NOW is not initialised"},
    entry{errc::argument, "argument", "ESP_ERR_ESPNOW_ARG", "a length, address, key or option that can never be right"},
    entry{errc::no_memory, "no_memory", "ESP_ERR_ESPNOW_NO_MEM",
          "all transmit buffers are in use: wait for a completion"},
    entry{errc::peer_list_full, "peer_list_full", "ESP_ERR_ESPNOW_FULL",
          "the list holds as many peers, or encrypted peers, as allowed"},
    entry{errc::peer_not_found, "peer_not_found", "ESP_ERR_ESPNOW_NOT_FOUND", "no such peer: add it first"},
    entry{errc::internal, "internal", "ESP_ERR_ESPNOW_INTERNAL", "internal error"},
    entry{errc::peer_exists, "peer_exists", "ESP_ERR_ESPNOW_EXIST", "the peer is in the list already"},
    entry{errc::interface_down, "interface_down", "ESP_ERR_ESPNOW_IF", "the peer's interface is not up"},
    entry{errc::channel_mismatch, "channel_mismatch", "ESP_ERR_ESPNOW_CHAN",
          "the peer's channel is not the home channel"},
    entry{errc::timeout, "timeout", "", "the time given is over"},
    entry{errc::packet_numbers, "packet_numbers", "", "no packet number can be had for this key"},
    entry{errc::radio, "radio", "", "the radio cannot be opened or has gone"},
    entry{errc::bad_url, "bad_url", "", "a radio URL that cannot be read"},
    entry{errc::bad_file, "bad_file", "", "a file that cannot be read or says nonsense"},
    entry{errc::refused, "refused", "", "the other side refused"},
    entry{errc::closed, "closed", "", "the object was closed"},
    entry{errc::buffer_too_small, "buffer_too_small", "", "the message is larger than the buffer for it"},
    entry{errc::interrupted, "interrupted", "", "the wait was interrupted"},
    entry{errc::forked, "forked", "", "the object belongs to the parent of this process"},
};

/// nullptr: a number that is no errc.
const entry* find(errc e) {
    const auto* const found = std::ranges::find(entries, e, &entry::code);
    return found != entries.end() ? found : nullptr;
}

class category final : public std::error_category {
  public:
    const char* name() const noexcept override { return "nowire"; }

    std::string message(int value) const override {
        const auto* known = find(static_cast<errc>(value));
        return known != nullptr ? std::string(known->text) : "nowire error " + std::to_string(value);
    }
};

}  // namespace

const std::error_category& errc_category() noexcept {
    static const category instance;
    return instance;
}

std::error_code make_error_code(errc e) noexcept {
    return {static_cast<int>(e), errc_category()};
}

std::string_view to_string(errc e) {
    const auto* known = find(e);
    return known != nullptr ? known->name : "?";
}

std::string_view esp_idf_name(errc e) {
    const auto* known = find(e);
    return known != nullptr ? known->esp_idf_name : "";
}

}  // namespace nowire
