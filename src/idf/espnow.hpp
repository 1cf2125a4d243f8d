#pragma once

#include "esp_now.h"
#include "idf/chip.hpp"
#include "idf/rx_ctrl.hpp"

#include <nowire/device/message.hpp>

#include <cstdint>
#include <optional>
#include <variant>

namespace nowire::idf {

/// The callbacks of both forms; this library is compiled once for all releases of ESP-IDF.
using recv_cb_mac = void (*)(const std::uint8_t*, const std::uint8_t*, int);
using recv_cb_info = void (*)(const esp_now_recv_info_t*, const std::uint8_t*, int);
using send_cb_mac = void (*)(const std::uint8_t*, esp_now_send_status_t);
using send_cb_info = void (*)(const wifi_tx_info_t*, esp_now_send_status_t);

/// ESP-NOW as a program has set it up. Under the lock.
struct espnow_state {
    bool initialised = false;
    std::uint64_t generation = 0;  ///< counts initialisations: what was sent in another is not told of
    std::variant<std::monostate, recv_cb_mac, recv_cb_info> on_receive;
    std::variant<std::monostate, send_cb_mac, send_cb_info> on_sent;
    bool calling = false;  ///< a callback runs
    wait_list until_called;
    /// Where esp_now_fetch_peer() is: the peer that it gave last; nothing: at the beginning.
    std::optional<mac_address> fetched;
};
espnow_state& espnow(call& c);

/// What the driver calls for messages that have come.
void deliver_messages();

/// Marks a callback as running, with no lock held.
class callback_running {
  public:
    callback_running();
    ~callback_running();
    callback_running(const callback_running&) = delete;
    callback_running& operator=(const callback_running&) = delete;
};

/// Tells the program's callback what became of a frame that was sent in this generation. To be called by the driver.
void tell_sent(std::uint64_t generation, std::span<const std::uint8_t> payload, const completion& done);

/// Back on the home channel, if it is on another one for a time.
void offchannel_end(call& c);

/// ESP-NOW's error for `why`.
esp_err_t to_esp(errc why);

/// A frame as old programs find it around the data of their callback.
struct frame_around {
    static constexpr std::size_t before_data = 24 + 8 + 7;
    frame_around(const mac_address& a1, const mac_address& a2, std::uint16_t sequence_number,
                 const std::array<std::uint8_t, 4>& random, const frame::oui& oui, std::uint8_t version,
                 std::span<const std::uint8_t> payload);

    std::uint8_t* mpdu() { return bytes.data() + rx_ctrl_size(); }
    std::uint8_t* data() { return mpdu() + before_data; }
    wifi_pkt_rx_ctrl_t* rx_ctrl();

    /// [rx_ctrl][24 MAC header][8 action][7 element][payload], so aligned that rx_ctrl is.
    std::vector<std::uint8_t> bytes;
};

}  // namespace nowire::idf
