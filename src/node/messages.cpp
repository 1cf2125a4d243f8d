#include <nowire/frame/text.hpp>
#include <nowire/node/json.hpp>
#include <nowire/node/messages.hpp>

#include <array>
#include <optional>

namespace nowire::node {

namespace {

constexpr std::array<std::string_view, 4> commands = {"ping", "get", "aget", "chan"};
constexpr std::array<std::string_view, 5> words = {"ACK", "NAK", "BAD", "UP", "DOWN"};

template <class E, std::size_t N>
std::optional<E> find(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i)
        if (names[i] == name) return static_cast<E>(i);
    return std::nullopt;
}

std::string_view text_of(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string_view truth(bool b) {
    return b ? "true" : "false";
}

/// 0 or 1, also written as a truth value.
std::optional<int> read_bit(const json::value& v) {
    if (const auto* truth = std::get_if<bool>(&v.data)) return *truth ? 1 : 0;
    const auto* number = std::get_if<json::number>(&v.data);
    const auto value = number ? number->integer() : std::nullopt;
    if (!value || *value < 0 || *value > 1) return std::nullopt;
    return static_cast<int>(*value);
}

struct encoder {
    std::string operator()(command c) const {
        return "[\"" + std::string(commands[static_cast<std::size_t>(c)]) + "\"]";
    }

    std::string operator()(const subscription& s) const {
        std::string out = "[";
        append_json_string(out, s.filter);
        out += ", ";
        out += std::to_string(s.qos);
        return out += ']';
    }

    std::string operator()(const publication& p) const {
        std::string out = "[";
        append_json_string(out, p.topic);
        out += ", ";
        append_json_string(out, p.payload);
        out += ", ";
        out += truth(p.retain);
        out += ", ";
        out += std::to_string(p.qos);
        return out += ']';
    }

    std::string operator()(word w) const { return std::string(to_string(w)); }

    std::string operator()(channel c) const { return std::to_string(c.number()); }

    std::string operator()(const delivery& d) const {
        std::string out = "[";
        out.reserve(d.topic.size() + d.payload.size() + 16);
        append_json_string(out, d.topic);
        out += ", ";
        append_json_string(out, d.payload);
        out += ", ";
        out += truth(d.retained);
        return out += ']';
    }
};

std::unexpected<malformed> shape_fault(const json::value& v, malformed::kind kind = malformed::kind::shape) {
    return std::unexpected(malformed{kind, "Malformed message " + json::python_text(v)});
}

}  // namespace

std::string_view to_string(word w) {
    return words[static_cast<std::size_t>(w)];
}

std::string encode(const uplink& message) {
    return std::visit(encoder(), message);
}
std::string encode(const downlink& message) {
    return std::visit(encoder(), message);
}

std::expected<uplink, malformed> parse_uplink(std::span<const std::uint8_t> bytes) {
    auto parsed = json::parse(text_of(bytes));
    if (!parsed)
        return std::unexpected(malformed{malformed::kind::unformatted,
                                         "Unformatted message bytearray(" + json::python_bytes(text_of(bytes)) + ")"});
    auto* list = std::get_if<json::array>(&parsed->data);
    if (!list) return shape_fault(*parsed);
    const auto string_at = [&](std::size_t i) { return std::get_if<std::string>(&(*list)[i].data); };

    if (list->size() == 1) {
        if (const auto* name = string_at(0))
            if (const auto known = find<command>(commands, *name)) return *known;
        return std::unexpected(malformed{malformed::kind::unknown_command,
                                         "Warning: unknown command " + json::python_text(list->front())});
    }
    if (list->size() == 2) {
        auto* filter = string_at(0);
        const auto qos = read_bit((*list)[1]);
        if (!filter || !qos) return shape_fault(*parsed);
        return subscription{std::move(*filter), *qos};
    }
    if (list->size() == 4) {
        auto* topic = string_at(0);
        auto* payload = string_at(1);
        const auto retain = read_bit((*list)[2]);
        const auto qos = read_bit((*list)[3]);
        if (!topic || !payload || !retain || !qos) return shape_fault(*parsed, malformed::kind::publication);
        return publication{std::move(*topic), std::move(*payload), *retain == 1, *qos};
    }
    return shape_fault(*parsed);
}

std::expected<downlink, std::string> parse_downlink(std::span<const std::uint8_t> bytes) {
    const auto text = text_of(bytes);
    if (const auto known = find<word>(words, text)) return *known;
    auto parsed = json::parse(text);
    if (!parsed) return std::unexpected("neither a word nor JSON");
    if (const auto* number = std::get_if<json::number>(&parsed->data)) {
        const auto value = number->integer();
        const auto on =
            value && *value > 0 && *value < 256 ? channel::from_number(static_cast<int>(*value)) : std::nullopt;
        if (!on) return std::unexpected("no Wi-Fi channel: " + number->text);
        return *on;
    }
    auto* list = std::get_if<json::array>(&parsed->data);
    if (!list || list->size() != 3) return std::unexpected("neither a word, nor a channel, nor a list of three");
    auto* topic = std::get_if<std::string>(&(*list)[0].data);
    auto* payload = std::get_if<std::string>(&(*list)[1].data);
    const auto retained = read_bit((*list)[2]);
    if (!topic || !payload || !retained) return std::unexpected("a list that is not topic, payload and retain flag");
    return delivery{std::move(*topic), std::move(*payload), *retained == 1};
}

}  // namespace nowire::node
