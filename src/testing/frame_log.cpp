#include "testing/frame_log.hpp"

#include <nowire/capture/line.hpp>
#include <nowire/ccmp/key.hpp>

#include <algorithm>
#include <utility>

namespace nowire::testing {

namespace {

constexpr std::size_t a1_offset = 4;
constexpr std::size_t a2_offset = 10;
/// IEEE 802.11-2020, 9.3.1.4: control frame, subtype 13.
constexpr std::uint8_t ack_control = 0xd4;

mac_address address_at(std::span<const std::uint8_t> mpdu, std::size_t offset) {
    if (mpdu.size() < offset + mac_address::size) return {};
    return mac_address(mpdu.subspan(offset).first<mac_address::size>());
}

/// What a decoder reads, of a frame.
capture::packet packet_of(const sent_frame& frame) {
    return {.bytes = frame.mpdu,
            .original_length = static_cast<std::uint32_t>(frame.mpdu.size()),
            .link_type = capture::link_type::ieee802_11,
            .time = capture::timestamp(frame.time.time_since_epoch()),
            .fcs_length = 0};
}

}  // namespace

void frame_log::add(const air::air_frame& frame) {
    const std::lock_guard guard(lock_);
    const auto a1 = address_at(frame.mpdu, a1_offset);
    if (!frame.mpdu.empty() && frame.mpdu[0] == ack_control) {
        // The last frame of whom the ACK is for; there is no other between a frame and its ACK.
        const auto acknowledged = std::ranges::find_if(
            frames_.rbegin(), frames_.rend(), [&](const recorded& r) { return address_at(r.mpdu, a2_offset) == a1; });
        if (acknowledged != frames_.rend()) acknowledged->acknowledged = true;
        return;
    }
    frames_.push_back({.start = frame.start,
                       .on = frame.on,
                       .rate = frame.rate,
                       .sender = std::string(frame.from),
                       .mpdu = {frame.mpdu.begin(), frame.mpdu.end()}});
}

std::size_t frame_log::size() const {
    const std::lock_guard guard(lock_);
    return frames_.size();
}

void frame_log::add_key(const mac_address& device, const ccmp::lmk& local, const ccmp::pmk& primary) {
    keys_.push_back({device, local, primary});
    capture::key_ring ring;
    for (const auto& known : keys_)
        ring.add(known.device, ccmp::key::derive(known.primary, known.local));
    decoder_ = capture::decoder(std::move(ring));
}

std::string frame_log::sender_of(std::size_t index) const {
    const std::lock_guard guard(lock_);
    return frames_.at(index).sender;
}

sent_frame frame_log::at(std::size_t index) {
    sent_frame frame;
    {
        const std::lock_guard guard(lock_);
        const auto& r = frames_.at(index);
        frame = {.time = r.start,
                 .sender = r.sender,
                 .on = r.on,
                 .rate = r.rate,
                 .acknowledged = r.acknowledged,
                 .mpdu = r.mpdu};
    }
    frame.from = address_at(frame.mpdu, a2_offset);
    frame.to = address_at(frame.mpdu, a1_offset);
    const auto decoded = decoder_.decode(packet_of(frame));
    frame.espnow = decoded.espnow;
    frame.retry = decoded.retry.value_or(false);
    frame.encrypted = decoded.encrypted.value_or(false);
    frame.sequence_number = decoded.sequence_number.value_or(0);
    frame.version = decoded.version;
    if (decoded.payload) frame.payload.assign(decoded.payload->begin(), decoded.payload->end());
    return frame;
}

std::string to_string(const sent_frame& frame) {
    capture::decoder decoder;
    auto decoded = decoder.decode(packet_of(frame));
    decoded.on = frame.on;
    decoded.rate = frame.rate;
    if (!frame.payload.empty()) {
        // Opened with a key that is not asked for again.
        decoded.payload = frame.payload;
        decoded.version = frame.version;
        if (frame.encrypted) decoded.mic = capture::mic_state::ok;
    }
    std::string line;
    capture::append_text_line(line, decoded);
    while (line.ends_with('\n'))
        line.pop_back();
    if (frame.acknowledged) line += " (acknowledged)";
    return line;
}

}  // namespace nowire::testing
