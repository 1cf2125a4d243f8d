#include "cli/demo/real_frames.hpp"

#include <nowire/capture/line.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

namespace nowire::cli::demo {

namespace {

using bytes = std::span<const std::uint8_t>;

// An ESP32 with PMK and LMK of zeros (esp32.com, viewtopic.php?t=16414, post of 2020-07-05), with its radiotap header.
constexpr std::uint8_t encrypted_esp32[] = {
    0x00, 0x00, 0x12, 0x00, 0x2e, 0x48, 0x00, 0x00, 0x10, 0x02, 0x8f, 0x09, 0xa0, 0x00, 0xbc, 0x00, 0x00, 0x00, 0xd0,
    0x40, 0x3a, 0x01, 0x30, 0xae, 0xa4, 0x45, 0x4a, 0xa4, 0x24, 0x0a, 0xc4, 0x1d, 0x58, 0x68, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0x10, 0x00, 0x01, 0x00, 0x00, 0xe0, 0x00, 0x00, 0x00, 0x00, 0xb9, 0xa2, 0x58, 0x74, 0xd2, 0x02, 0xd2,
    0xfe, 0x90, 0x67, 0xf8, 0x6a, 0x63, 0xcd, 0x0a, 0x1b, 0x35, 0x5a, 0x2c, 0xb6, 0xb5, 0x0a, 0xba, 0xca, 0x99, 0x02,
    0xeb, 0xc1, 0x33, 0xcd, 0x19, 0x34, 0x84, 0xee, 0x21, 0xef, 0xfc, 0xef, 0x38, 0x9b, 0x97, 0xd9, 0xf5};

// An ESP8266's broadcast with its FCS (electronicayciencia, esp8266-learning, espnow-tx).
constexpr std::uint8_t plain_esp8266[] = {0xd0, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xcc, 0x50, 0xe3,
                                          0x5d, 0x6a, 0x90, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x20, 0xbd, 0x7f, 0x18,
                                          0xfe, 0x34, 0x25, 0xb7, 0x29, 0x63, 0xdd, 0x0d, 0x18, 0xfe, 0x34, 0x04, 0x01,
                                          0x74, 0x3d, 0x33, 0x2e, 0x36, 0x38, 0x38, 0x00, 0x42, 0xab, 0x82, 0xee};

// A version 2 frame of Espressif's ESP32-C6 driver (lp-emu-esp32c6, tests/air_delivery.rs).
constexpr std::uint8_t version2_esp32c6[] = {
    0xd0, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xa0, 0xf2, 0x62, 0x85, 0xa8, 0x7c, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0x00, 0x00, 0x7f, 0x18, 0xfe, 0x34, 0xe2, 0xb3, 0x83, 0x0d, 0xdd, 0x16, 0x18, 0xfe, 0x34, 0x04,
    0x02, 0x50, 0x4c, 0x01, 0x01, 0x62, 0x85, 0xa8, 0x7c, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00};

struct sample {
    std::string_view from;
    bytes packet;
    capture::link_type link_type;
    bool encrypted;
    std::string_view payload;  ///< as its source says
};

const std::array samples = {
    sample{"ESP32, encrypted", encrypted_esp32, capture::link_type::ieee802_11_radiotap, true,
           std::string_view("This is the message\0", 20)},
    sample{"ESP8266, broadcast", plain_esp8266, capture::link_type::ieee802_11, false,
           std::string_view("t=3.688\0", 8)},
    sample{"ESP32-C6, version 2", version2_esp32c6, capture::link_type::ieee802_11, false,
           std::string_view("PL\x01\x01\x62\x85\xa8\x7c\0\0\0\0\x01\0\0\0\0", 17)},
};

/// The key of the encrypted frame, under the address of its destination.
capture::key_ring keys() {
    constexpr std::array<std::uint8_t, ccmp::key_size> zeros{};
    capture::key_ring ring;
    ring.add(mac_address({0x30, 0xae, 0xa4, 0x45, 0x4a, 0xa4}), ccmp::key::derive(ccmp::pmk(zeros), ccmp::lmk(zeros)));
    return ring;
}

}  // namespace

bool decode_real_frames(std::ostream& out) {
    capture::decoder decoder(keys());
    bool all_right = true;
    std::string line;
    for (const auto& s : samples) {
        const auto frame = decoder.decode({.bytes = s.packet,
                                           .original_length = static_cast<std::uint32_t>(s.packet.size()),
                                           .link_type = s.link_type});
        const bool right = frame.payload &&
                           std::ranges::equal(*frame.payload, s.payload, {}, {},
                                              [](char c) { return static_cast<std::uint8_t>(c); }) &&
                           (frame.mic == capture::mic_state::ok) == s.encrypted;
        line.clear();
        capture::append_text_line(line, frame);
        out << "  " << s.from << ": " << line;
        if (!right) out << "    which is not what its source says\n";
        all_right = all_right && right;
    }
    return all_right;
}

}  // namespace nowire::cli::demo
