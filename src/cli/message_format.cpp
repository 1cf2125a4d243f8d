#include "cli/message_format.hpp"

#include "cli/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace nowire::cli {

namespace {

using capture::decoded_frame;

void append_time(std::string& out, const decoded_frame& d) {
    if (!d.time) return void(out += '-');
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(d.time->time_since_epoch()).count();
    fmt::format_to(std::back_inserter(out), "{}.{:06}", since / 1'000'000, since % 1'000'000);
}

void append_mac(std::string& out, const std::optional<mac_address>& mac) {
    out += mac ? mac->to_string() : "-";
}

template <typename T>
void append_number(std::string& out, const std::optional<T>& number) {
    out += number ? std::to_string(*number) : "-";
}

/// One line and harmless to a terminal whatever the payload is: what is not printable ASCII, and the backslash, is
/// \xNN.
void append_escaped(std::string& out, std::span<const std::uint8_t> bytes) {
    for (const auto byte : bytes) {
        if (byte >= ' ' && byte < 0x7f && byte != '\\')
            out += static_cast<char>(byte);
        else
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    }
}

bool is_plain_text(std::span<const std::uint8_t> bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte >= ' ' && byte < 0x7f; });
}

void append_payload(std::string& out, const decoded_frame& d) {
    const auto bytes = d.payload.value_or(std::span<const std::uint8_t>());
    if (is_plain_text(bytes))
        out.append(bytes.begin(), bytes.end());
    else
        out += to_hex(bytes);
}

}  // namespace

const std::vector<message_format::field>& message_format::fields() {
    static const std::vector<field> all = {
        {"time", append_time},
        {"src", [](std::string& out, const decoded_frame& d) { append_mac(out, d.source); }},
        {"dst", [](std::string& out, const decoded_frame& d) { append_mac(out, d.destination); }},
        {"rssi", [](std::string& out, const decoded_frame& d) { append_number(out, d.rssi); }},
        {"channel",
         [](std::string& out, const decoded_frame& d) { out += d.on ? std::to_string(d.on->number()) : "-"; }},
        {"version", [](std::string& out, const decoded_frame& d) { append_number(out, d.version); }},
        {"seq", [](std::string& out, const decoded_frame& d) { append_number(out, d.sequence_number); }},
        {"encrypted",
         [](std::string& out, const decoded_frame& d) { out += d.encrypted.value_or(false) ? "true" : "false"; }},
        {"length",
         [](std::string& out, const decoded_frame& d) { out += std::to_string(d.payload ? d.payload->size() : 0); }},
        {"payload", append_payload},
        {"payload:hex",
         [](std::string& out, const decoded_frame& d) {
             out += to_hex(d.payload.value_or(std::span<const std::uint8_t>()));
         }},
        {"payload:text",
         [](std::string& out, const decoded_frame& d) {
             append_escaped(out, d.payload.value_or(std::span<const std::uint8_t>()));
         }},
    };
    return all;
}

std::string message_format::field_names() {
    std::string names;
    for (const auto& f : fields()) {
        if (!names.empty()) names += ", ";
        names += f.name;
    }
    return names;
}

std::expected<message_format, std::string> message_format::parse(std::string_view text) {
    message_format made;
    std::string literal;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool doubled = (c == '{' || c == '}') && i + 1 < text.size() && text[i + 1] == c;
        if (doubled) ++i;
        if (doubled || (c != '{' && c != '}')) {
            literal += c;
            continue;
        }
        if (c == '}')
            return std::unexpected("the } at character " + std::to_string(i + 1) + " closes nothing; }} is a brace");
        const auto end = text.find('}', i);
        if (end == std::string_view::npos)
            return std::unexpected("the { at character " + std::to_string(i + 1) + " is not closed; {{ is a brace");
        const auto name = text.substr(i + 1, end - i - 1);
        const auto known = std::ranges::find(fields(), name, &field::name);
        if (known == fields().end())
            return std::unexpected(fmt::format("there is no field {{{}}}; there are: {}", name, field_names()));
        made.parts_.emplace_back(std::move(literal));
        literal.clear();
        made.parts_.emplace_back(known->write);
        i = end;
    }
    made.parts_.emplace_back(std::move(literal));
    return made;
}

void message_format::append(std::string& out, const capture::decoded_frame& d) const {
    for (const auto& part : parts_) {
        if (const auto* literal = std::get_if<std::string>(&part))
            out += *literal;
        else
            std::get<writer>(part)(out, d);
    }
    out += '\n';
}

}  // namespace nowire::cli
