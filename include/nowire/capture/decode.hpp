#pragma once

#include <nowire/capture/key_ring.hpp>
#include <nowire/capture/packet.hpp>
#include <nowire/frame/action.hpp>
#include <nowire/frame/channel.hpp>
#include <nowire/frame/radiotap.hpp>
#include <nowire/frame/rate.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace nowire::capture {

/// What became of the frame check sequence.
enum class fcs_state : std::uint8_t {
    unknown,  ///< there is none, or the file does not say and the last four bytes are none
    ok,       ///< it is right
    bad,      ///< it is there and wrong
};

/// What became of the message integrity code of an encrypted frame.
enum class mic_state : std::uint8_t {
    unchecked,  ///< the frame is not encrypted, or its end is missing
    ok,         ///< right with one of the keys
    bad,        ///< no key fits: a wrong one, or the frame was changed on its way
    no_key,     ///< there is no key for its source or destination
};

/// What a packet of a capture is. Nothing in it is owned: `payload` and `comment` point into the packet or the decoder.
/// What is not known is empty.
struct decoded_frame {
    std::optional<timestamp> time = {};  ///< the packet's
    /// True for ESP-NOW. A protected action frame with ESP-NOW's key id is taken for it even if no key opens it.
    bool espnow = false;
    /// What it is, in words: "ESP-NOW", "beacon", "vendor action", "damaged radiotap header", ... A static text.
    std::string_view kind = {};

    std::optional<mac_address> source = {};             ///< A2
    std::optional<mac_address> destination = {};        ///< A1
    std::optional<mac_address> a3 = {};                 ///< A3, the BSSID
    std::optional<channel> on = {};                     ///< from the radio's header
    std::optional<std::int8_t> rssi = {};               ///< dBm
    std::optional<std::int8_t> noise = {};              ///< dBm
    std::optional<nowire::rate> rate = {};              ///< from the radio's header
    std::optional<std::uint16_t> sequence_number = {};  ///< 0 to 4095
    std::optional<bool> retry = {};                     ///< the Retry bit
    std::optional<bool> encrypted = {};                 ///< the Protected Frame bit
    fcs_state fcs = fcs_state::unknown;                 ///< see decoder
    mic_state mic = mic_state::unchecked;               ///< of an encrypted frame
    std::optional<std::uint64_t> pn = {};  ///< packet number of an encrypted frame, whether or not its MIC is right

    std::optional<int> version = {};                            ///< the version nibble of the first element
    std::optional<std::array<std::uint8_t, 4>> random = {};     ///< as on the air
    std::size_t element_count = 0;                              ///< of ESP-NOW elements
    std::optional<std::span<const std::uint8_t>> payload = {};  ///< of all elements together
    /// Why a driver of ESP-IDF 5.5 or later drops the frame, or why it is no ESP-NOW frame though it looks like one.
    std::optional<frame::reject> fault = {};

    bool is_cut = false;            ///< the end of the packet was not captured
    std::string_view comment = {};  ///< the packet's, from the file
};

/// Tells what the packets of a capture are, and decrypts those for which there is a key. It is tolerant: it reads what
/// any driver reads, and elements with an OUI of the user's; decoded_frame::fault has what stricter receivers mind.
///
/// The file or the radio's header may say whether a frame check sequence follows the frame. Where neither says
/// anything, the last four bytes are the FCS if they are right and the frame is not whole with them. Where they are
/// wrong about it, as some captures are, the frame tells: said to be there and wrong, yet the frame is whole only with
/// those four bytes (its MIC is right, or its elements end with them): there was none, and the state is unknown; said
/// to be missing, yet the frame is not whole and the last four bytes are right: there was one.
///
/// A decoder belongs to one thread. Once its buffers have grown to the longest frame, decoding allocates nothing.
class decoder {
  public:
    /// @param keys  what encrypted frames are tried with.
    explicit decoder(key_ring keys = {}) : keys_(std::move(keys)) {}

    /// @returns what the packet is; its payload is valid until the next call and as long as the packet's bytes are.
    decoded_frame decode(const packet& p);

  private:
    /// Whether these bytes are the frame, and neither four more nor four less: its elements end with them, or its MIC
    /// is right.
    enum class extent : std::uint8_t { right, unknown, wrong };

    /// Reads what follows the link header of a packet whose end is there and which is said to end in an FCS.
    void read_told_fcs(decoded_frame& d, const packet& p, std::span<const std::uint8_t> bytes);
    /// Reads a packet from its start, taking `mpdu` for the frame.
    /// @param fcs  nothing: what the link header says
    extent read_again(decoded_frame& d, const packet& p, std::span<const std::uint8_t> mpdu,
                      std::optional<fcs_state> fcs);
    extent read_mpdu(decoded_frame& d, std::span<const std::uint8_t> mpdu);
    extent read_encrypted(decoded_frame& d, std::span<const std::uint8_t> mpdu);
    extent read_body(decoded_frame& d, std::span<const std::uint8_t> body);
    extent read_rejected(decoded_frame& d, std::span<const std::uint8_t> body, frame::reject why);
    void read_payload(decoded_frame& d, const frame::action_view& action);
    void gather_payload(decoded_frame& d, const frame::action_view& action);

    key_ring keys_;
    radiotap::layout layout_;  ///< of the last header
    std::vector<std::uint8_t> plaintext_;
    std::vector<std::uint8_t> payload_;
};

}  // namespace nowire::capture
