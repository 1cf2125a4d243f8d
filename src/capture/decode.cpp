#include "capture/byte_order.hpp"
#include "capture/frame_kind.hpp"
#include "capture/link_header.hpp"

#include <nowire/capture/decode.hpp>
#include <nowire/frame/fcs.hpp>

#include <algorithm>

namespace nowire::capture {

namespace {

constexpr std::string_view kind_espnow = "ESP-NOW";
constexpr std::size_t ccmp_flags_at = frame::header_size + 3;
constexpr std::uint8_t ccmp_flags_espnow = 0x20 | ccmp::key_id << 6;  // ExtIV and key id
constexpr std::size_t first_oui_at = frame::action_prefix_size + 2;
constexpr std::size_t first_type_at = frame::action_prefix_size + 5;
constexpr std::size_t first_ver_at = frame::action_prefix_size + 6;

/// Sets `to` to the address at an offset.
void read_mac(std::optional<mac_address>& to, std::span<const std::uint8_t> bytes, std::size_t at) {
    to.emplace(bytes.subspan(at).first<mac_address::size>());
}

frame::oui read_oui(std::span<const std::uint8_t> bytes, std::size_t at) {
    return {bytes[at], bytes[at + 1], bytes[at + 2]};
}

std::uint64_t packet_number_of(std::span<const std::uint8_t> mpdu) {
    const auto header = mpdu.subspan<frame::header_size, frame::ccmp_header_size>();
    std::uint64_t pn = 0;
    for (const std::size_t i : {7U, 6U, 5U, 4U, 1U, 0U})
        pn = pn << 8 | header[i];
    return pn;
}

/// Whether what there is of the body starts as ESP-NOW's does. The version is not looked at, as drivers do not.
bool starts_like_espnow(std::span<const std::uint8_t> body) {
    return body.size() > first_type_at && body[0] == frame::category_vendor &&
           read_oui(body, 1) == frame::espressif_oui && body[first_type_at] == frame::espnow_type;
}

// Only CTS, ACK and control wrappers, whose rest is not looked at, have no second address.
bool has_a2(frame::frame_control control) {
    return control.type() != 1 || (control.subtype() != 12 && control.subtype() != 13 && control.subtype() != 7);
}

std::span<const std::uint8_t> without_fcs(std::span<const std::uint8_t> bytes) {
    return bytes.first(bytes.size() - frame::fcs_size);
}

/// What is known of a packet without a look at its bytes.
decoded_frame start(const packet& p) {
    decoded_frame d{.is_cut = p.is_cut()};
    if (!p.comment.empty()) d.comment = p.comment;
    take_value(d.time, p.time);
    return d;
}

}  // namespace

decoded_frame decoder::decode(const packet& p) {
    auto d = start(p);
    const auto link = read_link_header(d, layout_, p);
    if (!link) return d;
    const auto bytes = p.bytes.subspan(link->size);
    const bool has_end = !d.is_cut && bytes.size() >= frame::fcs_size;
    const auto told = p.fcs_length ? std::optional(*p.fcs_length == frame::fcs_size) : link->has_fcs;
    if (has_end && told.value_or(false)) {
        read_told_fcs(d, p, bytes);
        return d;
    }
    // A frame that is whole with its last four bytes is not whole without them: no need to compute anything.
    const auto found = read_mpdu(d, bytes);
    if (found == extent::right) return d;
    const bool doubtful = has_end && (!told || found == extent::wrong);
    if (doubtful && frame::ends_in_fcs(bytes)) read_again(d, p, without_fcs(bytes), fcs_state::ok);
    return d;
}

decoder::extent decoder::read_again(decoded_frame& d, const packet& p, std::span<const std::uint8_t> mpdu,
                                    std::optional<fcs_state> fcs) {
    d = start(p);
    [[maybe_unused]] const auto as_before = read_link_header(d, layout_, p);
    if (fcs) d.fcs = *fcs;
    return read_mpdu(d, mpdu);
}

void decoder::read_told_fcs(decoded_frame& d, const packet& p, std::span<const std::uint8_t> bytes) {
    const auto mpdu = without_fcs(bytes);
    if (frame::ends_in_fcs(bytes)) {
        d.fcs = fcs_state::ok;
        read_mpdu(d, mpdu);
        return;
    }
    const auto is_wrong = [&](std::span<const std::uint8_t> tried, std::optional<fcs_state> fcs) {
        return read_again(d, p, tried, fcs) == extent::wrong;
    };
    // The last reading is the one that counts, since payloads lie in the decoder's buffers.
    if (is_wrong(mpdu, fcs_state::bad) && is_wrong(bytes, std::nullopt)) read_again(d, p, mpdu, fcs_state::bad);
}

decoder::extent decoder::read_mpdu(decoded_frame& d, std::span<const std::uint8_t> mpdu) {
    if (mpdu.size() < 10) {
        d.kind = "too short for a frame";
        return extent::unknown;
    }
    const frame::frame_control control{read_u16(mpdu, 0)};
    if ((control.bits & 0x3) != 0) {
        d.kind = "unknown 802.11 protocol version";
        return extent::unknown;
    }
    d.retry = control.retry();
    d.encrypted = control.is_protected();
    read_mac(d.destination, mpdu, 4);
    if (mpdu.size() >= 16 && has_a2(control)) read_mac(d.source, mpdu, 10);
    if (mpdu.size() >= frame::header_size && control.type() != 1) {
        read_mac(d.a3, mpdu, 16);
        d.sequence_number = static_cast<std::uint16_t>(read_u16(mpdu, 22) >> 4);
        if (control.is_action())
            return control.is_protected() ? read_encrypted(d, mpdu) : read_body(d, mpdu.subspan(frame::header_size));
    }
    d.kind = kind_of(control);
    return extent::unknown;
}

decoder::extent decoder::read_encrypted(decoded_frame& d, std::span<const std::uint8_t> mpdu) {
    if (mpdu.size() <= frame::header_size + ccmp::overhead || mpdu[ccmp_flags_at] != ccmp_flags_espnow) {
        d.kind = "protected action";
        return extent::unknown;
    }
    d.espnow = true;
    d.kind = kind_espnow;
    d.pn = packet_number_of(mpdu);
    if (d.is_cut) return extent::unknown;
    if (plaintext_.size() < mpdu.size()) plaintext_.resize(mpdu.size());
    const auto opened = keys_.unprotect(plaintext_, mpdu);
    if (!opened) {
        const bool tried = keys_.has_key(*d.destination, *d.source);
        d.mic = tried ? mic_state::bad : mic_state::no_key;
        return tried ? extent::wrong : extent::unknown;
    }
    d.mic = mic_state::ok;
    d.espnow = false;
    read_body(d, opened->body);
    return extent::right;
}

decoder::extent decoder::read_body(decoded_frame& d, std::span<const std::uint8_t> body) {
    const auto current = frame::parse_action(body);
    if (!current) return read_rejected(d, body, current.error());
    read_payload(d, *current);
    return extent::right;
}

decoder::extent decoder::read_rejected(decoded_frame& d, std::span<const std::uint8_t> body, frame::reject why) {
    if (!starts_like_espnow(body)) {
        d.kind = !body.empty() && body[0] == frame::category_vendor ? "vendor action" : "action";
        return extent::unknown;
    }
    if (d.is_cut) {
        d.espnow = true;
        d.kind = kind_espnow;
        d.random = {body[4], body[5], body[6], body[7]};
        if (body.size() > first_ver_at) d.version = body[first_ver_at] & 0x0f;
        return extent::unknown;
    }
    d.fault = why;
    if (why == frame::reject::wrong_element_oui) {
        const auto own = frame::parse_action(body, frame::strictness::current, read_oui(body, first_oui_at));
        if (own) {
            read_payload(d, *own);
            return extent::right;
        }
    }
    if (const auto some = frame::parse_action(body, frame::strictness::tolerant))
        read_payload(d, *some);
    else
        d.kind = "damaged ESP-NOW";
    return extent::wrong;
}

void decoder::read_payload(decoded_frame& d, const frame::action_view& action) {
    d.espnow = true;
    d.kind = kind_espnow;
    d.random = action.random();
    d.version = action.first().version();
    d.element_count = action.element_count();
    if (action.element_count() == 1)
        d.payload = action.first().body;
    else
        gather_payload(d, action);
}

void decoder::gather_payload(decoded_frame& d, const frame::action_view& action) {
    if (payload_.size() < action.payload_size()) payload_.resize(action.payload_size());
    d.payload = action.gather(payload_);
}

}  // namespace nowire::capture
