#include "capture/printable.hpp"

#include <nowire/capture/line.hpp>
#include <nowire/frame/text.hpp>

#include <array>
#include <charconv>
#include <concepts>

namespace nowire::capture {

namespace {

template <std::integral T>
void append_number(std::string& out, T value) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

void append_hex(std::string& out, std::span<const std::uint8_t> bytes) {
    constexpr char digits[] = "0123456789abcdef";
    const auto start = out.size();
    out.resize(start + 2 * bytes.size());
    auto* at = out.data() + start;
    for (const auto byte : bytes) {
        *at++ = digits[byte >> 4];
        *at++ = digits[byte & 0xf];
    }
}

void append_mac(std::string& out, const mac_address& mac) {
    for (std::size_t i = 0; i < mac_address::size; ++i) {
        if (i != 0) out += ':';
        append_hex(out, std::span(mac.octets()).subspan(i, 1));
    }
}

/// Seconds with `decimals` decimals, 1 to 9; the rest is cut off.
void append_time(std::string& out, timestamp time, std::size_t decimals) {
    const auto count = time.time_since_epoch().count();
    const auto magnitude = count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
    constexpr std::uint64_t per_second = 1'000'000'000;
    if (count < 0) out += '-';
    append_number(out, magnitude / per_second);
    std::array<char, 10> digits;  // a leading 1 keeps the zeros behind the point
    std::to_chars(digits.data(), digits.data() + digits.size(), per_second + magnitude % per_second);
    out += '.';
    out.append(digits.data() + 1, decimals);
}

void append_receiver(std::string& out, const decoded_frame& d) {
    if (d.on) {
        out += " ch ";
        append_number(out, d.on->number());
    }
    if (d.rssi) {
        out += ' ';
        append_number(out, *d.rssi);
        out += " dBm";
    }
    if (d.rate) {
        out += ' ';
        out += to_string(*d.rate);
    }
}

void append_payload(std::string& out, std::span<const std::uint8_t> payload) {
    out += ' ';
    append_number(out, payload.size());
    out += payload.size() == 1 ? " byte " : " bytes ";
    if (const auto text = printable_text(payload))
        append_json_string(out, *text);
    else
        append_hex(out, payload);
}

void append_states(std::string& out, const decoded_frame& d) {
    if (d.retry.value_or(false)) out += " retry";
    if (d.espnow && d.encrypted.value_or(false)) out += " encrypted";
    if (d.mic == mic_state::no_key) out += " no key";
    if (d.mic == mic_state::bad) out += " MIC WRONG";
    if (d.fcs == fcs_state::bad) out += " FCS WRONG";
    if (d.is_cut) out += " cut short";
    if (d.fault) {
        out += d.espnow ? " (ESP-IDF 5.5 drops it: " : " (";
        out += to_string(*d.fault);
        out += ')';
    }
}

class json_object {
  public:
    explicit json_object(std::string& out) : out_(out) { out_ += '{'; }
    /// Starts the next member; its value is to be appended.
    std::string& member(std::string_view key) {
        if (!first_) out_ += ',';
        first_ = false;
        out_ += '"';
        out_ += key;
        out_ += "\":";
        return out_;
    }
    void null(std::string_view key) { member(key) += "null"; }
    void boolean(std::string_view key, std::optional<bool> value) {
        member(key) += !value ? "null" : *value ? "true" : "false";
    }
    template <std::integral T>
    void number(std::string_view key, std::optional<T> value) {
        if (value)
            append_number(member(key), *value);
        else
            null(key);
    }
    void mac(std::string_view key, const std::optional<mac_address>& value) {
        if (!value) return null(key);
        member(key) += '"';
        append_mac(out_, *value);
        out_ += '"';
    }
    void hex(std::string_view key, std::optional<std::span<const std::uint8_t>> value) {
        if (!value) return null(key);
        member(key) += '"';
        append_hex(out_, *value);
        out_ += '"';
    }

  private:
    std::string& out_;
    bool first_ = true;
};

std::optional<bool> mic_ok(mic_state state) {
    if (state == mic_state::ok) return true;
    if (state == mic_state::bad) return false;
    return std::nullopt;
}

std::optional<bool> fcs_ok(fcs_state state) {
    if (state == fcs_state::unknown) return std::nullopt;
    return state == fcs_state::ok;
}

}  // namespace

void append_text_line(std::string& out, const decoded_frame& d) {
    if (d.time)
        append_time(out, *d.time, 6);
    else
        out += '-';
    if (d.source) {
        out += ' ';
        append_mac(out, *d.source);
    }
    if (d.destination) {
        out += " > ";
        append_mac(out, *d.destination);
    }
    append_receiver(out, d);
    if (d.sequence_number) {
        out += " seq ";
        append_number(out, *d.sequence_number);
    }
    if (!d.espnow) {
        out += " not ESP-NOW: ";
        out += d.kind;
    }
    if (d.version) {
        out += " v";
        append_number(out, *d.version);
    }
    append_states(out, d);
    if (d.payload) append_payload(out, *d.payload);
    if (!d.comment.empty()) {
        const auto comment =
            printable_text({reinterpret_cast<const std::uint8_t*>(d.comment.data()), d.comment.size()});
        out += " comment ";
        append_json_string(out, comment.value_or("(not printable)"));
    }
    out += '\n';
}

void append_json_line(std::string& out, const decoded_frame& d) {
    json_object object(out);
    if (d.time)
        append_time(object.member("time"), *d.time, 9);
    else
        object.null("time");
    object.mac("src", d.source);
    object.mac("dst", d.destination);
    object.number("channel", d.on ? std::optional(d.on->number()) : std::nullopt);
    object.number("rssi", d.rssi);
    object.number("version", d.version);
    object.number("seq", d.sequence_number);
    object.boolean("retry", d.retry);
    object.hex("random", d.random ? std::optional(std::span<const std::uint8_t>(*d.random)) : std::nullopt);
    object.boolean("encrypted", d.encrypted);
    object.boolean("mic_ok", mic_ok(d.mic));
    object.boolean("fcs_ok", fcs_ok(d.fcs));
    object.hex("payload", d.payload);
    if (const auto text = d.payload ? printable_text(*d.payload) : std::nullopt)
        append_json_string(object.member("text"), *text);
    else
        object.null("text");
    if (!d.espnow) {
        object.boolean("espnow", false);
        append_json_string(object.member("kind"), d.kind);
    }
    out += "}\n";
}

}  // namespace nowire::capture
